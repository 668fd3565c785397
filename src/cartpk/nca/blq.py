"""Results below the limit of quantification: which of five positions each has, and what stands for it.

Tlast and Clast come from measured quantifiable values before any of this;
the values made here enter areas alone, and λz never sees one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.nca.course import Course, flag_where
from cartpk.profiles import Profiles
from cartpk.ragged import at, first_true, last_true, owner_of
from cartpk.reasons import Flag
from cartpk.rules import BLQ_POSITIONS, BlqRule, NcaRules

__all__ = ["TimeZero", "need_limits", "positions_of", "substitute", "time_zero", "values_used"]

Floats = NDArray[np.float64]
PRE_INFUSION, BEFORE_FIRST, EMBEDDED, FIRST_TRAILING, LATER_TRAILING = range(len(BLQ_POSITIONS))


def positions_of(course: Course) -> NDArray[np.int8]:
    """The position of each BLQ row, an index into `BLQ_POSITIONS`; -1 for rows that are not BLQ.

    A profile that is never quantifiable is all `before_first`.
    """
    row = np.arange(len(course.time))
    last = course.last_quant[course.owner]
    trailing = course.blq & (row > last) & (last >= 0)
    before_first = (row < course.first_quant[course.owner]) | (last < 0)
    first_trailing = first_true(trailing, course.offsets)
    place = np.full(len(row), -1, np.int8)
    place[course.blq] = EMBEDDED
    place[course.blq & before_first] = BEFORE_FIRST
    place[trailing] = LATER_TRAILING
    place[first_trailing[first_trailing >= 0]] = FIRST_TRAILING
    place[course.blq & ~course.post] = PRE_INFUSION
    return place


def values_used(course: Course, place: NDArray[np.int8], rules: NcaRules) -> Floats:
    """What stands for each row in an area: the measured value, what the rule puts for a BLQ one, NaN for none."""
    used = course.conc.copy()
    rows = np.flatnonzero(place >= 0)
    if len(rows):
        where = place[rows]
        for code, position in enumerate(BLQ_POSITIONS):
            some = rows[where == code]
            used[some] = _substitute(rules.blq_rules[position], course.lloq[some])
    return used


def _substitute(rule: BlqRule, lloq: Floats) -> Floats | float:
    if rule == "missing":
        return np.nan
    if rule == "lloq":
        return lloq
    return lloq / 2 if rule == "lloq/2" else float(rule)


def need_limits(profiles: Profiles, rules: NcaRules) -> None:
    """Raise `RulesError` where a rule puts the LLOQ for a sample that has none."""
    needy = [p for p, rule in rules.blq_rules.items() if rule in ("lloq", "lloq/2")]
    bare = profiles.blq & np.isnan(profiles.lloq)
    if needy and bare.any():
        row = int(np.flatnonzero(bare)[0])
        raise RulesError(
            f"the rule blq = {rules.blq!r} puts the LLOQ for {', '.join(needy)} samples, and the sample at time "
            f"{profiles.time[row]:g} is BLQ without one: give lloq, or choose another rule"
        )


def substitute(profiles: Profiles, rules: NcaRules) -> tuple[NDArray[np.int8], Floats]:
    """Position and value used of every row of `profiles`, for a listing.

    Returns:
        position: int8 (n,), index into `BLQ_POSITIONS`, -1 for rows that are not BLQ or not measured.
        value_used: float64 (n,), NaN where nothing stands for the row: excluded, missing, or left out by the rule.
    """
    measured = profiles.measured
    position = np.full(profiles.n_rows, -1, np.int8)
    value = np.full(profiles.n_rows, np.nan)
    owner = owner_of(profiles.offsets)
    some = profiles.measured_only()
    if some is None:
        return position, value
    course = Course.of(some.profiles, rules)
    place = positions_of(course)
    position[measured] = place
    value[measured] = values_used(course, place, rules)
    never = np.zeros(len(profiles), bool)
    never[some.index] = course.never
    value[never[owner] & (position == BEFORE_FIRST)] = 0.0
    return position, value


@dataclass(frozen=True, slots=True, eq=False)
class TimeZero:
    """What stands at the infusion: the value, the row it is from (-1: assumed 0), and the flags that say so."""

    value: Floats
    row: NDArray[np.int64]
    flags: NDArray[np.uint32]


def time_zero(course: Course, used: Floats) -> TimeZero:
    """The value at time 0: the sample at time 0; else the last one in [-30, 0); else 0.

    A sample that its BLQ rule leaves out gives 0, and is flagged as if there were none.
    """
    row = last_true(~course.post & (course.time >= -30.0), course.offsets)
    value = at(used, row)
    assumed = np.isnan(value)
    row = np.where(assumed, -1, row)
    flags = flag_where(
        (at(course.time, row) < 0, Flag.PRE_INFUSION_USED_AT_ZERO),
        (assumed, Flag.ASSUMED_ZERO_AT_INFUSION),
    )
    return TimeZero(np.where(assumed, 0.0, value), row, flags)
