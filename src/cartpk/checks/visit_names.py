"""Rules on visits as the summaries count them: one visit, one name, one planned day, one sample a subject."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Bools, Evidence, blank_levels, rows_in_words, spread
from cartpk.checks.names import alike
from cartpk.checks.visits import is_unscheduled
from cartpk.findings import Finding, quoted
from cartpk.language import phrase
from cartpk.rulebook import finding

__all__ = ["alike_visits", "samples_without_visit", "unevenly_planned", "visits_twice"]


def alike_visits(evidence: Evidence) -> Iterator[Finding]:
    """W-VISIT-ALIKE, one for each rarer spelling."""
    yield from alike(evidence, evidence.samples.visit, "W-VISIT-ALIKE", "visit")


def unevenly_planned(evidence: Evidence) -> Iterator[Finding]:
    """W-VISIT-UNEVEN, one for each assay and visit (or planned day) of which only some rows have the other."""
    samples = evidence.samples
    planned, named = ~np.isnan(samples.time_nominal), ~spread(blank_levels(samples.visit), samples.visit)
    counted = evidence.measured & ~_unscheduled(evidence)
    day = np.unique(samples.time_nominal, return_inverse=True)[1].reshape(-1)
    for codes, has, given, column in (
        (samples.visit.codes.astype(np.int64), named, planned, "time_nominal"),
        (day, planned, named, "visit"),
    ):
        rows = _of_mixed(np.flatnonzero(counted & has), samples.assay.codes, codes, given)
        for some in _groups(rows, samples.assay.codes[rows], codes[rows]):
            without = some[~given[some]]
            row, other = int(without[0]), int(some[given[some]][0])
            by_visit = column == "time_nominal"
            message = phrase(
                "The visit {visit} has the planned day {day} in {place} and none in {rows} of {assay}, so it is counted as two visits."
                if by_visit
                else "Planned day {day} is called {visit} in {place} and has no name in {rows} of {assay}, so it is counted as two visits.",
                visit=quoted(samples.visit[row if by_visit else other]),
                day=f"{samples.time_nominal[other if by_visit else row]:.10g}",
                place=evidence.place(other, row), rows=rows_in_words(len(without)), assay=quoted(samples.assay[row]),
            )  # fmt: skip
            yield evidence.at("W-VISIT-UNEVEN", row, column, "", message)


def visits_twice(evidence: Evidence) -> Iterator[Finding]:
    """W-VISIT-TWICE, one for each assay and visit, at the first sample that is its subject's second."""
    samples, courses = evidence.samples, evidence.courses
    known = ~np.isnan(samples.time_nominal) | ~spread(blank_levels(samples.visit), samples.visit)
    counted = evidence.measured & known & ~_unscheduled(evidence)
    course = np.repeat(np.arange(len(courses)), np.diff(courses.offsets))
    kept = counted[courses.rows]
    rows, course = courses.rows[kept], course[kept]
    if not len(rows):
        return
    day = np.unique(samples.time_nominal, return_inverse=True)[1].reshape(-1)
    visit = samples.visit.codes[rows].astype(np.int64) * (int(day.max()) + 1) + day[rows]
    order = np.lexsort((np.arange(len(rows)), visit, course))
    again = np.zeros(len(rows), bool)
    again[order[1:]] = (np.diff(visit[order]) == 0) & (np.diff(course[order]) == 0)
    second = rows[again]
    for some in _groups(second, samples.assay.codes[second], visit[again]):
        row = int(some.min())
        n = len(np.unique(samples.subject.codes[some]))
        name: str = phrase("planned day {day}", day=f"{samples.time_nominal[row]:.10g}")
        if samples.visit[row].strip():
            name = quoted(samples.visit[row])
        message = phrase(
            "{n} subject has more than one sample of {assay} at {visit}; here the one of day {day} is the second."
            if n == 1
            else "{n} subjects have more than one sample of {assay} at {visit}; here the one of day {day} is the second.",
            n=n, assay=quoted(samples.assay[row]), visit=name, day=f"{samples.time[row]:.10g}",
        )  # fmt: skip
        yield evidence.at("W-VISIT-TWICE", row, "visit", samples.visit[row], message)


def samples_without_visit(evidence: Evidence) -> Iterator[Finding]:
    """W-VISIT-MISSING, one for all files together."""
    samples = evidence.samples
    bare = np.isnan(samples.time_nominal) & spread(blank_levels(samples.visit), samples.visit)
    rows = np.flatnonzero(evidence.measured & bare & ~np.isnan(samples.time))
    if len(np.unique(samples.subject.codes[rows])) < 3:
        return
    at = np.unique(samples.time[rows], return_inverse=True)[1].reshape(-1)
    pair = np.unique(np.stack([samples.subject.codes[rows], at]), axis=1)
    subjects = np.bincount(pair[1])
    alone = int(np.count_nonzero(subjects[at] == 1))
    if 4 * alone > len(rows):
        message = phrase(
            "{rows} have neither a visit nor a planned day, and {alone} of them a time that no other subject has:"
            " each is a row of its own in the summary by visit.",
            rows=rows_in_words(len(rows)), alone=alone,
        )  # fmt: skip
        yield finding("W-VISIT-MISSING", message, file=samples.sources[0].name if len(samples.sources) == 1 else "")


def _unscheduled(evidence: Evidence) -> Bools:
    visit = evidence.samples.visit
    return spread(np.fromiter(map(is_unscheduled, visit.levels), bool, len(visit.levels)), visit)


def _of_mixed(
    rows: NDArray[np.int64], assay: NDArray[np.int32], codes: NDArray[np.int64], mark: Bools
) -> NDArray[np.int64]:
    """Those of `rows` whose combination of assay and code has rows with the mark and without."""
    key = assay[rows].astype(np.int64) << 32 | codes[rows]
    group = np.unique(key, return_inverse=True)[1].reshape(-1)
    n, marked = np.bincount(group), np.bincount(group, mark[rows])
    return rows[((marked > 0) & (marked < n))[group]] if len(rows) else rows


def _groups(rows: NDArray[np.int64], *keys: NDArray[np.integer]) -> Iterator[NDArray[np.int64]]:
    """The rows of each combination of keys, each group in ascending order."""
    if not len(rows):
        return
    order = np.lexsort((rows, *keys))
    changes = np.zeros(len(rows) - 1, bool)
    for key in keys:
        changes |= np.diff(key[order]) != 0
    yield from np.split(rows[order], np.flatnonzero(changes) + 1)
