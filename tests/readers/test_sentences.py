"""What is said of each kind of wrong input, to the letter: file, row, column, value and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_inputs import BadInput
from bad_inputs.packages import packages
from bad_inputs.standards import standards
from bad_inputs.texts import small_files, texts
from bad_inputs.workbooks import workbooks

import cartpk as ck
from cartpk.errors import PlanError
from cartpk.plan import Plan

SENTENCES = Path(__file__).with_name("sentences.txt")
RENEW = (
    "python -c \"import sys, pathlib, tempfile; sys.path[:0] = ['tests', 'tests/readers']; import test_sentences as t; "
    't.SENTENCES.write_bytes(t.sentences(pathlib.Path(tempfile.mkdtemp())).encode())"'
)
CASES = [bad for bad in (*small_files(), *texts(), *workbooks(), *packages(), *standards()) if not bad.message]
OTHERS = ("E-PARQUET-UNREADABLE", "E-XPT-UNREADABLE", "E-XLSX-UNREADABLE")
"""Rules whose sentence may hold the words of a library."""


def said(bad: BadInput, folder: Path) -> list[str]:
    """The errors on one input, each on a line."""
    for name, data in bad.files.items():
        (folder / name).write_bytes(data)
    inputs = [folder / name for name in bad.files if name != "plan.toml"]
    try:
        plan = Plan.from_toml(folder / "plan.toml") if "plan.toml" in bad.files else Plan()
    except PlanError:
        return []
    findings = ck.check(ck.read(*inputs, rules=plan.input, exclusions=plan.exclude), plan.nca)
    return [str(f) for f in findings if f.severity == "error" and f.rule not in OTHERS]


def sentences(folder: Path) -> str:
    """All of them, under the name of each input."""
    lines = []
    for number, bad in enumerate(CASES):
        (folder / str(number)).mkdir()
        lines += [f"# {bad.name}", *said(bad, folder / str(number))]
    return "".join(f"{line}\n" for line in lines)


def test_what_is_said_of_each_wrong_input_is_what_was_looked_at(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    now, then = sentences(tmp_path).splitlines(), SENTENCES.read_text(encoding="utf-8").splitlines()
    other = [line for line in now if line not in then] + [line for line in then if line not in now]
    assert now == then, f"look at {other}, then renew: {RENEW}"
