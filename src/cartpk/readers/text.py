"""Delimited text -> `Sheet`: encoding, delimiter, header and rows, with the fields of every row counted.

The parser is the standard library's `csv` in its strict mode, fed in blocks that
fit the cache. A block in which every row is one line with as many cells as the
header is taken whole; any other goes row by row, so that each odd row is named
and those after it are still read.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.findings import Finding
from cartpk.input_rules import InputRules
from cartpk.readers.aliases import score
from cartpk.readers.sheet import ColumnBuilder, Oddity, Sheet, is_blank
from cartpk.rulebook import finding

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["read_text"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
BLOCK = 1 << 15  # bytes: the cells of a block stay in the processor's cache, which halves the time
LONGEST = 1 << 20  # characters of one row; beyond it a quote was opened and never closed
TITLE_ROWS = 20  # rows above the header that are looked at

_MAGIC = (
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "an RTF document"),
    (b"HEADER RECORD*******LIBRARY", "a SAS transport file"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def read_text(data: bytes, file: str, rules: InputRules) -> Sheet:
    """The table in a text file; what is wrong with it rides in the sheet."""
    fault = _not_text(data, file, rules)
    if fault:
        return Sheet(faults=(fault,))
    encoding, fault = _encoding_of(data, file, rules)
    if fault:
        return Sheet(faults=(fault,))
    head = next(_line_blocks(_texts(data, encoding, LONGEST)), "")
    header = _find_header(head, rules)
    if header is None:
        return Sheet(faults=(_no_header(head, file),), encoding=encoding)
    rows = _Rows(header)
    for block in _line_blocks(_texts(data, encoding, BLOCK)):
        rows.take(block)
    return rows.sheet(file, encoding, len(rules.encoding or ""))


def _not_text(data: bytes, file: str, rules: InputRules) -> Finding | None:
    """The finding of a file that is empty or no text."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0\x1a,;"):
        return finding("E-FILE-EMPTY", file=file)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return finding("E-FILE-NOT-TEXT", f"The file is {name}, not a text file.", file=file)
    wide = rules.encoding is not None or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in data:
        message = (
            "The file holds zero bytes, so it is not a text file (or UTF-16 without its mark: name it in the plan)."
        )
        return finding("E-FILE-NOT-TEXT", message, file=file)
    return None


def _encoding_of(data: bytes, file: str, rules: InputRules) -> tuple[str, Finding | None]:
    """The encoding that the whole file can be read in: the plan's, the mark's, UTF-8, GB18030."""
    if rules.encoding is not None:
        if not _is_encoding(rules.encoding):
            raise RulesError(f"[input] encoding: {rules.encoding!r} is not an encoding, such as gb18030")
        name = "utf-8-sig" if codecs.lookup(rules.encoding).name == "utf-8" else rules.encoding
        bad = _first_bad_byte(data, name)
        return name, None if bad is None else _cannot_decode(data, bad, f"not {rules.encoding}", file)
    for mark, name in _BOMS:
        if data.startswith(mark):
            bad = _first_bad_byte(data, name)
            return name, None if bad is None else _cannot_decode(data, bad, f"not {name} as its mark says", file)
    bad = _first_bad_byte(data, "utf-8")
    if bad is None:
        return "utf-8", None
    if _damaged_utf8(data):
        return "utf-8", _cannot_decode(data, bad, "damaged UTF-8", file)
    bad_too = _first_bad_byte(data, "gb18030")
    if bad_too is None:
        return "gb18030", None
    return "gb18030", _cannot_decode(data, bad_too, "neither UTF-8 nor GB18030", file)


def _is_encoding(name: str) -> bool:
    """Whether Python knows a way from bytes to text by this name, piece by piece."""
    try:
        codecs.getincrementaldecoder(name)
        b" ".decode(name)
    except UnicodeError:
        return True
    except LookupError:
        return False
    return True


def _first_bad_byte(data: bytes, encoding: str) -> int | None:
    """Where decoding fails, or None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for at in range(0, len(data), LONGEST):
        before = len(decoder.getstate()[0])
        try:
            decoder.decode(data[at : at + LONGEST], at + LONGEST >= len(data))
        except UnicodeDecodeError as error:
            return max(0, at - before + error.start)
        except UnicodeError:
            return at
    return None


def _damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8, so that GB18030 would turn it into other letters."""
    text = data.decode("utf-8", "replace")
    bad = text.count("�")
    return sum(not c.isascii() for c in text) - bad > bad


def _cannot_decode(data: bytes, at: int, what: str, file: str) -> Finding:
    row = len(data[:at].splitlines()) + (data[:at].endswith((b"\n", b"\r")) or not at)
    message = f"The byte 0x{data[at]:02X} in row {row} is {what}."
    return finding("E-FILE-ENCODING", message, file=file, row=row, value=f"0x{data[at]:02X}")


def _texts(data: bytes, encoding: str, size: int) -> Iterator[str]:
    """The text, piece by piece, without its mark."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for at in range(0, len(data), size):
        text = decoder.decode(data[at : at + size], at + size >= len(data))
        yield text.removeprefix("\ufeff") if not at else text


def _line_blocks(texts: Iterator[str]) -> Iterator[str]:
    """The same text cut where lines end; a final carriage return may be half of a line end, so it waits."""
    parts: list[str] = []
    held = ""
    for text in texts:
        text = held + text
        held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r")
        cut = 1 + max(text.rfind("\n"), text.rfind("\r"))
        if cut:
            yield "".join([*parts, text[:cut]])
            parts = []
        parts.append(text[cut:])
    rest = "".join([*parts, held])
    if rest:
        yield rest


@dataclass(frozen=True, slots=True)
class _Header:
    """The header as found: its cells, the delimiter, the rows above it, its first and last line."""

    cells: tuple[str, ...]
    delimiter: str
    above: tuple[Oddity, ...]
    row: int
    last_line: int


def _find_header(head: str, rules: InputRules) -> _Header | None:
    """The line that names most of our columns, cut by the delimiter that makes it so; else the first line."""
    best: tuple[int, int, _Header] | None = None
    for delimiter in [rules.delimiter] if rules.delimiter else DELIMITERS:
        above: list[Oddity] = []
        for row, last_line, cells in _first_records(head, delimiter):
            header = _Header(cells, delimiter, tuple(above), row, last_line)
            rank = (score(cells, rules), len(cells) if not above else 0)
            if best is None or rank[0] > max(best[0], 1) or (rank[0] == best[0] and rank[1] > best[1]):
                best = (*rank, header)
            above.append(Oddity(row, "E-ROW-NOT-DATA", "The row stands above the header.", cells))
    return None if best is None else best[2]


def _first_records(head: str, delimiter: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(row, last line, cells) of the first rows that hold anything."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
    line, n = 0, 0
    try:
        for cells in reader:
            if not all(map(is_blank, cells)):
                yield line + 1, reader.line_num, tuple(cells)
                n += 1
            line = reader.line_num
            if n == TITLE_ROWS:
                return
    except csv.Error:
        return


def _no_header(head: str, file: str) -> Finding:
    """The finding of a text in which no header can be parsed: blank lines only, or a quote without end."""
    if is_blank(head):
        return finding("E-FILE-EMPTY", file=file)
    lines = io.StringIO(head, newline="").readlines()
    row = next(i for i, line in enumerate(lines, 1) if not is_blank(line))
    return finding("E-ROW-QUOTE", "The header opens a quote and does not close it.", file=file, row=row, value=lines[row - 1].rstrip("\r\n")[:200])  # fmt: skip


@dataclass(slots=True)
class _Rows:
    """Rows as they are parsed, column by column."""

    header: _Header
    line: int = 0  # lines taken so far
    waiting: str = ""  # a row that is not complete yet
    builders: list[ColumnBuilder] = field(default_factory=list)
    records: list[NDArray[np.int64]] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.builders = [ColumnBuilder() for _ in self.header.cells]

    def take(self, block: str) -> None:
        """Parse one block of whole lines."""
        text = self.waiting + block
        self.waiting = ""
        lines = io.StringIO(text, newline="").readlines()
        skip = min(max(self.header.last_line - self.line, 0), len(lines))
        self.line += skip
        lines = lines[skip:]
        if lines and not self._whole(lines):
            self._row_by_row(lines, last=False)

    def _whole(self, lines: list[str]) -> bool:
        """Take a block in which each line is a row with as many cells as the header; False if it is not so."""
        reader = self._reader(lines, 0)
        try:
            rows = list(reader)
        except csv.Error:
            return False
        if len(rows) != len(lines) or set(map(len, rows)) != {len(self.header.cells)}:
            return False
        self._add(rows, np.arange(self.line + 1, self.line + 1 + len(rows)))
        self.line += len(lines)
        return True

    def _reader(self, lines: list[str], at: int) -> Reader:
        return csv.reader(map(lines.__getitem__, range(at, len(lines))), delimiter=self.header.delimiter, strict=True)

    def _add(self, rows: Sequence[Sequence[str]], records: NDArray[np.int64]) -> None:
        for builder, cells in zip(self.builders, zip(*rows, strict=True), strict=True):
            builder.add(cells)
        self.records.append(records)

    def _row_by_row(self, lines: list[str], last: bool) -> None:
        """Take a block that holds something else than plain rows; after a broken quote go on with the next line."""
        rows: list[list[str]] = []
        records: list[int] = []
        begin = at = 0
        while at < len(lines):
            reader = self._reader(lines, at)
            begin = at
            try:
                for cells in reader:
                    end = at + reader.line_num
                    if self._fits(cells, lines[begin:end], self.line + begin + 1):
                        rows.append(cells)
                        records.append(self.line + begin + 1)
                    begin = end
                at = begin = len(lines)
            except csv.Error as error:
                open_end = at + reader.line_num >= len(lines) and not last
                if open_end and sum(map(len, lines[begin:])) < LONGEST:
                    self.waiting = "".join(lines[begin:])
                    break
                self._broken_quote(lines[begin], self.line + begin + 1, str(error))
                at = begin = begin + 1
        if rows:
            self._add(rows, np.array(records, np.int64))
        self.line += begin

    def _fits(self, cells: list[str], lines: list[str], row: int) -> bool:
        """Whether a parsed row is one of the table; if it is not, and is not blank, it is set aside by name."""
        n = len(self.header.cells)
        filled = sum(not is_blank(c) for c in cells)
        if not filled:
            return False
        if len(lines) > 1 and self._swallowed(lines):
            message = "The quote opened in this row is closed some rows below, so it swallows them."
            self.oddities.append(Oddity(row, "E-ROW-QUOTE", message, tuple(cells)))
        elif len(cells) == n:
            return True
        elif filled == 1:
            self.oddities.append(Oddity(row, "E-ROW-NOT-DATA", "The row holds one text alone.", tuple(cells)))
        else:
            message = f"The row has {len(cells)} cells, the header {n}."
            self.oddities.append(Oddity(row, "E-ROW-RAGGED", message, tuple(cells)))
        return False

    def _swallowed(self, lines: list[str]) -> bool:
        """Whether lines inside a quoted cell look like rows: as many cells as the header, a number among them."""
        n, delimiter = len(self.header.cells), self.header.delimiter
        inside = [line.rstrip("\r\n").split(delimiter) for line in lines[1:]]
        return n > 1 and any(len(c) >= n and any(x.strip().replace(".", "", 1).isdigit() for x in c) for c in inside)

    def _broken_quote(self, line: str, row: int, error: str) -> None:
        if "expected after" in error:
            message = "A quoted cell is followed by more text, or the quote opened in this row is never closed."
        else:
            message = "A quote is opened in this row and never closed."
        cells = tuple(line.rstrip("\r\n").split(self.header.delimiter))
        self.oddities.append(Oddity(row, "E-ROW-QUOTE", message, cells))

    def sheet(self, file: str, encoding: str, told: int) -> Sheet:
        """What was read, all of it."""
        if self.waiting:
            lines = io.StringIO(self.waiting, newline="").readlines()
            self.waiting = ""
            self._row_by_row(lines, last=True)
        name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
        how = "as the plan says" if told else "found out"
        notes = (
            f"Read as {name.upper()} ({how}), cut by the {DELIMITERS[self.header.delimiter]}.",
        )  # fmt: skip
        return Sheet(
            header=self.header.cells,
            header_row=self.header.row,
            columns=tuple(b.column() for b in self.builders),
            record=np.concatenate(self.records) if self.records else np.empty(0, np.int64),
            oddities=(*self.header.above, *self.oddities),
            encoding=name,
            delimiter=self.header.delimiter,
            notes=notes,
        )
