"""RTF: read back, every text is a text and every number is where it was; pages repeat what reviewers need."""

import re

import pytest
from rtf import read_rtf

from cartpk.tables.table import Column, Number, Row, Spanner, Table
from cartpk.writers.imprint import Imprint, Picture, Plate
from cartpk.writers.rtf import encode, escaped

HOSTILE = [
    "../../x", "=cmd()", "<script>", "{\\rtf1\\par}", "$x$", "_S01", "x" * 300, "CON", "a\\b{c}", "受试者01",
    "µ·λz½≥–", "😀", "\\u0041?", "a\tb", "two\nlines",
]  # fmt: skip


def table(rows=None, columns=None, **more):
    rows = rows or [Row((name, Number(1234.5, "1234.5"), "why")) for name in HOSTILE]
    columns = columns or (
        Column("Subject", "left", 12),
        Column("Value\n(unit)", "right", 10),
        Column("Reason", "left", 20),
    )
    given = {"footnotes": ("a  First note.", "cartpk; data: counts.csv"), "title": "A {title} \\par", "subtitle": "µ"}
    return Table(number="14.2.1.1", id="x", columns=tuple(columns), rows=tuple(rows), **{**given, **more})


def body(document):
    return [row for page in document.pages for row in page.rows[page.headings :]]


def test_hostile_texts_come_back_as_they_are():
    found = body(read_rtf(encode(table())))
    assert [row[0] for row in found] == [name.replace("\t", " ") for name in HOSTILE]
    assert {row[1] for row in found} == {"1234.5"}


def test_the_file_is_ascii_and_the_same_twice():
    content = encode(table(), Imprint(study="研究", draft=True))
    content.decode("ascii")
    assert content == encode(table(), Imprint(study="研究", draft=True))


def test_control_and_invisible_characters_are_written_out():
    assert escaped("a\x00b\u202ec\u200bd") == "a\\\\u0000b\\\\u202ec\\\\u200bd"
    found = body(read_rtf(encode(table([Row(("a\x07\u202eb", "", ""))]))))
    assert found[0][0] == "a\\u0007\\u202eb"


def test_each_page_has_headings_head_and_foot():
    rows = [Row((f"S{k:03d}", Number(k, str(k)), "")) for k in range(200)]
    imprint = Imprint(study="NCT1", run_date="2026-11-20", data_cut="2026-11-01")
    found = read_rtf(encode(table(rows), imprint))
    assert len(found.pages) > 3
    for page in found.pages:
        assert page.headings == 1
        assert page.rows[0] == ["Subject", "Value\n(unit)", "Reason"]
    assert [row[0] for row in body(found)] == [f"S{k:03d}" for k in range(200)]
    assert found.heads == ["NCT1\tPage 1 of 1\nTable 14.2.1.1\nA {title} \\par\nµ\n\n"]
    assert found.feet == ["a  First note.\ncartpk; data: counts.csv   Run date: 2026-11-20   Data cut: 2026-11-01\n"]
    assert {"trkeep", "trhdr"} <= found.words


def test_a_block_that_fits_is_kept_on_one_page_and_a_longer_one_says_that_it_goes_on():
    def block(name, n):
        return [Row((name, "", ""), "heading"), *(Row((f"{name}{k}", "1", ""), indent=1) for k in range(n))]

    found = read_rtf(encode(table([*block("A", 18), *block("B", 18), *block("C", 70)])))
    at = {row[0]: k for k, page in enumerate(found.pages) for row in page.rows}
    assert at["B"] == at["B0"] == at["B17"]
    again = [page.rows[1][0] for page in found.pages if page.rows[1][0].endswith("(continued)")]
    assert again == ["C (continued)"] * len(again)
    assert again


def test_columns_that_do_not_fit_go_to_further_pages_beside_the_names_of_the_rows():
    columns = [Column("Subject", "left", 12), *(Column(f"Parameter{k}", "right", 14) for k in range(30))]
    rows = [Row((f"S{i}", *(Number(1e6 + k, f"{1e6 + k:.0f}") for k in range(30)))) for i in range(3)]
    wide = table(rows, columns, spanners=(Spanner("All of them", 1, 30),))
    found = read_rtf(encode(wide))
    assert len(found.pages) > 1
    seen = []
    for page, head in zip(found.pages, found.heads, strict=True):
        names = page.rows[1]
        assert names[0] == "Subject"
        assert page.rows[0][-1] == "All of them"
        seen += names[1:]
        assert [row[0] for row in page.rows[2:]] == ["S0", "S1", "S2"]
        assert f"part {found.heads.index(head) + 1} of {len(found.pages)}" in head
    assert seen == [f"Parameter{k}" for k in range(30)]


def test_a_draft_has_a_watermark_and_lines_to_sign_and_a_final_output_neither():
    imprint = Imprint(draft=True, author="A. {Author}")
    draft, final = encode(table(), imprint), encode(table())
    signed = [p for p in read_rtf(draft).paragraphs if "Signature" in p]
    assert signed[0].startswith("Author: A. {Author}   Signature: ____")
    assert signed[1].startswith("Reviewer: ____")
    assert b"gtextUNICODE" in draft
    assert b"gtextUNICODE" not in final
    assert not any("Signature" in p for p in read_rtf(final).paragraphs)


def test_notes_that_do_not_fit_in_the_foot_stand_at_the_end():
    notes = tuple(f"Note {k}: " + "words " * 30 for k in range(30))
    found = read_rtf(encode(table(footnotes=notes)))
    assert "Further notes stand at the end." in found.feet[0]
    everything = found.feet[0] + "\n".join(found.paragraphs)
    assert all(f"Note {k}: " in everything for k in range(30))


@pytest.mark.parametrize(("page", "size"), [("letter", (15840, 12240)), ("a4", (16834, 11909))])
def test_the_paper_is_landscape(page, size):
    content = encode(table(), Imprint(page=page)).decode("ascii")
    assert tuple(int(re.search(rf"\\{w}(\d+)", content)[1]) for w in ("paperw", "paperh")) == size
    assert "\\landscape" in content


def test_a_figure_has_a_page_for_each_picture_no_larger_than_it_is():
    plate = Plate("14.2.1.1", "pkcg01", "Figure {", ("a", "b"), (Picture(b"\x89PNG", 4.0, 3.0),) * 2, (("note",),) * 2)
    content = encode(plate)
    found = read_rtf(content)
    assert len(found.heads) == 2
    assert "Figure 14.2.1.1\nFigure {\nb" in found.heads[1]
    assert b"\\picwgoal5760\\pichgoal4320" in content
    assert b"89504e47" in content


def test_the_lines_to_sign_never_stand_on_a_page_without_rows():
    def rows(n, **how):
        found = read_rtf(encode(table([Row((f"S{k:03d}", "1", "")) for k in range(n)]), Imprint(**how)))
        return [len(page.rows) - page.headings for page in found.pages]

    full = max(rows(120))
    for n in (1, 2, 3, *range(full - 8, full + 5)):
        drafted = rows(n, draft=True)
        assert sum(drafted) == n
        assert drafted[-1] >= min(n, 3)
        assert drafted[-1] <= full - 5  # two lines of 28.5 points, below rows of 10.8
    assert rows(full) == [full]


def test_a_block_moves_as_a_whole_to_the_page_of_the_lines_to_sign():
    def block(name, n):
        return [Row((name, "", ""), "heading"), *(Row((f"{name}{k}", "1", ""), indent=1) for k in range(n))]

    for n in range(14, 20):
        found = read_rtf(encode(table([*block("A", n), *block("B", n)]), Imprint(draft=True)))
        at = {row[0]: k for k, page in enumerate(found.pages) for row in page.rows}
        assert at["B"] == at["B0"] == at[f"B{n - 1}"] == len(found.pages) - 1
