"""What a visit's name says of its day, and times that are another unit than days beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Evidence
from cartpk.findings import Finding
from cartpk.labels import Labels

__all__ = [
    "days_of_visits",
    "hours_by_visits",
    "is_predose",
    "is_unscheduled",
    "named_day",
    "planned_day",
    "weeks_by_visits",
]

Floats = NDArray[np.float64]

_DAY = re.compile(r"(?<![a-z])(?:day|d)[ _]*\+?([0-9]{1,4})(?![0-9.]|\s*-\s*[0-9])|第([0-9]{1,4})[天日]")
_WEEK = re.compile(r"(?<![a-z])(?:week|wk|w)[ _]*\+?([0-9]{1,3})(?![0-9.]|\s*-\s*[0-9])|第([0-9]{1,3})周")
_MONTH = re.compile(r"(?<![a-z])(?:month|m)[ _]*\+?([0-9]{1,3})(?![0-9.]|\s*-\s*[0-9])|第([0-9]{1,3})个?月")
_PREDOSE = re.compile(r"pre[\s_-]*(?:dose|infusion|treatment)|before[\s_-]*(?:dose|infusion)|(?:输注|回输|给药)前")
_UNSCHEDULED = re.compile(r"(?<![a-z])un(?:sch|plan|s\b)|(?<![a-z])non[\s_-]*(?:sch|plan)|计划外|非计划|非预定")


def named_day(visit: str) -> float:
    """The day that a visit is named for, NaN where it names none, a range, or a week too.

    >>> [named_day(v) for v in ("Day 28", "C1D7", "D+14", "Week 4", "Day -7", "V3")]
    [28.0, 7.0, 14.0, nan, nan, nan]
    """
    text = _plain(visit)
    found = _DAY.search(text)
    return float(found[1] or found[2]) if found and not _WEEK.search(text) and not _MONTH.search(text) else np.nan


def planned_day(visit: str) -> float:
    """Likewise, with weeks of 7 days and months of 30.

    >>> [planned_day(v) for v in ("Day 28", "Week 4", "M3", "W2D3")]
    [28.0, 28.0, 90.0, nan]
    """
    text = _plain(visit)
    found = [(m, days) for pattern, days in ((_DAY, 1), (_WEEK, 7), (_MONTH, 30)) if (m := pattern.search(text))]
    if len(found) != 1:
        return np.nan
    match, days = found[0]
    return float(match[1] or match[2]) * days


def is_predose(visit: str) -> bool:
    """Whether the name says that the sample is from before the infusion."""
    return bool(_PREDOSE.search(_plain(visit)))


def is_unscheduled(visit: str) -> bool:
    """Whether the name says that the sample belongs to no planned visit.

    >>> [is_unscheduled(v) for v in ("Unscheduled 3.1", "UNSCH", "计划外访视", "Day 7", "Lunch")]
    [True, True, True, False, False]
    """
    return bool(_UNSCHEDULED.search(_plain(visit)))


def _plain(visit: str) -> str:
    return unicodedata.normalize("NFKC", visit).casefold()


def days_of_visits(visit: Labels, planned: bool) -> Floats:
    """The named (or planned) day of each row."""
    if not len(visit.levels):
        return np.full(len(visit), np.nan)
    days = np.array([planned_day(v) if planned else named_day(v) for v in visit.levels], np.float64)
    spread: Floats = days[visit.codes]
    return spread


def hours_by_visits(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-HOURS where times, or the planned times, are 24 times the planned days; one for each subject."""
    samples = evidence.samples
    named = days_of_visits(samples.visit, planned=True)
    yield from _scaled(evidence, samples.time, _planned(evidence), 24.0, 2.0, ("E-TIME-HOURS", "time", "hours"))
    beside = np.where(np.isnan(named), samples.time, named)
    yield from _scaled(evidence, samples.time_nominal, beside, 24.0, 2.0, ("E-TIME-HOURS", "time_nominal", "hours"))


def weeks_by_visits(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-UNIT where times are a seventh or a thirtieth of the planned days; one for each subject."""
    planned = _planned(evidence)
    yield from _scaled(evidence, evidence.samples.time, planned, 1 / 7, 14.0, ("E-TIME-UNIT", "time", "weeks"))
    yield from _scaled(evidence, evidence.samples.time, planned, 1 / 30, 60.0, ("E-TIME-UNIT", "time", "months"))


def _planned(evidence: Evidence) -> Floats:
    """The day that the visit's name gives, else the planned time."""
    named = days_of_visits(evidence.samples.visit, planned=True)
    return np.where(np.isnan(named), evidence.samples.time_nominal, named)


def _scaled(
    evidence: Evidence, time: Floats, day: Floats, factor: float, least: float, words: tuple[str, str, str]
) -> Iterator[Finding]:
    """Subjects with three planned days or more whose times are nearly all `factor` times the day, and none the day itself."""
    samples, (rule, column, unit) = evidence.samples, words
    known = (day >= least) & (time > 0)
    window = np.maximum(0.25 * day, 3.0)
    same = known & (np.abs(time - day) <= window)
    scaled = known & ~same & (np.abs(time / factor - day) <= window)
    if not scaled.any():
        return
    n = len(samples.subject.levels)
    codes = samples.subject.codes
    of_known, of_same, of_scaled = (np.bincount(codes[rows], minlength=n) for rows in (known, same, scaled))
    accused = (of_same == 0) & (of_scaled >= 3) & (of_scaled >= 0.8 * of_known)
    for row in _last_days(codes, day, np.flatnonzero(scaled & accused[codes]), n):
        message = f"Day {day[row]:.10g} stands at {column} {time[row]:.10g}, and other days of {evidence.who(row)} likewise: these look like {unit}."
        yield evidence.at(rule, row, column, f"{time[row]:.15g}", message)


def _last_days(codes: NDArray[np.int32], day: Floats, rows: NDArray[np.int64], n: int) -> list[int]:
    """Of `rows` the one of the last day of each subject that has three different days or more."""
    rows = rows[np.lexsort((day[rows], codes[rows]))]
    new_code = np.ones(len(rows) + 1, bool)  # one more at the end: there a next subject would begin
    new_code[1:-1] = codes[rows[1:]] != codes[rows[:-1]]
    new_day = new_code[:-1].copy()
    new_day[1:] |= day[rows[1:]] != day[rows[:-1]]
    days = np.bincount(codes[rows[new_day]], minlength=n)
    last: list[int] = rows[new_code[1:] & (days[codes[rows]] >= 3)].tolist()
    return last
