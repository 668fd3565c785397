"""Rules on what describes a subject: constant within it, groups written one way, doses that are numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.amounts import number_of
from cartpk.checks.evidence import Evidence, blank_levels, first_rows, rows_in_words, spread
from cartpk.checks.names import look_alikes
from cartpk.findings import Finding, quoted
from cartpk.labels import Labels
from cartpk.language import phrase
from cartpk.rulebook import finding
from cartpk.terms import terms_for

__all__ = [
    "RESERVED",
    "alike_groups",
    "dose_units_mixed",
    "doses_missing",
    "doses_not_positive",
    "reserved_columns",
    "varying_covariates",
]

OF_INFUSION = frozenset({"dose", "dose_unit", "dose_level", "lot", "age", "weight", "response"})
"""What may change from one infusion of a subject to the next."""
_MEASURES = frozenset({"dose", "age", "weight"})
_MOST_GROUPS = 200

RESERVED = frozenset(
    [
        "subject_id",
        "assay",
        "matrix",
        "infusion",
        "parameter",
        "label",
        "value",
        "unit",
        "reason",
        "flags",
        "pptestcd",
        "interval_start",
        "interval_end",
        "n_records",
        "records",
        "source",
        "model",
        "statistic",
        "visit",
        "time_nominal",
    ]
)
"""Columns of the results that a covariate stands beside."""


def reserved_columns(evidence: Evidence) -> Iterator[Finding]:
    """E-COLUMN-RESERVED, one a column and file."""
    samples = evidence.samples
    taken = RESERVED | terms_for(evidence.rules.horizons).keys()
    for name in samples.covariates:
        if name.strip().casefold() in taken:
            for source in samples.sources:
                theirs = source.columns.get(name, name)
                message = f"The covariate {quoted(name)} has the name of a column of the results."
                yield finding("E-COLUMN-RESERVED", message, file=source.name, row=1, column=theirs)


def varying_covariates(evidence: Evidence) -> Iterator[Finding]:
    """E-COVARIATE-VARIES, one for each subject, column and text that differs from the first."""
    samples = evidence.samples
    for name, labels in samples.covariates.items():
        key, n = _group_of(evidence, name in OF_INFUSION)
        canon = _canonical(labels)
        given = np.flatnonzero(~spread(blank_levels(labels), labels) & (key >= 0))
        first = first_rows(key[given], n, given)
        differs = given[canon[labels.codes[given]] != canon[labels.codes[first[key[given]]]]]
        if not len(differs):
            continue
        pairs = key[differs] * len(labels.levels) + labels.codes[differs]
        _, index, counts = np.unique(pairs, return_index=True, return_counts=True)
        for row, count in zip(differs[index].tolist(), counts.tolist(), strict=True):
            there = int(first[key[row]])
            more = f" and in {rows_in_words(count - 1)} more" if count > 1 else ""
            of = f" of infusion {samples.infusion[row]}" if name in OF_INFUSION and samples.infusion[row] > 1 else ""
            message = (
                f"The {name} of {evidence.who(row)}{of} is {quoted(labels[row])} here{more} and {quoted(labels[there])} "
                f"in {evidence.place(there, row)}."
            )
            yield evidence.at("E-COVARIATE-VARIES", row, name, labels[row], message)


def _group_of(evidence: Evidence, by_infusion: bool) -> tuple[NDArray[np.int64], int]:
    """The subject (and infusion) of each row as a number, -1 where the subject is blank; and how many there may be."""
    subject = evidence.samples.subject
    key, n = subject.codes.astype(np.int64), len(subject.levels)
    if by_infusion:
        met, number = np.unique(evidence.samples.infusion, return_inverse=True)
        key, n = key * len(met) + number.ravel(), n * max(len(met), 1)
    return np.where(spread(blank_levels(subject), subject), -1, key), n


def _canonical(labels: Labels) -> NDArray[np.int64]:
    """A number for each level, the same for 1e6 and 1000000."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(_meaning(text), len(numbers)) for text in labels.levels], np.int64)


def _meaning(text: str) -> object:
    number = number_of(text)
    return text.strip() if np.isnan(number) else number


def alike_groups(evidence: Evidence) -> Iterator[Finding]:
    """W-COVARIATE-ALIKE, one for each rarer spelling of a group."""
    for name, labels in evidence.samples.covariates.items():
        if name in _MEASURES or len(labels.levels) > _MOST_GROUPS:
            continue
        pairs = list(look_alikes(labels))
        first = first_rows(labels.codes, len(labels.levels)) if pairs else np.empty(0, np.int64)
        for code, main in pairs:
            message = phrase(
                "{one} and {other} differ only by case, spaces or invisible characters and are counted apart.",
                one=quoted(labels.levels[code]), other=quoted(labels.levels[main]),
            )  # fmt: skip
            yield evidence.at("W-COVARIATE-ALIKE", int(first[code]), name, labels.levels[code], message)


def doses_not_positive(evidence: Evidence) -> Iterator[Finding]:
    """E-DOSE, one for each subject and text."""
    dose = evidence.samples.covariates.get("dose")
    if dose is None:
        return
    wrong = np.array([bool(text.strip()) and not number_of(text) > 0 for text in dose.levels], bool)
    rows = np.flatnonzero(spread(wrong, dose))
    pairs = evidence.samples.subject.codes[rows].astype(np.int64) * len(dose.levels) + dose.codes[rows]
    for row in rows[np.unique(pairs, return_index=True)[1]].tolist():
        yield evidence.at("E-DOSE", row, "dose", dose[row])


def doses_missing(evidence: Evidence) -> Iterator[Finding]:
    """W-DOSE-MISSING, one for each subject and infusion without a dose, where others have one."""
    samples = evidence.samples
    dose = samples.covariates.get("dose")
    if dose is None:
        return
    key, n = _group_of(evidence, by_infusion=True)
    named = key >= 0
    given = named & ~spread(blank_levels(dose), dose)
    with_dose = np.bincount(key[given], minlength=n) > 0
    if not with_dose.any():
        return
    rows = np.flatnonzero(named)
    first = first_rows(key[rows], n, rows)
    for row in first[(first >= 0) & ~with_dose].tolist():
        who, again = evidence.who(row), int(samples.infusion[row])
        message = phrase(
            "No dose is given for {who}, infusion {infusion}, while others have one."
            if again > 1
            else "No dose is given for {who}, while others have one.",
            who=who, infusion=again,
        )  # fmt: skip
        yield evidence.at("W-DOSE-MISSING", row, "dose", "", message)


def dose_units_mixed(evidence: Evidence) -> Iterator[Finding]:
    """W-DOSE-UNIT-MIXED, one for each unit beside the most frequent one."""
    unit = evidence.samples.covariates.get("dose_unit")
    if unit is None:
        return
    counts = np.bincount(unit.codes, minlength=len(unit.levels))
    counts[blank_levels(unit)] = 0
    main = int(counts.argmax()) if len(counts) else 0
    first = first_rows(unit.codes, len(unit.levels))
    for code in np.flatnonzero(counts).tolist():
        if code != main:
            message = phrase(
                "Doses are given in {one} and in {other}.",
                one=quoted(unit.levels[code]),
                other=quoted(unit.levels[main]),
            )
            yield evidence.at("W-DOSE-UNIT-MIXED", int(first[code]), "dose_unit", unit.levels[code], message)
