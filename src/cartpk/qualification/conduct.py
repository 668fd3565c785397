"""How a run behaves: the same bytes twice, and bad data refused with every fault named."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from cartpk.analyze import analyze
from cartpk.errors import SamplesError
from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.qualification.compare import Compared, text
from cartpk.qualification.shipped import path_of, rows_of
from cartpk.readers import read
from cartpk.runfolder import MANIFEST, fingerprint

__all__ = ["refused", "twice"]

_SUBJECT = "CK-0001"
_FORMATS = ("csv", "html", "xlsx", "rtf", "docx")


def twice() -> Iterator[Compared]:
    """One study analysed twice: every file of the two run folders but the manifest, which holds the times; and a figure."""
    with tempfile.TemporaryDirectory(prefix="cartpk-selftest-") as passing, path_of("cart_9.csv") as path:
        runs = [Path(passing) / name for name in ("first", "second")]
        for run in runs:
            analyze(path, out=run, formats=_FORMATS, figures="none")
            _draw(path, run / "figure.png")
        files = [{p.relative_to(run).as_posix(): p for p in run.rglob("*") if p.is_file()} for run in runs]
        for name in sorted({*files[0], *files[1]} - {MANIFEST}):
            hashes = [fingerprint(some[name]) if name in some else "not there" for some in files]
            yield text(name, "", hashes[0], hashes[1])


def _draw(path: Path, out: Path) -> None:
    from cartpk.plots.saving import save
    from cartpk.plots.subject import individual

    profiles = Profiles.from_samples(read(path))
    figure = individual(profiles, nca(profiles), subject_id=_SUBJECT).get_figure(root=True)
    assert figure is not None  # Axes of a page stand on it
    save(figure, out)


def refused() -> Iterator[Compared]:
    """A file with known faults: each is found in its row and column, no other is, and nothing is written."""
    known = [f"row {row['row']} {row['column']} {row['rule']}" for row in rows_of("refused_expected.csv")]
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cartpk-selftest-") as passing, path_of("refused.csv") as path:
        out = Path(passing) / "reports" / "run"
        try:
            analyze(path, out=out, formats=("csv",), figures="none")
        except SamplesError as error:
            found = [f"row {f.row} {f.column} {f.rule}" for f in error.findings.errors]
        for fault in sorted({*known, *found}):
            yield text(fault, "", "an error" if fault in known else "no error", "an error" if fault in found else "no error")  # fmt: skip
        there = ", ".join(sorted(p.name for p in Path(passing).iterdir()))
        yield text("refused.csv", "what was written", "nothing", there or "nothing")
