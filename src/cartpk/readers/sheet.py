"""A table of text as it stands in a file, before anything is understood: `Sheet`.

Every container (delimited text, a workbook) becomes a `Sheet`; every layout
(one row a sample) is read from one. Columns are codes into distinct texts, so a
million rows stay small and each distinct text is understood once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Finding
from cartpk.labels import Labels

__all__ = ["Column", "ColumnBuilder", "Oddity", "Sheet", "is_blank"]


class _Codes(dict[str, int]):
    """Text -> code, in order of first appearance."""

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`texts[codes[i]]` is the cell of row i; the texts are distinct and in no order."""

    codes: NDArray[np.int32]
    texts: tuple[str, ...]

    def __getitem__(self, row: int) -> str:
        return self.texts[int(self.codes[row])]

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Column:
        """The cells of some rows."""
        return Column(self.codes[rows], self.texts)

    def where(self, level: Iterable[bool]) -> NDArray[np.bool_]:
        """Rows whose text is marked in `level`, one mark a distinct text."""
        marks: NDArray[np.bool_] = np.fromiter(level, bool, len(self.texts))
        return marks[self.codes] if len(marks) else np.zeros(len(self.codes), bool)

    def labels(self, texts: Sequence[str] | None = None) -> Labels:
        """`Labels` of the cells, or of `texts` put in the place of the distinct ones; only texts in use."""
        texts = self.texts if texts is None else texts
        used = np.bincount(self.codes, minlength=len(texts)) > 0
        codes = _Codes()
        new = np.fromiter((codes[t] if u else 0 for t, u in zip(texts, used.tolist(), strict=True)), np.int32)
        return Labels.of_codes(new[self.codes], tuple(codes))


class ColumnBuilder:
    """Collects the cells of one column, block by block."""

    __slots__ = ("_blocks", "_codes")

    def __init__(self) -> None:
        self._codes = _Codes()
        self._blocks: list[NDArray[np.int32]] = []

    def add(self, cells: Sequence[str]) -> None:
        """Append one block of cells."""
        self._blocks.append(np.fromiter(map(self._codes.__getitem__, cells), np.int32, len(cells)))

    def column(self) -> Column:
        """The whole column."""
        codes = np.concatenate(self._blocks) if self._blocks else np.empty(0, np.int32)
        return Column(codes, tuple(self._codes))


@dataclass(frozen=True, slots=True)
class Oddity:
    """A row that could not be put into the columns: its place, the rule it breaks, its cells."""

    row: int
    rule: str
    message: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sheet:
    """Header and cells of one table.

    Attributes:
        header: the headers as they stand; `header_row` is their row (1 for the first of the file, 0 where names stand in no row).
        columns: one a header, all of the same length.
        record: row of each row of cells, as an editor shows it.
        oddities: rows set aside since they do not fit the header.
        refused: (row, column) of cells that a fault names already; they stand as blanks.
        faults: findings on the file as a whole, and on refused cells.
        under: header that each result stood under, where the table had one column a visit.
        encoding, delimiter, name: how it was read; `name` is the worksheet's.
        guessed: the encoding is neither told by the plan or a mark, nor UTF-8.
        notes: sentences of what was found out.
    """

    header: tuple[str, ...] = ()
    header_row: int = 1
    columns: tuple[Column, ...] = ()
    record: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    oddities: tuple[Oddity, ...] = ()
    refused: frozenset[tuple[int, int]] = frozenset()
    faults: tuple[Finding, ...] = ()
    under: Column | None = None
    encoding: str = ""
    guessed: bool = False
    delimiter: str = ""
    name: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.record)


def is_blank(text: str) -> bool:
    """Whether a cell shows nothing."""
    return not text or text.isspace()
