"""What the manifest says of a run: command, inputs, versions, rules in words, counts, times."""

from __future__ import annotations

import os
import platform
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cartpk.analysis import Analysis
from cartpk.samples import Source

__all__ = ["counts_of", "facts_of", "versions"]

_LIBRARIES = (
    "cartpk",
    "numpy",
    "scipy",
    "pandas",
    "matplotlib",
    "openpyxl",
    "python-docx",
    "jinja2",
    "pydantic",
    "pyreadstat",
)


def versions(models: bool = False) -> dict[str, str]:
    """The versions of all that had a hand in the numbers and files; `models`: of what fits them too."""
    libraries = (*_LIBRARIES, "lmfit") if models else _LIBRARIES
    return {"python": platform.python_version(), **{name: version(name) for name in libraries}}


def counts_of(analysis: Analysis) -> dict[str, Any]:
    """The row ledger (its parts add up to the rows read), and how many of everything."""
    severities = Counter(f.severity for f in analysis.findings)
    fits = {
        one.model: {
            "fitted": sum(not f.reason for f in one.fitted),
            "all_estimable": sum(f.believed for f in one.fitted),
        }
        for one in analysis.fits
    }
    return {
        "rows_read": len(analysis.samples),
        "rows": analysis.ledger.counts(),
        "subjects": len(analysis.samples.subjects),
        "profiles": len(analysis.profiles),
        "findings": {name: severities[name] for name in ("error", "warning", "note")},
        "findings_by_rule": analysis.findings.counts(),
        **({"fits": fits} if fits else {}),
    }


def facts_of(analysis: Analysis, out: Path, command: str, started: datetime) -> dict[str, Any]:
    """All of the manifest but the outputs."""
    finished = datetime.now(UTC)
    return {
        "command": command,
        "inputs": [_input_of(source, out) for source in analysis.samples.sources],
        "versions": versions(bool(analysis.fits)),
        "platform": platform.platform(),
        "rules": [*analysis.plan.nca.sentences(), *analysis.samples.conversions, *analysis.plan.models.sentences()],
        "exclusions": [e.reason for e in analysis.plan.exclude],
        "counts": counts_of(analysis),
        "times": {
            "started": started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds"),
            "seconds": round((finished - started).total_seconds(), 3),
        },
    }


def _input_of(source: Source, out: Path) -> dict[str, Any]:
    return {
        "file": source.name,
        "path": source.path,
        "from_here": _from_folder(Path(source.path), out),
        "sha256": source.sha256,
        "size": source.size,
        "rows": source.rows,
        "reader": source.reader,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "sheet": source.sheet,
        "columns": dict(source.columns),
        "notes": list(source.notes),
    }


def _from_folder(path: Path, out: Path) -> str:
    """The way from the run folder to an input, so that both may be moved together."""
    try:
        return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(out))).as_posix()
    except ValueError:  # on another drive of Windows
        return Path(os.path.realpath(path)).as_posix()
