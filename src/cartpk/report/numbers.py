"""Numbers on the page: rounded once, decimal points in one line, digits grouped for the eye and not in the text.

The text of a number on the page is that of `cartpk.rounding`; the gap in 12 300 is drawn, so what is
copied is 12300.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from cartpk.rounding import THIN, fixed, grouped, significant
from cartpk.units import pretty

__all__ = [
    "DASH",
    "Aligned",
    "aligned",
    "day",
    "dose",
    "numeral",
    "shown",
    "unit_words",
    "width_class",
]

DASH = "–"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float, kind: str = "") -> str:
    """A value as text: counts whole, everything else with three significant figures; a dash where there is none.

    >>> shown(12345.6), shown(9.0, "count"), shown(float("nan"))
    ('12300', '9', '–')
    """
    if math.isnan(value):
        return DASH
    return fixed(value, 0) if kind == "count" else significant(value)


def day(value: float) -> str:
    """A day as people say it, without needless zeros.

    >>> day(90.0), day(10.25)
    ('90', '10.25')
    """
    return f"{value:.10g}"


def _grouped(whole: str) -> str:
    """Digits before the point, the groups of three told apart by elements that the style sheet spaces."""
    *front, last = grouped(whole).split(THIN)
    return "".join([*(f"<b>{escape(g)}</b>" for g in front), escape(last)])


def numeral(text: str) -> Markup:
    """A number in running words.

    >>> numeral("12300")
    Markup('<b>12</b>300')
    """
    whole, point, rest = text.partition(".")
    return Markup(f"{_grouped(whole)}{point}{escape(rest)}")


class Aligned(NamedTuple):
    """A number in a column; its marks stand above the line behind it."""

    text: str
    marks: str = ""

    @property
    def width(self) -> int:
        """Letters that follow the place of the decimal point."""
        _, point, rest = self.text.partition(".")
        return len(point + rest) + len(self.marks)

    def html(self, css: str = "") -> Markup:
        """What follows the point in a box of its own: boxes of one width put the points in one line.

        >>> Aligned("4.56", "a").html()
        Markup('4<i>.56<sup>a</sup></i>')
        """
        whole, point, rest = self.text.partition(".")
        sup = f"<sup>{escape(self.marks)}</sup>" if self.marks else ""
        box = f'<i class="{css}">' if css else "<i>"
        return Markup(f"{_grouped(whole)}{box}{point}{escape(rest)}{sup}</i>")


def aligned(rows: Sequence[Sequence[str | Aligned]]) -> list[tuple[Markup, ...]]:
    """The rows of a table of numbers, the boxes of each column as wide as the column needs.

    >>> aligned([["1.5"], ["12"]])[1]
    (Markup('12<i class="f2"></i>'),)
    """
    cells = [[c if isinstance(c, Aligned) else Aligned(c) for c in row] for row in rows]
    widths = [width_class(column) for column in zip(*cells, strict=True)]
    return [tuple(cell.html(css) for cell, css in zip(row, widths, strict=True)) for row in cells]


def width_class(column: Iterable[Aligned]) -> str:
    """The class of a column's boxes, f0 to f9."""
    return f"f{min(9, max((c.width for c in column), default=0))}"


def dose(value: float) -> str:
    """A dose as people write it.

    >>> dose(3e6), dose(1e7), dose(2.5e6), dose(480.0)
    ('3×10⁶', '10⁷', '2.5×10⁶', '480')
    """
    mantissa, power = f"{value:.5e}".split("e")
    if not 4 <= int(power) < 16:
        return f"{value:.6g}"
    lead = mantissa.rstrip("0").rstrip(".")
    ten = f"10{str(int(power)).translate(_SUPERSCRIPT)}"
    return ten if lead == "1" else f"{lead}×{ten}"


def unit_words(unit: str) -> str:
    """A unit as people read it."""
    return pretty(unit)
