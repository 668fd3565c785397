"""A covariate's text as a number, by one strict pattern."""

from __future__ import annotations

import math
import re

__all__ = ["number_of"]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def number_of(text: str) -> float:
    """The number that `text` writes, NaN where it writes none or an infinite one.

    >>> number_of(" 1e6 "), number_of("1,000,000")
    (1000000.0, nan)
    """
    plain = text.strip()
    number = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    return number if math.isfinite(number) else math.nan
