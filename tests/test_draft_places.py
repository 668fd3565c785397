"""`cartpk init` on workbooks as laboratories send them: it proposes sheet and rows, shows them back and asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cartpk.draft import draft
from cartpk.plan import Plan
from cartpk.readers import read

HEADER = ["subject_id", "time", "value", "unit", "lloq", "assay"]
LONG = [HEADER, *([who, day, value, "copies/ug", 50, "qpcr"] for who in ("007", "008") for day, value in ((0, "<50"), (7, 900), (28, 90)))]  # fmt: skip
STACKED = [
    ["CAR-T study"],
    ["flow (cells/uL)"],
    ["subject_id", "D0", "D7", "D14"],
    ["S1", "<1", 12, 40],
    ["S2", "<1", 9, 22],
    [],
    ["qPCR (copies/ug)"],
    ["subject_id", "D0", "D7", "D14", "M1"],
    ["S1", "<50", 900, 4000, 60],
    ["S2", "<50", 400, 2000, "<50"],
    ["x = hemolysed"],
]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def asked(text: str) -> str:
    """The sentences that want an answer, on one line."""
    return " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))


def test_the_sheet_with_samples_is_proposed_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Lists=[["SLE"], ["SSc"]], Data=LONG)
    text = draft(path)
    plan = Plan.from_text(text)
    assert plan.input.sheet == "Data"
    assert plan.input.header_row is None
    assert 'a.xlsx holds several sheets; "Data" is read.' in asked(text)
    assert 'Not read, since no samples are seen there: "Lists".' in asked(text)
    assert "UNSURE" not in text.split("[input]")[1]
    samples = read(path, rules=plan.input)
    assert not samples.findings.errors
    assert len(samples) == 6


def test_a_second_sheet_with_samples_is_asked_about(tmp_path: Path) -> None:
    text = draft(workbook(tmp_path / "a.xlsx", old=LONG[:3], Data=LONG))
    assert Plan.from_text(text).input.sheet == "Data"
    assert 'UNSURE: "old" (2 rows) of a.xlsx may hold samples too and would not be read.' in asked(text)


def test_titles_and_footnotes_are_proposed_to_be_passed_over(tmp_path: Path) -> None:
    rows = [["Study X", None, "v3"], [], *LONG, [], ["Printed by A"]]
    path = workbook(tmp_path / "a.xlsx", Data=rows)
    text = draft(path)
    rules = Plan.from_text(text).input
    assert (rules.sheet, rules.header_row, rules.last_row) == (None, 3, 9)
    assert 'UNSURE: the table is taken to begin with its header in row 3 and to end with row 9; what stands above (such as "Study X v3") and below it is not read.' in asked(text)  # fmt: skip
    assert "Printed by A" not in text
    assert not read(path, rules=rules).findings.errors


def test_titles_of_a_text_file_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Study X\n" + "\n".join(",".join(map(str, r)) for r in LONG), encoding="utf-8")
    text = draft(tmp_path / "a.csv")
    assert Plan.from_text(text).input.header_row == 2
    assert not read(tmp_path / "a.csv", rules=Plan.from_text(text).input).findings.errors


def test_tables_below_one_another_are_a_block_each(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Counts=STACKED, Lists=[["SLE"]])
    text = draft(path)
    flow, qpcr = Plan.from_text(text).input.wide
    assert (flow.sheet, flow.header_row, flow.last_row, flow.assay, flow.unit) == ("Counts", 3, 5, "flow", "cells/uL")
    assert (qpcr.header_row, qpcr.last_row, qpcr.assay, qpcr.unit) == (8, 10, "qPCR", "copies/ug gDNA")
    assert dict(qpcr.visits) == {"D0": 0, "D7": 7, "D14": 14, "M1": 30}
    assert text.count("UNSURE: the assay was named by the title above the table.") == 2
    assert 'begin with its header in row 8 and to end with row 10; what stands above (such as "qPCR (copies/ug)")' in asked(text)  # fmt: skip
    samples = read(path, rules=Plan.from_text(text).input)
    assert not samples.findings.errors
    assert len(samples) == 14


def test_tables_below_one_another_in_a_text_file_too(tmp_path: Path) -> None:
    lines = (",".join("" if c is None else str(c) for c in [*row, *[None] * (5 - len(row))]) for row in STACKED)
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    rules = Plan.from_text(draft(tmp_path / "a.csv")).input
    assert [(b.header_row, b.last_row, b.assay) for b in rules.wide] == [(3, 5, "flow"), (8, 10, "qPCR")]
    assert not read(tmp_path / "a.csv", rules=rules).findings.errors


def test_the_title_of_a_study_is_no_assay(tmp_path: Path) -> None:
    text = draft(workbook(tmp_path / "a.xlsx", Counts=[STACKED[0], *STACKED[2:5]]))
    (block,) = Plan.from_text(text).input.wide
    assert (block.assay, block.header_row) == (None, 2)


def test_workbooks_without_samples_are_asked_about(tmp_path: Path) -> None:
    text = draft(workbook(tmp_path / "a.xlsx", A=[["x", "y"], [1, 2]], B=[["z"]]))
    assert "UNSURE: no sheet of a.xlsx looks like samples; which one is it?" in asked(text)
    assert Plan.from_text(text).input.sheet == "A"


def test_files_that_one_plan_cannot_place_are_asked_about(tmp_path: Path) -> None:
    one = workbook(tmp_path / "a.xlsx", Data=LONG, Lists=[["x"]])
    two = workbook(tmp_path / "b.xlsx", Counts=[["Study X"], *LONG], Lists=[["x"]])
    text = draft(one, two)
    assert Plan.from_text(text).input.sheet is None
    assert "UNSURE: the files would need sheet of their own" in asked(text)
    assert "UNSURE: the files would need header_row of their own" in asked(text)
    assert "E-XLSX-SHEET" in text


def test_files_with_the_same_sheet_share_one_key(tmp_path: Path) -> None:
    one = workbook(tmp_path / "a.xlsx", Data=LONG, Lists=[["x"]])
    (tmp_path / "b.csv").write_text("subject_id,time,value,unit,lloq,assay\nS9,0,<50,copies/ug,50,qpcr\n", encoding="utf-8")  # fmt: skip
    text = draft(one, tmp_path / "b.csv")
    assert Plan.from_text(text).input.sheet == "Data"
    assert not read(one, tmp_path / "b.csv", rules=Plan.from_text(text).input).findings.errors


@pytest.mark.parametrize("name", ["=cmd()", "a'b", "数据", "[x]", "a#b"])
def test_hostile_names_of_sheets_stay_text(tmp_path: Path, name: str) -> None:
    book = openpyxl.Workbook()
    for title, rows in ((name.replace("[", "(").replace("]", ")"), LONG), ("Lists", [["x"]])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "a.xlsx")
    rules = Plan.from_text(draft(tmp_path / "a.xlsx")).input
    assert rules.sheet == name.replace("[", "(").replace("]", ")")
    assert not read(tmp_path / "a.xlsx", rules=rules).findings.errors
