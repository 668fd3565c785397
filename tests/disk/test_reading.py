"""Files are read whole, as they stood at one moment, or refused."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import cartpk as ck
from cartpk.disk import read_whole
from cartpk.errors import InputError, PlanError
from cartpk.plan import Plan
from cartpk.readers import sheets_of

HEAD = "subject_id,time,assay,value,unit,lloq\n"
ROWS = "".join(f"S1,{day},qpcr,{100 + day},copies/ug gDNA,50\n" for day in range(30))


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8", newline="")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    return path


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something to a file after it was opened and looked at, and before it is read."""
    looked = os.fstat
    calls = [act]

    def look_then_act(handle: int) -> os.stat_result:
        found = looked(handle)
        if calls:
            calls.pop()()
        return found

    monkeypatch.setattr(os, "fstat", look_then_act)


def test_a_file_is_read_to_the_last_byte(tmp_path: Path) -> None:
    for content in (b"", b"\r\n\x1a\x00", os.urandom(70_000)):
        (tmp_path / "x").write_bytes(content)
        assert read_whole(tmp_path / "x") == content


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.write_text(HEAD + ROWS.replace("S1", "S2"), encoding="utf-8", newline=""),
        lambda p: p.write_text(HEAD, encoding="utf-8", newline=""),
        lambda p: p.open("a", encoding="utf-8").write(ROWS),
    ],
    ids=["rewritten", "truncated", "longer"],
)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_file_that_changes_while_it_is_read_is_refused(
    counts: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    between(monkeypatch, lambda: change(counts))
    with pytest.raises(InputError) as caught:
        ck.read(counts)
    assert str(caught.value) == f"{counts}: changed while it was read; run again when nothing writes to it"


def test_of_a_file_that_is_replaced_while_it_is_read_the_hash_is_that_of_what_was_read(
    counts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = hashlib.sha256(counts.read_bytes()).hexdigest()

    def replace() -> None:
        other = counts.with_name("other.csv")
        other.write_text(HEAD + ROWS.replace("S1", "S2"), encoding="utf-8", newline="")
        other.replace(counts)

    if os.name == "nt":
        pytest.skip("an open file cannot be replaced there")
    between(monkeypatch, replace)
    samples = ck.read(counts)
    assert samples.sources[0].sha256 == was
    assert {*samples.subject.texts()} == {"S1"}


def test_of_a_file_that_grows_all_the_time_a_whole_state_is_read_or_it_is_refused(counts: Path) -> None:
    stop, started = threading.Event(), threading.Event()

    def grow() -> None:
        with counts.open("ab") as file:
            for _ in range(100_000):
                file.write(b"S3,1,qpcr,100,copies/ug gDNA,50\n")
                file.flush()
                started.set()
                if stop.is_set():
                    break

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        assert started.wait(30)
        found: list[bytes | str] = []
        for _ in range(20):
            try:
                found.append(read_whole(counts))
            except InputError as error:
                found.append(str(error))
    finally:
        stop.set()
        writer.join()
    whole = counts.read_bytes()
    for one in found:
        assert whole.startswith(one) if isinstance(one, bytes) else "changed while it was read" in one


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("opened", [ck.read, sheets_of])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, opened: Callable[[Path], object], suffix: str) -> None:
    os.mkfifo(tmp_path / f"pipe.{suffix}")
    with pytest.raises(InputError, match=rf"pipe\.{suffix}: is a pipe; save what it gives to a file, and give that"):
        opened(tmp_path / f"pipe.{suffix}")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless device here")
def test_an_endless_device_is_refused_as_input_and_as_plan(tmp_path: Path) -> None:
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"zero\.csv: is a device"):
        ck.read(tmp_path / "zero.csv")
    with pytest.raises(PlanError, match="has more than 1000000 bytes"):
        Plan.from_toml("/dev/zero")


def test_a_folder_a_missing_file_and_a_name_with_a_null_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "missing.csv", "a\0.csv"):
        with pytest.raises(InputError, match=r"cannot be opened \(.+\); give the path of a file"):
            ck.read(tmp_path / name)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_without_permission_is_refused(counts: Path) -> None:
    counts.chmod(0)
    with pytest.raises(InputError, match=r"cannot be opened \(Permission denied\)"):
        ck.read(counts)
