"""What a cell of a workbook means as text: what people see; and why it is refused where that is something else than it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cartpk.readers.formats import Style, date_of
from cartpk.readers.grid import Content
from cartpk.readers.package import Book
from cartpk.readers.sheet import is_blank

__all__ = ["CellReader", "Understood", "seen", "shown"]

_NAMES = ("id", "text")
_OUTSIDE = re.compile(r"\[[^\[\]]+\][\w.]*!|'[^']*\[[^\[\]]+\][^']*'!|\||\b(?:RTD|WEBSERVICE)\(", re.IGNORECASE)
_UNSTEADY = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|CELL|INFO)\(", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_REMEDIES = {"id": "; an id must be a text cell", "text": "; a name must be a text cell"}


def shown(cells: Sequence[Content]) -> tuple[str, ...]:
    """The texts of some cells, as a finding shows them."""
    return tuple(seen(c) for c in cells)


def seen(cell: Content) -> str:
    """A cell as a finding shows it: as stored, a formula as such."""
    if cell.formula is not None:
        return f"={cell.formula}"
    return _number_text(cell.text) if cell.kind == "number" else cell.text


def _number_text(stored: str) -> str:
    """The shortest text of a stored number; a whole one without a point where it is stored so."""
    return str(int(stored)) if re.fullmatch(r"[+-]?[0-9]{1,300}", stored) else repr(float(stored))


@dataclass(frozen=True, slots=True)
class Understood:
    """A content as the text of a column: or why it is refused; `warn` is the rule of a warning on it."""

    text: str = ""
    refused: str = ""
    warn: str = ""


@dataclass(frozen=True, slots=True)
class CellReader:
    """How the cells of one table are understood: by the workbook's styles, its way of counting days, and whether zeros are hidden."""

    book: Book
    decimal: Literal[".", ","]
    hides_zeros: bool

    def understood(self, cell: Content, kind: str) -> Understood:
        """A content as text, or why it cannot stand in its column."""
        style = self.book.styles[cell.style]
        for why in self._oddities(cell, style, kind):
            return Understood(refused=why)
        if cell.kind == "number" and style.is_date:
            found = self._date(cell, style, kind)
        elif cell.kind == "number":
            found = self._number(cell, style, kind)
        elif cell.kind == "date" and kind not in ("", "date"):
            found = Understood(refused="holds a date or a time of day")
        else:
            found = Understood(cell.text)
        if cell.formula is not None and not found.refused:
            return Understood(found.text, warn="W-XLSX-FORMULA")
        return found

    def _oddities(self, cell: Content, style: Style, kind: str) -> Iterator[str]:
        """What no cell may be, whatever its type."""
        if is_blank(cell.text) and cell.formula is None:
            return
        if style.struck or cell.struck:
            yield "is struck through" if style.struck else "is struck through in part"
        if style.white:
            yield "is written in white on white"
        if cell.formula is not None:
            yield from self._formula(cell)
        if cell.kind == "error":
            yield "holds an error"
        if cell.kind == "no number":
            yield "holds a number that is not written as one"
        if cell.kind == "truth" and kind:
            yield "holds TRUE or FALSE"
        if cell.raised and kind == "number":
            yield "has raised or lowered digits, such as a power or the mark of a footnote"
        if cell.kind == "text" and style.hides_text:
            yield f"is shown by the format {style.format!r} as something else than its text"

    def _formula(self, cell: Content) -> Iterator[str]:
        """Formulas whose result is not there, or is not known to be the one that the sheet shows."""
        formula = _QUOTED.sub("", cell.formula or "")
        if not cell.kind:
            yield "is a formula without a stored result"
        elif self.book.by_hand:
            yield "is a formula in a workbook that is worked out by hand, so its result may be an old one"
        elif _OUTSIDE.search(formula):
            yield "is a formula that takes its result from another file or program"
        elif _UNSTEADY.search(formula):
            yield "is a formula whose result changes from day to day"

    def _date(self, cell: Content, style: Style, kind: str) -> Understood:
        if kind not in ("", "date"):
            return Understood(refused="holds a date or a time of day")
        try:
            return Understood(date_of(float(cell.text), style, self.book.from_1904))
        except (ValueError, OverflowError):
            return Understood(refused="holds a date that there is not")

    def _number(self, cell: Content, style: Style, kind: str) -> Understood:
        """A number as text; refused where Excel shows something else than it stores."""
        value, text = float(cell.text), _number_text(cell.text)
        whole = value.is_integer()
        if kind and not math.isfinite(value):
            return Understood(refused="holds a number that no cell can hold")
        if kind and value == 0 and self.hides_zeros:
            return Understood(refused="holds 0, which the sheet does not show")
        if kind in _NAMES and whole and abs(value) >= 1e15:
            return Understood(refused="holds a number of more than 15 digits, of which Excel keeps 15; an id must be a text cell")  # fmt: skip
        plain = str(int(value)) if whole and kind in _NAMES else text
        if kind in _NAMES and style.pads and whole and value >= 0:
            name = style.name(value) or plain
            return Understood(name, warn="W-XLSX-ZEROS" if name != plain else "")
        as_name = (kind == "id" and style.name(value) != plain) or (kind == "text" and style.zeros)
        if as_name or (kind and not style.shows(value)):
            remedy = _REMEDIES.get(kind, "")
            return Understood(refused=f"holds {text} but is shown by the format {style.format!r} as something else{remedy}")  # fmt: skip
        return Understood(plain.replace(".", ",") if kind == "number" and self.decimal == "," else plain)
