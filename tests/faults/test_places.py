"""Where a run cannot, or must not, be written: one line says so, and what stands there stands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty import RUN, Bench, assert_told

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, modes and mounts differ there")

FLAGS = ("--figures", "none", "--format", "csv", "--quiet")


def refused(bench: Bench, out: str, message: str) -> None:
    """A run to `out` ends with 2 and this line, and leaves nothing."""
    before = bench.litter()
    ended = bench.told("analyze", "counts.csv", "-o", out, *FLAGS)
    assert (ended.status, ended.err) == (2, f"cartpk: error: {message}\n")
    assert_told(ended)
    assert bench.litter() == before


def test_a_link_to_a_place_that_is_not_there_is_followed(bench: Bench) -> None:
    (bench.folder / "latest").symlink_to("runs/2026/run")
    assert bench.here("analyze", "counts.csv", "-o", "latest", *FLAGS) == 0
    assert (bench.folder / "latest").is_symlink()
    assert (bench.folder / "runs/2026/run/run.json").is_file()
    assert sorted(p.name for p in (bench.folder / "runs/2026").iterdir()) == ["run"]


def test_a_link_to_an_old_run_is_followed_and_a_link_within_the_way_too(bench: Bench) -> None:
    bench.put_old()
    (bench.folder / "elsewhere").symlink_to(".")
    (bench.folder / "latest").symlink_to("elsewhere/run")
    assert bench.here("analyze", "counts.csv", "-o", "elsewhere/latest", *FLAGS) == 0
    assert bench.state() == "new"
    assert bench.litter() == ["elsewhere", "latest"]


def test_a_link_in_a_circle_is_refused(bench: Bench) -> None:
    (bench.folder / "circle").symlink_to("circle")
    refused(bench, "circle", "circle: is a link that leads in a circle; give a folder")


def test_a_link_to_a_folder_of_somebody_is_refused(bench: Bench) -> None:
    (bench.folder / "thesis").mkdir()
    (bench.folder / "thesis" / "chapter.txt").write_text("years", encoding="utf-8")
    (bench.folder / "latest").symlink_to("thesis")
    refused(
        bench,
        "latest",
        "latest: is not empty and was not written by cartpk (no run.json of its own), so it is not replaced; "
        "give another --out",
    )
    assert (bench.folder / "thesis" / "chapter.txt").read_text(encoding="utf-8") == "years"


def test_a_file_is_refused(bench: Bench) -> None:
    refused(bench, "counts.csv", "counts.csv: is a file; give a folder")


def test_the_folder_that_one_stands_in_is_not_replaced_under_ones_feet(bench: Bench) -> None:
    bench.put_old()
    inside = bench.out / "inside"
    for place, out in ((bench.out, "."), (inside, "..")):
        place.mkdir(exist_ok=True)
        ended = subprocess.run(
            [sys.executable, "-m", "cartpk", "analyze", str(bench.folder / "counts.csv"), "-o", out, *FLAGS],
            cwd=place, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 2
        assert f"{out}: is the folder that you are in, or above it, and would be replaced; give" in ended.stderr
    inside.rmdir()
    assert bench.state() == "old"


def test_a_folder_that_was_removed_under_ones_feet_is_told(bench: Bench) -> None:
    gone = bench.folder / "gone"
    script = 'import os, sys; os.rmdir(os.getcwd()); os.execv(sys.executable, [sys.executable, "-m", "cartpk", *sys.argv[1:]])'
    gone.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", script, "analyze", str(bench.folder / "counts.csv"), *FLAGS],
        cwd=gone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == (
        "cartpk: error: reports/counts: cannot be looked at (No such file or directory); "
        "a folder is gone: look whether it is there\n"
    )


def test_another_file_system_is_a_place_like_any_other(bench: Bench) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or not os.access(shared, os.W_OK) or shared.stat().st_dev == bench.folder.stat().st_dev:
        pytest.skip("there is no second file system that may be written")
    out = shared / f"cartpk-test-{os.getpid()}"
    try:
        (bench.folder / "run").symlink_to(out)
        assert bench.here(*RUN) == 0
        assert bench.state() == "new"
        assert bench.here(*RUN) == 0
        assert [p.name for p in shared.iterdir() if out.name in p.name] == [out.name]
    finally:
        shutil.rmtree(out, ignore_errors=True)


@pytest.fixture
def small(bench: Bench) -> Iterator[Path]:
    """A disk of 96 KiB."""
    place = bench.folder / "small"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root alone")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no disk can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_too_small_keeps_what_it_had(bench: Bench, small: Path) -> None:
    full = "small/run: cannot be written (No space left on device); make room on that disk, or give a place on another"
    refused(bench, "small/run", full)
    assert list(small.iterdir()) == []
    assert bench.command("check", "counts.csv", "-o", "small/findings.csv", "--quiet").status == 0
    assert [p.name for p in small.iterdir()] == ["findings.csv"]


def test_the_top_of_a_disk_is_refused_and_a_folder_inside_it_named(bench: Bench, small: Path) -> None:
    refused(
        bench,
        "small",
        "small: is the top folder of a disk or volume, which cannot be replaced; "
        "give a folder inside it, such as small/run",
    )
    assert list(small.iterdir()) == []


@pytest.fixture
def closed(bench: Bench) -> Iterator[Path]:
    """A folder in which nothing can be made: by its mode, or for root by its attribute."""
    place = bench.folder / "closed"
    place.mkdir()
    if os.geteuid() != 0:
        place.chmod(0o555)
        yield place
        place.chmod(0o755)
        return
    chattr = shutil.which("chattr")
    if chattr is None or subprocess.run([chattr, "+i", str(place)], capture_output=True, check=False).returncode:
        pytest.skip("root may write everywhere here")
    yield place
    subprocess.run([chattr, "-i", str(place)], check=True)


def test_a_folder_without_permission_is_told_before_any_work(bench: Bench, closed: Path) -> None:
    for command in (("analyze", "counts.csv", "-o", "closed/run"), ("check", "counts.csv", "-o", "closed/f.csv"),
                    ("init", "counts.csv", "-o", "closed/p.toml"), ("simulate", "-o", "closed/s.csv")):  # fmt: skip
        ended = bench.told(*command, "--quiet")
        assert ended.status == 2
        assert_told(ended)
        assert ended.err.startswith(f"cartpk: error: {command[-1]}: cannot be written (")
        assert ended.err.endswith("; give a place that you may write to\n")
    assert list(closed.iterdir()) == []


def test_a_pipe_in_the_place_of_a_file_of_the_run_is_an_edit_and_not_waited_for(bench: Bench) -> None:
    bench.put_old()
    (bench.out / "parameters.csv").unlink()
    os.mkfifo(bench.out / "parameters.csv")
    refused(
        bench,
        "run",
        "run: was edited: parameters.csv. Move them, give another --out, or --replace the whole folder",
    )
    assert bench.here(*RUN, "--replace") == 0
    assert bench.state() == "new"
