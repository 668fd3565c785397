"""The record of a selftest, and its three files: the page, every comparison, the manifest."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cartpk.analyze.facts import versions
from cartpk.qualification.case import Outcome
from cartpk.qualification.compare import Compared
from cartpk.qualification.installation import digest
from cartpk.qualification.shipped import fingerprint_of
from cartpk.runfolder import write_manifest

__all__ = ["PAGE", "Record", "as_facts", "share_of_tolerance", "write_record"]

PAGE, NUMBERS = "qualification.html", "numbers.csv"


@dataclass(frozen=True, slots=True)
class Record:
    """A finished selftest.

    Attributes:
        outcomes: of every case, in order.
        out: the folder of the record.
        date: the day as it was given, "" where it was not.
        command: how it was started.
        versions: of Python, cartpk and the libraries.
        platform, location: the machine, and where the package is installed.
        package: SHA-256 over all files of the package, and how many they are.
        inputs: SHA-256 of each file of the references.
    """

    outcomes: tuple[Outcome, ...]
    out: Path
    date: str
    command: str
    versions: Mapping[str, str]
    platform: str
    location: str
    package: tuple[str, int]
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, outcomes: tuple[Outcome, ...], out: Path, date: str, command: str) -> Record:
        """The record of these outcomes on this machine."""
        files = dict.fromkeys(name for o in outcomes for name in o.case.files)
        return cls(
            outcomes=outcomes,
            out=out,
            date=date,
            command=command,
            versions=versions(models=True) | _optional(),
            platform=_machine(),
            location=str(Path(__file__).resolve().parents[1]),
            package=digest(),
            inputs={name: fingerprint_of(name) for name in files},
        )

    @property
    def deviations(self) -> tuple[str, ...]:
        """Every comparison that failed and every case that was stopped, the case first."""
        return tuple(f"{o.case.name}: {sentence}" for o in self.outcomes for sentence in o.deviations)

    @property
    def not_run(self) -> tuple[str, ...]:
        """The cases that were not run, with the reason."""
        return tuple(f"{o.case.name}: {o.not_run}" for o in self.outcomes if o.not_run)

    @property
    def passed(self) -> bool:
        """Whether no case failed, and one was run."""
        results = [o.result for o in self.outcomes]
        return "FAILED" not in results and "passed" in results

    @property
    def page(self) -> Path:
        """The page to print and sign."""
        return self.out / PAGE

    @property
    def status(self) -> int:
        """How the command ends."""
        return 0 if self.passed else 1

    @property
    def counts(self) -> dict[str, int]:
        """How many of everything."""
        results = [o.result for o in self.outcomes]
        return {
            "cases": len(results),
            "cases_passed": results.count("passed"),
            "cases_failed": results.count("FAILED"),
            "cases_not_run": results.count("not run"),
            "compared": sum(len(o.compared) for o in self.outcomes),
            "passed": sum(o.n_passed for o in self.outcomes),
        }

    @property
    def references(self) -> str:
        """One SHA-256 over those of all files of the references."""
        lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(self.inputs.items()))
        return hashlib.sha256(lines.encode("utf-8")).hexdigest()

    def __repr__(self) -> str:
        done = "passed" if self.passed else "FAILED"
        return f"Record in {self.out}: {done}, {self.counts['passed']} of {self.counts['compared']} comparisons"


def _machine() -> str:
    """System, processor and Python, each once."""
    system, processor = platform.platform(), platform.machine()
    named = [system] if processor in system else [system, processor]
    return ", ".join([*named, platform.python_implementation()])


def _optional() -> dict[str, str]:
    """The version of an optional package, where it is installed."""
    try:
        return {"pyarrow": version("pyarrow")}
    except PackageNotFoundError:
        return {}


def as_facts(outcome: Outcome) -> dict[str, Any]:
    """A case for the manifest and for ``--json``."""
    case, worst = outcome.case, outcome.largest
    return {
        "case": case.name,
        "title": case.title,
        "source": case.source,
        "tolerance": case.tolerance,
        "files": list(case.files),
        "counted": case.counted,
        "result": outcome.result,
        "compared": len(outcome.compared),
        "passed": outcome.n_passed,
        "largest_relative_deviation": _finite(worst.relative) if worst else 0.0,
        "largest_at": worst.name if worst else "",
        "largest_share_of_tolerance": _finite(share_of_tolerance(outcome)),
        "deviations": list(outcome.deviations),
        "not_run": outcome.not_run,
    }


def share_of_tolerance(outcome: Outcome) -> float:
    """The largest deviation in units of its own tolerance; infinite where there is none to stay within."""
    return max((_share(c) for c in outcome.compared), default=0.0)


def _share(c: Compared) -> float:
    if c.deviation == 0:
        return 0.0
    return c.deviation / c.within if c.within and not math.isnan(c.deviation) else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def write_record(record: Record, folder: Path) -> None:
    """Write the page, every comparison and the manifest."""
    from cartpk.qualification.page import render

    rows = _write_numbers(record, folder / NUMBERS)
    (folder / PAGE).write_text(render(record), encoding="utf-8", newline="\n")
    facts = {
        "kind": "qualification",
        "result": "passed" if record.passed else "FAILED",
        "date": record.date,
        "command": record.command,
        "versions": dict(record.versions),
        "platform": record.platform,
        "location": record.location,
        "package": {"sha256": record.package[0], "files": record.package[1]},
        "references": record.references,
        "inputs": [{"file": name, "sha256": sha} for name, sha in record.inputs.items()],
        "counts": record.counts,
        "cases": [as_facts(o) for o in record.outcomes],
    }
    write_manifest(folder, facts, {NUMBERS: rows})


def _write_numbers(record: Record, path: Path) -> int:
    """Every comparison as a row; returns how many."""
    import pandas as pd

    from cartpk.writers import csv

    every = [(o.case.name, c) for o in record.outcomes for c in o.compared]
    frame = pd.DataFrame(
        {
            "case": [name for name, _ in every],
            "item": [c.item for _, c in every],
            "quantity": [c.quantity for _, c in every],
            "expected": pd.Series([c.expected for _, c in every], dtype=object),
            "found": pd.Series([c.found for _, c in every], dtype=object),
            "deviation": [c.deviation for _, c in every],
            "relative_deviation": pd.Series([c.relative for _, c in every], dtype=float),
            "tolerance": [c.within for _, c in every],
            "passed": [c.passed for _, c in every],
        }
    )
    csv.write(frame, path)
    return len(frame)
