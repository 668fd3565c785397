"""DOCX: read back, every text is a text and every number is where it was; the same table gives the same bytes."""

import zipfile
from io import BytesIO

import docx
import pytest

from cartpk.tables.table import Column, Number, Row, Spanner, Table
from cartpk.writers.docx import encode, encode_prose
from cartpk.writers.imprint import Imprint, Picture, Plate

HOSTILE = [
    "../../x", "=cmd()", "<script>", "{\\rtf1\\par}", "$x$", "_S01", "x" * 300, "CON", "&amp; ]]>", "受试者01", "µ·λz½≥–",
    "{ PAGE }", "two\nlines",
]  # fmt: skip
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def table(rows=None, **more):
    rows = rows or [Row((name, Number(1234.5, "1234.5", "a"))) for name in HOSTILE]
    columns = (Column("Subject", "left", 12), Column("Value\n(unit)", "right", 10))
    given = {"footnotes": ("a  First <note>.", "cartpk; data: counts.csv"), "title": "A <title>", "subtitle": "µ"}
    return Table(number="14.2.1.1", id="x", columns=columns, rows=tuple(rows), **{**given, **more})


def read(content):
    return docx.Document(BytesIO(content))


def cells(document):
    return [[cell.text for cell in row.cells] for found in document.tables for row in found.rows]


def test_hostile_texts_come_back_as_they_are():
    found = cells(read(encode(table())))
    assert found[0] == ["Subject", "Value\n(unit)"]
    assert [row[0] for row in found[1:]] == HOSTILE
    assert {row[1] for row in found[1:]} == {"1234.5\xa0a"}


def test_control_characters_are_written_out():
    assert cells(read(encode(table([Row(("a\x07\ud800b", ""))]))))[1][0] == "a\\u0007\\ud800b"


def test_the_same_table_gives_the_same_bytes_without_a_clock():
    content = encode(table(), Imprint(draft=True))
    assert content == encode(table(), Imprint(draft=True))
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = read(content).core_properties
    assert (properties.author, properties.created.year, properties.modified.year) == ("cartpk", 1980, 1980)


def test_each_page_has_head_foot_and_headings_and_no_row_is_split():
    rows = [Row(("Block", ""), "heading"), *(Row((f"S{k}", "1"), indent=1) for k in range(100))]
    document = read(encode(table(rows, spanners=(Spanner("Both", 0, 1),)), Imprint(study="NCT <1>", data_cut="May")))
    section = document.sections[0]
    assert section.page_width > section.page_height
    head = [p.text for p in section.header.paragraphs]
    assert head[:4] == ["NCT <1>\tPage  of ", "Table 14.2.1.1", "A <title>", "µ"]
    fields = section.header._element.xpath(".//w:fldSimple/@w:instr")
    assert fields == [" PAGE ", " NUMPAGES "]
    assert [p.text for p in section.footer.paragraphs] == [
        "a  First <note>.",
        "cartpk; data: counts.csv   Data cut: May",
    ]
    (found,) = document.tables
    headings = [row for row in found.rows if row._tr.xpath("./w:trPr/w:tblHeader")]
    assert [row.cells[0].text for row in headings] == ["Both", "Subject"]
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in found.rows)


def test_a_row_taller_than_a_page_may_be_split():
    document = read(encode(table([Row(("x" * 5000, ""))])))
    assert not document.tables[0].rows[1]._tr.xpath("./w:trPr/w:cantSplit")


def test_a_draft_has_a_watermark_and_lines_to_sign():
    draft = read(encode(table(), Imprint(draft=True, reviewer="R. <Viewer>")))
    assert "DRAFT" in draft.sections[0].header._element.xml
    assert [p.text.split("   ")[0] for p in draft.paragraphs if "Signature" in p.text] == [
        "Author: " + "_" * 24,
        "Reviewer: R. <Viewer>",
    ]
    final = read(encode(table()))
    assert "DRAFT" not in final.sections[0].header._element.xml
    assert not any("Signature" in p.text for p in final.paragraphs)


def test_the_last_rows_stay_with_the_lines_to_sign():
    def kept(**how):
        rows = read(encode(table(), Imprint(**how))).tables[0].rows
        return [all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells) for row in rows[1:]]

    assert kept(draft=True) == [False] * (len(HOSTILE) - 3) + [True] * 3
    assert not any(kept())


def test_a_figure_has_a_section_for_each_picture():
    plate = Plate(
        "14.2.2.1", "pkcg02", "All <subjects>", ("a", "b"), (Picture(PNG, 4.0, 30.0),) * 2, (("one",), ("two",))
    )
    document = read(encode(plate))
    assert [s.header.paragraphs[3].text for s in document.sections] == ["a", "b"]
    assert [s.footer.paragraphs[0].text for s in document.sections] == ["one", "two"]
    assert len(document.inline_shapes) == 2
    assert document.inline_shapes[0].height.inches < 6


@pytest.mark.parametrize("text", ["<b>", "& more", "{ DATE }"])
def test_paragraphs_are_texts(text):
    document = read(encode_prose("Words", [("Methods", [text])]))
    assert [p.text for p in document.paragraphs if p.text] == ["Methods", text]
