"""What a reference says beside what cartpk found: `Compared`."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Compared", "half_a_unit", "number", "printed", "text"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One value held against its reference.

    Attributes:
        item: whose it is: a subject, a data set, a file.
        quantity: what it is.
        expected, found: two numbers, or two texts (a reason, a hash), which must be the same to the letter.
        within: how far apart two numbers may be, in their own unit; 0: the same to the last bit.
    """

    item: str
    quantity: str
    expected: float | str
    found: float | str
    within: float = 0.0

    @property
    def deviation(self) -> float:
        """How far apart the numbers are; of texts 0 where they are the same, else NaN."""
        if isinstance(self.expected, str) or isinstance(self.found, str):
            return 0.0 if self.expected == self.found else math.nan
        return abs(self.found - self.expected)

    @property
    def relative(self) -> float:
        """The deviation in units of the reference; infinite beside a reference of 0."""
        if self.deviation == 0 or isinstance(self.expected, str):
            return self.deviation
        return self.deviation / abs(self.expected) if self.expected else math.inf

    @property
    def passed(self) -> bool:
        """Whether it lies within its tolerance; what is no number never does."""
        return self.deviation <= self.within

    @property
    def name(self) -> str:
        """Whose and what."""
        return f"{self.item} {self.quantity}".strip()

    def __str__(self) -> str:
        if isinstance(self.expected, str) or isinstance(self.found, str):
            return f"{self.name}: expected {self.expected}, found {self.found}"
        return (
            f"{self.name}: expected {self.expected!r}, found {self.found!r}, "
            f"apart {self.deviation:.3g}, allowed {self.within:.3g}"
        )


def number(item: str, quantity: str, expected: float, found: float, relative: float) -> Compared:
    """A number known to `relative`; a reference of 0 must be met exactly."""
    return Compared(item, quantity, float(expected), float(found), relative * abs(float(expected)))


def printed(item: str, quantity: str, expected: str, found: float) -> Compared:
    """A number known as it was printed: to half a unit of its last digit."""
    return Compared(item, quantity, float(expected), float(found), half_a_unit(expected))


def text(item: str, quantity: str, expected: str, found: str) -> Compared:
    """Two texts."""
    return Compared(item, quantity, expected, found)


def half_a_unit(text: str) -> float:
    """Half a unit of the last digit of a printed number, with room for how floats hold it.

    >>> half_a_unit("147.23"), half_a_unit("4")
    (0.005000001, 0.5000001)
    """
    return round(0.5000001 * 10.0 ** -len(text.partition(".")[2]), 20)
