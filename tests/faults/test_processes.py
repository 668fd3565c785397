"""Limits, closed streams, signals, and runs beside each other: made for real, on whole processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from faulty import CARTPK, RUN, Bench, Ended, assert_told, environment, fault_at, needs_strace, points_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits, signals and streams differ there")

SPOKEN = tuple(word for word in RUN if word != "--quiet")


def limited(name: str, value: int) -> Callable[[], None]:
    """What sets a limit of the system in the process to be."""
    import resource

    number = getattr(resource, name)
    return lambda: resource.setrlimit(number, (value, value))


def test_a_limit_on_the_size_of_files_is_told(bench: Bench) -> None:
    bench.put_old()
    ended = bench.run(preexec_fn=limited("RLIMIT_FSIZE", 20_000))
    assert (ended.status, ended.err) == (
        2,
        "cartpk: error: run: cannot be written (File too large); the limit on the size of a file is reached: "
        "raise it, or ask for less (--figures, --format)\n",
    )
    bench.holds_after(ended, "old")


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not keep to this limit")
@pytest.mark.parametrize("mebibytes", [64, 511, 530])
def test_a_limit_on_memory_is_told_or_suffices(bench: Bench, mebibytes: int) -> None:
    bench.put_old()
    ended = bench.run(preexec_fn=limited("RLIMIT_AS", mebibytes << 20))
    assert ended.status in (0, 2)
    bench.holds_after(ended, "old")
    if mebibytes < 512:
        assert ended.err == (
            f"cartpk: error: the program cannot be loaded (the limit on memory is {mebibytes} MiB: raise it to 1 GiB "
            "with ulimit -v 1048576); nothing was written\n"
        )


WITHIN = """
import resource, sys
from cartpk.cli import run
more, warm, *args = sys.argv[1:]
run([*args, "--out", warm])  # every library is loaded
now = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize"))
resource.setrlimit(resource.RLIMIT_AS, ((now << 10) + int(more), resource.RLIM_INFINITY))
args[1] = "many.csv"
sys.exit(run([*args, "--out", "run"]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell its use of memory")
@pytest.mark.parametrize("mebibytes", [1, 4, 16])
def test_arrays_that_do_not_fit_are_told(bench: Bench, mebibytes: int) -> None:
    head = (bench.folder / "counts.csv").read_text(encoding="utf-8").splitlines(keepends=True)[0]
    days = (1, 7, 14, 28, 90)
    rows = [f"S{i:06d},{day},qpcr,{100 + day},copies/ug gDNA,50,DL1\n" for i in range(8000) for day in days]
    (bench.folder / "many.csv").write_text(head + "".join(rows), encoding="utf-8", newline="")
    bench.put_old()
    flags = ("analyze", "counts.csv", "--figures", "none", "--format", "csv", "--quiet")
    done = subprocess.run(
        [sys.executable, "-c", WITHIN, str(mebibytes << 20), "warm", *flags],
        cwd=bench.folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        2,
        "cartpk: error: there is not enough memory; nothing was written. "
        "Close other programs, or raise the limit (ulimit -v)\n",
    )
    assert bench.state() == "old"
    assert bench.litter() == ["many.csv", "warm"]


def test_an_input_larger_than_the_memory_is_told(bench: Bench) -> None:
    huge = bench.folder / "huge.csv"
    try:
        with huge.open("wb") as file:
            file.truncate(1 << 43)
    except OSError as error:
        pytest.skip(f"this file system has no files with holes: {error}")
    ended = bench.told("check", "huge.csv")
    assert ended.status == 2
    assert_told(ended)
    assert "there is not enough memory" in ended.err


def in_shell(bench: Bench, redirections: str, command: tuple[str, ...] = SPOKEN) -> Ended:
    """Do a command in a shell that redirects or closes its streams."""
    words = " ".join(f"'{word}'" for word in (*CARTPK, *command))
    done = subprocess.run(
        ["sh", "-c", f"{words} {redirections}"],
        cwd=bench.folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_do_not_become_the_files_of_the_run(bench: Bench, closed: str) -> None:
    ended = in_shell(bench, closed)
    assert ended.status == 0
    bench.holds_after(ended, "absent")


def test_a_reader_that_goes_away_changes_nothing(bench: Bench) -> None:
    ended = in_shell(bench, "| head -n 1")
    assert ended.out.startswith("subject")
    assert ended.err == ""
    bench.holds_after(ended, "absent")
    for args in (("--help",), ("analyze", "--help"), ("--version",)):
        assert in_shell(bench, "| true; test $? = 0", args).err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_answer_that_cannot_be_printed_says_that_the_run_is_complete(bench: Bench) -> None:
    ended = in_shell(bench, "> /dev/full")
    assert (ended.status, ended.err) == (
        2,
        "cartpk: error: the output cannot be written (No space left on device); run is complete\n",
    )
    bench.holds_after(ended, "absent")
    assert bench.state() == "new"


@pytest.mark.parametrize(
    "env",
    [
        {"HOME": None, "TMPDIR": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LANG": None, "COLUMNS": "1", "TERM": "dumb"},
    ],
    ids=["no home", "plain locale, narrow terminal"],
)
def test_a_poor_environment_gives_the_same_run(bench: Bench, env: dict[str, str | None]) -> None:
    ended = bench.command(*SPOKEN, env=environment(**env))
    assert (ended.status, ended.err) == (0, "")
    bench.holds_after(ended, "absent")


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something holds; a minute at most."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.mark.parametrize("name", ["SIGHUP", "SIGKILL"])
def test_a_run_that_is_ended_from_outside_leaves_what_was_there(bench: Bench, name: str) -> None:
    bench.put_old()
    command = [*CARTPK, "analyze", "counts.csv", "-o", "run", "--model", "auto", "--jobs", "2"]
    with subprocess.Popen(command, cwd=bench.folder, env=environment(), stderr=subprocess.PIPE, text=True) as child:
        wait_for(bench.litter)
        time.sleep(0.5)  # into the work; any moment will do
        child.send_signal(getattr(signal, name))
        err = child.communicate(timeout=60)[1]
    assert bench.state() == "old"
    if name == "SIGHUP":
        assert (child.returncode, err) == (130, "cartpk: interrupted; nothing was written\n")
        assert bench.litter() == []
    bench.run_again()


@needs_strace
def test_an_interruption_before_the_program_is_loaded_is_one_line(bench: Bench) -> None:
    (bench.folder / "run").mkdir()
    log = bench.folder.with_suffix(".trace")
    bench.run(before=["strace", "-o", str(log), "-e", "trace=openat"])
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("openat(")]
    at = next(n for n, line in enumerate(lines, start=1) if "/click/" in line)
    before = ["strace", "-o", str(log), "-e", "trace=openat", "-e", f"inject=openat:signal=INT:when={at}"]
    bench.put_old()
    ended = bench.run(before=before, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    assert (ended.status, ended.err) == (130, "cartpk: interrupted; nothing was written\n")
    bench.holds_after(ended, "old")


def test_runs_at_once_to_one_place_one_at_least_is_done_and_the_others_are_told(bench: Bench) -> None:
    command = [*CARTPK, *RUN]
    runs = [
        subprocess.Popen(command, cwd=bench.folder, env=environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ended = [Ended(run.wait(), "", run.communicate()[1]) for run in runs]
    assert {one.status for one in ended} <= {0, 2}
    assert 0 in {one.status for one in ended}
    for one in ended:
        assert_told(one)
        assert one.status == 0 or "another run of cartpk is writing there; wait for it" in one.err
    assert bench.state() == "new"
    assert bench.litter() == []


def test_runs_at_once_to_places_in_one_new_folder_do_not_disturb_each_other(bench: Bench) -> None:
    (bench.folder / "bad.csv").write_text("subject_id,time,value,unit\nS1,x,1,cells/uL\n", encoding="utf-8")
    wanted = [("counts.csv", "new/deep/a", 0), ("bad.csv", "new/deep/b", 1), ("counts.csv", "new/deep/c", 0)]
    runs = [
        subprocess.Popen(
            [*CARTPK, "analyze", source, "-o", out, *RUN[4:]],
            cwd=bench.folder, env=environment(), stderr=subprocess.PIPE,
        )
        for source, out, _ in wanted
    ]  # fmt: skip
    for run, (_, _, status) in zip(runs, wanted, strict=True):
        err = run.communicate()[1].decode()
        assert run.returncode == status, err
    assert sorted(p.name for p in (bench.folder / "new" / "deep").iterdir()) == ["a", "c"]


@needs_strace
def test_where_the_file_system_knows_no_locks_the_second_run_is_told_all_the_same(bench: Bench) -> None:
    bench.put_old()
    (lock,) = points_of(bench, ["flock"])
    bench.put_old()
    owner = bench.folder / ".run.cartpk-owner"
    machine = os.uname().nodename
    owner.write_text(f"{os.getpid()} {machine}", encoding="utf-8")
    before = fault_at(lock, "error=ENOLCK", bench.folder.with_suffix(".fault"))
    ended = bench.run(before=before)
    assert ended.status == 2
    assert f"another run of cartpk is writing there (process {os.getpid()} {machine}, named in " in ended.err
    assert bench.state() == "old"
    owner.unlink()
    ended = bench.run(before=before)
    bench.holds_after(ended, "old")
    assert ended.status == 0
