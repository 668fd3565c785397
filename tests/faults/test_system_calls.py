"""Calls of the system that fail, and a process that is killed at them: made by strace, at the calls on the output.

A few calls of each kind are tried; with ``CARTPK_EVERY_FAULT=1`` in the environment all of them are, which takes an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from faulty import (
    Bench,
    Point,
    fault_at,
    few,
    make_bench,
    needs_strace,
    points_of,
    sweep,
)

pytestmark = needs_strace

CALLS = ("openat", "write", "fsync", "rename", "renameat2", "mkdir", "flock", "getdents64", "unlink", "unlinkat", "rmdir")  # fmt: skip


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], list[Point]]:
    """The calls of one kind that a run makes where nothing, or an old run, stands."""
    base = tmp_path_factory.mktemp("calls")

    @cache
    def traced(before: str) -> list[Point]:
        bench = make_bench(base / before, base / "references")
        if before == "old":
            bench.put_old()
        return points_of(bench, CALLS)

    return lambda call, before: [point for point in traced(before) if point.call == call]


def put(bench: Bench, before: str) -> Callable[[], None]:
    return bench.put_old if before == "old" else bench.clear


@pytest.mark.parametrize(
    ("call", "fault", "before", "n"),
    [
        ("openat", "error=EMFILE", "old", 2),
        ("openat", "error=EACCES", "absent", 2),
        ("openat", "signal=KILL", "old", 1),
        ("write", "error=ENOSPC", "old", 1),
        ("write", "signal=KILL", "old", 2),
        ("write", "signal=TERM", "absent", 1),
        ("fsync", "error=EIO", "old", 1),
        ("fsync", "signal=KILL", "old", 2),
        ("rename", "error=EXDEV", "absent", 1),
        ("rename", "signal=KILL", "absent", 1),
        ("renameat2", "error=EPERM", "old", 1),
        ("renameat2", "signal=KILL", "old", 1),
        ("mkdir", "error=EROFS", "absent", 1),
        ("flock", "error=ENOLCK", "old", 1),
        ("flock", "signal=TERM", "absent", 1),
        ("unlinkat", "error=EACCES", "old", 1),
        ("unlinkat", "signal=KILL", "old", 1),
    ],
)
def test_whatever_fails_the_output_is_whole_or_as_it_was(
    bench: Bench, calls: Callable[[str, str], list[Point]], call: str, fault: str, before: str, n: int
) -> None:
    points = few(calls(call, before), n)
    assert points, f"a run makes no {call}"
    sweep(bench, points, fault, put(bench, before), before)


def said(bench: Bench, point: Point, fault: str) -> tuple[int, str]:
    """How a run ends with a fault at one point."""
    ended = bench.run(before=fault_at(point, fault, bench.folder.with_suffix(".fault")))
    return ended.status, ended.err.rstrip("\n")


def test_a_full_disk_is_told_with_the_remedy(bench: Bench, calls: Callable[[str, str], list[Point]]) -> None:
    bench.put_old()
    last = calls("write", "old")[-1]
    assert said(bench, last, "error=ENOSPC") == (
        2,
        "cartpk: error: run: cannot be written (No space left on device); "
        "make room on that disk, or give a place on another",
    )
    assert bench.state() == "old"


def test_a_signal_while_the_folder_is_moved_is_heard_after_and_says_that_it_is_complete(
    bench: Bench, calls: Callable[[str, str], list[Point]]
) -> None:
    bench.put_old()
    (exchange,) = calls("renameat2", "old")
    assert said(bench, exchange, "signal=INT") == (130, "cartpk: interrupted; run is complete")
    assert bench.state() == "new"
    assert bench.litter() == []


def test_a_disk_that_cannot_confirm_the_name_is_told(bench: Bench, calls: Callable[[str, str], list[Point]]) -> None:
    of_parent = calls("fsync", "old")[-1]
    bench.put_old()
    assert said(bench, of_parent, "error=EIO") == (
        2,
        "cartpk: error: run: is complete, but the disk does not confirm that it will last (Input/output error); "
        "look at the disk, then run again",
    )
    assert bench.state() == "new"
    assert bench.litter() == []


def test_killed_between_the_two_renames_of_a_system_without_exchange_the_next_run_puts_the_old_one_back(
    bench: Bench,
) -> None:
    bench.put_old()
    trace = ["strace", "-o", str(bench.folder.with_suffix(".fault")), "-e", "trace=renameat2,rename"]
    deadly = ["-e", "inject=renameat2:error=EINVAL", "-e", "inject=rename:signal=KILL:when=2"]
    assert bench.run(before=[*trace, *deadly]).status != 0
    assert bench.state() == "absent"
    assert len([name for name in bench.litter() if "replaced" in name]) == 1
    assert bench.here("analyze", "missing.csv", "-o", "run") == 2
    assert bench.state() == "old"
    assert bench.litter() == []


SIMULATE = ("simulate", "--subjects", "3", "-o", "study.csv", "--replace", "--quiet")


@pytest.mark.parametrize(
    ("call", "fault"),
    [("write", "error=ENOSPC"), ("rename", "error=EACCES"), ("rename", "signal=KILL")],
)
def test_a_study_and_its_truth_stay_together(bench: Bench, call: str, fault: str) -> None:
    study, truth = bench.folder / "study.csv", bench.folder / "study_truth.csv"
    assert bench.here(*SIMULATE, "--seed", "1") == 0
    old = (study.read_bytes(), truth.read_bytes())
    points = few(points_of(bench, [call], (*SIMULATE, "--seed", "2")), 2)
    new = (study.read_bytes(), truth.read_bytes())
    assert old[0] != new[0]
    assert old[1] != new[1]
    log = bench.folder.with_suffix(".fault")
    for point in points:
        study.write_bytes(old[0])
        truth.write_bytes(old[1])
        ended = bench.command(*SIMULATE, "--seed", "2", before=fault_at(point, fault, log))
        assert "Traceback" not in ended.err
        if study.exists():
            assert (study.read_bytes(), truth.read_bytes()) in (old, new), point
        assert ended.status != 0
        if "error" in fault:
            assert (study.read_bytes(), truth.read_bytes()) == old, point
        assert bench.here(*SIMULATE, "--seed", "2") == 0
        assert (study.read_bytes(), truth.read_bytes()) == new
        assert {p.name for p in bench.folder.iterdir()} == {"counts.csv", "study.csv", "study_truth.csv"}


def test_a_killed_simulation_does_not_stand_in_the_way_of_the_next(bench: Bench) -> None:
    first = ("simulate", "--subjects", "3", "-o", "study.csv", "--quiet")
    points = points_of(bench, ["rename"], first)
    assert len(points) == 2
    for name in ("study.csv", "study_truth.csv"):
        (bench.folder / name).unlink()
    bench.command(*first, before=fault_at(points[1], "signal=KILL", bench.folder.with_suffix(".fault")))
    assert not (bench.folder / "study.csv").exists()
    assert bench.here(*first) == 0
    assert {p.name for p in bench.folder.iterdir()} == {"counts.csv", "study.csv", "study_truth.csv"}


@pytest.mark.parametrize(
    "args",
    [("check", "counts.csv", "-o", "made.csv", "--quiet"), ("init", "counts.csv", "-o", "made.csv", "--quiet")],
    ids=["check", "init"],
)
def test_findings_and_plans_are_whole_or_not_there(bench: Bench, args: tuple[str, ...]) -> None:
    made = bench.folder / "made.csv"
    (rename,) = points_of(bench, ["rename"], args)
    whole = made.read_bytes()
    log = bench.folder.with_suffix(".fault")
    for fault in ("error=EACCES", "signal=KILL"):
        made.unlink()
        ended = bench.command(*args, before=fault_at(rename, fault, log))
        assert ended.status != 0
        assert not made.exists() or (fault == "signal=KILL" and made.read_bytes() == whole)
        made.unlink(missing_ok=True)
        assert bench.here(*args) == 0
        assert made.read_bytes() == whole
        assert {p.name for p in bench.folder.iterdir()} == {"counts.csv", "made.csv"}
