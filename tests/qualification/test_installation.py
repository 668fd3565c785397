"""The installed files beside the list that came with the wheel."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from importlib.metadata import Distribution, FileHash, PackagePath
from pathlib import Path

import pytest

from cartpk.qualification import installation
from cartpk.qualification.case import Case, Outcome, carry_out

Pretend = Callable[[dict[str, bytes]], Outcome]


def listed(name: str, content: bytes) -> PackagePath:
    path = PackagePath(name)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
    path.hash = FileHash(f"sha256={digest}")
    return path


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Run the case as if a package of two files, changed after its installation, were ours."""
    wheel = {"cartpk/__init__.py": b"one\n", "cartpk/nca/area.py": b"two\n", "cartpk/page.html": b"<p>\n"}

    def go(changed: dict[str, bytes]) -> Outcome:
        for name, content in {**wheel, **changed}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        (tmp_path / "cartpk" / "__pycache__").mkdir(exist_ok=True)
        (tmp_path / "cartpk" / "__pycache__" / "x.py").write_bytes(b"passing")
        unhashed = PackagePath("cartpk/__pycache__/x.pyc")
        unhashed.hash = None
        passing = listed("cartpk/__pycache__/y.pyc", b"of another installer")
        record = [*(listed(name, content) for name, content in wheel.items()), unhashed, passing, listed("cartpk.dist-info/METADATA", b"")]  # fmt: skip

        class Installed(Distribution):
            files = record  # type: ignore[assignment]

            def read_text(self, filename: str) -> str | None:
                return None

            def locate_file(self, path: object) -> Path:  # type: ignore[override]
                return tmp_path / str(path)

        monkeypatch.setattr(installation, "distribution", lambda name: Installed())
        monkeypatch.setattr(installation, "resources", lambda name: tmp_path / name)
        return carry_out(Case("installation", "", "", "", (), installation.installed, "files"))

    return go


def test_files_as_they_came_pass(pretend: Pretend) -> None:
    outcome = pretend({})
    assert outcome.result == "passed"
    assert [c.item for c in outcome.compared] == ["cartpk/__init__.py", "cartpk/nca/area.py", "cartpk/page.html"]


def test_an_edited_file_and_a_foreign_module_are_named(pretend: Pretend) -> None:
    outcome = pretend({"cartpk/nca/area.py": b"three\n", "cartpk/nca/own.py": b"", "cartpk/notes.txt": b"no module"})
    assert [d.split(":")[0] for d in outcome.deviations] == ["cartpk/nca/area.py", "cartpk/nca/own.py"]
    assert "expected not in RECORD" in outcome.deviations[1]


def test_a_file_that_is_gone_is_named(pretend: Pretend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend({})
    (tmp_path / "cartpk" / "page.html").unlink()
    outcome = carry_out(Case("installation", "", "", "", (), installation.installed, "files"))
    (deviation,) = outcome.deviations
    assert deviation.startswith("cartpk/page.html: expected ")
    assert deviation.endswith(", found not there")


def test_a_source_tree_is_told_and_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Editable(Distribution):
        files = [listed("_cartpk.pth", b"")]  # type: ignore[assignment]  # noqa: RUF012

        def read_text(self, filename: str) -> str | None:
            return None

        def locate_file(self, path: object) -> Path:  # type: ignore[override]
            return Path(str(path))

    monkeypatch.setattr(installation, "distribution", lambda name: Editable())
    outcome = carry_out(Case("installation", "", "", "", (), installation.installed, "files"))
    assert outcome.result == "not run"
    assert outcome.not_run.startswith("no RECORD lists the files of cartpk: it runs from a source tree")


def test_the_digest_is_of_every_file_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cartpk" / "nca").mkdir(parents=True)
    (tmp_path / "cartpk" / "a.py").write_bytes(b"1")
    (tmp_path / "cartpk" / "nca" / "b.py").write_bytes(b"2")
    monkeypatch.setattr(installation, "resources", lambda name: tmp_path / name)
    one, n = installation.digest()
    lines = f"{hashlib.sha256(b'1').hexdigest()}  cartpk/a.py\n{hashlib.sha256(b'2').hexdigest()}  cartpk/nca/b.py\n"
    assert (one, n) == (hashlib.sha256(lines.encode()).hexdigest(), 2)
    (tmp_path / "cartpk" / "nca" / "b.py").write_bytes(b"3")
    assert installation.digest()[0] != one
