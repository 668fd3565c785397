"""Whether two reports of one result agree: as received and in standard form, as number and as text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from cartpk.readers.cells import Decimal as Sign
from cartpk.readers.reported import reported_of
from cartpk.samples import State
from cartpk.units import conversion, find_unit

__all__ = ["contradiction", "same_number"]

_CLOSE = Decimal("0.005")


def same_number(one: str, other: str, factor: float = 1.0) -> bool:
    """Whether two numbers agree as far as the one with fewer digits goes, and within half a percent.

    `factor` brings `one` to the unit of `other`.

    >>> [same_number("12.345", "12.3"), same_number("12.345", "12.4"), same_number("1.5", "1500", 1000.0)]
    [True, False, True]
    """
    try:
        a, b = Decimal(one.strip()), Decimal(other.strip())
    except InvalidOperation:
        return False
    scaled = a * Decimal(repr(factor))
    if scaled == b:
        return True
    last = max(_last_place(a) * Decimal(repr(factor)), _last_place(b))
    gap = abs(scaled - b)
    return gap <= last * Decimal("0.5000001") and gap <= _CLOSE * max(abs(scaled), abs(b))


def _last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)


def contradiction(
    one: str, other: str, decimal: Sign, words: tuple[str, ...], units: tuple[str, str] = ("", "")
) -> str:
    """What does not agree between a result and its other form, as the end of a sentence; nothing where they agree or cannot be compared.

    Below the limit against a number is left to who knows the limit.
    """
    said = reported_of([one, other], decimal, words)
    a, b = (State(int(s)) for s in said.state)
    if State.UNREADABLE in (a, b):
        return ""  # an error of its own where it counts
    if a is State.MISSING and b is State.MISSING:
        return ""
    if State.MISSING in (a, b):
        return "one of them holds no result"
    if a is not b:
        return "one of them is a number, the other is below the limit"
    if a is State.BLQ:
        limits = said.limit.tolist()
        differ = limits[0] == limits[0] and limits[1] == limits[1] and limits[0] != limits[1]
        return "their limits differ" if differ and units[0] == units[1] else ""
    factor = _factor(*units)
    if factor is None:
        return ""
    if decimal == ",":
        one, other = one.replace(",", "."), other.replace(",", ".")
    return "" if same_number(one, other, factor) else "they are different numbers"


def _factor(unit: str, other: str) -> float | None:
    """What brings a number from one unit to another; None where that is not known."""
    if unit.strip() == other.strip() or not unit.strip() or not other.strip():
        return 1.0
    a, b = find_unit(unit), find_unit(other)
    return None if a is None or b is None else conversion(a, b)
