"""Rules on how days are counted: from 0, the day of infusion, or from 1, mixed in one file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Bools, Evidence, first_rows
from cartpk.checks.visits import Floats, days_of_visits, is_predose
from cartpk.findings import Finding
from cartpk.language import phrase
from cartpk.rulebook import finding

__all__ = ["counted_from_one", "mixed_numbering"]


def mixed_numbering(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-DAY-ONE, one a subject and kind of evidence."""
    samples = evidence.samples
    named = days_of_visits(samples.visit, planned=False)
    said = dict(_predose_at_one(evidence))
    if np.isfinite(named).any():
        said |= {c: f for c, f in _shifted(evidence, named, "the visit named Day") if c not in said}
    if np.isfinite(samples.time_nominal).any():
        said |= {c: f for c, f in _shifted(evidence, samples.time_nominal, "planned day") if c not in said}
    elif not np.isfinite(named).any():
        said |= dict(_shifted_schedule(evidence))
    yield from said.values()


def _predose_at_one(evidence: Evidence) -> Iterator[tuple[int, Finding]]:
    """(subject, finding) where a sample from before the infusion stands at day 1."""
    samples = evidence.samples
    predose = np.array([is_predose(v) for v in samples.visit.levels], bool)
    if not predose.any():
        return
    rows = np.flatnonzero(predose[samples.visit.codes] & (np.abs(samples.time - 1) <= 0.25))
    codes = samples.subject.codes[rows]
    for code, row in zip(*np.unique(codes, return_index=True), strict=True):
        at = int(rows[row])
        message = f"A sample from before the infusion stands at day 1, so {evidence.who(at)} counts the day of infusion as 1; it is 0."
        yield int(code), evidence.at("E-TIME-DAY-ONE", at, "time", f"{samples.time[at]:.15g}", message)


def _shifted(evidence: Evidence, planned: Floats, words: str) -> Iterator[tuple[int, Finding]]:
    """(subject, finding) where times stand a day beside the planned ones throughout, and not so for other subjects."""
    samples = evidence.samples
    late, same, early, anchor = _by_shift(evidence, planned)
    accused = late.copy()
    if same.any() and early.any():
        accused |= early if early.sum() <= same.sum() else same
    others = int((late | same | early).sum() - accused.sum())
    for code in np.flatnonzero(accused).tolist():
        row = int(anchor[code])
        beside = f"; {others} other subjects count otherwise" if others else ""
        message = (
            f"For {evidence.who(row)} {words} {planned[row]:.10g} stands at time {samples.time[row]:.10g}, and its other days of the first "
            f"two weeks likewise{beside}."
        )
        yield code, evidence.at("E-TIME-DAY-ONE", row, "time", f"{samples.time[row]:.15g}", message)


def _by_shift(evidence: Evidence, planned: Floats) -> tuple[Bools, Bools, Bools, NDArray[np.int64]]:
    """Subjects whose times lie a day after the planned ones, on them, a day before them; and a row that shows it.

    A subject counts where day 0 and day 1 agree on the shift, and at least half of three or more rows of days 0 to 14 share it.
    A sample of day 0 taken on the day before shows nothing: pre-dose samples are.
    """
    samples = evidence.samples
    n = len(samples.subject.levels)
    difference = samples.time - planned
    shift = np.rint(difference)
    early_weeks = (planned >= 0) & (planned <= 14) & (np.abs(difference) <= 1.45) & (np.abs(difference - shift) <= 0.45)
    anchors = early_weeks & (planned <= 1) & ~((planned == 0) & (shift == -1))
    codes = samples.subject.codes
    rows = np.bincount(codes[early_weeks], minlength=n)
    by_shift = {s: np.bincount(codes[early_weeks & (shift == s)], minlength=n) for s in (1, 0, -1)}
    anchored = {s: np.bincount(codes[anchors & (shift == s)], minlength=n) for s in (1, 0, -1)}
    all_anchors = sum(anchored.values())
    late, same, early = (
        (anchored[s] > 0) & (anchored[s] == all_anchors) & (rows >= 3) & (2 * by_shift[s] >= rows) for s in (1, 0, -1)
    )
    where = np.flatnonzero(anchors)
    return late, same, early, first_rows(codes[where], n, where)


def _shifted_schedule(evidence: Evidence) -> Iterator[tuple[int, Finding]]:
    """(subject, finding) where no visit is named and a subject's times are the others' plus 1.

    Only in files of planned days: the schedule is the whole-numbered times that half of the subjects share, and four in
    five of all post-infusion times are on it or on it plus 1.
    """
    samples = evidence.samples
    known = np.flatnonzero((samples.time >= 0) & (samples.time == np.rint(samples.time)) & (samples.time < 10_000))
    if len(known) < 0.95 * np.count_nonzero(samples.time >= 0) or not len(known):
        return
    n, day = len(samples.subject.levels), samples.time[known].astype(np.int64)
    pairs = np.unique(samples.subject.codes[known].astype(np.int64) * 10_000 + day)
    code, day = pairs // 10_000, pairs % 10_000
    subjects = np.bincount(day)
    scheduled = 2 * subjects >= len(np.unique(code))
    on, on_plus_1 = scheduled[day], (day >= 1) & scheduled[day - 1]
    if np.mean(on | on_plus_1) < 0.8 or not scheduled[0]:
        return
    count, fits, fits_shifted = (np.bincount(code[m], minlength=n) for m in (day >= 0, on, on_plus_1))
    starts_at_0 = np.bincount(code[day == 0], minlength=n) > 0
    starts_at_1 = np.bincount(code[day == 1], minlength=n) > 0
    shifted = ~starts_at_0 & starts_at_1 & (count >= 5) & (fits_shifted >= 0.9 * count) & (4 * fits <= count + 2)
    rows = np.flatnonzero(samples.time == 1)
    first = first_rows(samples.subject.codes[rows], n, rows)
    for subject in np.flatnonzero(shifted).tolist():
        row = int(first[subject])
        message = f"The times of {evidence.who(row)} are those of the other subjects plus 1, so its day of infusion is counted as 1."
        yield subject, evidence.at("E-TIME-DAY-ONE", row, "time", f"{samples.time[row]:.15g}", message)


def counted_from_one(evidence: Evidence) -> Iterator[Finding]:
    """W-TIME-DAY-ONE, one for all files together."""
    samples = evidence.samples
    n = len(np.unique(samples.subject.codes))
    share = {day: _subjects_at(evidence, day) / max(n, 1) for day in (0, 7, 14, 21, 28, 8, 15, 22, 29)}
    plus_one = [day for day in (8, 15, 22, 29) if share[day] >= 0.5]
    if n and len(plus_one) >= 2 and all(share[day] <= 0.1 for day in (0, 7, 14, 21, 28)):
        message = phrase(
            "Most subjects have samples on days {days} and hardly one on day 0, 7, 14, 21 or 28:"
            " the times look as if the day of infusion were day 1.",
            days=tuple(map(str, plus_one)),
        )
        yield finding("W-TIME-DAY-ONE", message, file=samples.sources[0].name if len(samples.sources) == 1 else "")


def _subjects_at(evidence: Evidence, day: int) -> int:
    """How many subjects have a sample at exactly this day."""
    samples = evidence.samples
    return int(np.count_nonzero(np.bincount(samples.subject.codes[samples.time == day])))
