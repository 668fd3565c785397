"""When: days after the infusion, from days or from dates, and which infusion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.isodates import iso_moments
from cartpk.readers.work import Floats, Work

__all__ = ["infusions", "times"]

_SENTENCES = {"E-TIME-DATE": "A date-time is expected as 2024-03-01T08:30 (ISO 8601)."}


def times(work: Work) -> tuple[Floats, Floats]:
    """Days after the infusion, actual and nominal; NaN where there is no number."""
    nominal, _ = work.numbers("time_nominal")
    nominal = _from_day_one(work, nominal, "time_nominal")
    if work.column("time") is None:
        return _days_from_dates(work), nominal
    time, blank = work.numbers("time")
    work.tell("E-TIME-BLANK", blank, "time")
    return _from_day_one(work, time, "time"), nominal


def _from_day_one(work: Work, days: Floats, name: str) -> Floats:
    """Days counted from 0, where the plan says that the file calls the day of infusion day 1."""
    if work.rules.infusion_day == 0:
        return days
    nowhere = (days >= 0) & (days < 1)
    message = "The plan says that the day of infusion is day 1, so there is no day from 0 to 1."
    work.tell("E-TIME-DAY-ONE", nowhere, name, message)
    moved: Floats = np.where(days >= 1, days - 1, days)
    return np.where(nowhere, np.nan, moved)


def _days_from_dates(work: Work) -> Floats:
    """Days from the infusion's date-time to the sample's: the difference in seconds over 86,400."""
    sample, infusion = work.column("datetime"), work.column("infusion_datetime")
    if sample is None or infusion is None:
        return np.full(len(work.sheet), np.nan)
    at, start = iso_moments(sample.texts), iso_moments(infusion.texts)
    for name, column, moments in (("datetime", sample, at), ("infusion_datetime", infusion, start)):
        for rule in ("E-TIME-BLANK", "E-TIME-DATE", "E-DATE-PARTIAL"):
            mark = "blank" if rule == "E-TIME-BLANK" else rule
            work.tell(rule, column.where([f == mark for f in moments.fault]), name, _SENTENCES.get(rule, ""))
    known = ~np.isnan(at.seconds)[sample.codes] & ~np.isnan(start.seconds)[infusion.codes]
    mixed = (at.zoned[sample.codes] != start.zoned[infusion.codes]) & known
    work.tell("E-DATE-ZONE", mixed, "datetime")
    days: Floats = (at.seconds[sample.codes] - start.seconds[infusion.codes]) / 86_400
    unequal = (at.timed[sample.codes] != start.timed[infusion.codes]) & known & ~mixed
    message = "Of the sample and the infusion one has a time of day and the other has none."
    work.tell("E-TIME-DATE", unequal, "datetime", message)
    return np.where(unequal | mixed, np.nan, days)


def infusions(work: Work) -> NDArray[np.int32]:
    """The number of the infusion; 1 where the file has no such column, or nothing in it; 0 where it cannot be read."""
    number, blank = work.numbers("infusion")
    if blank.all():
        return np.ones(len(work.sheet), np.int32)
    whole = (number >= 1) & (number < 2**31) & (number == np.floor(number))
    told = np.isnan(number) & ~blank
    work.tell("E-INFUSION", ~whole & ~told, "infusion")
    return np.where(whole, number, 0).astype(np.int32)
