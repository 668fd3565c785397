"""`cartpk init`: the plan that it writes is a plan, says what was understood, and does not guess what it cannot know."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cartpk.cli import run
from cartpk.draft import draft
from cartpk.errors import InputError
from cartpk.plan import Plan
from cartpk.readers import read

LONG = "Patient_ID,day,result,units,visit,site\n" + "".join(
    f"{who},{day},{value},copies/ug,{visit},{site}\n"
    for who, site in (("S01", "A"), ("S02", "B"))
    for day, value, visit in ((0, "<50", "Day 0"), (7.5, 900, "Week 1"), (10, 4200, "D10"), (28, "LOW", "M1"), (90, "<50", "EOT"))
)  # fmt: skip
WIDE = "subject_id,unit,assay,D0,D7,Day 14 ± 2,M1\nS01,cells/uL,flow,<1,12,40,3\nS02,cells/uL,flow,<1,9,22,2\n"
Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def saving(text: str, name: str = "counts.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return saving


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "qPCR (copies per ug)"
    for row in (("Subject ID", "D0", "D7", "M1"), ("001", "<50", 900, 60), ("002", "<50", 400, "<50")):
        book.active.append(row)
    for row in (("Subject ID", "D0", "D7"), ("001", "<1", 12), ("002", "<1", 9)):
        (book["flow"] if "flow" in book.sheetnames else book.create_sheet("flow")).append(row)
    book.save(path)
    return path


def test_a_long_table_is_told_column_by_column_with_examples(save: Save) -> None:
    path = save(LONG)
    text = draft(path)
    plan = Plan.from_text(text)
    assert plan.input.columns == {
        "subject_id": "Patient_ID", "time": "day", "value": "result", "unit": "units", "visit": "visit",
    }  # fmt: skip
    assert 'subject_id = "Patient_ID"    # S01, S02' in text
    assert '#   "site": A, B' in text
    assert plan.input.visits == {"Day 0": 0, "Week 1": 7, "D10": 10, "M1": 30}
    assert "a month was taken for 30 days" in text
    assert '# UNSURE: "EOT" names no day' in text
    assert '# blq_words = ["LOW"]' in text
    assert "2 x E-BLQ-WORD" in text
    assert f"cartpk check {path} --plan plan.toml" in text


def test_the_plan_reads_the_file_as_it_was_read_without_one(save: Save) -> None:
    path = save(LONG.replace("LOW", "<50"))
    plan = Plan.from_text(draft(path))
    with_plan, without = read(path, rules=plan.input), read(path)
    assert [f.rule for f in with_plan.findings if f.severity != "note"] == [f.rule for f in without.findings if f.severity != "note"]  # fmt: skip
    assert with_plan.time.tolist() == without.time.tolist()
    assert with_plan.time_nominal.tolist()[:4] == without.time_nominal.tolist()[:4] == [0.0, 7.0, 10.0, 30.0]


def test_a_wide_table_is_read_by_its_plan_and_refused_without(save: Save) -> None:
    path = save(WIDE)
    assert {f.rule for f in read(path).findings.errors} == {"E-FILE-WIDE"}
    plan = Plan.from_text(draft(path))
    (block,) = plan.input.wide
    assert dict(block.visits) == {"D0": 0, "D7": 7, "Day 14 ± 2": 14, "M1": 30}
    assert (block.assay, block.unit) == (None, None)
    samples = read(path, rules=plan.input)
    assert not samples.findings.errors
    assert samples.value.tolist()[1:4] == [12.0, 40.0, 3.0]


def test_a_sheet_an_assay_takes_its_name_and_its_unit_where_the_name_says_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "wide.xlsx")
    text = draft(path)
    pcr, flow = Plan.from_text(text).input.wide
    assert (pcr.sheet, pcr.assay, pcr.unit) == ("qPCR (copies per ug)", "qPCR", "copies/ug gDNA")
    assert (flow.sheet, flow.assay, flow.unit) == ("flow", "flow", None)
    assert "# UNSURE: no unit is given; say it." in text
    answered = Plan.from_text(text.replace('# unit = "copies/ug gDNA"', 'unit = "cells/uL" #'))
    samples = read(path, rules=answered.input)
    assert not samples.findings.errors
    assert samples.subject.texts().count("001") == 5
    assert [(a.name, a.unit, a.n_samples) for a in samples.assays] == [("flow", "cells/uL", 4), ("qPCR", "copies/ug gDNA", 6)]  # fmt: skip


def test_blocks_side_by_side_are_told_by_the_words_before_the_day(save: Save) -> None:
    text = draft(save("subject_id,flow D0,flow D7,qpcr D0,qpcr D7\nS01,1,5,60,900\n"))
    assert [(b.assay, dict(b.visits)) for b in Plan.from_text(text).input.wide] == [
        ("flow", {"flow D0": 0, "flow D7": 7}),
        ("qpcr", {"qpcr D0": 0, "qpcr D7": 7}),
    ]


def test_what_is_missing_is_asked_for_and_not_made_up(save: Save) -> None:
    text = draft(save("subject_id,tme,value,unit\nS01,0,5,%\n"))
    assert '# UNSURE: no column is time; is it "tme"?' in text
    assert "time" not in Plan.from_text(text).input.columns


def test_limits_are_asked_for_where_words_have_none(save: Save) -> None:
    text = draft(save("subject_id,time,value,unit,assay\nS01,0,BLQ,copies/ug,qpcr\nS01,7,90,copies/ug,qpcr\n"))
    assert "# lloq = { qpcr = 0 }" in text


@pytest.mark.parametrize("hostile", ['a"b', "a\\nb", "=cmd()", "x\u202ey", "[nca]", "# x", "a'b", "测定", "x" * 300, "\x7f"])  # fmt: skip
def test_hostile_headers_and_cells_stay_text(save: Save, hostile: str) -> None:
    cell = '"' + hostile.replace('"', '""') + '"'
    path = save(f"subject_id,time,value,unit,{cell},visit\n{cell},0,5,%,{cell},{cell}\n")
    text = draft(path)
    Plan.from_text(text)
    assert all(c.isprintable() or c == "\n" for c in text)


def test_chinese_headers_work_out_of_the_box(save: Save) -> None:
    path = save("受试者编号,天,结果,单位,访视\n甲,0,未检出,拷贝/ug,第0天\n甲,14,500,拷贝/ug,第14天\n")
    plan = Plan.from_text(draft(path))
    assert plan.input.columns["subject_id"] == "受试者编号"
    assert plan.input.visits == {"第0天": 0, "第14天": 14}


@pytest.mark.parametrize("text", ["", "x", "a,b\n1,2\n", "subject_id,time,value,unit\n"])
def test_a_file_of_which_nothing_is_understood_still_gives_a_plan(save: Save, text: str) -> None:
    drafted = draft(save(text))
    Plan.from_text(drafted)
    assert " x E-" in drafted


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        draft(tmp_path / "none.csv")


def test_the_command_writes_to_stdout_or_to_a_new_file(
    save: Save, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save(LONG.replace("LOW", "<50"))
    monkeypatch.chdir(tmp_path)
    assert run(["init", "counts.csv"]) == 0
    shown = capsys.readouterr().out
    Plan.from_text(shown)
    assert run(["init", "counts.csv", "-o", "my plan.toml"]) == 0
    written = (tmp_path / "my plan.toml").read_text(encoding="utf-8")
    assert "cartpk analyze counts.csv --plan 'my plan.toml'" in written
    assert run(["check", "counts.csv", "--plan", "my plan.toml", "--quiet"]) == 0
    assert run(["init", "counts.csv", "-o", "my plan.toml"]) == 2
    assert run(["init", "counts.csv", "-o", "counts.csv", "--replace"]) == 2
    assert run(["init", "counts.csv", "-o", "my plan.toml", "--replace"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["counts.csv", "my plan.toml"]
