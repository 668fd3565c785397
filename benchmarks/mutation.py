"""The mutation score of a room: which changes of its source its own tests see.

    python benchmarks/mutation.py nca --sample 800
    python benchmarks/mutation.py checks --sample 500 --folder /somewhere/to/keep

The tree is copied to a folder, mutmut changes the room's source there one place at a time, and each
change is met by those tests of the room that run the changed function. A sample is drawn with a fixed seed from
all changes by name. Needs `python -m pip install mutmut` and a system with fork; nothing in the checkout is touched.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("src", "tests", "data", "benchmarks", "docs", "README.md", "CHANGELOG.md", "LICENSE", "example.py", "pyproject.toml")  # fmt: skip
ROOMS = {
    "nca": ("tests/nca",),
    "checks": ("tests/checks",),
    "readers": ("tests/readers", "tests/checks/test_bad_files.py"),
}
"""Room -> its own tests."""
SEEN = ("killed", "timeout", "segfault")
"""How a change ends that a test saw: a failing test, a test that never ends."""


def main() -> None:
    """Measure, and print the score by file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, help="how many changes are tried; all where it is left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=1, help="processes")
    parser.add_argument("--folder", type=Path, help="where the copy is made and kept")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="cartpk-mutation-"))
    _copy(folder, given.room)
    _mutmut(
        folder, "run", "--max-children", "1", "no-such-change"
    )  # makes the changes, and learns which test runs what
    names = sorted(_results(folder))
    chosen = names if given.sample is None else sorted(random.Random(given.seed).sample(names, given.sample))
    if not names:
        sys.exit("mutmut made no change; run it by hand in the folder to see why: " + str(folder))
    _mutmut(folder, "run", "--max-children", str(given.children), *chosen)
    outcome = {name: status for name, status in _results(folder).items() if name in set(chosen)}
    _report(given.room, outcome, len(names))
    _write_survivors(folder, outcome)


def _copy(folder: Path, room: str) -> None:
    """The tree, and mutmut's settings for the room."""
    for part in PARTS:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "_build"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    settings = {
        "source_paths": ["src/"],
        "only_mutate": [f"src/cartpk/{room}/*"],
        "pytest_add_cli_args_test_selection": list(ROOMS[room]),
        "pytest_add_cli_args": ["--hypothesis-profile=mutation"],
        "also_copy": [part for part in PARTS if part not in ("src", "tests", "pyproject.toml")],
    }
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    with (folder / "pyproject.toml").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"\n[tool.mutmut]\n{lines}")


def _mutmut(folder: Path, *args: str) -> str:
    """What mutmut prints; its progress goes to the screen."""
    command = [sys.executable, "-c", "from mutmut.__main__ import cli; cli()", *args]
    shown = None if args[0] == "run" else subprocess.PIPE
    # what a test starts as a process of its own runs the copy as it is
    settings = {**os.environ, "PYTHONPATH": str((folder / "src").resolve())}
    done = subprocess.run(command, cwd=folder, env=settings, stdout=shown, text=True, check=False)
    return done.stdout or ""


def _results(folder: Path) -> dict[str, str]:
    """Change -> how it ended."""
    lines = (line.strip().rsplit(": ", 1) for line in _mutmut(folder, "results", "--all", "true").splitlines())
    return {pair[0]: pair[1] for pair in lines if len(pair) == 2 and "__mutmut_" in pair[0]}


def _report(room: str, outcome: dict[str, str], of: int) -> None:
    """The score, by file and of the room, with a 95 % interval (Wilson) where it is a sample."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for name, status in outcome.items():
        by_file[name.split(".x")[0]].append(status)
    print(f"\n{'file':40} changes  seen  score")
    for file, statuses in sorted(by_file.items()):
        _line(file, statuses)
    _line(room, list(outcome.values()))
    low, high = _interval(sum(s in SEEN for s in outcome.values()), len(outcome))
    sampled = f"; 95 % interval {100 * low:.1f} to {100 * high:.1f} %" if len(outcome) < of else ""
    print(f"{len(outcome)} of {of} changes tried{sampled}; {dict(Counter(outcome.values()))}")


def _line(name: str, statuses: Sequence[str]) -> None:
    seen = sum(status in SEEN for status in statuses)
    print(f"{name:40} {len(statuses):7} {seen:5}  {100 * seen / len(statuses):.1f} %")


def _interval(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    middle, half = k / n + z * z / (2 * n), z * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def _write_survivors(folder: Path, outcome: dict[str, str]) -> None:
    """The changes that no test saw, each with its two lines, to be looked at."""
    unseen = [name for name, status in sorted(outcome.items()) if status not in SEEN]
    text = "\n".join(_mutmut(folder, "show", name) for name in unseen)
    (folder / "survivors.txt").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(unseen)} unseen: {folder / 'survivors.txt'}")


if __name__ == "__main__":
    main()
