import codecs
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cartpk.readers.text as text_reader
from cartpk.errors import RulesError
from cartpk.input_rules import InputRules
from cartpk.readers.long import samples_of
from cartpk.readers.rows import Rows
from cartpk.readers.sheet import Sheet
from cartpk.readers.text import read_text
from cartpk.samples import Samples, Source

from .conftest import HEADER, told

Read = Callable[..., Samples]
CHINESE = "受试者编号,天,结果,单位\n甲01,7,未检出,个/µL\n"


def cells(sheet: Sheet) -> list[tuple[int, ...] | list[str]]:
    return [list(row) for row in zip(*([c.texts[k] for k in c.codes.tolist()] for c in sheet.columns), strict=True)]


# --- encodings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (b"\x84\x31\x95\x33" + CHINESE.encode("gb18030"), "gb18030"),
    ],
)
def test_encodings_are_found_out_and_said(read_bytes: Read, data: bytes, encoding: str) -> None:
    samples = read_bytes(data)
    assert samples.subjects == ("甲01",)
    assert samples.reported.tolist() == ["未检出"]
    assert samples.unit.levels == ("cells/uL",)
    assert samples.sources[0].encoding == encoding
    assert encoding.upper() in samples.sources[0].notes[0]
    assert not told(samples)


def test_the_plan_may_name_the_encoding(read_bytes: Read) -> None:
    data = "subject_id,time,value,unit\nÉ1,7,5,cells/µL\n".encode("cp1252")
    samples = read_bytes(data, encoding="cp1252")
    assert (samples.subjects, samples.unit.levels) == (("É1",), ("cells/uL",))
    assert "as the plan says" in samples.sources[0].notes[0]
    assert read_bytes(codecs.BOM_UTF8 + HEADER.encode() + b"S1,1,5,%,\n", encoding="utf8").subjects == ("S1",)
    assert read_bytes(CHINESE.encode("utf-16-le"), encoding="utf-16-le").subjects == ("甲01",)


@pytest.mark.parametrize("encoding", ["klingon", "hex"])
def test_an_encoding_that_is_none_is_refused(read_bytes: Read, encoding: str) -> None:
    with pytest.raises(RulesError, match=encoding):
        read_bytes(HEADER, encoding=encoding)


def test_bytes_that_no_encoding_fits_are_told_with_their_row(read_bytes: Read) -> None:
    samples = read_bytes(HEADER.encode() + b"S1,1,5,%,\nS\xff1,2,5,%,\n")
    assert told(samples) == [("E-FILE-ENCODING", 3, "", "0xFF")]
    assert read_bytes(b"S\xff1", encoding="utf-8").findings[0].row == 1


def test_a_damaged_byte_does_not_turn_utf8_into_other_letters(read_bytes: Read) -> None:
    data = ("subject_id,time,value,unit\n" + "受试者甲乙丙丁,7,未检出,个/µL\n" * 20).encode() + b"\xce,8,5,%\n"
    samples = read_bytes(data)
    assert told(samples) == [("E-FILE-ENCODING", 22, "", "0xCE")]
    assert "damaged UTF-8" in samples.findings[0].message


def test_damage_far_into_a_file_is_found_at_its_row(read_bytes: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_reader, "LONGEST", 64)
    data = (HEADER + "é1,1,5,%,\n" * 50).encode() + b"S\xff,1,5,%,\n"
    assert told(read_bytes(data, encoding="utf-8")) == [("E-FILE-ENCODING", 52, "", "0xFF")]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n \n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE + "\r\n".encode("utf-16-le"), b",,,\n,,,\n"]
)
def test_an_empty_file_is_told(read_bytes: Read, data: bytes) -> None:
    assert told(read_bytes(data)) == [("E-FILE-EMPTY", None, "", "")]


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7", b"\x1f\x8b\x08", b"PAR1x", b"{\\rtf1", b"HEADER RECORD*******LIBRARY", b"a,b\n\0\0\0", "a,b\n".encode("utf-16-le")])  # fmt: skip
def test_a_file_that_is_no_text_is_told(read_bytes: Read, data: bytes) -> None:
    assert told(read_bytes(data)) == [("E-FILE-NOT-TEXT", None, "", "")]


@pytest.mark.parametrize(
    "data", ["subject_id,time,value,unit", "subject_id,time,value,unit\n\n", "subject_id,time,value,unit\n,,,\n"]
)
def test_a_header_alone_is_told(read_bytes: Read, data: str) -> None:
    assert told(read_bytes(data)) == [("E-FILE-HEADER-ONLY", 1, "", "")]


# --- delimiters and lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_comes_from_the_header(read_bytes: Read, delimiter: str) -> None:
    samples = read_bytes(HEADER.replace(",", delimiter) + delimiter.join(["S1", "1", "5", "%", "1"]) + "\n")
    assert samples.value.tolist() == [5.0]
    assert samples.sources[0].delimiter == delimiter


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_line_that_tells_excel_the_delimiter_is_no_row(read_bytes: Read, delimiter: str) -> None:
    text = f"sep={delimiter}\n" + (HEADER + "S1,1,5,%,1\n").replace(",", delimiter)
    samples = read_bytes(text)
    assert (samples.record.tolist(), told(samples)) == ([3], [])


def test_the_plan_may_name_the_delimiter(read_bytes: Read) -> None:
    assert read_bytes(
        "subject_id;a,time;value;unit\nS1;1;5;%\n", delimiter=";", columns={"time": "a,time"}
    ).time.tolist() == [1.0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("final", [True, False])
def test_rows_are_numbered_as_an_editor_shows_them(read_bytes: Read, end: str, final: bool) -> None:
    lines = [
        "subject_id,time,value,unit,note",
        "S1,0,1,%,",
        "",
        'S1,1,2,%,"two' + end + 'lines"',
        "S1,2,3,%,",
        "   ",
        "S1,3,4,%,",
    ]
    samples = read_bytes(end.join(lines) + (end if final else ""))
    assert samples.record.tolist() == [2, 4, 6, 8]
    assert samples.extra["note"][1] == f"two{end}lines"
    assert samples.sources[0].rows == len(samples) == 4
    assert not told(samples)


def test_lines_end_nowhere_else(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS\x0b1,0,1,%\nS\x852,1,1,%\nS\u20283,2,1,%\n")
    assert samples.record.tolist() == [2, 3, 4]
    assert set(samples.subjects) == {"S\x0b1", "S\x852", "S\u20283"}


def test_quoted_cells_keep_delimiters_and_doubled_quotes(read_bytes: Read) -> None:
    samples = read_bytes('subject_id,time,value,unit,note\n"S,1",0,1,%,"say ""x"""\n5" tube,1,1,%,\n')
    assert samples.subject.texts() == ["S,1", '5" tube']
    assert samples.extra["note"][0] == 'say "x"'


@pytest.mark.parametrize("subject", ["001", "NA", "None", "null", " S1 ", "S1\u200b", "../../x", "=cmd()", "<script>", "{\\rtf", "$x$", "_S01", "x" * 300, "CON", "-1", "1e5", "TRUE", "9" * 5000])  # fmt: skip
def test_ids_are_kept_to_the_letter(read_bytes: Read, subject: str) -> None:
    samples = read_bytes(f"subject_id,time,value,unit\n{subject},0,1,%\n")
    assert samples.subjects == (subject,)
    assert not told(samples)


# --- rows that do not fit ----------------------------------------------------------------------------------------


def test_ragged_rows_are_told_and_the_others_read(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S1,0,1,%,1\nS1,1,2,%\nS1,2,3,%,1,9\nS2,3,4,%,1\n")
    assert told(samples) == [("E-ROW-RAGGED", 3, "", "S1,1,2,%"), ("E-ROW-RAGGED", 4, "", "S1,2,3,%,1,9")]
    assert [f.subject_id for f in samples.findings] == ["S1", "S1"]
    assert samples.record.tolist() == [2, 5]
    assert samples.sources[0].rows == 4


def test_a_delimiter_at_the_end_of_rows_alone_is_ragged_and_in_the_header_too_is_not(read_bytes: Read) -> None:
    assert [f.rule for f in read_bytes(HEADER + "S1,0,1,%,1,\n").findings] == ["E-ROW-RAGGED"]
    samples = read_bytes("subject_id,time,value,unit,\nS1,0,1,%,\n")
    assert (len(samples.findings), dict(samples.extra)) == (0, {})


def test_cells_under_no_header_are_kept(read_bytes: Read) -> None:
    samples = read_bytes(",subject_id,time,value,unit\n1,S1,0,1,%\n")
    assert samples.extra["column_1"].texts() == ["1"]


def test_titles_footers_and_repeated_headers_are_told(read_bytes: Read) -> None:
    text = (
        "Study X,,,,\n\nprinted today\n"
        + HEADER
        + "S1,0,1,%,1\n"
        + HEADER
        + "S1,1,1,%,1\nEnd of listing,,,,\nSource: LIMS\n"
    )
    samples = read_bytes(text)
    assert [(rule, row) for rule, row, _, _ in told(samples)] == [("E-ROW-NOT-DATA", r) for r in (1, 3, 6, 8, 9)]
    assert samples.record.tolist() == [5, 7]
    assert samples.sources[0].rows == 5


def test_a_quote_that_is_never_closed_is_told_where_it_opens_and_the_rest_is_read(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + 'S1,0,1,%,1\n"S1,1,2,%,1\nS1,2,3,%,1\nS1,3,x,%,1\n')
    assert told(samples) == [("E-ROW-QUOTE", 3, "", '"S1,1,2,%,1'), ("E-BLQ-WORD", 5, "value", "x")]
    assert samples.record.tolist() == [2, 4, 5]


def test_text_after_a_closing_quote_is_told(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + '"S1"x,0,1,%,1\nS1,1,2,%,1\n')
    assert told(samples) == [("E-ROW-QUOTE", 2, "", '"S1"x,0,1,%,1')]
    assert samples.record.tolist() == [3]


def test_a_stray_quote_that_swallows_rows_is_told(read_bytes: Read) -> None:
    samples = read_bytes('subject_id,time,value,unit,note\nS1,0,1,%,"a\nS1,1,2,%,\nS1,2,3,%,b"\nS1,3,4,%,\n')
    assert [(rule, row) for rule, row, _, _ in told(samples)] == [("E-ROW-QUOTE", 2)]
    assert samples.record.tolist() == [5]


def test_a_quote_open_in_the_header_is_told(read_bytes: Read) -> None:
    assert [(f.rule, f.row) for f in read_bytes('\n"subject_id,time,value,unit\nS1,0,1,%\n').findings] == [
        ("E-ROW-QUOTE", 2)
    ]


def test_a_quote_open_in_a_long_file_costs_one_row(read_bytes: Read) -> None:
    rows = [f"S{i},0,1,%,1\n" for i in range(60_000)]
    rows[100] = '"' + rows[100]
    samples = read_bytes(HEADER + "".join(rows))
    assert [(f.rule, f.row) for f in samples.findings] == [("E-ROW-QUOTE", 102)]
    assert len(samples) == 59_999


# --- one way and the other ---------------------------------------------------------------------------------------

CELL = st.text(st.sampled_from('ab1",;\n\r \té'), max_size=5)


@settings(max_examples=150)
@given(
    st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(5, 60),
    st.booleans(),
)
@example([['"', "a", "b", "c"], ["1", "2", "3", "4"]], "\n", 5, False)
@example([["\r", "a", "b", "c"]], "\r\n", 7, False)
def test_blocks_of_any_size_taken_whole_or_row_by_row_give_the_same(
    rows: list[list[str]], end: str, block: int, quoted: bool
) -> None:
    def line(row: list[str]) -> str:
        return ",".join('"' + c.replace('"', '""') + '"' if quoted else c for c in row)

    data = end.join(["subject_id,time,value,unit", *map(line, rows)]).encode()
    rules = InputRules(delimiter=",")

    def samples() -> Samples:
        return samples_of(read_text(data, "f.csv", rules), Source("f.csv"), rules)

    whole = samples()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "_plain", lambda self, text: False)
        parsed = samples()
        patch.setattr(Rows, "_whole", lambda self, lines: False)
        by_row = samples()
        patch.setattr(text_reader, "BLOCK", block)
        in_blocks = samples()
    for other in (parsed, by_row, in_blocks):
        assert_equal(other, whole)


def assert_equal(one: Samples, other: Samples) -> None:
    for name in ("record", "time", "value", "state", "reported", "lloq", "infusion"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.subject.texts() == other.subject.texts()
    assert one.unit.texts() == other.unit.texts()
    assert (one.findings, one.sources) == (other.findings, other.sources)


@settings(max_examples=100)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=4, max_size=4), min_size=1, max_size=8
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_is_quoted_comes_back_to_the_letter(rows: list[list[str]], delimiter: str) -> None:
    rows = [[f"x{c}" for c in row] for row in rows]  # no row is blank or inside another
    lines = [
        delimiter.join('"' + c.replace('"', '""') + '"' for c in row)
        for row in [["subject_id", "time", "value", "unit"], *rows]
    ]
    sheet = read_text("\n".join(lines).replace("\0", "").encode(), "f.csv", InputRules())
    assert cells(sheet) == [[c.replace("\0", "") for c in row] for row in rows]
    assert sheet.oddities == ()
