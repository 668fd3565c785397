"""Workbooks as tests make them: parts put in the place of others, and texts shared as Excel shares them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from openpyxl.workbook import Workbook

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def data_of(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*rows: list[Any]) -> Workbook:
    """A workbook with some rows on its only sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def parts_of(data: bytes) -> dict[str, bytes]:
    """Name -> content of the parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with a text of one of its parts put in the place of another."""
    parts = parts_of(data)
    assert old.encode() in parts[part], parts[part]
    return zipped({**parts, part: parts[part].replace(old.encode(), new.encode())})


def with_shared_texts(data: bytes) -> bytes:
    """The workbook as Excel writes it: each text once, in a part of its own, and cells that refer to it."""
    parts = parts_of(data)
    texts: dict[bytes, int] = {}

    def shared(match: re.Match[bytes]) -> bytes:
        k = texts.setdefault(match[2], len(texts))
        return match[1] + b't="s"><v>%d</v></c>' % k

    for name in [n for n in parts if n.startswith("xl/worksheets/sheet")]:
        parts[name] = re.sub(rb'(<c [^>]*)t="inlineStr"><is>(.*?)</is></c>', shared, parts[name], flags=re.DOTALL)
    items = b"".join(b"<si>" + text + b"</si>" for text in texts)
    parts[TEXTS] = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + items + b"</sst>"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rIdTexts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", relation.encode())
    return zipped(parts)
