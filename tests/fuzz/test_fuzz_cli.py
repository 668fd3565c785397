"""Whole command lines: status 0, 1 or 2, never a traceback; what is written verifies, or nothing is written."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk import verify
from cartpk.cli import run

from .amount import share
from .damage import Draw
from .study import Table, tables
from .test_fuzz_text import FILES

GOOD = "subject_id,time,value,unit,lloq\n" + "".join(
    f"S01,{t},{v},cells/uL,1\n" for t, v in ((0, "<1"), (7, 900), (14, 1300), (28, 160), (90, 2))
)
FLAGS = (
    ("--auc-method", "lin-log"), ("--auc-method", "x"), ("--blq", "half-lloq"), ("--blq", "x"), ("--m3-days", "84"), ("--m3-days", "-1"), ("--m3-days", "nan"),
    ("--m3-days", "1e400"), ("--horizon", "0_m6=180"), ("--horizon", "x"), ("--horizon", "=="), ("--horizon", "../a=3"), ("--end-rule", "extrapolate"), ("--by", "sex"),
    ("--by", "sex,site"), ("--by", ""), ("--by", "="), ("--format", "csv,xlsx"), ("--format", "xpt"), ("--format", "csv,,"), ("--format", "pdf"), ("--figures", "all"),
    ("--jobs", "0"), ("--jobs", "x"), ("--json",), ("--quiet",), ("--nothing",), ("--plan", "plan.toml"), ("--plan", "absent.toml"), ("-o", "run"), ("-o", ""), ("-o", "\0"),
    ("--", "--json"), ("--help",), ("--model", "x"), ("--replace",), ("-o", "counts.csv"),
)  # fmt: skip
NAMES = (
    "counts.csv",
    "counts.csv",
    "counts.csv",
    "counts.tsv",
    "counts.xlsx",
    "counts.xpt",
    "counts.parquet",
    "counts.xls",
    "counts",
    "absent.csv",
    ".",
    "run",
)
PLANS = ("", "[nca]\nblq = 'all-zero'\n", "[report]\nformats = ['csv']\n", "[input]\nencoding = 'gb18030'\n", "[nca]\nx = 1\n", "[", "[report]\nout = '../../x'\n", "[[exclude]]\nreason = 'r'\nsubject_id = 'S01'\n")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@st.composite
def contents(draw: Draw) -> bytes:
    """What the input holds: a good file, a study's table, or a real file."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return GOOD.encode()
    if kind == 1:
        return draw(st.sampled_from(FILES))
    table: Table = draw(tables())
    lines = (",".join('"' + c.replace('"', '""') + '"' for c in cells) for cells in (table.header, *table.rows))
    return ("\n".join(lines) + "\n").encode()


@st.composite
def command_lines(draw: Draw) -> list[str]:
    """A command, its inputs and some flags, in any order."""
    command = draw(st.sampled_from(("analyze", "analyze", "check", "init", "verify", "simulate", "x", "")))
    inputs = draw(st.lists(st.sampled_from(NAMES), min_size=0, max_size=2))
    flags = draw(st.lists(st.sampled_from(FLAGS), max_size=4))
    quick = ["--figures", "none", "--format", "csv"] if command == "analyze" else []
    return [command, *quick, *draw(st.permutations([*inputs, *flags]))]


def flat(words: list[str]) -> list[str]:
    """The words of flags among the others."""
    return [part for word in words for part in (word if isinstance(word, tuple) else (word,))]


def carried_out(args: list[str], folder: Path) -> tuple[int, str, str]:
    """Status and streams of one command line carried out in a folder."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run(args)
    return status, out.getvalue(), err.getvalue()


def emptied(folder: Path) -> Path:
    """The folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@share(0.4)
@given(contents(), st.sampled_from(PLANS), command_lines())
def test_any_command_line_ends_with_a_status_and_a_sentence(folder: Path, data: bytes, plan: str, words: list[str]) -> None:  # fmt: skip
    emptied(folder)
    for name in NAMES[2:-3]:
        (folder / name).write_bytes(data)
    (folder / "plan.toml").write_text(plan, encoding="utf-8", newline="")
    args = flat(words)
    before = sorted(p.name for p in folder.iterdir())
    status, out, err = carried_out(args, folder)
    assert status in (0, 1, 2), (args, status)
    assert "Traceback" not in out + err
    if status:
        assert err.strip() or "--json" in args, args
        assert sorted(p.name for p in folder.iterdir()) == before or args[0] in ("check", "verify"), args
    if "--json" in args and "--" not in args and "--help" not in args and out:
        assert json.loads(out)["status"] == status


@share(0.04)
@given(tables())
def test_a_run_of_whatever_passes_verifies(folder: Path, table: Table) -> None:
    emptied(folder)
    lines = (",".join('"' + c.replace('"', '""') + '"' for c in cells) for cells in (table.header, *table.rows))
    (folder / "counts.csv").write_bytes(("\n".join(lines) + "\n").encode())
    status, _, err = carried_out(["analyze", "counts.csv", "--figures", "none", "--format", "csv,html,xlsx,rtf,docx"], folder)  # fmt: skip
    assert status in (0, 1), err
    assert (folder / "reports" / "counts" / "run.json").exists() == (status == 0)
    if status == 0:
        assert verify.recompute(folder / "reports" / "counts").differences == []
