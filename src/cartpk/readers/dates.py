"""Dates: told from numbers where days are expected, and read where date-times are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

__all__ = ["looks_like_date", "moments_of"]

_DATE = re.compile(
    r"[0-9]{4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}日?)?(?:[T ].*)?"  # 2024-03-01, 2024年3月1日
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}(?:[T ].*)?"  # 01/03/2024
    r"|[0-9]{1,2}[-/. ]?[A-Za-z]{3,9}[-/. ,]*[0-9]{2,4}(?:[T: ].*)?"  # 01MAR2024
    r"|[A-Za-z]{3,9}[-/. ]+[0-9]{1,2}[-/. ,]+[0-9]{2,4}(?:[T ].*)?"  # March 1, 2024
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?"  # 08:30
    r"|[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}[- ]?(?:[A-Za-z]{3}|月[0-9]{1,2}日)",  # 3/1, 3-Mar
)
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?")
_ORIGIN = datetime(2000, 1, 1)


def looks_like_date(text: str) -> bool:
    """Whether a text is a date or a time of day, in any of the usual spellings.

    >>> [looks_like_date(t) for t in ("2024-03-01", "1/3/24", "01MAR2024", "7", "-0.5")]
    [True, True, True, False, False]
    """
    return _DATE.fullmatch(text.strip()) is not None


def moments_of(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Distinct ISO 8601 texts without time zones as seconds since 2000 (NaN where a text is none), and whether each has a time of day.

    >>> moments_of(["2000-01-02", "2000-01-01T06:30", "2000-01-01T06:30Z"])[0].tolist()
    [86400.0, 23400.0, nan]
    """
    seconds = np.full(len(texts), np.nan)
    timed = np.zeros(len(texts), bool)
    for k, text in enumerate(texts):
        match = _ISO.fullmatch(text.strip())
        if match:
            try:
                moment = datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}")
            except ValueError:
                continue
            seconds[k] = (moment - _ORIGIN).total_seconds()
            timed[k] = match[2] is not None
    return seconds, timed
