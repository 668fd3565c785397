"""ISO 8601 as data standards write it: date-times with and without a zone, partial dates, durations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "days_of_duration", "iso_moments"]

_WHOLE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_PARTIAL = re.compile(r"[0-9]{4}(?:-(?:[0-9]{2}|-))?(?:-(?:[0-9]{2}|-))?(?:T[0-9:-]*)?|-{1,2}[0-9]{2}(?:-[0-9]{2})?(?:T.*)?")  # fmt: skip
_DURATION = re.compile(r"([+-])?P(?:([0-9.]+)W)?(?:([0-9.]+)D)?(?:T(?:([0-9.]+)H)?(?:([0-9.]+)M)?(?:([0-9.]+)S)?)?")
_ORIGIN = datetime(2000, 1, 1)
_DAYS = (7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86_400)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Distinct texts as moments; arrays have one entry a text.

    `seconds` since 2000, of the world's clock where `zoned`, else of the wall's; NaN unless `fault` is ``""``.
    `timed`: has a time of day. `fault`: ``""``, ``blank``, or the id of a rule.
    """

    seconds: NDArray[np.float64]
    timed: NDArray[np.bool_]
    zoned: NDArray[np.bool_]
    fault: tuple[str, ...]


def iso_moments(texts: Sequence[str]) -> Moments:
    """Each text as a moment, or why it is none.

    >>> iso_moments(["2000-01-02", "2000-01-01T08:00+08:00", "2000-01", "1/2/00", ""]).fault
    ('', '', 'E-DATE-PARTIAL', 'E-TIME-DATE', 'blank')
    """
    n = len(texts)
    seconds, timed, zoned = np.full(n, np.nan), np.zeros(n, bool), np.zeros(n, bool)
    fault = [""] * n
    for k, text in enumerate(texts):
        text = text.strip()
        match = _WHOLE.fullmatch(text)
        if not text:
            fault[k] = "blank"
        elif match is None:
            fault[k] = "E-DATE-PARTIAL" if _PARTIAL.fullmatch(text) else "E-TIME-DATE"
        else:
            try:
                moment = datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}{match[3] or ''}")
            except ValueError:
                fault[k] = "E-TIME-DATE"
                continue
            zoned[k], timed[k] = match[3] is not None, match[2] is not None
            seconds[k] = (moment - (_ORIGIN.replace(tzinfo=UTC) if zoned[k] else _ORIGIN)).total_seconds()
    return Moments(seconds, timed, zoned, tuple(fault))


def days_of_duration(text: str) -> float:
    """The days of an ISO 8601 duration of weeks, days, hours, minutes and seconds; NaN where it is none.

    >>> [days_of_duration(t) for t in ("P14D", "-PT12H", "P1W", "PT0S", "P1M", "P")]
    [14.0, -0.5, 7.0, 0.0, nan, nan]
    """
    match = _DURATION.fullmatch(text.strip().upper())
    parts = [] if match is None else match.groups()[1:]
    if match is None or not any(parts) or any(p and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", p) for p in parts):
        return float("nan")
    days = sum(float(p) * unit for p, unit in zip(parts, _DAYS, strict=True) if p)
    return -days if match[1] == "-" and days else days
