"""Run the reference cases on this machine and write a qualification record: what ``cartpk selftest`` does."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from cartpk.errors import UsageError
from cartpk.qualification.case import Case, Outcome, carry_out
from cartpk.qualification.cases import CASES
from cartpk.qualification.record import Record, write_record
from cartpk.runfolder import building, refuse_to_replace

__all__ = ["CASES", "DEFAULT_OUT", "Case", "Outcome", "Record", "selftest"]

DEFAULT_OUT = "reports/selftest"
Progress = Callable[[str, int, int], None]
_OF_FILES = (".html", ".htm", ".json", ".csv", ".pdf")


def selftest(
    out: str | os.PathLike[str] = DEFAULT_OUT,
    *,
    date: str = "",
    replace: bool = False,
    command: str = "",
    progress: Progress = lambda what, done, total: None,
    cases: Sequence[Case] | None = None,
) -> Record:
    """Run `cases` and write the record to the folder `out`, whether they pass or fail.

    Args:
        out: the folder of the record; one that is there already is kept, unless `replace`.
        date: the day of the test (2026-11-23) for the record, which else has a blank line for it: no clock is read.
        replace: whether an earlier record may be replaced.
        command: how the test was started, for the record.
        progress: told what is being done, how many cases are done, and of how many.
        cases: what to run; None: all of `CASES`.

    Raises:
        UsageError: an impossible date, or a place that cannot or must not be written.
    """
    place = Path(out)
    _check_date(date)
    if "\0" in str(place):
        raise UsageError(f"{str(place)!r} is not the name of a folder")
    if place.suffix.lower() in _OF_FILES:
        raise UsageError(
            f"{out}: the record is a folder (a page, its numbers, its manifest); give a name without suffix"
        )
    refuse_to_replace(place, replace, kind="qualification")
    cases = CASES if cases is None else cases
    outcomes = []
    for i, case in enumerate(cases):
        progress(case.name, i, len(cases))
        outcomes.append(carry_out(case))
    progress("record", len(cases), len(cases))
    record = Record.of(tuple(outcomes), place, date, command)
    with building(place, replace, kind="qualification") as folder:
        write_record(record, folder)
    return record


def _check_date(date: str) -> None:
    try:
        known = not date or dt.date.fromisoformat(date).isoformat() == date
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"the date is {date!r}, not a day such as 2026-11-23")
