"""Text files that are wrong in one way each, beside those of tests/bad; and several files at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from bad_inputs import BadInput
from bad_inputs.expected import EXPECTED, OPTIONS
from cartpk.plan import Plan

__all__ = ["small_files", "texts"]

BAD = Path(__file__).parents[1] / "bad"
HEADER = "subject_id,time,value,unit,lloq"
ROWS = ("S1,0,<1,cells/uL,1", "S1,7,900,cells/uL,1", "S1,14,130,cells/uL,1", "S1,28,5,cells/uL,1", "S1,90,2,cells/uL,1")
NOT_TEXT = {
    "a zip archive": b"PK\x03\x04rest", "a PDF": b"%PDF-1.7 x", "a gzip archive": b"\x1f\x8b\x08x", "a Parquet file": b"PAR1x",
    "an RTF document": b"{\\rtf1 x}", "an old workbook": b"\xd0\xcf\x11\xe0rest", "zero bytes": b"subject_id,time\n\0\0\0",
    "UTF-16 without its mark": "subject_id,time\n".encode("utf-16-le"),
}  # fmt: skip


def small_files() -> Iterator[BadInput]:
    """The files of tests/bad that are errors."""
    for rule, found in EXPECTED.items():
        if rule.startswith("E-"):
            files = {f"{rule}.csv": (BAD / f"{rule}.csv").read_bytes()}
            if rule in OPTIONS:
                files["plan.toml"] = Plan(input=OPTIONS[rule]["rules"]).to_toml().encode()
            told = [(rule, row, column, value) for row, column, _, value in found]
            yield BadInput(rule, files, told)


def table(row: int = 0, old: str = "", new: str = "", header: str = HEADER) -> bytes:
    """The small table with a text of one of its rows (the header is row 1) put in the place of another."""
    lines = [header, *ROWS]
    if row:
        assert old in lines[row - 1]
        lines[row - 1] = lines[row - 1].replace(old, new, 1)
    return ("\n".join(lines) + "\n").encode()


def texts() -> Iterator[BadInput]:
    """Every one, as runs of the command."""
    for name, data in NOT_TEXT.items():
        yield BadInput(f"text: {name}", {"a.csv": data}, [("E-FILE-NOT-TEXT", None, "", "")])
    for name, row, old, new, told in _CHANGES:
        yield BadInput(f"text: {name}", {"a.csv": table(row, old, new)}, told)
    yield from _files()
    yield from _several()


Told = list[tuple[str, int | None, str, str]]
_ASSAY = ("E-ASSAY-MISSING", 1, "assay", "")
_CHANGES: tuple[tuple[str, int, str, str, Told], ...] = (
    ("a doubled header", 1, "lloq", "value", [("E-COLUMN-DOUBLED", 1, "value", "")]),
    ("two names of one rank", 1, "unit,lloq", "AVALU,PCSTRESU", [("E-COLUMN-DOUBLED", 1, "PCSTRESU", "")]),
    ("a header that is misspelled", 1, "time", "tme", [("E-COLUMN-MISSING", 1, "time", "")]),
    ("a cell too many", 3, "900", "9,00", [("E-ROW-RAGGED", 3, "", "S1,7,9,00,cells/uL,1")]),
    ("a cell too few", 3, ",1", "", [("E-ROW-RAGGED", 3, "", "S1,7,900,cells/uL")]),
    ("a quote in the middle", 3, "900", '9"00', [("E-NUMBER-NOT-A-NUMBER", 3, "value", '9"00')]),
    ("a minus of typography", 3, "900", "\u2212900", [("E-NUMBER-NOT-A-NUMBER", 3, "value", "\u2212900")]),
    ("an underscore", 3, "900", "9_00", [("E-NUMBER-FOREIGN-DIGITS", 3, "value", "9_00")]),
    ("a letter O", 3, "900", "9O0", [("E-NUMBER-NOT-A-NUMBER", 3, "value", "9O0")]),
    ("an exponent without digits", 3, "900", "9e", [("E-NUMBER-NOT-A-NUMBER", 3, "value", "9e")]),
    ("a space that separates thousands", 3, "900", "1 900", [("E-NUMBER-THOUSANDS", 3, "value", "1 900")]),
    ("an apostrophe that separates thousands", 3, "900", "1'900", [("E-NUMBER-THOUSANDS", 3, "value", "1'900")]),
    ("infinity", 3, "900", "∞", [("E-NUMBER-NOT-FINITE", 3, "value", "∞")]),
    ("NaN", 3, "900", "NaN", [("E-NUMBER-NOT-FINITE", 3, "value", "NaN")]),
    ("an underflow", 3, "900", "1e-400", [("E-NUMBER-OUT-OF-RANGE", 3, "value", "1e-400")]),
    ("a limit that is a word", 3, "uL,1", "uL,x", [("E-NUMBER-NOT-A-NUMBER", 3, "lloq", "x")]),
    ("at the limit or below it", 2, "<1", "<=1", [("E-NUMBER-NOT-A-NUMBER", 2, "value", "<=1")]),
    ("a dash for a result", 2, "<1", "-", [("E-BLQ-WORD", 2, "value", "-")]),
    ("a bare LLOQ", 2, "<1", "LLOQ", [("E-BLQ-WORD", 2, "value", "LLOQ")]),
    ("above the limit", 3, "900", ">800", [("E-VALUE-ULOQ", 3, "value", ">800")]),
    ("a negative limit", 3, ",1", ",-1", [("E-LLOQ-NOT-POSITIVE", 3, "lloq", "-1")]),
    ("a time of day", 3, "7", "07:30", [("E-TIME-DATE", 3, "time", "07:30")]),
    ("a date as Americans write it", 3, "7", "3/8/2024", [("E-TIME-DATE", 3, "time", "3/8/2024")]),
    ("a time that is a word", 3, "7", "seven", [("E-NUMBER-NOT-A-NUMBER", 3, "time", "seven")]),
    ("a time with its unit", 3, "7", "7 d", [("E-NUMBER-NOT-A-NUMBER", 3, "time", "7 d")]),
    ("a blank time", 3, "S1,7", "S1,", [("E-TIME-BLANK", 3, "time", "")]),
    ("an id of spaces", 3, "S1", "  ", [("E-SUBJECT-BLANK", 3, "subject_id", "  ")]),
    ("an id with a space behind", 6, "S1", "S1 ", [("E-SUBJECT-ALIKE", 6, "subject_id", "S1 ")]),
    ("an id with a Cyrillic letter", 6, "S1", "Ѕ1", [("E-SUBJECT-ALIKE", 6, "subject_id", "Ѕ1")]),
    ("an id with a character that is not seen", 6, "S1", "S1\u200b", [("E-SUBJECT-ALIKE", 6, "subject_id", "S1\u200b")]),
    ("a unit of mass", 3, "cells/uL", "ng/mL", [_ASSAY, ("E-UNIT-UNKNOWN", 3, "unit", "ng/mL")]),
    ("a unit read in the wrong encoding", 3, "cells/uL", "cells/礚", [_ASSAY, ("E-UNIT-UNKNOWN", 3, "unit", "cells/礚")]),
    ("a second unit of the assay", 3, "cells/uL", "cells/mL", [_ASSAY, ("E-UNIT-MIXED", 3, "unit", "cells/mL")]),
    ("a row said twice with another result", 4, "14,130", "7,130", [("E-ROW-CONTRADICTS", 4, "value", "130")]),
    ("a repeated header", 4, "S1,14,130,cells/uL,1", HEADER, [("E-ROW-NOT-DATA", 4, "", HEADER)]),
)  # fmt: skip


def _files() -> Iterator[BadInput]:
    """Files whose whole is wrong."""
    yield BadInput("text: a mark and nothing else", {"a.csv": codecs.BOM_UTF8}, [("E-FILE-EMPTY", None, "", "")])
    yield BadInput("text: no bytes", {"a.csv": b""}, [("E-FILE-EMPTY", None, "", "")])
    yield BadInput("text: an odd byte at the end of UTF-16", {"a.csv": table().decode().encode("utf-16") + b"x"}, [("E-FILE-ENCODING", 7, "", "0x78")])  # fmt: skip
    yield BadInput("text: a title above", {"a.csv": b"Study X\n" + table()}, [("E-ROW-NOT-DATA", 1, "", "Study X")])
    yield BadInput("text: a footer", {"a.csv": table() + b"Source: laboratory,,,,\n"}, [("E-ROW-NOT-DATA", 7, "", "Source: laboratory,,,,")])  # fmt: skip
    yield BadInput(
        "text: a quote that is not closed",
        {"a.csv": table(3, "900", '"900')},
        [("E-ROW-QUOTE", 3, "", 'S1,7,"900,cells/uL,1')],
    )
    yield BadInput("text: a kind that is not read", {"a.sas7bdat": b"x"}, message="are not read in this version")
    yield BadInput("text: a kind of workbook that is not read", {"a.xlsm": b"PK"}, message="save it as .xlsx")


def _several() -> Iterator[BadInput]:
    """Several files that do not fit each other."""
    one = table()
    other = table(3, "cells/uL", "cells/uL").replace(b"S1", b"S2")
    yield BadInput("several: the same row in two files with two results", {"a.csv": one, "b.csv": one.replace(b"900", b"901")}, [("E-ROW-CONTRADICTS", 3, "value", "901")])  # fmt: skip
    yield BadInput("several: an assay with another unit", {"a.csv": one, "b.csv": other.replace(b"cells/uL", b"cells/mL")}, [("E-UNIT-MIXED", 2, "unit", "cells/uL")])  # fmt: skip
    yield BadInput(
        "several: an id spelled another way",
        {"a.csv": one, "b.csv": one.replace(b"S1", b"s1")},
        [("E-SUBJECT-ALIKE", 2, "subject_id", "s1")],
    )
    yield BadInput("several: one of them empty", {"a.csv": one, "b.csv": b""}, [("E-FILE-EMPTY", None, "", "")])
