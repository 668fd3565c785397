"""One writer at a time, also where the file system knows no locks."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from cartpk.disk import beside, locked, locks
from cartpk.errors import OutputError


def test_a_lock_is_held_by_one_and_leaves_nothing(tmp_path: Path) -> None:
    with locked(tmp_path / "run"):
        with (
            pytest.raises(OutputError, match="another run of cartpk is writing there; wait for it"),
            locked(tmp_path / "run"),
        ):
            raise AssertionError
        with locked(tmp_path / "other"):
            pass
    with locked(tmp_path / "run"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_file_of_a_dead_process_is_no_lock(tmp_path: Path) -> None:
    beside(tmp_path / "run", "lock").write_bytes(b"")
    with locked(tmp_path / "run"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_try_lock", lambda handle: None)


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_file_that_names_its_owner_stands_for_one(tmp_path: Path) -> None:
    with locked(tmp_path / "run"):
        owner = beside(tmp_path / "run", "owner")
        assert owner.read_text(encoding="utf-8") == f"{os.getpid()} {platform.node()}"
        message = (
            rf"another run of cartpk is writing there \(process {os.getpid()} .*, named in .*; wait for it, or remove"
        )
        with pytest.raises(OutputError, match=message), locked(tmp_path / "run"):
            raise AssertionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_locks")
@pytest.mark.skipif(os.name == "nt", reason="nobody can tell there whether a process is dead")
def test_without_locks_a_dead_owner_is_taken_over_and_one_of_another_machine_is_not(tmp_path: Path) -> None:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    owner = beside(tmp_path / "run", "owner")
    owner.write_text(f"{int(child.stdout)} {platform.node()}", encoding="utf-8")
    with locked(tmp_path / "run"):
        pass
    for text in (f"{int(child.stdout)} elsewhere", "", "nonsense"):
        owner.write_text(text, encoding="utf-8")
        with pytest.raises(OutputError, match="another run of cartpk is writing there"), locked(tmp_path / "run"):
            raise AssertionError
