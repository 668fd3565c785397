"""Runs of cartpk under faults that are made for real, and what must hold after each of them.

Whatever happens to a run, its output is absent, the complete old one or the complete new one; status 0 means the new
one; one line says what happened; and the next run works and leaves nothing beside its folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import cartpk as ck
from cartpk.cli import run
from cartpk.verify import compare

COUNTS = """\
subject_id,time,assay,value,unit,lloq,dose_level
S01,0,qpcr,BLQ,copies/ug gDNA,50,DL1
S01,3,qpcr,120,copies/ug gDNA,50,DL1
S01,7,qpcr,4100,copies/ug gDNA,50,DL1
S01,10,qpcr,9000,copies/ug gDNA,50,DL1
S01,28,qpcr,300,copies/ug gDNA,50,DL1
S01,90,qpcr,BLQ,copies/ug gDNA,50,DL1
S02,0,qpcr,BLQ,copies/ug gDNA,50,DL2
S02,7,qpcr,2500,copies/ug gDNA,50,DL2
S02,14,qpcr,7000,copies/ug gDNA,50,DL2
S02,28,qpcr,800,copies/ug gDNA,50,DL2
S02,90,qpcr,60,copies/ug gDNA,50,DL2
"""
CARTPK = (sys.executable, "-m", "cartpk")
RUN = ("analyze", "counts.csv", "-o", "run", "--figures", "none", "--format", "csv", "--quiet")
"""The command under test; it runs in the folder of a `Bench`."""
EVERY = bool(os.environ.get("CARTPK_EVERY_FAULT"))
"""Whether every point of a sweep is tried, and not a few of each kind."""


def environment(**more: str | None) -> dict[str, str]:
    """The environment of a run: the same system calls each time. None takes a variable away."""
    fixed = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    wanted = {**os.environ, **fixed, **more}
    return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Bench:
    """A folder with an input, and two finished runs elsewhere that its output is compared with."""

    folder: Path
    old: Path
    new: Path
    foreign: frozenset[str] = field(default_factory=frozenset)

    @property
    def out(self) -> Path:
        return self.folder / "run"

    def put_old(self) -> None:
        """Put the old run in the place of the output."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.old, self.out)

    def clear(self) -> None:
        """Take the output away."""
        shutil.rmtree(self.out, ignore_errors=True)

    def state(self) -> str:
        """``absent``, ``old``, ``new``, or what is wrong."""
        if not os.path.lexists(self.out):
            return "absent"
        if not (self.out / "run.json").exists():
            return f"torn: {sorted(p.name for p in self.out.iterdir())}"
        if not compare(self.out, self.new).differences:
            return "new"
        differences = compare(self.out, self.old).differences
        return "torn: " + "; ".join(differences[:5]) if differences else "old"

    def litter(self) -> list[str]:
        """What lies in the folder and is neither input nor output."""
        return sorted({p.name for p in self.folder.iterdir()} - {"counts.csv", "run"} - self.foreign)

    def run(self, *flags: str, before: Sequence[str] = (), **more: Any) -> Ended:
        """Do the run, under the program `before` if one is named."""
        return self.command(*RUN, *flags, before=before, **more)

    def command(self, *args: str, before: Sequence[str] = (), env: dict[str, str] | None = None, **more: Any) -> Ended:
        """Do any command of cartpk in the folder."""
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        done = subprocess.run(
            [*before, *CARTPK, *args],
            cwd=self.folder,
            env=environment() if env is None else env,
            timeout=120,
            check=False,
            **{**given, **more},
        )
        return Ended(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())

    def here(self, *args: str) -> int:
        """Do any command in this process, which is sooner done; returns its status."""
        with chdir(self.folder):
            return run(args)

    def told(self, *args: str) -> Ended:
        """The same, with what it says."""
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = self.here(*args)
        return Ended(status, out.getvalue(), err.getvalue())

    def run_again(self) -> None:
        """The next run: it works, and nothing is left beside its folder."""
        ck.analyze(self.folder / "counts.csv", out=self.out, figures="none", formats=("csv",))
        assert self.state() == "new"
        assert self.litter() == []

    def holds_after(self, ended: Ended, before: str) -> None:
        """Everything that is promised, for a run that ended somehow where `before` stood."""
        after = self.state()
        assert after in (before, "new", "absent"), (after, ended)
        if ended.status == 0:
            assert after == "new", ended
        assert_told(ended)
        if ended.status > 0:
            assert self.litter() == [], ended
        self.run_again()


def assert_told(ended: Ended) -> None:
    """One line says what went wrong; there is no traceback. (Who is killed says nothing.)"""
    assert "Traceback" not in ended.err
    if ended.status > 0:
        assert re.fullmatch(r"cartpk: [^\n]{10,}\n", ended.err), ended


def make_bench(folder: Path, references: Path) -> Bench:
    """A bench in `folder`; its reference runs are made in `references` where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "counts.csv"
    source.write_text(COUNTS, encoding="utf-8", newline="")
    for name, blq in (("old", "half-lloq"), ("new", "cartpk")):
        if not (references / name).exists():
            ck.analyze(source, out=references / name, figures="none", formats=("csv",), blq=blq)
    return Bench(folder, references / "old", references / "new")


@cache
def why_no_strace() -> str:
    """Why system calls cannot be made to fail here; empty where they can."""
    found = shutil.which("strace")
    if found is None:
        return "strace is not installed"
    tried = subprocess.run(
        [found, "-o", os.devnull, "-e", "inject=chdir:error=EIO", "true"], capture_output=True, text=True, check=False
    )
    return "" if tried.returncode == 0 else f"strace may not trace here: {(tried.stderr or 'no reason given').strip()}"


needs_strace = pytest.mark.skipif(bool(why_no_strace()), reason=why_no_strace() or "there is nothing to skip")


@dataclass(frozen=True)
class Point:
    """The n-th call of a kind that a run makes on its output."""

    call: str
    n: int
    line: str


def points_of(bench: Bench, calls: Sequence[str], args: Sequence[str] = RUN) -> list[Point]:
    """Every call of these kinds that the run makes on what is in its folder, but for reading the input."""
    log = bench.folder.with_suffix(".trace")
    before = ["strace", "-y", "-s", "200", "-o", str(log), "-e", f"trace={','.join(calls)}"]
    assert bench.command(*args, before=before).status == 0
    counts: dict[str, int] = dict.fromkeys(calls, 0)
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        call = line.partition("(")[0]
        if call not in counts:
            continue
        counts[call] += 1
        if str(bench.folder) in line.partition("(")[2].replace(f"AT_FDCWD<{bench.folder}>", ""):
            found.append(Point(call, counts[call], line))
    return found


def fault_at(point: Point, fault: str, log: Path) -> list[str]:
    """The program that makes a call of a run fail: `fault` is ``error=EIO`` or ``signal=KILL``."""
    trace = ["-e", f"trace={point.call}", "-e", f"inject={point.call}:{fault}:when={point.n}"]
    return ["strace", "-y", "-o", str(log), *trace]


def sweep(bench: Bench, points: Sequence[Point], fault: str, put: Callable[[], None], before: str) -> list[str]:
    """Make `fault` at each point, and see that everything holds; returns how each run ended."""
    seen = []
    log = bench.folder.with_suffix(".fault")
    for point in points:
        put()
        ended = bench.run(before=fault_at(point, fault, log))
        assert_made(fault, log)
        try:
            bench.holds_after(ended, before)
        except AssertionError as error:
            raise AssertionError(f"{fault} at {point}: {error}") from error
        seen.append(f"{point.call} {point.n} {fault}: {ended.status} {ended.err.strip()}")
    return seen


def assert_made(fault: str, log: Path) -> None:
    """The fault was made, and the test is about it."""
    kind, _, name = fault.partition("=")
    mark = "(INJECTED)" if kind == "error" else f"killed by SIG{name}" if name == "KILL" else f"--- SIG{name} "
    assert mark in log.read_text(encoding="utf-8", errors="replace"), (fault, log)


def few(points: Sequence[Point], n: int) -> list[Point]:
    """A few of many, first and last among them; all where every fault is to be tried."""
    if EVERY or len(points) <= n:
        return list(points)
    return [points[round(i * (len(points) - 1) / max(1, n - 1))] for i in range(n)]
