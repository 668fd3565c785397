"""Tables below a title and below one another, on a worksheet and in a text file, by the rows that the plan names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bad_inputs.books import book_of, data_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartpk.checks import check
from cartpk.errors import RulesError
from cartpk.input_rules import InputRules, WideBlock
from cartpk.readers import read
from cartpk.readers.regions import Region, regions_of
from cartpk.samples import Samples

from .conftest import told

STACKED: list[list[Any]] = [
    ["Study X"],
    ["flow (cells/uL)"],
    ["subject_id", "sex", "D0", "D7", "D14"],
    ["S1", "F", "<1", 12, 40],
    ["S2", "M", "<1", 9, 22],
    [],
    ["qPCR (copies/ug)"],
    ["subject_id", "sex", "D0", "D7", "D14", "M1"],
    ["S1", "F", "<50", 900, 4000, 60],
    ["S2", "M", "<50", 400, 2000, "<50"],
    ["x = hemolysed"],
]
FLOW = WideBlock(visits={"D0": 0, "D7": 7, "D14": 14}, assay="flow", unit="cells/uL", header_row=3, last_row=5)
QPCR = WideBlock(visits={"D0": 0, "D7": 7, "D14": 14, "M1": 30}, assay="qpcr", unit="copies/ug", header_row=8, last_row=10)  # fmt: skip


def as_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    (path / "wide.xlsx").write_bytes(data_of(book_of(*rows)))
    return path / "wide.xlsx"


def as_csv(path: Path, rows: list[list[Any]]) -> Path:
    width = max(map(len, rows))
    lines = (",".join("" if c is None else str(c) for c in [*row, *[None] * (width - len(row))]) for row in rows)
    (path / "wide.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path / "wide.csv"


DOORS = pytest.mark.parametrize("saved", [as_xlsx, as_csv], ids=["xlsx", "csv"])


def noted(samples: Samples) -> list[tuple[str, int | None, str]]:
    return [(f.rule, f.row, f.value) for f in samples.findings if f.rule.endswith("-PASSED")]


@DOORS
def test_tables_below_one_another_are_read_each_by_its_block(tmp_path: Path, saved: Callable[..., Path]) -> None:
    samples = read(saved(tmp_path, STACKED), rules=InputRules(wide=(FLOW, QPCR)))
    assert told(samples) == []
    assert samples.assay.texts() == ["flow"] * 6 + ["qpcr"] * 8
    assert samples.record.tolist() == [4] * 3 + [5] * 3 + [9] * 4 + [10] * 4
    assert samples.value[~samples.blq].tolist() == [12.0, 40.0, 9.0, 22.0, 900.0, 4000.0, 60.0, 400.0, 2000.0]
    assert samples.lloq.tolist()[6] == 50.0
    assert samples.covariates["sex"].texts() == ["F"] * 3 + ["M"] * 3 + ["F"] * 4 + ["M"] * 4
    assert noted(samples) == [("N-ROW-PASSED", 1, "Study X")]
    assert not check(samples).errors
    assert len(samples.sources) == 1


@DOORS
def test_the_note_names_every_row_that_is_passed_over(tmp_path: Path, saved: Callable[..., Path]) -> None:
    samples = read(saved(tmp_path, STACKED), rules=InputRules(wide=(FLOW, QPCR)))
    (note,) = (f for f in samples.findings if f.rule == "N-ROW-PASSED")
    assert "Rows 1, 2, 7, 11 " in note.message


@DOORS
def test_a_subject_below_the_last_row_is_a_warning(tmp_path: Path, saved: Callable[..., Path]) -> None:
    rows = [*STACKED[:10], ["S3", "F", "<50", 300, 1000, 70]]
    samples = read(saved(tmp_path, rows), rules=InputRules(wide=(FLOW, QPCR)))
    assert told(samples, "warning") == [("W-ROW-PASSED", 11, "", "S3 | F | <50 | 300 | 1000 | 70")]


@DOORS
def test_without_last_rows_what_is_no_subject_is_told(tmp_path: Path, saved: Callable[..., Path]) -> None:
    blocks = (WideBlock(visits=FLOW.visits, assay="flow", unit="cells/uL", header_row=3), WideBlock(visits=QPCR.visits, assay="qpcr", unit="copies/ug", header_row=8))  # fmt: skip
    samples = read(saved(tmp_path, STACKED), rules=InputRules(wide=blocks))
    assert [(rule, row) for rule, row, _, _ in told(samples)] == [("E-ROW-NOT-DATA", 7), ("E-ROW-NOT-DATA", 11)]
    assert len(samples) == 14


@DOORS
def test_faults_are_told_in_the_row_and_column_of_their_own_table(tmp_path: Path, saved: Callable[..., Path]) -> None:
    rows = [list(row) for row in STACKED]
    rows[8][3], rows[3][3] = "9O0", -12
    samples = read(saved(tmp_path, rows), rules=InputRules(wide=(FLOW, QPCR)))
    found = [(f.rule, f.row, f.column, f.subject_id, f.value) for f in check(samples).errors]
    assert found == [("E-VALUE-NEGATIVE", 4, "D7", "S1", "-12"), ("E-NUMBER-NOT-A-NUMBER", 9, "D7", "S1", "9O0")]


@DOORS
def test_a_block_whose_row_is_no_header_is_told(tmp_path: Path, saved: Callable[..., Path]) -> None:
    moved = WideBlock(visits=QPCR.visits, assay="qpcr", unit="copies/ug", header_row=9)
    samples = read(saved(tmp_path, STACKED), rules=InputRules(wide=(FLOW, moved)))
    assert {f.rule for f in samples.findings.errors} == {"E-COLUMN-MISSING"}
    gone = WideBlock(visits=QPCR.visits, assay="qpcr", unit="copies/ug", header_row=99)
    samples = read(saved(tmp_path, STACKED), rules=InputRules(wide=(FLOW, gone)))
    assert ("E-ROW-HEADER", 99) in {(f.rule, f.row) for f in samples.findings.errors}


# --- a long table below a title, in text ---------------------------------------------------------------------------

LONG = 'Study "X\n\nsite;7;open quote "\nsubject_id,time,value,unit\nS1,0,1,%\nS1,7,2,%\nPrinted by A\n'


def test_a_title_with_anything_in_it_is_passed_over_where_the_plan_names_the_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LONG, encoding="utf-8")
    samples = read(tmp_path / "a.csv", rules=InputRules(header_row=4, last_row=6))
    assert told(samples) == []
    assert samples.record.tolist() == [5, 6]
    assert noted(samples) == [("N-ROW-PASSED", 1, 'Study "X')]
    assert "Rows 1, 3, 7 lie outside" in next(f.message for f in samples.findings if f.rule == "N-ROW-PASSED")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_rows_are_counted_alike_whatever_ends_a_line(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.csv").write_bytes(LONG.replace("\n", end).encode())
    samples = read(tmp_path / "a.csv", rules=InputRules(header_row=4, last_row=6))
    assert (told(samples), samples.record.tolist()) == ([], [5, 6])


def test_a_header_beyond_the_first_twenty_rows_is_found_by_the_plan(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n" * 40 + "subject_id,time,value,unit\nS1,0,1,%\n", encoding="utf-8")
    samples = read(tmp_path / "a.csv", rules=InputRules(header_row=41))
    assert (told(samples), samples.record.tolist()) == ([], [42])
    assert "and 34 more" in next(f.message for f in samples.findings if f.rule == "N-ROW-PASSED")


@pytest.mark.parametrize("row", [2, 100])
def test_a_blank_or_absent_header_row_of_a_text_is_told(tmp_path: Path, row: int) -> None:
    (tmp_path / "a.csv").write_text(LONG, encoding="utf-8")
    samples = read(tmp_path / "a.csv", rules=InputRules(header_row=row))
    assert told(samples) == [("E-ROW-HEADER", row, "", "")]


def test_a_text_file_beside_a_workbook_is_not_parted_by_the_sheets_that_the_plan_names(tmp_path: Path) -> None:
    book = book_of(["subject_id", "D0"], ["S1", 3])
    book.copy_worksheet(book.active).title = "B"
    (tmp_path / "a.xlsx").write_bytes(data_of(book))
    (tmp_path / "b.csv").write_text("subject_id,time,value,unit,assay\nS9,0,1,%,x\nS9,7,2,%,x\n", encoding="utf-8")
    blocks = tuple(
        WideBlock(visits={"D0": 0}, assay=name, unit="cells/uL", sheet=name, header_row=1, last_row=2)
        for name in ("Sheet", "B")
    )
    samples = read(tmp_path / "a.xlsx", tmp_path / "b.csv", rules=InputRules(wide=blocks))
    assert told(samples) == told(samples, "warning") == []
    assert samples.record.tolist() == [2, 2, 2, 3]
    assert samples.value.tolist() == [3.0, 3.0, 1.0, 2.0]


# --- the rules -----------------------------------------------------------------------------------------------------


def block(**given: Any) -> WideBlock:
    return WideBlock(visits={"D0": 0}, **given)


def test_a_table_ends_where_the_next_one_begins() -> None:
    rules = InputRules(wide=(block(header_row=20), block(header_row=3), block(header_row=10, last_row=15)))
    assert regions_of(rules) == (Region(None, 20, None), Region(None, 3, 9), Region(None, 10, 15))


def test_blocks_without_a_sheet_stand_on_the_one_of_the_whole_file() -> None:
    assert regions_of(InputRules(sheet="A", wide=(block(), block(assay="x")))) == (Region("A", None, None),)
    assert regions_of(InputRules(sheet="A", header_row=4)) == (Region("A", 4, None),)


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ((block(sheet="A"), block()), "blocks that name their sheet and"),
        ((block(header_row=3), block()), "with a header_row and without"),
        ((block(header_row=3, last_row=9), block(header_row=9)), "from row 3 to row 9, and another begins in row 9"),
        ((block(header_row=3, last_row=9), block(header_row=3, last_row=8)), "and two last rows"),
    ],
)
def test_blocks_that_cannot_be_placed_are_refused(blocks: tuple[WideBlock, ...], problem: str) -> None:
    with pytest.raises(RulesError, match=problem):
        InputRules(wide=blocks)


@pytest.mark.parametrize("given", [{"header_row": 0}, {"last_row": -1}, {"header_row": True}, {"header_row": 5, "last_row": 5}])  # fmt: skip
def test_rows_that_there_are_not_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(RulesError, match="row"):
        InputRules(**given)
    with pytest.raises(RulesError, match="row"):
        block(**given)


# --- whatever rows a plan names ------------------------------------------------------------------------------------

rows_of_cells = st.lists(
    st.lists(st.sampled_from(["", "x", "S1", "7", "12.5", "subject_id", "time", "value", "unit", "%", "D0", "D7", '"', "a;b"]), min_size=1, max_size=5),
    max_size=9,
)  # fmt: skip
some_row = st.one_of(st.none(), st.integers(1, 14))


@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows_of_cells, rows_of_cells, some_row, some_row, st.booleans())
def test_no_row_is_lost_whatever_rows_the_plan_names(
    tmp_path: Path, above: list[list[str]], below: list[list[str]], header: int | None, last: int | None, book: bool
) -> None:
    """Every row that holds anything is a sample, is named by a finding, or is counted among those passed over."""
    if header is not None and last is not None and last <= header:
        last = None
    table = [["subject_id", "time", "value", "unit"], ["S1", "0", "5", "%"], ["S1", "7", "6", "%"]]
    rows = [*above, *table, *below]
    if book:
        path = as_xlsx(tmp_path, rows)
    else:
        path = tmp_path / "a.csv"
        path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    samples = read(path, rules=InputRules(header_row=header, last_row=last))
    if not len(samples):
        assert samples.findings.errors
        return
    assert header is None or samples.record.min() > header
    assert last is None or samples.record.max() <= last
    told_rows = {f.row for f in samples.findings if f.row is not None}
    outside = {n for n, row in enumerate(rows, 1) if any(c.strip() for c in row) and n not in samples.record}
    inside = {n for n in outside if (header or 1) <= n <= (last or len(rows))}
    assert (outside - inside == set()) == (noted(samples) == [])
    if header is not None and not any('"' in c for row in rows for c in row):
        assert inside <= told_rows | {header}
