"""Numbers as people read them: rounded once, half away from zero, from full precision.

The decimal digits of the shortest text that gives the number back are what is
rounded, so 0.125 to two digits is 0.13 and 2.675 to two decimals is 2.68, as a
reader with the printed number in hand would round it.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

__all__ = ["THIN", "at_least", "exact", "fixed", "grouped", "significant"]

THIN = "\u202f"
"""The narrow space between groups of three digits, at which no line is broken."""

_WIDE = Context(prec=800, rounding=ROUND_HALF_UP)
_PLAIN_FROM, _PLAIN_BELOW = -4, 9
"""Powers of ten between which numbers are written without an exponent."""


def significant(value: float, digits: int = 3) -> str:
    """`value` with `digits` significant figures, rounded half away from zero.

    Plain between 0.0001 and 1e9, else with an exponent. Not for NaN and infinity: what
    is missing has a word, not a number (`ValueError`).

    >>> significant(12345.6), significant(0.0012345), significant(9.995), significant(14)
    ('12300', '0.00123', '10.0', '14.0')
    """
    number = _decimal(value)
    if not number:
        return "0"
    rounded = _to_digits(number, digits)
    power = rounded.adjusted()
    if not _PLAIN_FROM <= power < _PLAIN_BELOW:
        return _with_exponent(rounded, power, digits)
    return format(rounded, "f")


def fixed(value: float, decimals: int) -> str:
    """`value` with a fixed number of decimals, rounded half away from zero.

    >>> fixed(0.25, 1), fixed(-2.675, 2), fixed(-0.01, 1)
    ('0.3', '-2.68', '0.0')
    """
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
    return format(rounded if rounded else abs(rounded), "f")


def at_least(value: float, digits: int = 3) -> str:
    """`value` with `digits` significant figures or more: no digit before the decimal sign is lost.

    For listings, where 12345.6 is 12346 and not 12300.

    >>> at_least(12345.6), at_least(0.0012345), at_least(14)
    ('12346', '0.00123', '14.0')
    """
    number = _decimal(value)
    if not number:
        return "0"
    power = _to_digits(number, digits).adjusted()
    if not _PLAIN_FROM <= power < _PLAIN_BELOW:
        return significant(value, digits)
    return fixed(value, max(0, digits - 1 - power))


def exact(value: float) -> str:
    """The shortest text that gives `value` back, a whole number without ``.0``; "" for NaN.

    >>> exact(14.0), exact(0.1), exact(float("nan"))
    ('14', '0.1', '')
    """
    return "" if math.isnan(value) else repr(float(value)).removesuffix(".0")


def grouped(text: str, gap: str = THIN) -> str:
    """A number's text with a gap between groups of three digits before the point, from five digits on.

    For pages and figures; a terminal and a file show plain digits, which can be copied.

    >>> grouped("54275", " "), grouped("1234567.5", " "), grouped("9000", " ")
    ('54 275', '1 234 567.5', '9000')
    """
    whole, point, rest = text.partition(".")
    digits = whole.lstrip("-−")
    if not digits.isdigit() or len(digits) < 5:
        return text
    head = len(digits) % 3 or 3
    parts = [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
    return whole[: len(whole) - len(digits)] + gap.join(parts) + point + rest


def _decimal(value: float) -> Decimal:
    """The shortest decimal that gives `value` back."""
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be rounded: show a word where there is no number")
    return Decimal(repr(float(value)))


def _to_digits(number: Decimal, digits: int) -> Decimal:
    """Rounded to significant figures; 9.995 becomes 10.0, not 10.00."""
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), context=_WIDE)
    if rounded.adjusted() > number.adjusted():
        rounded = rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - digits + 1), context=_WIDE)
    return rounded


def _with_exponent(rounded: Decimal, power: int, digits: int) -> str:
    mantissa = format(rounded.scaleb(-power, context=_WIDE), f".{digits - 1}f")
    return f"{mantissa}E{power:+03d}"
