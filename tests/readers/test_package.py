"""Workbook files: what is damaged, dangerous or something else is refused before it is unpacked; what Excel opens is read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bad_inputs.books import RELATIONS, SHEET, TEXTS, parts_of, zipped
from bad_inputs.packages import BROKEN, GOOD, NO_NUMBERS, changed, declared

from cartpk.readers import read
from cartpk.samples import Samples

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def read_data(tmp_path: Path) -> Callable[..., Samples]:
    def reading(data: bytes) -> Samples:
        (tmp_path / "counts.xlsx").write_bytes(data)
        return read(tmp_path / "counts.xlsx")

    return reading


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml", "_rels/.rels", RELATIONS])  # fmt: skip
def test_a_part_that_declares_entities_is_not_read(read_data: Callable[..., Samples], part: str) -> None:
    (found,) = read_data(declared(part)).findings
    assert found.rule == "E-XLSX-UNREADABLE"
    assert "declares entities" in found.message


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


def mixed() -> bytes:
    """The last row with a prefix that the others have not."""
    parts = parts_of(GOOD)
    head, mark, rest = parts[SHEET].decode().partition('<row r="3">')
    row, end, tail = (mark + rest).partition("</row>")
    row = (row + end).replace("</", "<\0").replace("<", "<x:").replace("<x:\0", "</x:")
    return zipped({**parts, SHEET: f"{head}{row}{tail}".replace(" xmlns=", f' xmlns:x="{MAIN}" xmlns=', 1).encode()})


SOUND = {
    "prefixes": prefixed(),
    "strict form": strict(),
    "no addresses": without_addresses(),
    "two prefixes of one namespace": mixed(),
    "elements of others beside the data": changed(SHEET, "</sheetData>", '</sheetData><controls xmlns:xdr="urn:x"><xdr:row>7</xdr:row><xdr:c r="C7"><xdr:v>1</xdr:v></xdr:c></controls>'),
    "extensions of a cell": changed(SHEET, "<v>12.5</v>", '<v>12.5</v><extLst><ext uri="x"><v>9</v><c r="C3"><v>1</v></c></ext></extLst>'),
    "extensions of a row": changed(SHEET, "<v>12.5</v></c>", '<v>12.5</v></c><extLst><ext uri="x"><c r="C3"><v>1</v></c></ext></extLst>'),
    "comments and references in a value": changed(SHEET, "<v>12.5</v>", "<v>1<!-- 9 -->&#50;<![CDATA[.5]]></v>"),
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


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_number_that_is_none_is_told_by_its_cell(read_data: Callable[..., Samples], text: str) -> None:
    samples = read_data(changed(SHEET, "<v>12.5</v>", f"<v>{text}</v>"))
    assert [(f.rule, f.row, f.column, f.value) for f in samples.findings] == [("E-XLSX-NOT-PLAIN", 3, "C3", text)]
    assert "not written as one" in samples.findings[0].message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a binary workbook", "a binary workbook (.xlsb) with another name"),
        ("a part that is there twice", "A part of the workbook is damaged, or there twice"),
        ("a changed byte", "A part of the workbook is damaged, or there twice"),
        ("a web page", "a web page or XML with the name of a workbook"),
        ("an open document", "a zip archive, not an .xlsx workbook"),
        ("an old or encrypted workbook", "an old .xls workbook or one with a password"),
        ("a document", "(it names no main part)"),
        ("a shared text below the first", "(a shared text has a number below 0)"),
        ("a style that is not there", "(a cell has a style that is not there)"),
        ("a cell of an unknown type", "(a cell is of a type that there is not)"),
        ("a cell twice", "(a cell is there twice)"),
        ("a cell in another row", "(a cell names another row than the one it stands in)"),
        ("a cell beyond the last column", "(a column beyond the last one)"),
        ("a row beyond the last one", "(a row beyond the last one)"),
        ("a cell with two values", "(a cell holds two values)"),
        ("a number that is a text of its own", "(a cell holds a text that is not of its type)"),
        ("a value with something in it", "(a row, a cell or its value holds something else)"),
        ("a shared text with something in it", "(a text holds other elements)"),
        ("half a character", "(a text holds half a character)"),
        ("a truth that is none", "(a cell is neither true nor false)"),
        ("a cell in a cell", "(a row, a cell or its value stands where it may not)"),
        ("a formula shared with none", "(a cell shares a formula that is not there)"),
        ("a sheet that is named and not there", "(a sheet is named that is not there)"),
        ("two sheets of one part", "(a part is referred to twice)"),
        ("packed by lzma", "packed in a way that workbooks do not use"),
        ("a sheet that is no sheet", "(the part of a worksheet is something else)"),
        ("no shared texts", "(KeyError)"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(read_data: Callable[..., Samples], name: str, words: str) -> None:
    (found,) = read_data(BROKEN[name]).findings
    assert words in found.message
    assert found.file == "counts.xlsx"


@pytest.mark.parametrize("doctype", ["<!DOCTYPE worksheet>", '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">', '<!DOCTYPE worksheet [<!ENTITY % a SYSTEM "x">]>'])  # fmt: skip
def test_a_type_of_document_is_refused_without_entities_too(read_data: Callable[..., Samples], doctype: str) -> None:
    data = zipped({**parts_of(GOOD), SHEET: doctype.encode() + parts_of(GOOD)[SHEET]})
    (found,) = read_data(data).findings
    assert "declares entities" in found.message


STYLES = "xl/styles.xml"
DEEP = b"<a>" * 200 + b"</a>" * 200


@pytest.mark.parametrize(
    ("part", "before", "what", "words"),
    [
        (SHEET, b"<sheetData>", DEEP, "more than any workbook does"),
        (SHEET, b"<sheetData>", b'<a b="' + b"x" * 5_000_000 + b'"/>', "tags that no spreadsheet program writes"),
        (SHEET, b"<sheetData>", b"<!--" + b"x" * 5_000_000 + b"-->", "tags that no spreadsheet program writes"),
        (SHEET, b"<sheetData>", b"".join(b"<a%d/>" % k for k in range(30_000)), "tags that no spreadsheet program writes"),
        (STYLES, b"<cellXfs", DEEP, "more than any workbook does"),
        (TEXTS, b"</sst>", DEEP, "part of shared texts is something else"),
        (TEXTS, b"</si>", DEEP, "part of shared texts is something else"),
    ],
    ids=["deep sheet", "long attribute", "long comment", "many names", "deep styles", "deep texts", "deep text"],
)  # fmt: skip
def test_what_would_fill_the_memory_of_the_parser_is_refused(
    read_data: Callable[..., Samples], part: str, before: bytes, what: bytes, words: str
) -> None:
    parts = parts_of(GOOD)
    assert before in parts[part]
    (found,) = read_data(zipped({**parts, part: parts[part].replace(before, what + before, 1)})).findings
    assert found.rule == "E-XLSX-UNREADABLE"
    assert words in found.message


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("cartpk.readers.package.MOST_ELEMENTS", "more than any workbook does"),
        ("cartpk.readers.package.MOST_TEXTS", "part of shared texts is something else"),
        ("cartpk.readers.worksheet.MOST_AREAS", "joins or hides more than can be told"),
    ],
)
def test_small_parts_that_are_large_are_refused(
    read_data: Callable[..., Samples], monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    merged = (
        '</sheetData><mergeCells><mergeCell ref="H1:I1"/><mergeCell ref="H2:I2"/><mergeCell ref="H3:I3"/></mergeCells>'
    )
    data = changed(SHEET, "</sheetData>", merged)
    assert "E-XLSX-UNREADABLE" not in {f.rule for f in read_data(data).findings}
    monkeypatch.setattr(limit, 2)
    (found,) = read_data(data).findings
    assert words in found.message


def test_a_character_in_two_halves_is_one(read_data: Callable[..., Samples]) -> None:
    samples = read_data(changed(TEXTS, "<t>S1</t>", "<t>S_xD83D__xDE00_1</t>"))
    assert samples.subject.texts() == ["S\U0001f6001"] * 2
