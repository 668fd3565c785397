"""Rules on when a course begins: too late for its areas, or counted from another day than its own infusion."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cartpk.checks.courses import course_in_words
from cartpk.checks.evidence import Evidence
from cartpk.findings import Finding
from cartpk.language import phrase
from cartpk.ragged import first_true

__all__ = ["courses_begun_late", "days_of_an_earlier_infusion"]

EARLY = 14.0
"""Days in which a course needs a sample if its peak is to be seen: CAR-T cells peak in the second week."""


def courses_begun_late(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-LATE-START, one a course, at its first result after the infusion."""
    samples, rules = evidence.samples, evidence.rules
    rows, offsets = evidence.courses.rows, evidence.courses.offsets
    if not len(rows) or not rules.horizons:
        return
    first = first_true(evidence.measured[rows] & (samples.time[rows] > 0), offsets)
    studied = _on_study_days(evidence)  # an error tells of these
    for place in first[first >= 0].tolist():
        row = int(rows[place])
        day = float(samples.time[row])
        before = [name for name, days in rules.horizons.items() if day >= days]
        if (day <= EARLY and not before) or (int(samples.subject.codes[row]), int(samples.infusion[row])) in studied:
            continue
        message = phrase(
            _LATE[min(len(before), 2)],
            course=course_in_words(evidence, row), day=f"{day:.10g}", horizons=_joined(before),
        )  # fmt: skip
        yield evidence.at("W-COURSE-LATE-START", row, "time", f"{day:.15g}", message)


_LATE = (
    "{course}: the first result after the infusion is of day {day}, so the first two weeks, in which cells peak, lies before it,"
    " and areas from day 0 rest on one straight line.",
    "{course}: the first result after the infusion is of day {day}, so all of {horizons} lies before it,"
    " and areas from day 0 rest on one straight line.",
    "{course}: the first result after the infusion is of day {day}, so all of {horizons} lie before it,"
    " and areas from day 0 rest on one straight line.",
)
"""What is said where no horizon, one or several end before the first result."""


def _joined(names: list[str]) -> str:
    said = names[0] if names else ""
    for name in names[1:]:
        said = phrase("{others} and {last}", others=said, last=name)
    return said


def days_of_an_earlier_infusion(evidence: Evidence) -> Iterator[Finding]:
    """E-INFUSION-STUDY-DAYS, one for each subject and infusion, at its first row."""
    samples = evidence.samples
    for (_, number), (row, end) in _on_study_days(evidence).items():
        day = float(samples.time[row])
        message = (
            f"Infusion {number} of {evidence.who(row)} has its first sample on day {day:.10g}, and infusion {number - 1} its last on day {end:.10g}: "
            f"the times look like days of the study."
        )
        yield evidence.at("E-INFUSION-STUDY-DAYS", row, "time", f"{day:.15g}", message)


def _on_study_days(evidence: Evidence) -> dict[tuple[int, int], tuple[int, float]]:
    """(subject, infusion) whose times go on where the infusion before ends -> its first row, and that end.

    Infusions from 2 on with no sample up to the early days; rows that the plan excludes do not count.
    """
    samples = evidence.samples
    known = np.flatnonzero(~np.isnan(samples.time) & (samples.infusion > 0) & ~evidence.excluded)
    if not np.any(samples.infusion[known] > 1):
        return {}
    order = known[np.lexsort((samples.time[known], samples.infusion[known], samples.subject.codes[known]))]
    subject, infusion, time = samples.subject.codes[order], samples.infusion[order], samples.time[order]
    cut = np.flatnonzero((np.diff(subject) != 0) | (np.diff(infusion) != 0)) + 1
    found: dict[tuple[int, int], tuple[int, float]] = {}
    for here in cut.tolist():
        next_one = subject[here] == subject[here - 1] and infusion[here] == infusion[here - 1] + 1
        if next_one and time[here] > EARLY and time[here] >= time[here - 1]:
            found[int(subject[here]), int(infusion[here])] = int(order[here]), float(time[here - 1])
    return found
