"""The part of a worksheet as a stream: `WorksheetReading` keeps of each cell a code into what was met, and what the sheet hides or joins.

Rows stand in the sheet's data, cells in rows, one value, formula and text in a cell; where they stand elsewhere or
twice the part is damaged, since what a cell holds would be a guess.
"""

from __future__ import annotations

from array import array

from cartpk.readers.addresses import COLUMNS, ROWS, column_of
from cartpk.readers.damage import DamageError
from cartpk.readers.package import DEEPEST, LocalNames, TextTaker, is_true, parser_of

__all__ = ["Stored", "WorksheetReading"]

UNSEEN = 1.0  # points of height, and ten times the characters of width, below which nothing is seen
MOST_AREAS = 100_000  # merged cells, hidden columns, formulas over several cells

Stored = tuple[str, str, str, str | None, bool, bool]
"""Type, value, style, formula, struck, raised, as they stand in the part."""

_OUTSIDE, _DATA, _ROW, _CELL, _TEXT, _INLINE = range(6)
_PARENT = {"sheetData": _OUTSIDE, "row": _DATA, "c": _ROW, "v": _CELL, "f": _CELL, "is": _CELL}
"""What each element of the data must stand in."""


class _Codes(dict[Stored, int]):
    def __missing__(self, found: Stored) -> int:
        self[found] = code = len(self)
        return code


class WorksheetReading:
    """A worksheet on its way through the parser."""

    def __init__(self) -> None:
        self.parser = parser_of()
        self.parser.StartElementHandler = self._root
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.rows, self.columns, self.codes = array("i"), array("i"), array("i")
        self.seen = _Codes()
        self.merged: list[str] = []
        self.hidden_columns: list[tuple[int, int, str]] = []
        self.spread: list[tuple[str, str]] = []
        """Areas that one formula fills, and the formula."""
        self.hides_zeros = False
        self._hidden_rows: dict[int, str] = {}
        self._with_height: set[int] = set()
        self._all_hidden = False
        self._known: dict[str, int] = {}
        self._shared: dict[str, str] = {}
        self._names = LocalNames("")
        self._in = _OUTSIDE
        self._others = 0  # open elements that are neither data nor parts of a text
        self._row = self._column = 0
        self._row_text = ""
        self._cell: dict[str, str] = {}
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._about: dict[str, str] = {}
        self._taking: list[str] | None = None
        self._inline: TextTaker | None = None

    def hidden_rows(self) -> dict[int, str]:
        """Row -> why it cannot be seen."""
        if not self._all_hidden:
            return self._hidden_rows
        rest = set(self.rows) - self._with_height
        return self._hidden_rows | dict.fromkeys(sorted(rest), "is hidden, as all rows without a height are")

    # --- elements ----------------------------------------------------------------------------------------------------

    def _root(self, name: str, given: dict[str, str]) -> None:
        self._names = LocalNames(name)
        if self._names[name] != "worksheet":
            raise DamageError("the part of a worksheet is something else")
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = self._names[name]
        parent = _PARENT.get(name)
        if parent is None or self._others:
            self._start_other(name, given)
            return
        if self._in != parent:
            raise DamageError("a row, a cell or its value stands where it may not")
        if name == "c":
            self._in = _CELL
            self._cell = given
            self._value = self._formula = self._inline = None
        elif name == "v":
            self._in = _TEXT
            self._taking = self._value = _only(self._value)
        elif name == "row":
            self._in = _ROW
            self._start_row(given)
        elif name == "f":
            self._in = _TEXT
            self._about = given
            self._taking = self._formula = _only(self._formula)
        elif name == "is":
            self._in = _INLINE
            if self._inline is not None:
                raise DamageError("a cell holds two values")
            self._inline = TextTaker()
        else:
            self._in = _DATA

    def _start_row(self, given: dict[str, str]) -> None:
        number = given.get("r")
        self._row = self._row + 1 if number is None else int(number)
        self._row_text = str(self._row)
        self._column = 0
        if not 1 <= self._row <= ROWS:
            raise DamageError("a row beyond the last one")
        height = given.get("ht")
        if is_true(given.get("hidden")):
            self._hidden_rows[self._row] = "is hidden"
        elif height is not None and float(height) < UNSEEN:
            self._hidden_rows[self._row] = "has no height"
        if height is not None:
            self._with_height.add(self._row)

    def _start_other(self, name: str, given: dict[str, str]) -> None:
        """What is no data: the text of a cell, what the sheet hides or joins, and the rest, which is passed over."""
        self._others += 1
        if self._others > DEEPEST:
            raise DamageError("a part holds more than any workbook does")
        if self._in == _INLINE and self._inline is not None:
            self._inline.start(name, given)
        elif self._in != _OUTSIDE:
            if self._others == 1 and (name != "extLst" or self._in == _TEXT):
                raise DamageError("a row, a cell or its value holds something else")
        elif name == "mergeCell":
            self.merged.append(given.get("ref", ""))
        elif name == "sheetView":
            self.hides_zeros |= not is_true(given.get("showZeros", "1"))
        elif name == "sheetFormatPr":
            self._all_hidden = is_true(given.get("zeroHeight"))
        elif name == "col":
            width = given.get("width")
            narrow = width is not None and float(width) < UNSEEN / 10
            if is_true(given.get("hidden")) or narrow:
                why = "is hidden" if is_true(given.get("hidden")) else "has no width"
                self.hidden_columns.append((int(given["min"]), int(given["max"]), why))
        if len(self.merged) + len(self.hidden_columns) > MOST_AREAS:
            raise DamageError("a sheet joins or hides more than can be told")

    def _data(self, text: str) -> None:
        if self._taking is not None:
            self._taking.append(text)
        elif self._inline is not None:
            self._inline.data(text)

    def _end(self, name: str) -> None:
        if self._others:
            self._others -= 1
            if self._in == _INLINE and self._inline is not None:
                self._inline.end(self._names[name])
        elif self._in >= _TEXT:
            self._taking = None
            self._in = _CELL
        else:
            if self._in == _CELL:
                self._end_cell()
            self._in = max(self._in - 1, _OUTSIDE)

    # --- cells -------------------------------------------------------------------------------------------------------

    def _end_cell(self) -> None:
        given = self._cell
        self._column = column = self._place(given.get("r"))
        kind, struck, raised = given.get("t", "n"), False, False
        value = "" if self._value is None else "".join(self._value)
        if (self._inline is not None and kind != "inlineStr") or (value and kind == "inlineStr"):
            raise DamageError("a cell holds a text that is not of its type")
        if self._inline is not None:
            text = self._inline.taken()
            value, struck, raised = text.text, text.struck, text.raised
            self._inline = None
        if not value and self._formula is None:
            return
        formula = None if self._formula is None else self._whole_formula("".join(self._formula))
        self.rows.append(self._row)
        self.columns.append(column)
        self.codes.append(self.seen[kind, value, given.get("s", "0"), formula, struck, raised])

    def _whole_formula(self, formula: str) -> str:
        """The formula of a cell, which may stand in another one; areas that it fills are noted."""
        about = self._about
        if about.get("t") == "shared":
            if formula:
                self._shared[about.get("si", "")] = formula
            elif about.get("si", "") not in self._shared:
                raise DamageError("a cell shares a formula that is not there")
            return self._shared[about.get("si", "")]
        if about.get("t") in ("array", "dataTable") and ":" in about.get("ref", ""):
            self.spread.append((about["ref"], formula))
            if len(self.spread) > MOST_AREAS // 10:
                raise DamageError("a sheet joins or hides more than can be told")
        return formula

    def _place(self, reference: str | None) -> int:
        """The column of a cell."""
        if reference is None:
            if self._column >= COLUMNS:
                raise DamageError("a column beyond the last one")
            return self._column + 1
        text = reference.rstrip("0123456789")
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = column_of(text)
        if reference[len(text) :] != self._row_text:
            raise DamageError("a cell names another row than the one it stands in")
        return known


def _only(before: list[str] | None) -> list[str]:
    """Where a value is collected, if there was none before."""
    if before is not None:
        raise DamageError("a cell holds two values")
    return []
