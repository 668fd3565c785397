"""What users install: the wheel, in an environment of its own, through its console script."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample" / "counts.csv"


def run(*command: str | Path, cwd: Path, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == status, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def build(folder: Path) -> Path:
    """The wheel as hatchling makes it from the tree, without a package index."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel: install the extra test")
    run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--wheel-dir", folder, ROOT, cwd=folder, SOURCE_DATE_EPOCH="1700000000",
    )  # fmt: skip
    (wheel,) = folder.glob("cartpk-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment that holds the wheel; the libraries it needs are borrowed from the running one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    run(
        sys.executable, "-m", "pip", "--python", python_of(folder), "install", "--quiet", "--no-deps", "--no-index",
        wheel, cwd=folder,
    )  # fmt: skip
    # A path alone, so that .pth files (an editable cartpk among them) of the running environment are not obeyed.
    (site_of(folder) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def scripts_of(environment: Path) -> Path:
    return environment / ("Scripts" if os.name == "nt" else "bin")


def python_of(environment: Path) -> Path:
    return scripts_of(environment) / ("python.exe" if os.name == "nt" else "python")


def site_of(environment: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(run(python_of(environment), "-c", code, cwd=environment).stdout.strip())


def test_the_wheel_holds_the_package_and_its_data_files_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    source = ROOT / "src"
    files = (path.relative_to(source) for path in (source / "cartpk").rglob("*") if path.is_file())
    ours = {
        path.as_posix()
        for path in files
        if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    }
    assert {name for name in names if not name.startswith("cartpk-")} == ours
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_is_the_same_bytes_twice(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_installed_package_is_the_wheel_and_not_the_tree(environment: Path, tmp_path: Path) -> None:
    where = run(python_of(environment), "-c", "import cartpk; print(cartpk.__file__)", cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(environment)


def test_the_console_script_analyses_the_sample_study(environment: Path, tmp_path: Path) -> None:
    script = scripts_of(environment) / ("cartpk.exe" if os.name == "nt" else "cartpk")
    done = run(script, "analyze", SAMPLE, "--out", "run", "--figures", "cohort", "--json", cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["status"] == 0
    files = {p.name for p in (tmp_path / "run").iterdir()}
    assert {"report.html", "parameters.csv", "summary.csv", "findings.csv", "plan.toml", "run.json"} <= files
    assert run(script, "--version", cwd=tmp_path).stdout.strip().endswith(version_in_project())


def test_the_references_of_the_selftest_are_in_the_wheel(wheel: Path) -> None:
    folder = "cartpk/qualification/reference/"
    with zipfile.ZipFile(wheel) as archive:
        shipped = {n.removeprefix(folder): n for n in archive.namelist() if n.startswith(folder)}
        sizes = sum(archive.getinfo(name).file_size for name in shipped.values())
    assert {"theoph.csv", "cart_9.csv", "profiles.toml", "models.toml", "fits.toml", "nist/Misra1a.txt"} <= set(shipped)
    assert len(shipped) >= 40
    assert sizes < 150_000


def test_the_installed_package_passes_its_selftest_and_an_edited_one_does_not(
    environment: Path, tmp_path: Path
) -> None:
    """Every case, that of the installed files among them; then one constant of the analysis is changed by hand."""
    script = scripts_of(environment) / ("cartpk.exe" if os.name == "nt" else "cartpk")
    answer = json.loads(run(script, "selftest", "-o", "whole", "--json", cwd=tmp_path).stdout)
    assert answer["deviations"] == []
    assert {case["case"]: case["result"] for case in answer["cases"]}["installation"] == "passed"
    assert answer["counts"]["cases_passed"] + answer["counts"]["cases_not_run"] == answer["counts"]["cases"]

    area = site_of(environment) / "cartpk" / "nca" / "area.py"
    whole = area.read_bytes()
    assert whole.count(b"area = 0.5 * (conc0 + conc)") == 1
    area.write_bytes(whole.replace(b"area = 0.5 * (conc0 + conc)", b"area = 0.5000001 * (conc0 + conc)"))
    try:
        again = run(script, "selftest", "-o", "edited", "--json", cwd=tmp_path, status=1)
    finally:
        area.write_bytes(whole)
    failed = [case["case"] for case in json.loads(again.stdout)["cases"] if case["result"] == "FAILED"]
    assert failed == ["installation", "winnonlin", "pknca", "published-profiles", "worked-profiles"]
    assert "cartpk: deviation: installation: cartpk/nca/area.py: expected " in again.stderr
    assert "FAILED" in (tmp_path / "edited" / "qualification.html").read_text(encoding="utf-8")


def version_in_project() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_index() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = {re.split(r"[\[><=~!; ]", line)[0].lower() for line in wanted} - {"cartpk"}
    lock = (ROOT / "requirements" / "ci.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9.-]+)==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:", lock, flags=re.MULTILINE)
    assert sorted(names - set(pinned)) == [], "renew it: requirements/renew"
    assert len(pinned) == len(re.findall("==(?=[0-9])[^ ]+ (?:;.*)?\\\\$", lock, flags=re.MULTILINE))
    assert not re.search(r"https?://|file:|--(?:extra-)?index-url|--find-links|@", lock)
