"""A `Table` laid out for pages of one type: column widths, wrapped room, decimals in line, columns that go to further pages.

The body is set in a type whose letters are all of one width (Courier New), so
that a width is a count of letters, and decimals are brought into line by
indents from the right, which every word processor shows alike. The texts
themselves are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cartpk.language import say
from cartpk.tables.table import DASH, Cell, Column, Number, Row, Spanner, Table, shown
from cartpk.writers.imprint import Imprint, writable
from cartpk.writers.lines import has_wide, lines_of, longest_piece, wide

__all__ = ["LETTER", "MARGIN", "NOTE_SIZE", "Part", "TextRow", "footnotes", "layout", "lines_of", "wide"]

MARGIN = 0.75
"""Inches at the left and right edge."""
GAP = 1.5
"""Letters between columns: half a letter on each side of a cell, and a little so that rounding breaks no number."""
NBSP = "\N{NO-BREAK SPACE}"
SIZES = (9.0, 8.5, 8.0)
"""Points, the first that fits; a table that does not fit at the last is cut into parts by columns."""
LETTER = 0.6
"""Width of a letter of Courier, in its size."""
_NARROWEST = 10
_STUB = 24
_STRETCH = 1.25
_SHORT_HEADING = 8
"""Letters of a Chinese heading that stay on one line: four characters."""
_TALLEST_BLOCK = 20
"""Rows of a block that is kept on one page."""
_MOST_NOTE_LINES = 16
NOTE_SIZE = 8.0
"""Points of the footnotes."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row as text.

    Attributes:
        cells: ready to be set; `inset`: how many letters each keeps from its right edge, for decimals in line.
        heading: a text over the whole width; `indent`: of the first cell.
        lines: the height it takes; `keep`: stays on the page of the row after it.
    """

    cells: tuple[str, ...]
    inset: tuple[int, ...]
    heading: bool
    indent: int
    lines: int
    keep: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a table that stand on one page: headings, widths in letters, and the rows.

    `k` of `n` parts; `size` is that of the type, in points.
    """

    columns: tuple[Column, ...]
    spanners: tuple[Spanner, ...]
    widths: tuple[int, ...]
    rows: tuple[TextRow, ...]
    size: float
    k: int
    n: int

    def subtitled(self, subtitle: str) -> str:
        """The subtitle, with which part it is where there are several."""
        if self.n == 1:
            return subtitle
        return say("{subtitle} (columns, part {k} of {n})", subtitle=subtitle, k=self.k, n=self.n)

    @property
    def inches(self) -> tuple[float, ...]:
        """The widths of the columns."""
        return tuple((w + GAP) * self.size * LETTER / 72 for w in self.widths)


def layout(table: Table, imprint: Imprint) -> tuple[Part, ...]:
    """The parts of a table: one where it fits, else several that repeat the columns that name the rows."""
    cells, insets = _texts(table), _insets(table)
    room = imprint.size[0] - 2 * MARGIN
    wanted, least = _widths(table, cells, insets)
    for size in SIZES:
        letters = int(room * 72 / (size * LETTER) - GAP * len(wanted))
        if sum(least) <= letters:
            return (
                _part(table, cells, insets, _fitted(table.columns, wanted, least, letters), range(len(wanted)), size),
            )
    size = SIZES[-1]
    letters = int(room * 72 / (size * LETTER))
    groups = list(_cut(table, least, letters))
    parts = []
    for k, chosen in enumerate(groups, 1):
        some = int(letters - GAP * len(chosen))
        widths = _fitted(
            [table.columns[c] for c in chosen], [wanted[c] for c in chosen], [min(least[c], some) for c in chosen], some
        )
        parts.append(replace(_part(table, cells, insets, widths, chosen, size), k=k, n=len(groups)))
    return tuple(parts)


def _texts(table: Table) -> list[tuple[str, ...]]:
    """All cells as text; numbers do not break."""
    right = [column.align == "right" for column in table.columns]
    return [
        tuple(
            writable(shown(cell)).replace(" ", NBSP) if keep and isinstance(cell, Number) else writable(shown(cell))
            for cell, keep in zip(row.cells, right, strict=True)
        )
        for row in table.rows
    ]


def _insets(table: Table) -> list[tuple[int, ...]]:
    """How far each cell keeps from its right edge, so that the decimals of a column are in line within each block."""
    columns = [
        _column_insets(table, c) if column.align == "right" else [0] * len(table.rows)
        for c, column in enumerate(table.columns)
    ]
    return list(zip(*columns, strict=True))


def _column_insets(table: Table, c: int) -> list[int]:
    tails = [_tail(row.cells[c]) for row in table.rows]
    return [max(tails[a:b]) - tail for a, b in _blocks(table) for tail in tails[a:b]]


def _blocks(table: Table) -> Iterator[tuple[int, int]]:
    """From each heading to the next; where the first column is blank under its name, from each name to the next."""
    first = [row.cells[0] for row in table.rows]
    named = table.stub > 1 and "" in first
    starts = [i for i, row in enumerate(table.rows) if i and (row.kind == "heading" or (named and first[i] != ""))]
    return pairwise([0, *starts, len(first)] if first else [0])


def _tail(cell: Cell) -> int:
    """How many letters follow the place of the decimal sign."""
    if isinstance(cell, Number):
        whole = len(cell.text.partition("E")[0].partition(".")[0])
        return len(shown(cell)) - whole
    return len(cell) - len(DASH) if cell.startswith(f"{DASH} ") else 0


def _widths(
    table: Table, cells: Sequence[tuple[str, ...]], insets: Sequence[tuple[int, ...]]
) -> tuple[list[int], list[int]]:
    """The widths that columns want, and the least they can do with."""
    wanted, least = [], []
    for c, column in enumerate(table.columns):
        heading = writable(column.heading)
        heads = [wide(line) for line in heading.split("\n")]
        word = max(
            longest_piece(line) if not has_wide(line) else min(wide(line), _SHORT_HEADING)
            for line in heading.split("\n")
        )
        body = [
            wide(line) + inset[c] + (2 * row.indent if c == 0 else 0)
            for row, texts, inset in zip(table.rows, cells, insets, strict=True)
            if row.kind != "heading"
            for line in texts[c].split("\n")
        ]
        widest = max(body, default=1)
        if column.align == "right":
            fixed = max(word, widest)
            wanted.append(max(fixed, *heads))
            least.append(min(fixed, 60))
        else:
            longest = max((longest_piece(texts[c]) for texts in cells), default=1)
            want = max(word, min(widest, 60))
            wanted.append(want)
            least.append(max(1, min(want, _STUB if c < table.stub else max(_NARROWEST, word, min(longest, 24)))))
    return wanted, least


def _fitted(columns: Sequence[Column], wanted: Sequence[int], least: Sequence[int], letters: int) -> list[int]:
    """The widths a table asks for, or a little more, where there is room; else what its texts want; else a share of it."""
    asked = [max(w, column.width) for w, column in zip(wanted, columns, strict=True)]
    if sum(asked) <= letters:
        share = min(_STRETCH, letters / sum(asked))
        return [int(w * share) for w in asked]
    low, high = (wanted, asked) if sum(wanted) <= letters else (least, wanted)
    need = [h - w for w, h in zip(low, high, strict=True)]
    spare, total = max(0, letters - sum(low)), sum(need)
    return [w + (spare * n // total if total else 0) for w, n in zip(low, need, strict=True)]


def _cut(table: Table, least: Sequence[int], letters: int) -> Iterator[list[int]]:
    """The columns of each part; the stub stands in all of them."""
    stub = list(range(table.stub))
    start = float(sum(least[c] + GAP for c in stub))
    chosen, used = list(stub), start
    for c in range(table.stub, len(least)):
        if used + least[c] + GAP > letters and len(chosen) > len(stub):
            yield chosen
            chosen, used = list(stub), start
        chosen.append(c)
        used += least[c] + GAP
    yield chosen


def _part(
    table: Table, cells: Sequence[tuple[str, ...]], insets: Sequence[tuple[int, ...]], widths: Sequence[int],
    chosen: Sequence[int], size: float,
) -> Part:  # fmt: skip
    kept = _kept(table)
    rows = tuple(
        _text_row(row, [texts[c] for c in chosen], [inset[c] for c in chosen], widths, keep)
        for row, texts, inset, keep in zip(table.rows, cells, insets, kept, strict=True)
    )
    return Part(
        tuple(table.columns[c] for c in chosen), tuple(_spanners(table, list(chosen))), tuple(widths), rows, size, 1, 1
    )


def _kept(table: Table) -> list[bool]:
    """Which rows stay with the next: those of a block that fits on a page, but its last."""
    heading = [row.kind == "heading" for row in table.rows]
    blocks = list(_blocks(table))
    several = len(blocks) > 1 or any(heading)
    return [i < b - 1 and (heading[i] or (several and b - a <= _TALLEST_BLOCK)) for a, b in blocks for i in range(a, b)]


def _text_row(row: Row, texts: Sequence[str], insets: Sequence[int], widths: Sequence[int], keep: bool) -> TextRow:
    heading = row.kind == "heading"
    if heading:
        lines = lines_of(texts[0], sum(widths))
    else:
        room = [width - inset for width, inset in zip(widths, insets, strict=True)]
        lines = max(lines_of(text, width) for text, width in zip(texts, room, strict=True))
    return TextRow(tuple(texts), tuple(insets), heading, row.indent, lines, keep)


def _spanners(table: Table, chosen: Sequence[int]) -> Iterator[Spanner]:
    """The headings over columns, as far as the columns are there."""
    for spanner in table.spanners:
        places = [k for k, c in enumerate(chosen) if spanner.first <= c <= spanner.last]
        if places:
            yield Spanner(spanner.heading, places[0], places[-1])


def footnotes(notes: Sequence[str], imprint: Imprint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The notes that stand on each page, and those for which only the end of the table has room.

    The last one, program and data, goes on with the dates. A note has a line of its own; where that makes too many lines they run on, and what is still too much comes last.
    """
    texts = [writable(note) for note in notes]
    texts[-1:] = ["   ".join([*texts[-1:], *imprint.dates])]
    letters = int((imprint.size[0] - 2 * MARGIN) * 72 / (NOTE_SIZE * LETTER))
    if sum(lines_of(text, letters) for text in texts) <= _MOST_NOTE_LINES:
        return tuple(texts), ()
    if lines_of("  ".join(texts), letters - 8) <= _MOST_NOTE_LINES:
        return ("  ".join(texts),), ()
    kept: list[str] = []
    for text in texts:
        if lines_of("  ".join([*kept, text]), letters - 8) > _MOST_NOTE_LINES - 1:
            break
        kept.append(text)
    return ("  ".join([*kept, say("Further notes stand at the end.")]),), tuple(texts[len(kept) :])
