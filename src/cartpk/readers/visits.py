"""Visits: the planned day and window that a name says, the plan's beside it, and samples outside their window."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import numpy as np

from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.labels import Labels
from cartpk.language import phrase
from cartpk.readers.sheet import is_blank
from cartpk.readers.work import Bools, Floats, Work
from cartpk.rulebook import finding
from cartpk.samples import Samples

__all__ = ["counted_from_zero", "planned_days", "tell_windows", "unused_visits", "visit_day"]

_NAME = re.compile(
    r"(?:visit[ _:-]*)?(?:"
    r"(?:day|d)[ _]*(?P<day>[+-]?[0-9]{1,4}(?:\.[0-9]{1,3})?)|第(?P<tian>[0-9]{1,4})[天日]"
    r"|(?:weeks?|wk|w)[ _]*\+?(?P<week>[0-9]{1,3})|第(?P<zhou>[0-9]{1,3})周"
    r"|(?:months?|mo|m)[ _]*\+?(?P<month>[0-9]{1,3})|第(?P<yue>[0-9]{1,3})个?月)"
    r"[ _]*(?:[(\[,;-]?[ ]*(?:pre[ _-]?(?:dose|infusion)|before infusion|(?:输注|回输|给药)前)[)\]]?)?"
    r"[ _]*[(\[]?[ ]*(?:(?:±|\+/-|\+-)[ ]*(?P<window>[0-9]{1,3})[ ]*(?P<of>d|days?|天|日|w|weeks?|周)?)?[ ]*[)\]]?"
)
DAYS_OF = {"day": 1, "tian": 1, "week": 7, "zhou": 7, "month": 30, "yue": 30}


def visit_day(name: str) -> tuple[float, float]:
    """The day and the window that the name of a visit says; NaN where it says none, or anything else beside.

    >>> [visit_day(v) for v in ("D0", "Day 14 ± 2", "Week 4", "M3", "第14天", "D-7 (+/-3 d)")]
    [(0.0, nan), (14.0, 2.0), (28.0, nan), (90.0, nan), (14.0, nan), (-7.0, 3.0)]
    >>> [visit_day(v)[0] for v in ("C1D7", "V3", "Day 1-3", "Screening", "14")]
    [nan, nan, nan, nan, nan]
    """
    match = _NAME.fullmatch(" ".join(unicodedata.normalize("NFKC", name).casefold().split()))
    if match is None:
        return np.nan, np.nan
    unit = next(key for key in DAYS_OF if match[key] is not None)
    window = np.nan if match["window"] is None else float(match["window"])
    if match["of"] is not None and match["of"][0] in "w周":
        window *= 7
    return float(match[unit]) * DAYS_OF[unit], window


def planned_days(work: Work, visit: Labels, nominal: Floats) -> Floats:
    """The planned day of each row: the plan's for its visit, else the file's, else the one in the visit's name."""
    by_plan = _by_plan(work.rules.visits, visit)
    days = np.array([by_plan.get(v, np.nan) for v in (*visit.levels, "")], np.float64)[visit.codes]
    planned: Floats = np.where(np.isnan(days), nominal, days)
    if work.column("visit") is None:
        return planned
    open_rows = np.isnan(planned)
    if not open_rows.any() or (work.column("time_nominal") is not None and not np.isnan(nominal).all()):
        return planned
    named = {v: day for v in visit.levels if (day := counted_from_zero(visit_day(v)[0], v, work.rules)) == day}
    _tell_names(work, visit, open_rows, named)
    days = np.array([named.get(v, np.nan) for v in (*visit.levels, "")], np.float64)[visit.codes]
    return np.where(open_rows, days, planned)


def counted_from_zero(day: float, name: str, rules: InputRules) -> float:
    """A day of a name, from 0: where the plan says that the day of infusion is day 1, Day 15 is 14, and there is no Day 0."""
    if rules.infusion_day == 0 or not re.search(r"d|天|日", unicodedata.normalize("NFKC", name).casefold()):
        return day
    return day - 1 if day >= 1 else day if day < 0 else np.nan


def _by_plan(given: Mapping[str, float], visit: Labels) -> dict[str, float]:
    """What the plan says of visits, by their names; to the letter, else whatever case and spaces."""
    folded = {_folded(v): v for v in visit.levels}
    exact = set(visit.levels)
    levels = {(name if name in exact else folded.get(_folded(name), "")): days for name, days in given.items()}
    return {name: float(days) for name, days in levels.items() if name in exact}


def unused_visits(samples: Samples, rules: InputRules) -> list[Finding]:
    """W-VISIT-UNUSED for each name of the plan that no row of any file has."""
    known = {_folded(v) for v in samples.visit.levels}
    found = []
    for key, given in (("visits", rules.visits), ("visit_windows", rules.visit_windows)):
        for name in (n for n in given if _folded(n) not in known):
            message = phrase("[input] {key} names {visit}, and no row has that visit.", key=key, visit=quoted(name))
            found.append(finding("W-VISIT-UNUSED", message, value=name))
    return found


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _tell_names(work: Work, visit: Labels, open_rows: Bools, named: dict[str, float]) -> None:
    """One note on the days that names gave, and one for each name that gave none."""
    used = sorted(set(np.unique(visit.codes[open_rows]).tolist()))
    texts = [visit.levels[k] for k in used]
    said = tuple(f"{quoted(t)} = {named[t]:g}" for t in texts if t in named)
    if said:
        message = phrase(
            "Planned days by the names of visits: {days}."
            if len(said) <= 20
            else "Planned days by the names of visits: {days} and {n} more.",
            days=said[:20], n=len(said) - 20,
        )  # fmt: skip
        work.tell_once("N-VISIT-DAY", message, "visit")
    for k, text in zip(used, texts, strict=True):
        if text not in named and not is_blank(text):
            row = int(np.argmax(open_rows & (visit.codes == k)))
            n = int(np.count_nonzero(open_rows & (visit.codes == k)))
            rows = phrase("{n} row" if n == 1 else "{n} rows", n=n)
            message = phrase("{visit} names no day ({rows}).", visit=quoted(text), rows=rows)
            work.tell_once("N-VISIT-UNMATCHED", message, "visit", row=row, value=text)


def tell_windows(work: Work, visit: Labels, time: Floats, planned: Floats) -> None:
    """W-VISIT-WINDOW for each sample that lies outside the window of its visit."""
    by_plan = _by_plan(work.rules.visit_windows, visit)
    own = [by_plan.get(v, visit_day(v)[1]) for v in visit.levels]
    if not any(w == w for w in own):
        return
    window = np.array([*own, np.nan], np.float64)[visit.codes]
    late = time - planned
    rows = np.abs(late) > window + 1e-9
    for row in np.flatnonzero(rows).tolist():
        message = phrase(
            "The sample of day {day} is {late} days after the planned day {planned} of {visit}, whose window is ± {window}."
            if late[row] > 0
            else "The sample of day {day} is {late} days before the planned day {planned} of {visit}, whose window is ± {window}.",
            day=f"{time[row]:.10g}", late=f"{abs(late[row]):.10g}", planned=f"{planned[row]:g}",
            visit=quoted(visit[row]), window=f"{window[row]:g}",
        )  # fmt: skip
        only = np.zeros(len(time), bool)
        only[row] = True
        work.tell("W-VISIT-WINDOW", only, "time" if work.column("time") is not None else "datetime", message)
