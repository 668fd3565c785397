"""Delimited text -> `Sheet`: encoding, delimiter and header are found out, then the rows are taken block by block."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import replace

from cartpk.errors import RulesError
from cartpk.findings import Finding
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.aliases import score
from cartpk.readers.regions import Passed, Region, cut_off, regions_of, told_of_passed
from cartpk.readers.rows import DELIMITERS, LONGEST, Header, Rows
from cartpk.readers.sheet import Oddity, Sheet, is_blank
from cartpk.rulebook import finding

__all__ = ["read_text", "read_texts"]

BLOCK = 1 << 15  # bytes: the cells of a block stay in the processor's cache, which halves the time
TITLE_ROWS = 20  # rows above the header that are looked at

_HINTS = ("sep=,", "sep=;", "sep=\t", "sep=")  # a first line by which Excel is told the delimiter

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


def read_texts(data: bytes, file: str, rules: InputRules) -> tuple[Sheet, ...]:
    """The tables in a text file that the plan names by their rows, else the only one."""
    regions = regions_of(_without_sheets(rules))
    if regions == (Region(),):
        return (read_text(data, file, rules),)
    parts = [(r.header_row or 1, r.last_row or sys.maxsize) for r in regions]
    sheets: list[Sheet] = []
    passed: dict[int, tuple[str, ...]] = {}
    for region in regions:
        whole = read_text(data, file, replace(rules, header_row=region.header_row))
        sheet, rest = cut_off(whole, region.last_row)
        sheets.append(sheet)
        if not passed and region.header_row is not None and whole.header:
            rest += _rows_above(data, whole.encoding, max(first for first, _ in parts), whole.delimiter)
        passed |= dict(rest)
    outside = {row: cells for row, cells in passed.items() if not any(a <= row <= b for a, b in parts)}
    counts = {row: sum(not is_blank(c) for c in cells) for row, cells in outside.items()}
    told = told_of_passed(counts, outside.__getitem__, min(first for first, _ in parts), file)
    return (replace(sheets[0], faults=(*sheets[0].faults, *told)), *sheets[1:])


def _without_sheets(rules: InputRules) -> InputRules:
    """The rules as far as they are of a text file: what names a sheet is of the workbooks beside it."""
    return replace(rules, sheet=None, wide=tuple(block for block in rules.wide if block.sheet is None))


def _rows_above(data: bytes, encoding: str, end: int, delimiter: str) -> list[Passed]:
    """The lines before a row, cut where the delimiter stands."""
    lines = _lines(next(_line_blocks(_texts(data, encoding, LONGEST)), ""))
    return [(n, tuple(line.rstrip("\r\n").split(delimiter))) for n, line in enumerate(lines[: end - 1], 1)]


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


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
    if header is None and rules.header_row is not None:
        return Sheet(faults=(_no_header_row(rules.header_row, file),), encoding=encoding)
    if header is None:
        return Sheet(faults=(_no_header(head, file),), encoding=encoding)
    rows = Rows(header)
    for block in _line_blocks(_texts(data, encoding, BLOCK)):
        rows.take(block)
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    how = "found out" if rules.encoding is None else "as the plan says"
    note = phrase(
        "Read as {encoding} ({how}), cut by the {delimiter}.",
        encoding=name.upper(), how=phrase(how), delimiter=phrase(DELIMITERS[header.delimiter]),
    )  # fmt: skip
    sheet = rows.sheet(name, note)
    told = rules.encoding is not None or any(data.startswith(mark) for mark, _ in _BOMS)
    return replace(sheet, guessed=encoding == "gb18030" and not told)


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


def _find_header(head: str, rules: InputRules) -> Header | None:
    """The line that names most of our columns, cut by the delimiter that makes it so; else the first line.

    Where the plan names the row, only that one is looked at, and those above it are its matter.
    """
    best: tuple[int, int, Header] | None = None
    for delimiter in [rules.delimiter] if rules.delimiter else DELIMITERS:
        above: list[Oddity] = []
        for row, last_line, cells in _first_records(head, delimiter, rules.header_row):
            header = Header(cells, delimiter, tuple(above), row, last_line)
            rank = (score(cells, rules), len(cells) if not above else 0)
            if best is None or rank[0] > max(best[0], 1) or (rank[0] == best[0] and rank[1] > best[1]):
                best = (*rank, header)
            if delimiter.join(cells).strip() in _HINTS:
                continue
            above.append(Oddity(row, "E-ROW-NOT-DATA", "The row stands above the header.", cells))
    return None if best is None else best[2]


def _first_records(head: str, delimiter: str, only: int | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(row, last line, cells) of the first rows that hold anything; or of one row, whatever stands above it."""
    lines = _lines(head)[(only or 1) - 1 :]
    before = (only or 1) - 1
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line, n = 0, 0
    try:
        for cells in reader:
            if not all(map(is_blank, cells)):
                yield before + line + 1, before + reader.line_num, tuple(cells)
                n += 1
            line = reader.line_num
            if n == TITLE_ROWS or only is not None:
                return
    except csv.Error:
        return


def _no_header_row(row: int, file: str) -> Finding:
    """The finding of a plan that names a row which is blank, not there, or opens a quote that it does not close."""
    return finding(
        "E-ROW-HEADER", f"Row {row}, which the plan names as the header, holds no header.", file=file, row=row
    )


def _no_header(head: str, file: str) -> Finding:
    """The finding of a text in which no header can be parsed: blank lines only, or a quote without end."""
    if is_blank(head):
        return finding("E-FILE-EMPTY", file=file)
    lines = _lines(head)
    row = next(i for i, line in enumerate(lines, 1) if not is_blank(line))
    return finding("E-ROW-QUOTE", "The header opens a quote and does not close it.", file=file, row=row, value=lines[row - 1].rstrip("\r\n")[:200])  # fmt: skip
