"""When: days after the infusion, from days or from dates, and which infusion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.readers.dates import moments_of
from cartpk.readers.sheet import is_blank
from cartpk.readers.work import Floats, Work

__all__ = ["infusions", "times"]


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
    (at, at_timed), (start, start_timed) = moments_of(sample.texts), moments_of(infusion.texts)
    for name, column, seconds in (("datetime", sample, at), ("infusion_datetime", infusion, start)):
        blank = column.where(map(is_blank, column.texts))
        work.tell("E-TIME-BLANK", blank, name)
        message = "A date-time is expected as 2024-03-01T08:30 (ISO 8601, without a time zone)."
        work.tell("E-TIME-DATE", column.where(np.isnan(seconds).tolist()) & ~blank, name, message)
    days: Floats = (at[sample.codes] - start[infusion.codes]) / 86_400
    unequal = (at_timed[sample.codes] != start_timed[infusion.codes]) & ~np.isnan(days)
    message = "Of the sample and the infusion one has a time of day and the other has none."
    work.tell("E-TIME-DATE", unequal, "datetime", message)
    return np.where(unequal, np.nan, days)


def infusions(work: Work) -> NDArray[np.int32]:
    """The number of the infusion; 1 where the file has no such column, or nothing in it; 0 where it cannot be read."""
    number, blank = work.numbers("infusion")
    if blank.all():
        return np.ones(len(work.sheet), np.int32)
    whole = (number >= 1) & (number < 2**31) & (number == np.floor(number))
    told = np.isnan(number) & ~blank
    work.tell("E-INFUSION", ~whole & ~told, "infusion")
    return np.where(whole, number, 0).astype(np.int32)
