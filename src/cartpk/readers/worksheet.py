"""The part of a worksheet as a stream: `WorksheetReading` keeps of each cell a code into what was met, and what the sheet hides or joins."""

from __future__ import annotations

from array import array

from cartpk.readers.addresses import ROWS, column_of
from cartpk.readers.damage import DamageError
from cartpk.readers.package import TextTaker, is_true, parser_of

__all__ = ["Stored", "WorksheetReading"]

UNSEEN = 1.0  # points of height, and ten times the characters of width, below which nothing is seen

Stored = tuple[str, str, str, str | None, bool, bool]
"""Type, value, style, formula, struck, raised, as they stand in the part."""


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
        self.hides_zeros = False
        self._hidden_rows: dict[int, str] = {}
        self._with_height: set[int] = set()
        self._all_hidden = False
        self._known: dict[str, int] = {}
        self._row = self._column = 0
        self._row_text = ""
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._taking: list[str] | None = None
        self._inline: TextTaker | None = None
        self._prefix = 0

    def hidden_rows(self) -> dict[int, str]:
        """Row -> why it cannot be seen."""
        if not self._all_hidden:
            return self._hidden_rows
        rest = set(self.rows) - self._with_height
        return self._hidden_rows | dict.fromkeys(sorted(rest), "is hidden, as all rows without a height are")

    def _root(self, name: str, given: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if local != "worksheet":
            raise DamageError("the part of a worksheet is something else")
        self._prefix = len(prefix) + 1 if prefix else 0
        self.parser.StartElementHandler = self._start
        self._start_other(local, given)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if self._prefix:
            name = name[self._prefix :]
        if name == "c":
            self._cell = given
            self._value = []
            self._formula = None
            self._inline = None
        elif name == "v":
            self._taking = self._value
        elif name == "row":
            self._start_row(given)
        elif name == "f":
            self._taking = self._formula = []
        elif name == "is":
            self._inline = TextTaker()
        elif self._inline is not None:
            self._inline.start(name, given)
        else:
            self._start_other(name, given)

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
        if name == "mergeCell":
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

    def _data(self, text: str) -> None:
        if self._taking is not None:
            self._taking.append(text)
        elif self._inline is not None:
            self._inline.data(text)

    def _end(self, name: str) -> None:
        if self._prefix:
            name = name[self._prefix :]
        if name in ("v", "f"):
            self._taking = None
        elif name == "c":
            self._end_cell()
        elif self._inline is not None:
            self._inline.end(name)

    def _end_cell(self) -> None:
        given = self._cell
        self._column = self._place(given.get("r"))
        value, formula, struck, raised = "".join(self._value), self._formula, False, False
        if self._inline is not None:
            text = self._inline.taken()
            value, struck, raised = text.text, text.struck, text.raised
            self._inline = None
        if not value and formula is None:
            return
        shown = None if formula is None else "".join(formula)
        self.rows.append(self._row)
        self.columns.append(self._column)
        self.codes.append(self.seen[given.get("t", "n"), value, given.get("s", "0"), shown, struck, raised])

    def _place(self, reference: str | None) -> int:
        """The column of a cell."""
        if reference is None:
            return self._column + 1
        text = reference.rstrip("0123456789")
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = column_of(text)
        if reference[len(text) :] != self._row_text:
            raise DamageError("a cell names another row than the one it stands in")
        return known
