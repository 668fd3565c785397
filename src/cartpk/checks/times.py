"""Rules on times as numbers: Excel's day numbers, decades, other units, hours by their pattern, peaks too late to be days.

What the visits say of the times is in `visits` and `numbering`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.evidence import Evidence, spread
from cartpk.checks.visits import hours_by_visits, weeks_by_visits
from cartpk.findings import Finding, quoted
from cartpk.language import phrase
from cartpk.ragged import max_of
from cartpk.rulebook import finding

__all__ = ["excel_serials", "far_times", "peaks_too_late", "times_in_another_unit", "times_in_hours"]

_SERIALS = (20_000, 80_000)
_FAR = 10_000
_LATE_PEAK_DAY = 60
_VISIT_DAYS = (1, 2, 3, 4, 5, 7, 10, 14, 21, 28, 42, 56, 60, 90)
_FOLLOW_UP = (5, 7)
"""Follow-up every 120 or 168 days falls on multiples of 24 too: its days are multiples of 5 or 7 times 24."""

_UNIT_OF_WORD = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分钟"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时"), "hours"),
    **dict.fromkeys(("wk", "wks", "week", "weeks", "周"), "weeks"),
    **dict.fromkeys(("mo", "month", "months", "月"), "months"),
    **dict.fromkeys(("yr", "yrs", "year", "years", "年"), "years"),
}
_DAY_WORDS = {"d", "day", "days", "天", "日"}
_UNIT_COLUMNS = {"rrltu", "frltu", "afrltu", "nfrltu", "time_unit", "time_units", "timeunit", "时间单位"}


def excel_serials(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-SERIAL, one for each subject and file."""
    time = evidence.samples.time
    serial = (time >= _SERIALS[0]) & (time <= _SERIALS[1])
    for row, count in _by_subject_and_file(evidence, serial):
        day = date(1899, 12, 30) + timedelta(days=int(time[row]))
        rows = "1 time" if count == 1 else f"{count} times"
        message = f"{rows} of {evidence.who(row)} look like Excel's day numbers ({time[row]:.10g} is {day.isoformat()}), not like days after infusion."
        yield evidence.at("E-TIME-SERIAL", row, "time", f"{time[row]:.15g}", message)


def far_times(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-FAR, one for each subject and file."""
    time = evidence.samples.time
    far = (np.abs(time) > _FAR) & ~((time >= _SERIALS[0]) & (time <= _SERIALS[1]))
    for row, count in _by_subject_and_file(evidence, far):
        written = f"{time[row]:.15g}"
        dated = " and reads like a date" if re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]", written) else ""
        more = f" So are {count - 1} more of {evidence.who(row)}." if count > 1 else ""
        message = f"Day {written} is {abs(time[row]) / 365.25:.0f} years from the infusion{dated}.{more}"
        yield evidence.at("E-TIME-FAR", row, "time", written, message)


def times_in_another_unit(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-UNIT, where a header, a column of time units or the visits say so."""
    yield from _units_of_headers(evidence)
    yield from _units_of_columns(evidence)
    yield from weeks_by_visits(evidence)


def _units_of_headers(evidence: Evidence) -> Iterator[Finding]:
    for source in evidence.samples.sources:
        for ours in ("time", "time_nominal"):
            theirs = source.columns.get(ours, "")
            unit = _unit_in(theirs)
            if unit:
                message = f"The column {quoted(theirs)} is read as days, and its name says {unit}."
                yield finding("E-TIME-UNIT", message, file=source.name, row=1, column=theirs)


def _units_of_columns(evidence: Evidence) -> Iterator[Finding]:
    samples = evidence.samples
    for name, labels in (*samples.covariates.items(), *samples.extra.items()):
        if name.strip().casefold() not in _UNIT_COLUMNS:
            continue
        wrong = np.array([bool(_unit_in(text)) for text in labels.levels], bool)
        rows = np.flatnonzero(spread(wrong, labels))
        for file in np.unique(samples.file[rows]).tolist():
            row = int(rows[samples.file[rows] == file][0])
            message = f"The column {quoted(name)} says {_unit_in(labels[row])}; times are read as days."
            yield evidence.at("E-TIME-UNIT", row, name, labels[row], message)


def _unit_in(text: str) -> str:
    """The unit of time that a header names, "" where none or days too."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", text)).casefold()
    words = re.findall(r"[a-z]+|小时|分钟|[周月年天日]", apart)
    units = [_UNIT_OF_WORD[word] for word in words if word in _UNIT_OF_WORD]
    return "" if not units or _DAY_WORDS.intersection(words) else units[0]


def times_in_hours(evidence: Evidence) -> Iterator[Finding]:
    """E-TIME-HOURS: where the visits say so one for each subject, else where the numbers alone do one a file."""
    by_visits = list(hours_by_visits(evidence))
    yield from by_visits or _hours_by_numbers(evidence)


def _hours_by_numbers(evidence: Evidence) -> Iterator[Finding]:
    samples = evidence.samples
    for file in range(len(samples.sources)):
        of_file = (samples.file == file) & (samples.time > 0) & (samples.time <= _FAR)
        times = np.unique(samples.time[of_file])
        if _is_hours(times) or _is_hours_of_visits(times):
            shown = [f"{t:.10g}" for t in times[:6]] + (["..."] if len(times) > 7 else []) + [f"{times[-1]:.10g}"]
            message = f"The times of this file ({', '.join(shown if len(times) > 6 else shown[:-1])}) look like hours; days after infusion are expected."
            row = int(np.flatnonzero(of_file & (samples.time >= 23))[0])
            yield evidence.at("E-TIME-HOURS", row, "time", f"{samples.time[row]:.15g}", message)


def _is_hours(times: NDArray[np.float64]) -> bool:
    """Whether distinct times above 0 are a schedule of days written in hours (see the rule book)."""
    if not len(times) or times[-1] < 168:
        return False
    multiple = np.rint(times / 24)
    on_a_day = (multiple >= 1) & (np.abs(times - 24 * multiple) <= 1)
    days = set(multiple[on_a_day].tolist())
    fits = on_a_day | (times < 24)
    return len(days) >= 4 and len(days & {1, 2, 3, 4}) >= 2 and bool(fits.mean() >= 0.9)


def _is_hours_of_visits(times: NDArray[np.float64]) -> bool:
    """Whether distinct times above 0 are visits written in hours, with none in the first days (see the rule book)."""
    multiple = np.rint(times / 24)
    if len(times) < 5 or times[-1] < 336 or np.any((multiple < 1) | (np.abs(times - 24 * multiple) > 1)):
        return False
    every = any(np.all(multiple % step == 0) for step in _FOLLOW_UP)
    return not every and int(np.isin(multiple, _VISIT_DAYS).sum()) >= 3


def peaks_too_late(evidence: Evidence) -> Iterator[Finding]:
    """W-TIME-SCALE, one for all files together."""
    samples, courses = evidence.samples, evidence.courses
    if not len(courses):
        return
    quantifiable = evidence.quantifiable[courses.rows] & (samples.time[courses.rows] > 0)
    value = samples.value[courses.rows]
    late = samples.time[courses.rows] > _LATE_PEAK_DAY
    highest = max_of(value, quantifiable, courses.offsets)
    highest_late = max_of(value, quantifiable & late, courses.offsets)
    any_value = np.isfinite(highest)
    peaks_late = any_value & (highest_late == highest)
    subjects = np.unique(samples.subject.codes[courses.rows[courses.offsets[:-1][any_value]]])
    if len(subjects) >= 3 and 2 * np.count_nonzero(peaks_late) > np.count_nonzero(any_value):
        message = phrase(
            "{late} of {all} courses have their highest value after day {day}, where CAR-T cells peak in the first weeks:"
            " the times may not be days.",
            late=np.count_nonzero(peaks_late), all=np.count_nonzero(any_value), day=_LATE_PEAK_DAY,
        )  # fmt: skip
        yield finding("W-TIME-SCALE", message, file=samples.sources[0].name if len(samples.sources) == 1 else "")


def _by_subject_and_file(evidence: Evidence, rows: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """(first row, how many) for each subject and file of some rows."""
    where = np.flatnonzero(rows)
    if not len(where):
        return
    samples = evidence.samples
    key = samples.subject.codes[where].astype(np.int64) * len(samples.sources) + samples.file[where]
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    yield from zip(where[first].tolist(), counts.tolist(), strict=True)
