"""A finished run can be done again, and every difference is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import cartpk as ck
from cartpk import verify
from cartpk.errors import InputError

TEXT = """subject_id,time,value,unit,lloq
S1,0,0,cells/uL,1
S1,7,900,cells/uL,1
S1,10,4200,cells/uL,1
S1,14,1300,cells/uL,1
S1,28,160,cells/uL,1
S1,90,<1,cells/uL,1
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an input and its run."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "counts.csv").write_text(TEXT, encoding="utf-8", newline="")
    ck.analyze(folder / "counts.csv", out=folder / "run", figures="cohort")
    return folder


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    return tmp_path / "run"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode()))


def test_a_run_done_again_is_the_same(run: Path) -> None:
    found = verify.recompute(run)
    assert found.differences == []
    assert [line.split(":")[0].split(" ")[0] for line in found.compared] == ["files", "inputs", "versions", "files"]


def test_a_run_moved_with_its_input_is_still_the_same(run: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.move(tmp_path / "counts.csv", tmp_path / "elsewhere" / "counts.csv")
    shutil.move(run, tmp_path / "elsewhere" / "run")
    assert verify.recompute(tmp_path / "elsewhere" / "run").differences == []


def test_an_edited_number_a_foreign_and_a_lost_file_are_told(run: Path) -> None:
    edit(run / "parameters.csv", ",4200,", ",4201,")
    (run / "notes.txt").write_text("x", encoding="utf-8")
    (run / "summary.csv").unlink()
    assert verify.recompute(run).differences == [
        f"{run / 'notes.txt'}: is not of the run",
        f"{run / 'parameters.csv'}: was edited since the run",
        f"{run / 'summary.csv'}: is gone",
        "parameters.csv row 2 value: 4201 and 4200",
        "summary.csv: ends at row 0 in one of the two",
    ]


def test_numbers_agree_to_a_part_in_a_million_million_and_no_further(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(run, other)
    edit(other / "parameters.csv", ",4200,", ",4200.000000000001,")
    assert verify._compare_tables(run / "parameters.csv", other / "parameters.csv", "parameters.csv")[1] == []
    edit(other / "parameters.csv", ",4200.000000000001,", ",4200.00000001,")
    assert verify._compare_tables(run / "parameters.csv", other / "parameters.csv", "parameters.csv")[1] == [
        "parameters.csv row 2 value: 4200 and 4200.00000001"
    ]


def test_a_changed_or_lost_input_is_told_and_nothing_recomputed_from_it(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text(TEXT, encoding="utf-8", newline="")
    run = ck.analyze(tmp_path / "counts.csv", out=tmp_path / "run", figures="none", formats=("csv",)).out
    edit(tmp_path / "counts.csv", "4200", "4201")
    first, second = verify.recompute(run).differences
    assert first.startswith("input counts.csv: is not what it was")
    assert second == "the numbers were not recomputed: an input or the plan is not what it was"
    (tmp_path / "counts.csv").unlink()
    assert verify.recompute(run).differences[0].startswith("input counts.csv: is not at ")


def test_an_edited_plan_is_told(run: Path) -> None:
    edit(run / "plan.toml", 'auc_method = "linear"', 'auc_method = "lin-log"')
    assert verify.recompute(run).differences == [
        f"{run / 'plan.toml'}: was edited since the run",
        "the numbers were not recomputed: an input or the plan is not what it was",
    ]


def test_another_version_is_told_and_the_numbers_are_compared_all_the_same(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = {**verify.versions(), "numpy": "0.9"}
    monkeypatch.setattr(verify, "versions", lambda *_: now)
    found = verify.recompute(run)
    (difference,) = found.differences
    assert difference.startswith("version of numpy: ")
    assert difference.endswith(" in the run, 0.9 here")


def test_an_input_that_changes_after_it_was_compared_is_not_recomputed_from(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out = verify.work_out

    def late(*args: Any) -> Any:
        edit(tmp_path / "counts.csv", "4200", "4300")
        return work_out(*args)

    monkeypatch.setattr(verify, "work_out", late)
    (difference,) = verify.recompute(run).differences
    assert difference.startswith("the run cannot be done again: ")
    assert difference.endswith("counts.csv: changed while it was read; run again when nothing writes to it")


def test_two_runs_of_one_input_are_the_same(run: Path, tmp_path: Path) -> None:
    again = ck.analyze(tmp_path / "counts.csv", out=tmp_path / "again", figures="cohort").out
    assert verify.compare(run, again).differences == []


def test_two_runs_by_different_rules_differ_in_plan_page_and_numbers(run: Path, tmp_path: Path) -> None:
    other = ck.analyze(tmp_path / "counts.csv", out=tmp_path / "o", figures="none", auc_method="lin-log").out
    found = verify.compare(run, other).differences
    assert found[:2] == [
        f'plan nca.auc_method: "linear" in {run}, "lin-log" in {other}',
        f'plan report.figures: "cohort" in {run}, "none" in {other}',
    ]
    assert not any(line.startswith("plan.toml") for line in found)
    assert f"report.html: {run} and {other} differ" in found
    assert f"figures/index.csv: only in {run}" in found
    assert any(line.startswith("parameters.csv row ") and " value: " in line for line in found)


def test_two_runs_of_different_inputs_name_the_input(run: Path, tmp_path: Path) -> None:
    edit(tmp_path / "counts.csv", "4200", "4300")
    other = ck.analyze(tmp_path / "counts.csv", out=tmp_path / "o", figures="none").out
    assert any(line.startswith("input counts.csv: ") for line in verify.compare(run, other).differences)


def test_a_table_with_other_columns_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("y,x\n2,1\n", encoding="utf-8")
    assert verify._compare_tables(tmp_path / "a.csv", tmp_path / "b.csv", "t") == (
        0,
        ["t: the columns differ, so its cells were not compared"],
    )


def test_texts_are_compared_to_the_letter_and_numbers_by_their_size(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(run, other)
    for folder, subject, value in ((run, "001", "4200"), (other, "1", "4200.0")):
        text = f"subject_id,infusion,parameter,value\n{subject},1,cmax,{value}\n"
        (folder / "parameters.csv").write_text(text, encoding="utf-8", newline="")
    assert verify._compare_tables(run / "parameters.csv", other / "parameters.csv", "parameters.csv") == (
        2,
        ["parameters.csv row 2 subject_id: 001 and 1"],
    )


def test_numbers_of_a_cdisc_data_set_are_those_its_description_names(tmp_path: Path) -> None:
    for name, number in (("a", "0.1"), ("b", "0.10000000000000001")):
        folder = tmp_path / name / "cdisc"
        folder.mkdir(parents=True)
        (folder / "define.csv").write_text(
            "dataset,variable,type\nPC,USUBJID,Char\nPC,PCSTRESN,Num\n", encoding="utf-8"
        )
        (folder / "pc.csv").write_text(f"USUBJID,PCSTRESN\n0.1,{number}\n", encoding="utf-8")
    one, two = (tmp_path / name / "cdisc" / "pc.csv" for name in "ab")
    assert verify._compare_tables(one, two, "cdisc/pc.csv") == (1, [])


def test_a_folder_that_is_no_run_is_wrong_use(tmp_path: Path, run: Path) -> None:
    with pytest.raises(InputError, match=r"holds no run\.json"):
        verify.recompute(tmp_path)
    with pytest.raises(InputError, match="is not a run folder"):
        verify.compare(run, tmp_path / "none")


def test_a_manifest_with_strange_facts_is_no_traceback(run: Path) -> None:
    tree = json.loads((run / "run.json").read_text(encoding="utf-8"))
    tree["inputs"][0]["from_here"] = ["x"]
    tree["inputs"][0]["path"] = "a\0b"
    (run / "run.json").write_text(json.dumps(tree), encoding="utf-8")
    assert f"{run / 'run.json'}: was edited since the run" in verify.recompute(run).differences


def test_a_record_of_a_selftest_is_not_done_again_by_verify(tmp_path: Path) -> None:
    from cartpk.runfolder import write_manifest

    (tmp_path / "record").mkdir()
    write_manifest(tmp_path / "record", {"kind": "qualification", "versions": {"cartpk": "0"}, "inputs": []}, {})
    with pytest.raises(InputError, match=r"record: holds a record of cartpk selftest: run that again, .*--against"):
        verify.recompute(tmp_path / "record")
