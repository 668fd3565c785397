"""Workbook files that are damaged, dangerous or something else: each is refused before it is unpacked."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterator

from bad_inputs import BadInput
from bad_inputs.books import RELATIONS, SHEET, TEXTS, book_of, data_of, parts_of, replaced, with_shared_texts, zipped

__all__ = ["BROKEN", "GOOD", "changed", "declared", "packages"]

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


GOOD = with_shared_texts(
    data_of(book_of(["subject_id", "time", "value", "unit"], ["S1", 0, 1, "%"], ["S1", 7, 12.5, "%"]))
)


def changed(part: str, old: str, new: str) -> bytes:
    return replaced(GOOD, part, old, new)


def without(*names: str) -> bytes:
    return zipped({name: data for name, data in parts_of(GOOD).items() if name not in names})


def declared(part: str) -> bytes:
    parts = parts_of(GOOD)
    text = parts[part].decode()
    head, _, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    return zipped({**parts, part: f"{head}{'?>' if head else ''}{ENTITIES}{rest}".encode()})


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
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")  # that the name is a duplicate is the point
        archive.writestr(SHEET, parts[SHEET].replace(b"12.5", b"99"))
    return out.getvalue()


def crossed_out_byte() -> bytes:
    data = bytearray(zipped(parts_of(GOOD), zipfile.ZIP_STORED))
    place = data.find(b"12.5")
    data[place : place + 4] = b"92.5"
    return bytes(data)


def packed(compression: int) -> bytes:
    return zipped(parts_of(GOOD), compression)


_AGAIN = (
    '<Relationship Id="rIdMore" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)

BROKEN = {
    "no shared texts": without(TEXTS),
    "no worksheet": without(SHEET),
    "no main part": without("xl/workbook.xml"),
    "no list of relations": without("_rels/.rels"),
    "no list of types": without("[Content_Types].xml"),
    "a shared text that is not there": changed(SHEET, "<v>0</v>", "<v>99</v>"),
    "a shared text below the first": changed(SHEET, "<v>0</v>", "<v>-1</v>"),
    "a style that is not there": changed(SHEET, '<c r="C3"', '<c s="77" r="C3"'),
    "a cell of an unknown type": changed(SHEET, '<c r="C3" t="n"', '<c r="C3" t="q"'),
    "a cell twice": changed(SHEET, '<c r="C3" t="n"', '<c r="B3" t="n"'),
    "a cell in another row": changed(SHEET, '<c r="C3"', '<c r="C4"'),
    "a cell beyond the last column": changed(SHEET, '<c r="C3"', '<c r="XFE3"'),
    "a cell beyond the last column, without addresses": changed(SHEET, "</row><row r=\"3\">", '<c r="XFD2"/><c/></row><row r="3">'),
    "a cell with small letters for its column": changed(SHEET, '<c r="C3"', '<c r="c3"'),
    "a cell with a sign for its column": changed(SHEET, '<c r="C3"', '<c r="[3"'),
    "a cell with two values": changed(SHEET, "<v>12.5</v>", "<v>12</v><v>.5</v>"),
    "a cell with two formulas": changed(SHEET, "<v>12.5</v>", "<f>A1</f><f>A2</f><v>12.5</v>"),
    "a cell with two texts": changed(SHEET, ' t="n"><v>12.5</v>', ' t="inlineStr"><is><t>1</t></is><is><t>2.5</t></is>'),
    "a cell with a value and a text": changed(SHEET, ' t="n"><v>12.5</v>', ' t="inlineStr"><v>12.5</v><is><t>9</t></is>'),
    "a number that is a text of its own": changed(SHEET, "<v>12.5</v>", "<is><t>12.5</t></is>"),
    "a text of its own that is a value": changed(SHEET, ' t="n"><v>12.5</v>', ' t="inlineStr"><v>12.5</v>'),
    "a value with something in it": changed(SHEET, "<v>12.5</v>", "<v>1<q>2</q>.5</v>"),
    "a shared text with something in it": changed(TEXTS, "<t>S1</t>", "<t>S<q>0</q>1</t>"),
    "shared texts of another kind": changed(TEXTS, "<t>S1</t>", "<si><t>S1</t></si>"),
    "half a character": changed(TEXTS, "<t>S1</t>", "<t>S_xD800_1</t>"),
    "a truth that is none": changed(SHEET, ' t="n"><v>12.5</v>', ' t="b"><v>TRUE</v>'),
    "a cell in a cell": changed(SHEET, "<v>12.5</v>", '<c r="D3"><v>1</v></c><v>12.5</v>'),
    "a row in a row": changed(SHEET, '<row r="3">', '<row r="3"><row r="4"/>'),
    "a row out of the data": changed(SHEET, "<sheetData>", '<row r="4"><c r="A4"/></row><sheetData>'),
    "rows to choose from": changed(SHEET, '<row r="3">', '<choice><row r="4"/></choice><row r="3">'),
    "a formula shared with none": changed(SHEET, "<v>12.5</v>", '<f t="shared" si="0"/><v>12.5</v>'),
    "a sheet that is named and not there": changed("xl/workbook.xml", "</sheets>", '<sheet name="More" sheetId="9" state="visible"/></sheets>'),
    "two sheets of one part": changed(RELATIONS, "</Relationships>", _AGAIN),
    "a row beyond the last one": changed(SHEET, '<row r="3">', '<row r="1048577">'),
    "a sheet that is no sheet": changed(SHEET, "worksheet", "chartsheet"),
    "a size that lies": lying(),
    "packed by lzma": packed(zipfile.ZIP_LZMA),
    "packed by bzip2": packed(zipfile.ZIP_BZIP2),
    "a part that is there twice": twice(),
    "a changed byte": crossed_out_byte(),
    "a web page": b"<html><table><tr><td>subject_id</td></tr></table></html>",
    "a web page with a mark": b"\xef\xbb\xbf<table>",
    "a binary workbook": zipped({**parts_of(GOOD), "xl/workbook.bin": b"x"}),
    "a document": zipped({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", "word/document.xml": b"<document/>"}),
    "an open document": zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "an old or encrypted workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
}  # fmt: skip


NO_NUMBERS = ("12,5", "1_2", "NaN", "inf", "0x1F", "1e", "--1", "٣")
"""What may stand where a number is stored, and is none."""


def packages() -> Iterator[BadInput]:
    """Each of them as a run of the command."""
    for name, data in BROKEN.items():
        yield BadInput(f"workbook file: {name}", {"counts.xlsx": data}, [("E-XLSX-UNREADABLE", None, "", "")])
    for part in (SHEET, TEXTS, "xl/styles.xml", "xl/workbook.xml"):
        yield BadInput(f"entities in {part}", {"counts.xlsx": declared(part)}, [("E-XLSX-UNREADABLE", None, "", "")])
    for text in NO_NUMBERS:
        data = changed(SHEET, "<v>12.5</v>", f"<v>{text}</v>")
        yield BadInput(
            f"workbook file: a number stored as {text}", {"counts.xlsx": data}, [("E-XLSX-NOT-PLAIN", 3, "C3", text)]
        )
