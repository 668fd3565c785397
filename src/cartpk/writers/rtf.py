"""Tables and figures as RTF: landscape pages with head, foot, repeated headings and rows that stay whole.

The file is ASCII: what is beyond it is written as ``\\uN?``, and what would be
a control word in a text of the data (``\\``, ``{``, ``}``) is escaped, so that
a text is a text. There is no clock in it: the same table gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cartpk.tables.table import Align, Table
from cartpk.writers.imprint import EAST_ASIAN, Imprint, Plate, east_asian, headed, named, page_of_pages, writable
from cartpk.writers.layout import MARGIN, Part, TextRow, footnotes, layout, wide
from cartpk.writers.paging import BOTTOM, FOOT_AT, HEAD_AT, SIGNING, TOP, closed, leading, pages

__all__ = ["encode", "escaped", "write"]

_TWIPS = 1440
_ALIGN: dict[Align, str] = {"left": r"\ql", "right": r"\qr", "center": r"\qc"}
_TALLEST_WHOLE = 24
"""Lines of a row that may not be split; a taller one would not fit on a page with its head and foot."""
_NOTE = 16
_TINY = r"\pard\plain\sl-20\slmult0\fs2"
_BREAK = _TINY + r"\pagebb\par" + "\n"
_BEGIN = _TINY + r"\par" + "\n"
"""A section that begins with a table would leave its first row on the page before in some readers."""
_FIELDS = {
    "{page}": r"{\field{\*\fldinst { PAGE }}{\fldrslt 1}}",
    "{pages}": r"{\field{\*\fldinst { NUMPAGES }}{\fldrslt 1}}",
}
_SAFE = {"\\": "\\\\", "{": "\\{", "}": "\\}", "\n": "\\line ", "\t": " ", "\N{NO-BREAK SPACE}": "\\~"}


def write(what: Table | Plate, path: str | Path, imprint: Imprint | None = None) -> None:
    """Write a table, listing or figure to `path`."""
    Path(path).write_bytes(encode(what, imprint))


def encode(what: Table | Plate, imprint: Imprint | None = None) -> bytes:
    """The bytes of the file."""
    imprint = Imprint() if imprint is None else imprint
    body = _figure(what, imprint) if isinstance(what, Plate) else _table(what, imprint)
    width, height = (_twips(inches) for inches in imprint.size)
    head = (
        r"{\rtf1\ansi\ansicpg1252\deff0"
        + _fonts()
        + r"{\colortbl;\red0\green0\blue0;\red192\green192\blue192;}"
        + "\n"
        + rf"{{\info{{\title {escaped(named(what.kind, what.number, what.title))}}}{{\author cartpk}}}}"
        + rf"\paperw{width}\paperh{height}\landscape\margl{_twips(MARGIN)}\margr{_twips(MARGIN)}"
        + r"\widowctrl\viewkind1"
        + "\n"
    )
    return "".join([head, *body, "}\n"]).encode("ascii")


def escaped(text: str) -> str:
    r"""A text as RTF shows it, whatever it is made of.

    >>> escaped("{\\rtf µ}")
    '\\{\\\\rtf \\u181?\\}'
    """
    return "".join(_SAFE.get(c, c) if ord(c) < 128 or c in _SAFE else _units(c) for c in writable(text))


def _units(letter: str) -> str:
    """A letter beyond ASCII in its one or two UTF-16 units, signed as RTF wants them."""
    raw = letter.encode("utf-16-le")
    units = (int.from_bytes(raw[i : i + 2], "little", signed=True) for i in range(0, len(raw), 2))
    return "".join(rf"\u{unit}?" for unit in units)


def _twips(inches: float) -> int:
    return round(inches * _TWIPS)


def _fonts() -> str:
    """The table of types: a type of Chinese letters beside Courier where the language has them."""
    courier = r"{\f0\fmodern\fprq1\fcharset0 Courier New;}"
    if not east_asian():
        return rf"\uc1{{\fonttbl{courier}}}"
    return rf"\deflang1033\deflangfe2052\uc1{{\fonttbl{courier}{{\f1\fnil\fprq2\fcharset134 {EAST_ASIAN};}}}}"


def _face() -> str:
    """The type of a text: Courier, and the one of Chinese letters for those."""
    return r"\hich\af0\dbch\af1\loch\f0" if east_asian() else r"\f0"


def _table(table: Table, imprint: Imprint) -> Iterator[str]:
    notes, last = footnotes(table.footnotes, imprint)
    for part in layout(table, imprint):
        heads = (headed(table.kind, table.number), table.title, part.subtitled(table.subtitle))
        yield from _section(part.k == 1, heads, notes, imprint)
        for k, rows in enumerate(pages(closed(part, imprint), heads, notes, imprint)):
            yield _BEGIN if k == 0 else _BREAK
            yield from _rows(part, rows)
        yield _paragraph("", 2)
    yield from (_paragraph(escaped(text), _NOTE) for text in last)
    yield from _signatures(imprint)


def _figure(plate: Plate, imprint: Imprint) -> Iterator[str]:
    for k, (picture, note) in enumerate(zip(plate.pictures, plate.notes, strict=True)):
        heads = (headed(plate.kind, plate.number), plate.title, plate.subtitles[k])
        notes, last = footnotes(note, imprint)
        yield from _section(k == 0, heads, notes, imprint)
        lines = sum(wide(text) for text in notes) / 130 + 1
        width, height = picture.within(imprint.size[0] - 2 * MARGIN, imprint.size[1] - 3.0 - 0.14 * lines)
        yield (
            r"\pard\plain\qc{\pict\pngblip"
            rf"\picwgoal{_twips(width)}\pichgoal{_twips(height)}" + "\n" + _hexadecimal(picture.png) + "}\\par\n"
        )
        yield from (_paragraph(escaped(text), _NOTE) for text in last)
    yield from _signatures(imprint)


def _hexadecimal(content: bytes) -> str:
    text = content.hex()
    return "\n".join(text[i : i + 128] for i in range(0, len(text), 128))


def _section(first: bool, heads: Sequence[str], notes: Sequence[str], imprint: Imprint) -> Iterator[str]:
    """The beginning of a section: paper, head and foot of its pages."""
    width, height = (_twips(inches) for inches in imprint.size)
    right = width - 2 * _twips(MARGIN)
    yield "" if first else r"\sect" + "\n"
    yield rf"\sectd\sbkpage\lndscpsxn\pgwsxn{width}\pghsxn{height}\marglsxn{_twips(MARGIN)}\margrsxn{_twips(MARGIN)}"
    yield rf"\margtsxn{_twips(TOP)}\margbsxn{_twips(BOTTOM)}\headery{_twips(HEAD_AT)}\footery{_twips(FOOT_AT)}" + "\n"
    yield r"{\header " + (_watermark(width, height, imprint.draft_word) if imprint.draft else "")
    draft = f"{escaped(imprint.draft_word)}   " if imprint.draft else ""
    page = "".join(_FIELDS.get(piece) or escaped(piece) for piece in page_of_pages())
    yield (
        rf"\pard\plain{_leading(18)}\tqr\tx{right}{_face()}\fs18 {escaped(imprint.study)}\tab {draft}{page}\par" + "\n"
    )
    for k, line in enumerate(heads):
        if line:
            yield _paragraph(escaped(line), 18, r"\qc", bold=k < 2)
    yield _paragraph("", 10) + "}\n{\\footer "
    rule = r"\brdrt\brdrs\brdrw8\brsp20"
    for k, note in enumerate(notes):
        if note:
            yield _paragraph(escaped(note), _NOTE, rule if k == 0 else "")
    yield "}\n"


def _paragraph(text: str, half_points: int, how: str = "", *, bold: bool = False) -> str:
    weight = r"\b" if bold else ""
    return rf"\pard\plain{_leading(half_points)}{how}{{{_face()}\fs{half_points}{weight} {text}}}\par" + "\n"


def _leading(half_points: int) -> str:
    """The height of a line, as counted for the pages."""
    return rf"\sl-{round(leading(half_points / 2) * 20)}\slmult0"


def _watermark(width: int, height: int, word: str) -> str:
    """The word for a draft across the page, behind the text, as word processors write it."""
    w, h = 7200, 2600
    left, top = (width - w) // 2, (height - h) // 2
    facts = {
        "shapeType": "136", "gtextUNICODE": escaped(word), "gtextSize": "65536",
        "gtextFont": EAST_ASIAN if east_asian() else "Courier New",
        "gtextFStretch": "1", "fGtext": "1", "rotation": "-1966080", "fillColor": "14211288", "fFilled": "1", "fLine": "0",
        "posrelh": "1", "posrelv": "1", "fBehindDocument": "1", "wzName": "PowerPlusWaterMarkObject1",
    }  # fmt: skip
    words = "".join(rf"{{\sp{{\sn {name}}}{{\sv {value}}}}}" for name, value in facts.items())
    place = rf"\shpleft{left}\shptop{top}\shpright{left + w}\shpbottom{top + h}"
    return rf"{{\shp{{\*\shpinst{place}\shpfhdr1\shpbxpage\shpbypage\shpwr3\shpwrk0\shpfblwtxt1\shpz0\shplid2049{words}}}}}"


def _rows(part: Part, rows: Sequence[TextRow]) -> Iterator[str]:
    """The headings and the rows of one page."""
    edges, at = [], 0
    for inches in part.inches:
        at += _twips(inches)
        edges.append(at)
    size = round(part.size * 2)
    if part.spanners:
        yield _spanner_row(part, edges, size)
    yield _head_row(part, edges, size)
    aligns = [column.align for column in part.columns]
    for k, row in enumerate(rows):
        end = k == len(rows) - 1
        if row.heading:
            yield _heading_row(row, edges, size, end)
        else:
            yield _data_row(row, aligns, edges, size, end)


def _head_row(part: Part, edges: Sequence[int], size: int) -> str:
    top = "" if part.spanners else _border("t")
    columns = "".join(rf"\clvertalb{top}{_border('b')}\cellx{edge}" for edge in edges)
    texts = [
        rf"\pard\plain{_leading(size)}\intbl{_ALIGN[column.align]}{_face()}\fs{size}\b {escaped(column.heading)}\cell"
        for column in part.columns
    ]
    return "\n".join([rf"{_trowd(size)}\trkeep\trhdr{columns}", *texts, r"\row", ""])


def _data_row(row: TextRow, aligns: Sequence[Align], edges: Sequence[int], size: int, end: bool) -> str:
    whole = "" if row.lines > _TALLEST_WHOLE else r"\trkeep"
    rule = _border("b") if end else ""
    columns = "".join(rf"\clvertalt{rule}\cellx{edge}" for edge in edges)
    texts = []
    for k, (text, align, inset) in enumerate(zip(row.cells, aligns, row.inset, strict=True)):
        left = rf"\li{row.indent * size * 12}" if k == 0 and row.indent else ""
        right = rf"\ri{inset * size * 6}" if inset else ""
        texts.append(
            rf"\pard\plain{_leading(size)}\intbl{_ALIGN[align]}{left}{right}{_face()}\fs{size} {escaped(text)}\cell"
        )
    return "\n".join([f"{_trowd(size)}{whole}{columns}", *texts, r"\row", ""])


def _heading_row(row: TextRow, edges: Sequence[int], size: int, end: bool) -> str:
    """Text over the whole width, kept with the row after it."""
    bottom = _border("b") if end else ""
    return (
        rf"{_trowd(size)}\trkeep\clvertalb{bottom}\cellx{edges[-1]}" + "\n"
        rf"\pard\plain{_leading(size)}\intbl\ql\sb60{_face()}\fs{size} {escaped(row.cells[0])}\cell" + "\n\\row\n"
    )


def _spanner_row(part: Part, edges: Sequence[int], size: int) -> str:
    """Headings over columns: one wide cell each, with a rule under it."""
    pieces: list[tuple[str, int, bool]] = []
    c = 0
    while c < len(edges):
        spanner = next((s for s in part.spanners if s.first == c), None)
        pieces.append((spanner.heading, edges[spanner.last], True) if spanner else ("", edges[c], False))
        c = spanner.last + 1 if spanner else c + 1
    columns = "".join(
        rf"\clvertalb{_border('t')}{_border('b') if ruled else ''}\cellx{edge}" for _, edge, ruled in pieces
    )
    texts = [rf"\pard\plain{_leading(size)}\intbl\qc{_face()}\fs{size}\b {escaped(text)}\cell" for text, _, _ in pieces]
    return "\n".join([rf"{_trowd(size)}\trkeep\trhdr{columns}", *texts, r"\row", ""])


def _trowd(half_points: int) -> str:
    """The beginning of a row; its cells keep half a letter free on each side."""
    gap = half_points * 3
    return rf"\trowd\trqc\trgaph{gap}\trleft0\trpaddl{gap}\trpaddfl3\trpaddr{gap}\trpaddfr3"


def _border(side: str) -> str:
    return rf"\clbrdr{side}\brdrs\brdrw10"


def _signatures(imprint: Imprint) -> Iterable[str]:
    return [_paragraph(escaped(line), 18, rf"\keepn\sb{round(SIGNING * 20)}") for line in imprint.signatures]
