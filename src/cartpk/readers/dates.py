"""Dates, told from numbers where days are expected."""

from __future__ import annotations

import re

__all__ = ["looks_like_date"]

_DATE = re.compile(
    r"[0-9]{4}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}日?)?(?:[T ].*)?"  # 2024-03-01, 2024年3月1日
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}(?:[T ].*)?"  # 01/03/2024
    r"|[0-9]{1,2}[-/. ]?[A-Za-z]{3,9}[-/. ,]*[0-9]{2,4}(?:[T: ].*)?"  # 01MAR2024
    r"|[A-Za-z]{3,9}[-/. ]+[0-9]{1,2}[-/. ,]+[0-9]{2,4}(?:[T ].*)?"  # March 1, 2024
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?"  # 08:30
    r"|[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}[- ]?(?:[A-Za-z]{3}|月[0-9]{1,2}日)",  # 3/1, 3-Mar
)


def looks_like_date(text: str) -> bool:
    """Whether a text is a date or a time of day, in any of the usual spellings.

    >>> [looks_like_date(t) for t in ("2024-03-01", "1/3/24", "01MAR2024", "7", "-0.5")]
    [True, True, True, False, False]
    """
    return _DATE.fullmatch(text.strip()) is not None
