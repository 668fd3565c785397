"""Rules on a course as a whole: one subject, assay, matrix and infusion over time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Bools, Evidence
from cartpk.findings import Finding, quoted
from cartpk.language import Phrase, phrase
from cartpk.ragged import at, first_true, last_true, max_of, owner_of
from cartpk.samples import State

__all__ = [
    "course_in_words",
    "courses_without_sample",
    "embedded_blq",
    "horizons_not_reached",
    "late_peaks",
    "quantifiable_before_infusion",
]


def courses_without_sample(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-NO-SAMPLE, one a course; not where the plan excludes all of its samples after the infusion."""
    rows, offsets = _rows(evidence)
    if not len(rows):
        return
    samples = evidence.samples
    after = samples.time[rows] > 0
    told = evidence.measured | evidence.excluded | (samples.state == State.UNREADABLE)
    for course in np.flatnonzero(first_true(after & told[rows], offsets) < 0).tolist():
        first, stop = int(offsets[course]), int(offsets[course + 1])
        blank = int(after[first:stop].sum())
        message = phrase(
            "{course} has no sample after the infusion."
            if not blank
            else "{course} has {n} sample without a result after the infusion."
            if blank == 1
            else "{course} has {n} samples without a result after the infusion.",
            course=course_in_words(evidence, int(rows[first])), n=blank,
        )  # fmt: skip
        yield evidence.at("W-COURSE-NO-SAMPLE", int(rows[first]), "time", "", message)


def quantifiable_before_infusion(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-PRE-INFUSION, one a sample."""
    samples = evidence.samples
    for row in np.flatnonzero(evidence.quantifiable & (samples.time <= 0)).tolist():
        message = phrase(
            "{course}: the sample of day {day}, at or before the infusion, is quantifiable.",
            course=course_in_words(evidence, row), day=f"{samples.time[row]:.10g}",
        )  # fmt: skip
        yield evidence.at("W-COURSE-PRE-INFUSION", row, "value", str(samples.reported[row]), message)


def late_peaks(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-LATE-PEAK, one a course, at the highest value after the peak window."""
    rows, offsets = _rows(evidence)
    if not len(rows):
        return
    samples, window = evidence.samples, evidence.rules.peak_window_days
    time, value = samples.time[rows], samples.value[rows]
    quantifiable = evidence.quantifiable[rows] & (time > 0)
    within, after = quantifiable & (time <= window), quantifiable & (time > window)
    cmax, late = max_of(value, within, offsets), max_of(value, after, offsets)
    highest = first_true(after & (value == late[owner_of(offsets)]), offsets)
    for course in np.flatnonzero(late > cmax).tolist():
        row = int(rows[highest[course]])
        message = phrase(
            "{course}: {value} on day {day}, after the peak window of {window} days, is higher than Cmax, {cmax}."
            if np.isfinite(cmax[course])
            else "{course}: {value} on day {day}, after the peak window of {window} days, is quantifiable, and nothing before it is.",
            course=course_in_words(evidence, row), value=f"{samples.value[row]:.10g}", day=f"{samples.time[row]:.10g}",
            window=f"{window:.10g}", cmax=f"{cmax[course]:.10g}",
        )  # fmt: skip
        yield evidence.at("W-COURSE-LATE-PEAK", row, "value", str(samples.reported[row]), message)


def embedded_blq(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-EMBEDDED-BLQ, one a sample."""
    rows, offsets = _rows(evidence)
    if not len(rows):
        return
    quantifiable = evidence.quantifiable[rows] & (evidence.samples.time[rows] > 0)
    owner, here = owner_of(offsets), np.arange(len(rows))
    first, last = first_true(quantifiable, offsets), last_true(quantifiable, offsets)
    below = evidence.measured[rows] & evidence.blq[rows]
    embedded = below & (first[owner] >= 0) & (here > first[owner]) & (here < last[owner])
    for row in rows[embedded].tolist():
        message = phrase(
            "{course}: the result of day {day} is below the limit, with quantifiable ones before and after it.",
            course=course_in_words(evidence, row), day=f"{evidence.samples.time[row]:.10g}",
        )  # fmt: skip
        yield evidence.at("W-COURSE-EMBEDDED-BLQ", row, "value", str(evidence.samples.reported[row]), message)


def horizons_not_reached(evidence: Evidence) -> Iterator[Finding]:
    """W-COURSE-HORIZON, one a course and horizon, where the area will be missing, assumed 0 or extrapolated."""
    rows, offsets = _rows(evidence)
    if not len(rows):
        return
    samples, rules = evidence.samples, evidence.rules
    after = evidence.measured[rows] & (samples.time[rows] > 0)
    last, last_quantifiable = last_true(after, offsets), last_true(after & evidence.quantifiable[rows], offsets)
    end = at(samples.time[rows], last)
    ended = _ended_by_infusion(evidence)
    never, silent = last_quantifiable < 0, last_quantifiable < last
    for name, days in rules.horizons.items():
        within = end >= days - rules.window_of(name)
        short = (last >= 0) & (end < days)
        fates = (
            ("missing, since a further infusion ended the course", short & ended),
            ("missing", short & ~ended & never & ~within),
            (
                "assumed to be 0 after that day, since the last result is below the limit",
                short & ~ended & ~never & silent & ~within,
            ),
            *_fates_of_quantifiable(short & ~ended & ~never & ~silent, within, rules.end_rule == "extrapolate"),
        )
        for fate, courses in fates:
            for course in np.flatnonzero(courses).tolist():
                row = int(rows[last[course]])
                message = phrase(
                    "{course} was followed to day {end}, and the horizon {name} ends on day {days}: the area to it is {fate}.",
                    course=course_in_words(evidence, row), end=f"{end[course]:.10g}", name=name, days=f"{days:.10g}", fate=phrase(fate),
                )  # fmt: skip
                yield evidence.at("W-COURSE-HORIZON", row, "time", f"{end[course]:.15g}", message)


def _fates_of_quantifiable(courses: Bools, within: Bools, extrapolate: bool) -> tuple[tuple[str, Bools], ...]:
    """What becomes of the area where the last result before the horizon is quantifiable."""
    if extrapolate:
        return (("extrapolated, or missing where there is no terminal slope", courses),)
    return (("missing, since the last result is quantifiable", courses & ~within),)


def _ended_by_infusion(evidence: Evidence) -> Bools:
    """Courses whose subject was infused again later."""
    rows, offsets = _rows(evidence)
    samples = evidence.samples
    first = rows[offsets[:-1]]
    last = np.zeros(len(samples.subject.levels), np.int32)
    np.maximum.at(last, samples.subject.codes[first], samples.infusion[first])
    ended: Bools = samples.infusion[first] < last[samples.subject.codes[first]]
    return ended


def _rows(evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return evidence.courses.rows, evidence.courses.offsets


def course_in_words(evidence: Evidence, row: int) -> Phrase:
    """The course of a row, as a message begins with it."""
    samples = evidence.samples
    return phrase(
        _COURSES[samples.matrix[row] not in ("", "BLOOD"), bool(samples.infusion[row] > 1)],
        subject=quoted(samples.subject[row]),
        assay=quoted(samples.assay[row]),
        matrix=quoted(samples.matrix[row]),
        infusion=int(samples.infusion[row]),
    )


_COURSES = {
    (False, False): "Subject {subject} by {assay}",
    (True, False): "Subject {subject} by {assay} in {matrix}",
    (False, True): "Subject {subject} by {assay} after infusion {infusion}",
    (True, True): "Subject {subject} by {assay} in {matrix} after infusion {infusion}",
}
"""How a course is named, by whether its matrix is told and whether it follows a further infusion."""
