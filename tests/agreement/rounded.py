"""Numbers rounded by hand, so that the code under test does not judge itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

__all__ = ["decimals", "exact", "mean", "median", "sd", "three_figures", "three_or_more"]


def three_figures(text: str | float) -> str:
    """Three significant figures, half away from zero; plain between 0.0001 and 1e9."""
    number = _decimal(text)
    if not number:
        return "0"
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - 2), rounding=ROUND_HALF_UP)
    if rounded.adjusted() > number.adjusted():
        rounded = rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - 2))
    if not -4 <= rounded.adjusted() < 9:
        return f"{rounded.scaleb(-rounded.adjusted()):.2f}E{rounded.adjusted():+03d}"
    return format(rounded, "f")


def three_or_more(text: str | float) -> str:
    """Three significant figures, and every digit before the decimal sign."""
    number = _decimal(text)
    if Decimal("999.5") <= abs(number) < Decimal("999999999.5"):
        return decimals(text, 0)
    return three_figures(text)


def decimals(text: str | float, places: int) -> str:
    """A fixed number of decimals, half away from zero."""
    return format(_decimal(text).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP), "f")


def exact(text: str | float) -> str:
    """As it is: nothing rounded, a whole number without decimals; "" for nothing."""
    return "" if text == "" else repr(float(text)).removesuffix(".0")


def _decimal(text: str | float) -> Decimal:
    return Decimal(repr(float(text)))


def mean(values: Sequence[float]) -> float:
    """The mean, in exact arithmetic."""
    return float(sum(map(Fraction, values)) / len(values))


def sd(values: Sequence[float]) -> float:
    """The standard deviation of a sample; the sum of squares in exact arithmetic."""
    middle = sum(map(Fraction, values)) / len(values)
    return math.sqrt(float(sum((Fraction(v) - middle) ** 2 for v in values) / (len(values) - 1)))


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered = sorted(map(Fraction, values))
    n = len(ordered)
    return float((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)
