"""Tables and figures as DOCX: landscape pages with head, foot, repeated headings and rows that stay whole.

Texts are put in as texts, never as markup or fields. The same table gives the
same bytes: properties and the times in the package are fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartpk.tables.table import Align, Table
from cartpk.writers.imprint import EAST_ASIAN, Imprint, Plate, east_asian, headed, named, page_of_pages, writable
from cartpk.writers.layout import MARGIN, Part, TextRow, footnotes, layout, wide
from cartpk.writers.package import repacked
from cartpk.writers.paging import BOTTOM, FOOT_AT, HEAD_AT, SIGNING, TOP, closed, leading

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

__all__ = ["Prose", "encode", "encode_prose", "write"]

Prose = Sequence[tuple[str, Sequence[str]]]
"""Headings, each with its paragraphs."""

_FONT = "Courier New"
_TWIPS = 1440
_TALLEST_WHOLE = 24
"""Lines of a row that may not be split; a taller one would not fit on a page with its head and foot."""
_NOTE = 8.0
_BODY = 9.0
_ALIGN: dict[Align, str] = {"left": "left", "right": "right", "center": "center"}
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def write(what: Table | Plate, path: str | Path, imprint: Imprint | None = None) -> None:
    """Write a table, listing or figure to `path`."""
    Path(path).write_bytes(encode(what, imprint))


def encode(what: Table | Plate, imprint: Imprint | None = None) -> bytes:
    """The bytes of the file."""
    imprint = Imprint() if imprint is None else imprint
    document = _blank(named(what.kind, what.number, what.title))
    if isinstance(what, Plate):
        _figure(document, what, imprint)
    else:
        _table(document, what, imprint)
    for line in imprint.signatures:
        _append(document, _paragraph(line, _BODY, before=SIGNING, keep=True))
    return _packed(document)


def encode_prose(title: str, prose: Prose, imprint: Imprint | None = None) -> bytes:
    """Headings and paragraphs on pages with the same head and foot."""
    imprint = Imprint() if imprint is None else imprint
    document = _blank(title)
    _dress(document, document.sections[0], [title], (), imprint)
    for heading, paragraphs in prose:
        _append(document, _paragraph(heading, 11, bold=True, before=12, keep=True, font="Times New Roman"))
        for text in paragraphs:
            _append(document, _paragraph(text, 11, before=6, font="Times New Roman"))
    for line in imprint.signatures:
        _append(document, _paragraph(line, _BODY, before=SIGNING, keep=True))
    return _packed(document)


@lru_cache(maxsize=1)
def _template() -> bytes:
    """python-docx's empty document, opened once: reading its parts takes most of the time of a small table."""
    import docx

    buffer = BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def _blank(title: str) -> Document:
    """An empty document with fixed properties."""
    from datetime import UTC, datetime

    import docx

    document = docx.Document(BytesIO(_template()))
    properties, epoch = document.core_properties, datetime(1980, 1, 1, tzinfo=UTC)
    properties.title = writable(title)[:250]
    properties.author = properties.last_modified_by = "cartpk"
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = epoch
    properties.revision = 1
    return document


def _packed(document: Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _table(document: Document, table: Table, imprint: Imprint) -> None:
    notes, last = footnotes(table.footnotes, imprint)
    for part in layout(table, imprint):
        heads = [headed(table.kind, table.number), table.title, part.subtitled(table.subtitle)]
        _dress(document, _next_section(document, part.k == 1), heads, notes, imprint)
        _append(document, "".join(_grid(closed(part, imprint))))
        _append(document, _paragraph("", 2, keep=bool(imprint.signatures) and part.k == part.n))
    for text in last:
        _append(document, _paragraph(text, _NOTE))


def _figure(document: Document, plate: Plate, imprint: Imprint) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches

    for k, (picture, note) in enumerate(zip(plate.pictures, plate.notes, strict=True)):
        heads = [headed(plate.kind, plate.number), plate.title, plate.subtitles[k]]
        notes, last = footnotes(note, imprint)
        _dress(document, _next_section(document, k == 0), heads, notes, imprint)
        lines = sum(wide(text) for text in notes) / 130 + 1
        width, height = picture.within(imprint.size[0] - 2 * MARGIN, imprint.size[1] - 3.0 - 0.14 * lines)
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run().add_picture(BytesIO(picture.png), width=Inches(width), height=Inches(height))
        for text in last:
            _append(document, _paragraph(text, _NOTE))


def _next_section(document: Document, first: bool) -> Section:
    from docx.enum.section import WD_SECTION

    return document.sections[0] if first else document.add_section(WD_SECTION.NEW_PAGE)


def _append(document: Document, xml: str) -> None:
    """Put a paragraph or table before the properties of the last section."""
    body: Any = document.element.body
    body.sectPr.addprevious(_parsed(xml))


def _parsed(xml: str) -> Any:
    from docx.oxml.parser import parse_xml

    end = re.search(r"[\s/>]", xml)
    at = end.start() if end else len(xml)
    return parse_xml(f"{xml[:at]} {_NAMESPACES}{xml[at:]}")


def _dress(document: Document, section: Section, heads: Sequence[str], notes: Sequence[str], imprint: Imprint) -> None:
    """Paper, head and foot of a section."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Inches

    width, height = imprint.size
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Inches(width), Inches(height)
    section.left_margin = section.right_margin = Inches(MARGIN)
    section.top_margin, section.bottom_margin = Inches(TOP), Inches(BOTTOM)
    section.header_distance, section.footer_distance = Inches(HEAD_AT), Inches(FOOT_AT)
    draft = f"{imprint.draft_word}   " if imprint.draft else ""
    watermark = _watermark(imprint.draft_word) if imprint.draft else ""
    lines = [_first_line(imprint.study, draft, width - 2 * MARGIN, watermark)]
    lines += [_paragraph(line, _BODY, align="center", bold=k < 2) for k, line in enumerate(heads) if line]
    _fill(section.header, [*lines, _paragraph("", 5)])
    foot = [text for text in notes if text] or [""]
    _fill(section.footer, [_paragraph(text, _NOTE, rule=k == 0) for k, text in enumerate(foot)])


def _fill(place: Any, paragraphs: Sequence[str]) -> None:
    """The paragraphs of a head or foot, in place of what was there."""
    place.is_linked_to_previous = False
    for old in list(place.paragraphs):
        old._element.getparent().remove(old._element)
    for xml in paragraphs:
        place._element.append(_parsed(xml))


def _first_line(study: str, draft: str, inches: float, watermark: str) -> str:
    """The study at the left, the page at the right."""
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{round(inches * _TWIPS)}"/></w:tabs>'
    fields = {"{page}": _field("PAGE"), "{pages}": _field("NUMPAGES")}
    first, *rest = page_of_pages()
    page = "".join(fields.get(piece) or _run(piece, _BODY) for piece in (draft + first, *rest) if piece)
    spacing = '<w:spacing w:before="0" w:after="0"/>'
    return f"<w:p><w:pPr>{tab}{spacing}</w:pPr>{watermark}{_run(study, _BODY)}<w:r><w:tab/></w:r>{page}</w:p>"


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} ">{_run("1", _BODY)}</w:fldSimple>'


def _run(text: str, size: float, bold: bool = False, font: str = _FONT) -> str:
    """A run of text; a line feed is a line break."""
    breaks = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>'
        for line in writable(text).replace("\t", " ").split("\n")
    )
    weight = "<w:b/>" if bold else ""
    eastern = f' w:eastAsia="{EAST_ASIAN}"' if east_asian() else ""
    face = f'<w:rFonts w:ascii="{font}"{eastern} w:hAnsi="{font}" w:cs="{font}"/>'
    half = round(size * 2)
    tongue = '<w:lang w:eastAsia="zh-CN"/>' if east_asian() else ""
    return f'<w:r><w:rPr>{face}{weight}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>{tongue}</w:rPr>{breaks}</w:r>'


def _paragraph(
    text: str, size: float, *, align: str = "left", bold: bool = False, rule: bool = False, before: float = 0,
    indent: tuple[float, float] = (0.0, 0.0), keep: bool = False, font: str = _FONT,
) -> str:  # fmt: skip
    """A paragraph of one run; `before` and `indent` (left, right) in points, `keep`: on the page of the next one."""
    inside = [
        "<w:keepNext/>" if keep else "",
        '<w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>' if rule else "",
        f'<w:spacing w:before="{round(before * 20)}" w:after="0" w:line="{round(leading(size) * 20)}" w:lineRule="exact"/>',
        f'<w:ind w:left="{round(indent[0] * 20)}" w:right="{round(indent[1] * 20)}"/>' if any(indent) else "",
        f'<w:jc w:val="{align}"/>',
        f'<w:rPr><w:sz w:val="{round(size * 2)}"/></w:rPr>',
    ]
    return f"<w:p><w:pPr>{''.join(inside)}</w:pPr>{_run(text, size, bold, font) if text else ''}</w:p>"


def _watermark(word: str) -> str:
    """The word for a draft across the page, behind the text, as word processors write it."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:430pt;height:150pt;rotation:330;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    shape_type = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
        ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"'
        ' o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><o:lock v:ext="edit" text="t" shapetype="t"/>'
        "</v:shapetype>"
    )
    return (
        f'<w:r><w:pict>{shape_type}<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136"'
        f' style="{style}" o:allowincell="f" fillcolor="#d8d8d8" stroked="f">'
        f'<v:textpath style="font-family:\'{EAST_ASIAN if east_asian() else _FONT}\';font-size:1pt" string="{escape(word)}"/>'
        "</v:shape></w:pict></w:r>"
    )


def _grid(part: Part) -> Iterator[str]:
    """The table as XML: headings that repeat, and the body."""
    widths = [round(inches * _TWIPS) for inches in part.inches]
    yield '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    gap = round(part.size * 6)  # half a letter
    yield f'<w:tblCellMar><w:left w:w="{gap}" w:type="dxa"/><w:right w:w="{gap}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield f"<w:tblGrid>{columns}</w:tblGrid>"
    if part.spanners:
        yield _spanner_row(part, widths)
    aligns = [column.align for column in part.columns]
    yield _head_row(part, widths)
    aligns = [column.align for column in part.columns]
    for k, row in enumerate(part.rows):
        end = k == len(part.rows) - 1
        if row.heading:
            yield _heading_row(row, widths, part.size, end)
        else:
            yield _data_row(row, aligns, widths, part.size, end)
    yield "</w:tbl>"


def _row_properties(header: bool, tall: int = 1) -> str:
    whole = "" if tall > _TALLEST_WHOLE else "<w:cantSplit/>"
    return f"<w:trPr>{whole}{'<w:tblHeader/>' if header else ''}</w:trPr>"


def _cell(content: str, width: int, *, span: int = 1, borders: tuple[bool, bool] = (False, False), low: bool = False) -> str:  # fmt: skip
    ruled = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side, wanted in zip(("top", "bottom"), borders, strict=True)
        if wanted
    )
    inside = [
        f'<w:tcW w:w="{width}" w:type="dxa"/>',
        f'<w:gridSpan w:val="{span}"/>' if span > 1 else "",
        f"<w:tcBorders>{ruled}</w:tcBorders>" if ruled else "",
        '<w:vAlign w:val="bottom"/>' if low else "",
    ]
    return f"<w:tc><w:tcPr>{''.join(inside)}</w:tcPr>{content}</w:tc>"


def _head_row(part: Part, widths: Sequence[int]) -> str:
    borders = (not part.spanners, True)
    cells = [
        _cell(
            _paragraph(column.heading, part.size, align=_ALIGN[column.align], bold=True, keep=True), width,
            borders=borders, low=True,
        )
        for column, width in zip(part.columns, widths, strict=True)
    ]  # fmt: skip
    return f"<w:tr>{_row_properties(True)}{''.join(cells)}</w:tr>"


def _data_row(row: TextRow, aligns: Sequence[Align], widths: Sequence[int], size: float, end: bool) -> str:
    cells = []
    for k, (text, align, inset) in enumerate(zip(row.cells, aligns, row.inset, strict=True)):
        room = row.indent * size * 1.2 if k == 0 else 0.0, inset * size * 0.6
        content = _paragraph(text, size, align=_ALIGN[align], indent=room, keep=row.keep)
        cells.append(_cell(content, widths[k], borders=(False, end)))
    return f"<w:tr>{_row_properties(False, row.lines)}{''.join(cells)}</w:tr>"


def _heading_row(row: TextRow, widths: Sequence[int], size: float, end: bool) -> str:
    """Text over the whole width, kept with the row after it."""
    text = _paragraph(row.cells[0], size, before=3, keep=True)
    cell = _cell(text, sum(widths), span=len(widths), borders=(False, end), low=True)
    return f"<w:tr>{_row_properties(False)}{cell}</w:tr>"


def _spanner_row(part: Part, widths: Sequence[int]) -> str:
    """Headings over columns: one wide cell each, with a rule under it."""
    cells, c = [], 0
    while c < len(widths):
        spanner = next((s for s in part.spanners if s.first == c), None)
        last = spanner.last if spanner else c
        text = _paragraph(spanner.heading if spanner else "", part.size, align="center", bold=True, keep=True)
        cells.append(
            _cell(text, sum(widths[c : last + 1]), span=last - c + 1, borders=(True, spanner is not None), low=True)
        )
        c = last + 1
    return f"<w:tr>{_row_properties(True)}{''.join(cells)}</w:tr>"
