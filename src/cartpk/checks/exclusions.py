"""Rules on the plan's exclusions, and what an exclusion forgives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cartpk.checks.evidence import Evidence
from cartpk.findings import Finding, quoted
from cartpk.language import Phrase, phrase
from cartpk.rounding import exact
from cartpk.rulebook import finding
from cartpk.samples import Exclusion, Samples

__all__ = ["forgive_excluded", "unused_exclusions"]

_OF_A_VALUE = ("E-NUMBER-", "E-VALUE-", "W-VALUE-", "E-BLQ-", "E-LLOQ-", "N-LLOQ-", "E-UNIT-")
_NEAR, _MOST_TIMES = 1.0, 5


def unused_exclusions(evidence: Evidence) -> Iterator[Finding]:
    """W-EXCLUSION-UNUSED; an exclusion whose rows an earlier one covers is used."""
    samples = evidence.samples
    used = set(np.unique(evidence.ledger.exclusion).tolist())
    for i, exclusion in enumerate(samples.exclusions):
        if i in used or samples.covered_by(exclusion).any():
            continue
        message = phrase(
            _UNUSED[bool(near := _nearest(samples, exclusion))],
            what=_words(exclusion), reason=quoted(exclusion.reason), near=near,
        )  # fmt: skip
        yield finding("W-EXCLUSION-UNUSED", message, subject_id=exclusion.subject_id or "")


_UNUSED = {
    False: "The exclusion of {what} (reason: {reason}) matches no row.",
    True: "The exclusion of {what} (reason: {reason}) matches no row: {near}.",
}


def forgive_excluded(evidence: Evidence) -> list[Finding]:
    """The reader's findings, without those on the value, limit or unit of a row that the plan excludes."""
    samples = evidence.samples
    columns = {source.columns.get(c, c) for source in samples.sources for c in ("value", "value_text", "lloq", "unit")}

    def is_of_value(told: Finding) -> bool:
        return told.row is not None and told.rule.startswith(_OF_A_VALUE) and told.column in columns

    told_of = np.array([f.row for f in samples.findings if is_of_value(f)], np.int64)
    rows = np.flatnonzero(evidence.excluded & np.isin(samples.record, told_of)).tolist()
    excluded = {(samples.sources[samples.file[row]].name, int(samples.record[row])) for row in rows}
    return [f for f in samples.findings if (f.file, f.row) not in excluded or not is_of_value(f)]


def _words(exclusion: Exclusion) -> Phrase | tuple[Phrase, ...]:
    """What an exclusion names."""
    given = {
        "subject {name}": exclusion.subject_id,
        "assay {name}": exclusion.assay,
        "matrix {name}": exclusion.matrix,
        "infusion {name}": exclusion.infusion,
        "time {name}": exclusion.time,
        "row {name}": exclusion.row,
        "file {name}": exclusion.file,
    }
    parts = [(text, quoted(v) if isinstance(v, str) else exact(v)) for text, v in given.items() if v is not None]
    return tuple(phrase(text, name=name) for text, name in parts) or phrase("everything")


_ABSENT = {
    "subject": "there is no subject {name}",
    "assay": "there is no assay {name}",
    "matrix": "there is no matrix {name}",
}


def _nearest(samples: Samples, exclusion: Exclusion) -> str:
    """What there is instead: no such subject or assay, or the nearest time."""
    for what, text, labels in (
        ("subject", exclusion.subject_id, samples.subject),
        ("assay", exclusion.assay, samples.assay),
        ("matrix", exclusion.matrix, samples.matrix),
    ):
        if text is not None and not np.any(
            labels.codes == (labels.levels.index(text) if text in labels.levels else -1)
        ):
            return phrase(_ABSENT[what], name=quoted(text))
    if exclusion.time is None:
        return ""
    here = samples.covered_by(
        Exclusion("", exclusion.subject_id, exclusion.assay, exclusion.matrix, exclusion.infusion)
    )
    times = np.unique(samples.time[here & ~np.isnan(samples.time)])
    if not len(times):
        return ""
    nearest = times[np.argsort(np.abs(times - exclusion.time), kind="stable")[:_MOST_TIMES]]
    shown = tuple(exact(float(t)) for t in np.sort(nearest[np.abs(nearest - exclusion.time) <= _NEAR]))
    if shown:
        return phrase("times are matched to the last digit, and times near it are {times}", times=shown)
    return phrase("times are matched to the last digit, and the nearest time is {time}", time=exact(float(nearest[0])))
