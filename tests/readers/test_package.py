"""Workbook files: what is damaged, dangerous or something else is refused before it is unpacked; what Excel opens is read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.readers import read
from cartpk.samples import Samples

from .books import RELATIONS, SHEET, TEXTS, book_of, data_of, parts_of, replaced, with_shared_texts, zipped

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


GOOD = with_shared_texts(
    data_of(book_of(["subject_id", "time", "value", "unit"], ["S1", 0, 1, "%"], ["S1", 7, 12.5, "%"]))
)


def changed(part: str, old: str, new: str) -> bytes:
    return replaced(GOOD, part, old, new)


def without(*names: str) -> bytes:
    return zipped({name: data for name, data in parts_of(GOOD).items() if name not in names})


@pytest.fixture
def read_data(tmp_path: Path) -> Callable[..., Samples]:
    def reading(data: bytes) -> Samples:
        (tmp_path / "counts.xlsx").write_bytes(data)
        return read(tmp_path / "counts.xlsx")

    return reading


def declared(part: str) -> bytes:
    parts = parts_of(GOOD)
    text = parts[part].decode()
    head, _, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    return zipped({**parts, part: f"{head}{'?>' if head else ''}{ENTITIES}{rest}".encode()})


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml", "_rels/.rels", RELATIONS])  # fmt: skip
def test_a_part_that_declares_entities_is_not_read(read_data: Callable[..., Samples], part: str) -> None:
    (found,) = read_data(declared(part)).findings
    assert found.rule == "E-XLSX-UNREADABLE"
    assert "declares entities" in found.message


def lying() -> bytes:
    """A zip that says that its sheet unpacks to 9 bytes."""
    data = bytearray(GOOD)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            name = place + (30 if mark == b"PK\x03\x04" else 46)
            if data[name : name + len(SHEET)] == SHEET.encode():
                data[place + at : place + at + 4] = struct.pack("<I", 9)
    return bytes(data)


def twice() -> bytes:
    parts = parts_of(GOOD)
    out = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, parts[SHEET].replace(b"12.5", b"99"))
    return out.getvalue()


def crossed_out_byte() -> bytes:
    data = bytearray(zipped(parts_of(GOOD), zipfile.ZIP_STORED))
    place = data.find(b"12.5")
    data[place : place + 4] = b"92.5"
    return bytes(data)


BROKEN = {
    "no shared texts": without(TEXTS),
    "no worksheet": without(SHEET),
    "no main part": without("xl/workbook.xml"),
    "no list of relations": without("_rels/.rels"),
    "no list of types": without("[Content_Types].xml"),
    "a shared text that is not there": changed(SHEET, "<v>0</v>", "<v>99</v>"),
    "a shared text below the first": changed(SHEET, "<v>0</v>", "<v>-1</v>"),
    "a style that is not there": changed(SHEET, '<c r="C3"', '<c s="77" r="C3"'),
    "a number that is none": changed(SHEET, "<v>12.5</v>", "<v>12,5</v>"),
    "a number with an underscore": changed(SHEET, "<v>12.5</v>", "<v>1_2</v>"),
    "a number called NaN": changed(SHEET, "<v>12.5</v>", "<v>NaN</v>"),
    "a cell of an unknown type": changed(SHEET, '<c r="C3" t="n"', '<c r="C3" t="q"'),
    "a cell twice": changed(SHEET, '<c r="C3" t="n"', '<c r="B3" t="n"'),
    "a cell in another row": changed(SHEET, '<c r="C3"', '<c r="C4"'),
    "a cell beyond the last column": changed(SHEET, '<c r="C3"', '<c r="XFE3"'),
    "a row beyond the last one": changed(SHEET, '<row r="3">', '<row r="1048577">'),
    "a sheet that is no sheet": changed(SHEET, "worksheet", "chartsheet"),
    "a size that lies": lying(),
    "a part that is there twice": twice(),
    "a changed byte": crossed_out_byte(),
    "a web page": b"<html><table><tr><td>subject_id</td></tr></table></html>",
    "a web page with a mark": b"\xef\xbb\xbf<table>",
    "a binary workbook": zipped({**parts_of(GOOD), "xl/workbook.bin": b"x"}),
    "a document": zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", "word/document.xml": b"<document/>"}),
    "an open document": zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "an old or encrypted workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_workbook_that_excel_would_not_open_is_told_and_nothing_is_read(
    read_data: Callable[..., Samples], name: str
) -> None:
    samples = read_data(BROKEN[name])
    assert [(f.rule, f.row, f.column) for f in samples.findings] == [("E-XLSX-UNREADABLE", None, "")]
    assert len(samples) == 0


def prefixed() -> bytes:
    """Each element of the sheet with the prefix x, as some programs write it."""
    parts = parts_of(GOOD)
    text = parts[SHEET].decode().replace("</", "</x:").replace("xmlns=", "xmlns:x=")
    text = "".join(f"<{'' if c[0] in '/?' else 'x:'}{c}" if c else "" for c in text.split("<"))
    return zipped({**parts, SHEET: text.encode()})


def strict() -> bytes:
    """The workbook in the strict form of the standard."""
    purl = "http://purl.oclc.org/ooxml"
    return zipped(
        {
            name: data.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", f"{purl}/spreadsheetml/main".encode())
            .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", f"{purl}/officeDocument/relationships".encode())
            for name, data in parts_of(GOOD).items()
        }
    )  # fmt: skip


def without_addresses() -> bytes:
    parts = parts_of(GOOD)
    text = parts[SHEET].decode()
    for address in ("A1", "B1", "C1", "D1", "A2", "B2", "C2", "D2", "A3", "B3", "C3", "D3"):
        text = text.replace(f' r="{address}"', "")
    for row in "123":
        text = text.replace(f'<row r="{row}"', "<row")
    return zipped({**parts, SHEET: text.encode()})


SOUND = {
    "prefixes": prefixed(),
    "strict form": strict(),
    "no addresses": without_addresses(),
    "stored, not packed": zipped(parts_of(GOOD), zipfile.ZIP_STORED),
    "texts in the cells": changed(SHEET, '<c r="A3" t="s"><v>4</v></c>', '<c r="A3" t="inlineStr"><is><r><t>S</t></r><r><t>1</t></r></is></c>'),
    "phonetic guide": changed(TEXTS, "<t>S1</t>", '<t>S1</t><rPh sb="0" eb="1"><t>es</t></rPh>'),
    "an absolute target": changed(RELATIONS, "/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"),
    "utf-16": zipped({**parts_of(GOOD), SHEET: ('<?xml version="1.0" encoding="utf-16"?>' + parts_of(GOOD)[SHEET].decode()).encode("utf-16")}),
    "no styles": zipped({**{n: d for n, d in parts_of(GOOD).items() if n != "xl/styles.xml"},
                         RELATIONS: parts_of(GOOD)[RELATIONS].replace(b"/relationships/styles", b"/relationships/other")}),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_other_programs_write_is_read_alike(read_data: Callable[..., Samples], name: str) -> None:
    samples = read_data(SOUND[name])
    assert list(samples.findings) == []
    assert samples.subject.texts() == ["S1", "S1"]
    assert samples.value.tolist() == [1.0, 12.5]


def test_one_long_text_that_many_cells_show_is_kept_once(read_data: Callable[..., Samples]) -> None:
    parts = parts_of(GOOD)
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(4, 3000))
    many = parts[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    samples = read_data(zipped({**parts, SHEET: many, TEXTS: parts[TEXTS].replace(b"subject_id", b"x" * 32_000)}))
    assert {f.rule for f in samples.findings.errors} == {"E-COLUMN-MISSING", "E-ROW-NOT-DATA"}


def test_a_text_longer_than_a_cell_may_hold_is_refused(read_data: Callable[..., Samples]) -> None:
    data = changed(TEXTS, "<t>S1</t>", f"<t>{'x' * 300_000}</t>")
    assert [f.rule for f in read_data(data).findings] == ["E-XLSX-UNREADABLE"]
