"""More than a hundred kinds of wrong input, each by one small case: rule, row, column and value are named, no traceback is seen, nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bad_inputs import BadInput
from bad_inputs.packages import packages
from bad_inputs.plans import plans
from bad_inputs.standards import standards
from bad_inputs.texts import small_files, texts
from bad_inputs.workbooks import workbooks

from cartpk.cli import run

CASES = [*small_files(), *texts(), *workbooks(), *packages(), *standards(), *plans()]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name)
def test_a_wrong_input_is_told_by_its_place_and_nothing_is_written(
    bad: BadInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in bad.files.items():
        Path(name).write_bytes(data)
    inputs = [name for name in bad.files if name != "plan.toml"]
    plan = ["--plan", "plan.toml"] if "plan.toml" in bad.files else []
    status = run(["analyze", *inputs, *plan, "--out", "out", "--figures", "none", "--format", "csv", "--json"])
    out, err = capsys.readouterr()
    assert status == bad.status
    assert "Traceback" not in out + err
    assert {p.name for p in Path.cwd().iterdir()} == set(bad.files)
    if bad.message:
        assert bad.message in err
        assert all(line.startswith(("cartpk: ", "Usage: ", "Try ")) for line in err.splitlines())
        return
    errors = [f for f in json.loads(out)["findings"] if f["severity"] == "error"]
    told = [(f["rule"], f["row"], f["column"], f["value"]) for f in errors]
    assert sorted(told, key=str) == sorted(bad.told, key=str)
    for found in errors:
        place = found["file"] + (f":{found['row']}" if found["row"] else "")
        assert f"{place}: error {found['rule']}" in err


def test_there_are_a_hundred_kinds_and_none_stands_twice() -> None:
    assert len(CASES) >= 100
    assert len({bad.name for bad in CASES}) == len(CASES)
    assert all(bad.message or bad.told for bad in CASES)
