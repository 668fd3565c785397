"""Every import runs down: a file imports from lower floors and from its own folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "cartpk"

FLOORS = """
errors signals ragged rounding descriptive
language disk
units reasons
labels terms findings rules arrays input_rules fit_rules cdisc_rules models
rulebook
samples
checks
readers
profiles
results
nca fit simulate grouping
summary
plan
analysis draft
tables plots prose
cdisc
writers report
runfolder
analyze
verify qualification
cli __init__
__main__
"""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS.strip().splitlines()) for room in rooms.split()}

TYPES_ONLY = {("errors", "findings")}
"""SamplesError carries Findings and needs the name for an annotation, under TYPE_CHECKING, and nowhere else."""


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST, typing_only: bool = False) -> Iterator[tuple[int, str, bool]]:
    """(line, module, whether under TYPE_CHECKING) of every import, those inside functions too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from ((node.lineno, f"{module}.{alias.name}", typing_only) for alias in node.names)
        else:
            guarded = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            yield from imports_of(node, typing_only or guarded)


def upward_imports(path: Path, source: str) -> list[str]:
    """The lines of a file that import from its own floor (another room) or a higher one."""
    here, wrong = room_of(path), []
    for line, module, typing_only in imports_of(ast.parse(source)):
        parts = module.split(".")
        if parts[0] != "cartpk" or len(parts) < 2:
            continue
        is_room = (SRC / parts[1]).exists() or (SRC / f"{parts[1]}.py").exists()
        there = parts[1] if is_room else "__init__"  # a name of the package's own
        lower = FLOOR_OF.get(there, len(FLOOR_OF)) < FLOOR_OF[here]
        allowed = there == here or lower or (typing_only and (here, there) in TYPES_ONLY)
        if not allowed:
            wrong.append(f"{path.relative_to(SRC.parent)}:{line} imports {module}: {here} may not know {there}")
    return wrong


FILES = sorted(SRC.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SRC).as_posix())
def test_imports_run_down(path: Path) -> None:
    assert room_of(path) in FLOOR_OF, f"{path.name} has no floor yet: give it its place in FLOORS"
    assert upward_imports(path, path.read_text(encoding="utf-8")) == []


def test_no_import_is_relative() -> None:
    relative = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


@pytest.mark.parametrize(
    "source",
    [
        "from cartpk.analyze import analyze",
        "import cartpk.report",
        "def late():\n    from cartpk.plots import individual",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cartpk.tables import Table",
        "from cartpk import summary",
        "import cartpk.simulate",
        "from cartpk import Profiles",
    ],
)
def test_an_upward_import_is_found_wherever_it_stands(source: str) -> None:
    last = source.count("\n") + 1
    (wrong,) = upward_imports(SRC / "nca" / "area.py", source)
    assert wrong.startswith(f"cartpk/nca/area.py:{last} ")


def test_a_downward_import_and_one_within_the_folder_are_allowed() -> None:
    source = "from cartpk.profiles import Profiles\nfrom cartpk.nca.area import areas\nimport numpy as np"
    assert upward_imports(SRC / "nca" / "exposure.py", source) == []


def test_heavy_libraries_stand_at_the_edge() -> None:
    """No pyplot anywhere; matplotlib in plots alone; lmfit in fit alone; scipy.stats not in the core."""
    wrong = []
    for path in FILES:
        for line, module, _ in imports_of(ast.parse(path.read_text(encoding="utf-8"))):
            pyplot = module.startswith("matplotlib.pyplot")
            home = {"matplotlib": "plots", "lmfit": "fit"}.get(module.split(".")[0])
            strange = home is not None and room_of(path) != home
            slow = module.startswith("scipy.stats") and room_of(path) in ("nca", "profiles", "readers", "checks")
            if pyplot or strange or slow:
                wrong.append(f"{path.relative_to(SRC)}:{line} imports {module}")
    assert wrong == []
