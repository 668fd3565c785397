"""A table of a study report as a value: `Table`; the writers read it, whatever they write.

Layout is not in the values: a cell is text or a `Number`, which carries the
number, the text people read and the mark that leads to a footnote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Align", "Cell", "Column", "Number", "Row", "Spanner", "Table", "missing", "shown"]

Align = Literal["left", "right", "center"]

DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a cell: `text` is how it is shown, `mark` the letters of its footnotes.

    In a table of statistics `value` is the rounded number that `text` says; in a listing it has full precision.
    """

    value: float
    text: str
    mark: str = ""


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading (lines are cut by ``\\n``), alignment, and width in characters of the body's type."""

    heading: str
    align: Align = "right"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Spanner:
    """A heading over the neighbouring columns `first` to `last`, both included, counted from 0."""

    heading: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, one a column; a `heading` row has text in its first cell alone and starts a block."""

    cells: tuple[Cell, ...]
    kind: Literal["data", "heading"] = "data"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table or listing.

    Attributes:
        number: place in the study report, ``14.2.1``.
        id: shell in the TLG catalogue, ``pkpt02``.
        kind: ``Table`` or ``Listing``.
        title, subtitle: what it shows; of whom, by which assay and in which unit.
        columns: headings, alignment and widths; the first `stub` of them name the rows.
        spanners: headings over columns.
        rows: `Row` of as many cells as there are columns.
        footnotes: marks, words and rules, one sentence or more each.
    """

    number: str
    id: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stub: int = 1
    spanners: tuple[Spanner, ...] = ()
    footnotes: tuple[str, ...] = ()
    kind: Literal["Table", "Listing"] = "Table"
    name: str = field(init=False, default="")

    def __post_init__(self) -> None:
        for i, row in enumerate(self.rows):
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.number} row {i} has {len(row.cells)} cells for {len(self.columns)} columns"
                )
        for spanner in self.spanners:
            if not 0 <= spanner.first <= spanner.last < len(self.columns):
                raise ValueError(f"table {self.number}: {spanner} does not lie over its columns")
        object.__setattr__(self, "name", f"{self.kind[0].lower()}-{self.number.replace('.', '-')}-{self.id}")

    def __repr__(self) -> str:
        return (
            f"{self.kind} {self.number} ({self.id}): {self.title}, {len(self.rows)} rows, {len(self.columns)} columns"
        )


def shown(cell: Cell) -> str:
    """A cell as text, with its mark.

    >>> shown(Number(12346.7, "12347", "a"))
    '12347 a'
    """
    if isinstance(cell, str):
        return cell
    return f"{cell.text} {cell.mark}" if cell.mark else cell.text


def missing(mark: str = "") -> str:
    """The cell of a value that is missing, with the mark that tells why."""
    return f"{DASH} {mark}" if mark else DASH
