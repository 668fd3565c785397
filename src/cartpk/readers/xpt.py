"""A SAS transport file (version 5 or 8) -> `Sheet`: pyreadstat reads the cells, and the bytes are held against what it gives.

The format has no number of rows: after the last whole record only blanks may follow, up to the end of an 80-byte card.
A file cut inside a record is found by that; one cut exactly between two records and two cards cannot be told from a
shorter file (version 8 states the number of rows, and it is compared).
"""

from __future__ import annotations

import codecs
import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import RulesError
from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.sheet import Column, Sheet
from cartpk.readers.typed import column_of_numbers, column_of_texts, kinds_of
from cartpk.rulebook import finding

__all__ = ["read_xpt"]

CARD = 80
_MARK = b"HEADER RECORD*******"
_VERSIONS = {b"LIBRARY ": 5, b"LIBV8   ": 8, b"LIBV9   ": 8}
_DATETIME = ("DATETIME", "E8601DT", "DATEAMPM", "MDYAMPM", "B8601DT")
_DATE = ("DATE", "YYMMDD", "MMDDYY", "DDMMYY", "E8601DA", "B8601DA", "IS8601DA", "WORDDATE", "WEEKDATE", "JULIAN")
_EPOCH = datetime(1960, 1, 1)
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Variable:
    """One variable: its name, whether it is a number, its place in the record, its display format."""

    name: str
    number: bool
    start: int
    length: int
    shape: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the header says: the variables, where records begin, how long one is, how many there are."""

    version: int
    variables: tuple[_Variable, ...]
    start: int
    length: int
    rows: int


class _UnreadableError(ValueError):
    """The bytes are not a transport file that can be read; the text is the message."""


def read_xpt(data: bytes, file: str, rules: InputRules) -> Sheet:
    """The data set in a transport file; what is wrong with it rides in the sheet."""
    if not data:
        return Sheet(faults=(finding("E-FILE-EMPTY", file=file),))
    try:
        layout = _layout(data)
    except _UnreadableError as error:
        return Sheet(faults=(finding("E-XPT-UNREADABLE", str(error), file=file),))
    encoding, faults = _encoding(data, layout, file, rules)
    if faults:
        return Sheet(faults=faults)
    try:
        columns, table, n = _columns(data, layout, encoding, rules, file)
    except _UnreadableError as error:
        return Sheet(faults=(finding("E-XPT-UNREADABLE", str(error), file=file),))
    header = tuple(v.name for v in layout.variables)
    return Sheet(
        header=header,
        header_row=0,
        columns=tuple(columns),
        record=np.arange(1, n + 1),
        faults=tuple(_misplaced(layout.variables, columns, rules, file)),
        encoding=encoding.lower(),
        guessed=rules.encoding is None and encoding.lower() == "gb18030",
        name=table,
        notes=(
            phrase(
                "Read the data set {name} of a SAS transport file, version {version}.",
                name=quoted(table),
                version=layout.version,
            ),
        ),
    )


# --- the header ----------------------------------------------------------------------------------------------------


def _layout(data: bytes) -> _Layout:
    """What the header says, held against the length of the file."""
    version = _VERSIONS.get(data[20:28]) if data.startswith(_MARK) else None
    if version is None:
        made_by_cport = data.startswith(b"**COMPRESSED**") or b"LIB CONTROL" in data[:400]
        kind = "a CPORT file, not a transport file" if made_by_cport else "not a SAS transport file"
        raise _UnreadableError(f"The file is {kind} (its first bytes are {quoted(data[:20].decode('latin-1'))}).")
    if len(data) % CARD:
        raise _UnreadableError(f"The file is cut short: it has {len(data)} bytes, which is no multiple of {CARD}.")
    names = _card(data, (b"NAMESTR ", b"NAMSTV8 "), 0)
    end = _card(data, (b"OBS     ", b"OBSV8   "), names + CARD)
    if names < 0 or end < 0:
        raise _UnreadableError("The file is cut short: its header has no end.")
    if _card(data, (b"MEMBER  ", b"MEMBV8  "), end + CARD) >= 0:
        raise _UnreadableError("The file holds more than one data set; which one is meant is not guessed.")
    labels = _card(data, (b"LABELV8 ", b"LABELV9 "), names + CARD)
    variables = _variables(data, names + CARD, labels if 0 <= labels < end else end, version)
    length = max((v.start + v.length for v in variables), default=0)
    if not length:
        raise _UnreadableError("The file describes no variable.")
    return _Layout(version, variables, end + CARD, length, _rows(data, end, length))


def _card(data: bytes, kinds: Sequence[bytes], at: int) -> int:
    """Where the first header card of one of some kinds stands, from `at` on; -1 where there is none."""
    found = data.find(_MARK, at)
    while found >= 0:
        if found % CARD == 0 and data[found + 20 : found + 28] in kinds:
            return found
        found = data.find(_MARK, found + 1)
    return -1


def _variables(data: bytes, start: int, end: int, version: int) -> tuple[_Variable, ...]:
    """The variables, from their descriptions of 140 bytes each."""
    found = []
    for at in range(start, end - 139, 140):
        kind, _, length = struct.unpack(">hhh", data[at : at + 6])
        if kind not in (1, 2) or length < 1:
            break  # blanks up to the end of the card
        short, long = data[at + 8 : at + 16], data[at + 88 : at + 120] if version == 8 else b""
        name = (long.strip(b" \0") or short.strip(b" \0")).decode("latin-1")
        shape = data[at + 56 : at + 64].decode("latin-1").strip(" \0").upper()
        found.append(_Variable(name, kind == 1, struct.unpack(">i", data[at + 84 : at + 88])[0], length, shape))
    return tuple(found)


def _rows(data: bytes, header: int, length: int) -> int:
    """How many records there are; blanks up to the end of the last card are none."""
    start = header + CARD
    rows, rest = divmod(len(data) - start, length)
    if data[len(data) - rest :].strip(b" ") or rest >= CARD:
        raise _UnreadableError(
            f"The file is cut short: after record {rows} there are {rest} bytes of a record of {length}."
        )
    while rows and rest + length < CARD and not data[start + (rows - 1) * length : start + rows * length].strip(b" "):
        rows, rest = rows - 1, rest + length
    stated = data[header + 48 : header + CARD].strip()
    if data[header + 20 : header + 28] == b"OBSV8   " and stated.isdigit() and int(stated) not in (0, rows):
        raise _UnreadableError(f"The file is cut short: its header states {int(stated)} records, and {rows} are there.")
    return rows


# --- text ----------------------------------------------------------------------------------------------------------


def _encoding(data: bytes, layout: _Layout, file: str, rules: InputRules) -> tuple[str, tuple[Finding, ...]]:
    """The encoding of all text, or the findings of text that has none; zero bytes inside a text too."""
    table = np.frombuffer(data, np.uint8, layout.rows * layout.length, layout.start).reshape(-1, layout.length)
    texts = [v for v in layout.variables if not v.number]
    faults = [f for v in texts if (f := _zeros(table, v, file))]
    if faults:
        return "UTF-8", tuple(faults)
    odd = [v for v in texts if (table[:, v.start : v.start + v.length] >= 128).any()]
    if rules.encoding is not None:
        try:
            candidates = [codecs.lookup(rules.encoding).name]
        except LookupError:
            raise RulesError(f"[input] encoding: {rules.encoding!r} is not an encoding, such as gb18030") from None
    else:
        candidates = ["UTF-8", "GB18030"]
    wrong: list[Finding] = []
    for name in candidates:
        bad = [f for v in odd if (f := _undecodable(table, v, name, file))]
        if not bad:
            return name.upper(), ()
        wrong = wrong or bad
    return candidates[0], tuple(wrong)


def _undecodable(table: Bytes, variable: _Variable, encoding: str, file: str) -> Finding | None:
    """The first cell of a variable that is not text in an encoding."""
    cells = table[:, variable.start : variable.start + variable.length]
    for row in np.flatnonzero((cells >= 128).any(axis=1)).tolist():
        cell = cells[row].tobytes()
        try:
            cell.decode(encoding)
        except UnicodeDecodeError as error:
            byte = f"0x{cell[error.start]:02X}"
            message = f"The byte {byte} in record {row + 1} is not {encoding}."
            return finding("E-FILE-ENCODING", message, file=file, row=row + 1, column=variable.name, value=byte)
    return None


def _zeros(table: Bytes, variable: _Variable, file: str) -> Finding | None:
    """The first cell of a variable that goes on after a zero byte, where readers stop."""
    cells = table[:, variable.start : variable.start + variable.length]
    for row in np.flatnonzero((cells == 0).any(axis=1)).tolist():
        if b"\0" in cells[row].tobytes().rstrip(b" \0"):
            message = f"The text in record {row + 1} goes on after a zero byte."
            return finding("E-XPT-UNREADABLE", message, file=file, row=row + 1, column=variable.name)
    return None


# --- cells ---------------------------------------------------------------------------------------------------------


def _columns(
    data: bytes, layout: _Layout, encoding: str, rules: InputRules, file: str
) -> tuple[list[Column], str, int]:
    """The columns as pyreadstat reads them, the name of the data set, and the number of rows."""
    import pyreadstat
    from pyreadstat import ReadstatError

    try:
        cells, meta = pyreadstat.read_xport(
            io.BytesIO(data), encoding=encoding, output_format="dict", disable_datetime_conversion=True
        )
    except (ReadstatError, UnicodeDecodeError, ValueError) as error:
        raise _UnreadableError(f"The file cannot be read ({error}).") from None
    read = list(cells)
    n = len(next(iter(cells.values()))) if read else 0
    if read != [v.name for v in layout.variables]:
        raise _UnreadableError("The file cannot be read: its variables are not those that its header describes.")
    blank = data[layout.start + n * layout.length : layout.start + layout.rows * layout.length]
    if n > layout.rows or blank.strip(b" "):
        raise _UnreadableError(f"The file cannot be read: {layout.rows} records are there, {n} were understood.")
    kinds = kinds_of([v.name for v in layout.variables], rules, file)
    columns = []
    for variable, kind in zip(layout.variables, kinds, strict=True):
        decimal = rules.decimal if kind == "number" else "."
        columns.append(_column(variable, cells[variable.name], n, decimal))
    return columns, str(meta.table_name or ""), n


def _column(variable: _Variable, cells: Sequence[object], n: int, decimal: str) -> Column:
    """One variable as text; SAS dates as ISO 8601."""
    if not variable.number:
        return column_of_texts((str(c) if c is not None else "" for c in cells), n)
    numbers = np.array(cells, np.float64)
    column = column_of_numbers(numbers, decimal)
    days = variable.shape.startswith(_DATE) and not variable.shape.startswith(_DATETIME)
    if not days and not variable.shape.startswith(_DATETIME):
        return column
    texts = [_moment(float(t.replace(",", ".")), days) if t else "" for t in column.texts]
    return column_of_texts((texts[c] for c in column.codes.tolist()), n)


def _moment(number: float, days: bool) -> str:
    """A SAS date (days since 1960) or date-time (seconds since 1960) as ISO 8601; a number that is none stays one."""
    try:
        moment = _EPOCH + (timedelta(days=number) if days else timedelta(seconds=number))
    except (OverflowError, ValueError):
        return repr(number)
    if days and number == int(number):
        return date(moment.year, moment.month, moment.day).isoformat()
    return moment.isoformat()


def _misplaced(
    variables: Sequence[_Variable], columns: Sequence[Column], rules: InputRules, file: str
) -> list[Finding]:
    """Ids that are numbers shown as something else than they are."""
    faults = []
    kinds = kinds_of([v.name for v in variables], rules, file)
    for variable, kind, column in zip(variables, kinds, columns, strict=True):
        if kind != "id" or not variable.number:
            continue
        odd = column.where(["." in t or "e" in t for t in column.texts])
        for row in np.flatnonzero(odd).tolist():
            message = "The id is a number with a fraction."
            faults.append(finding("E-CELL-TYPE", message, file=file, row=row + 1, column=variable.name, value=column[row]))  # fmt: skip
        if variable.shape == "Z":
            message = "The ids are numbers that SAS shows with leading zeros, which the numbers do not have."
            faults.append(finding("E-CELL-TYPE", message, file=file, column=variable.name))
    return faults
