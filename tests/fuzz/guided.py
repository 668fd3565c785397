"""Fuzzing that is guided by the code that runs: atheris, the way of libFuzzer, for as long as one likes.

    python -m pip install atheris
    python -m tests.fuzz.guided text corpus/ -max_total_time=600

The first word is a reader (`TARGETS`); what follows goes to libFuzzer. Inputs that find new code are kept in the folder.
A fault ends the run and leaves its input as ``crash-...``: read it with cartpk, and make a small test of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cartpk"]):
    from cartpk.errors import PlanError
    from cartpk.plan import Plan
    from cartpk.plan.reading import read_plan  # noqa: F401 - so that it is watched, too
    from cartpk.readers import read  # noqa: F401
    from cartpk.readers.parquet import read_parquet  # noqa: F401
    from cartpk.readers.xlsx import read_xlsx  # noqa: F401
    from cartpk.readers.xpt import read_xpt  # noqa: F401

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does
from tests.fuzz import test_fuzz_parquet, test_fuzz_plan, test_fuzz_text, test_fuzz_xlsx, test_fuzz_xpt
from tests.fuzz.trip import trip

__all__ = ["TARGETS"]


def _reading(suffix: str) -> Callable[[bytes], None]:
    """A target that reads the bytes as a file of some kind, and takes it all the way."""
    path = Path(tempfile.mkdtemp(prefix="cartpk-guided-")) / f"counts{suffix}"

    def target(data: bytes) -> None:
        path.write_bytes(data)
        trip([path])

    return target


def _plan(data: bytes) -> None:
    """Any bytes as a plan; what is a plan comes back from its own text."""
    try:
        plan = Plan.from_text(data.decode("utf-8", "replace"))
    except PlanError:
        return
    assert Plan.from_text(plan.to_toml()) == plan


TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "text": (_reading(".csv"), test_fuzz_text.FILES),
    "xlsx": (_reading(".xlsx"), test_fuzz_xlsx.FILES),
    "xpt": (_reading(".xpt"), test_fuzz_xpt.FILES),
    "parquet": (_reading(".parquet"), test_fuzz_parquet.FILES),
    "plan": (_plan, [test_fuzz_plan.WHOLE.encode()]),
}
"""Name -> what is done with the bytes, and files to begin with."""


def main() -> None:
    """Fuzz the reader that is named, its corpus begun with real files."""
    if len(sys.argv) < 3 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz.guided {'|'.join(TARGETS)} CORPUS [-max_total_time=600 ...]")
    target, files = TARGETS[sys.argv[1]]
    corpus = Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(files):
        (corpus / f"real-{number}").write_bytes(data)
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
