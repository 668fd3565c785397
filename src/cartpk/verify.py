"""Recompute a finished run from its manifest, or compare two runs: whatever differs is told."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.analyze.compute import Progress, silent
from cartpk.analyze.facts import versions
from cartpk.analyze.files import write_files
from cartpk.errors import CartpkError, InputError
from cartpk.plan import Plan
from cartpk.runfolder import KINDS, Manifest, changes_in, fingerprint, read_manifest

__all__ = ["TOLERANCE", "Comparison", "compare", "recompute"]

TOLERANCE = 1e-12
"""How far a number may be from the other, relative to the larger."""

StrPath = str | os.PathLike[str]

_HASH = re.compile(r"[0-9a-f]{64}")
_OF_PARAMETERS = ("infusion", "value", "interval_start", "interval_end", "n_records")
NUMBERS: Mapping[str, Collection[str]] = {
    "parameters.csv": _OF_PARAMETERS,
    "fits.csv": _OF_PARAMETERS,
    "summary.csv": ("infusion", "value"),
    "summary_concentrations.csv": ("infusion", "time_nominal", "value"),
    "concentrations.csv": ("record", "infusion", "time", "time_nominal", "value", "lloq", "value_used"),
    "sensitivity.csv": ("infusion", "m3_days", "auc_0_m3"),
}
"""The columns of each table that are numbers; all else is text, where ``001`` is not ``1``."""


@dataclass(slots=True)
class Comparison:
    """What was compared, a sentence each, and every difference, a sentence each."""

    compared: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, what: str, n: int, differences: list[str]) -> None:
        """Add the outcome for one kind of thing."""
        self.compared.append(f"{what}: {n} compared, {len(differences)} differ")
        self.counts[what] = n
        self.differences += differences


def recompute(folder: StrPath, progress: Progress = silent) -> Comparison:
    """Do the run in `folder` again, from the inputs and the plan it records, and compare.

    Raises:
        InputError: `folder` is not a run folder, or holds what cannot be done again from it.
    """
    place, found = Path(folder), Comparison()
    manifest = read_manifest(place)
    if manifest.kind != "analysis":
        raise InputError(f"{folder}: holds {KINDS[manifest.kind]}: run that again, and compare the two with --against")
    _compare_with_disk(place, manifest, found)
    inputs = _compare_inputs(place, manifest, found)
    then = manifest.facts["versions"]
    now = versions("lmfit" in then)
    _compare_mappings("version of", then, now, found, "versions", "in the run", "here")
    plan_is_whole = fingerprint_or_none(place / "plan.toml") == manifest.outputs.get("plan.toml", "")
    if inputs is None or not plan_is_whole:
        found.differences.append("the numbers were not recomputed: an input or the plan is not what it was")
        return found
    try:
        _compare_anew(place, manifest, inputs, found, progress, same_versions=then == now)
    except CartpkError as error:
        found.differences += [f"the run cannot be done again: {line}" for line in str(error).splitlines()]
    return found


def compare(folder: StrPath, other: StrPath) -> Comparison:
    """Compare two finished runs: plan, versions, inputs, then numbers and files, which follow from them.

    Raises:
        InputError: one of them is not a run folder.
    """
    one, two, found = Path(folder), Path(other), Comparison()
    a, b = read_manifest(one), read_manifest(two)
    plans = [_plan_keys(place / "plan.toml") for place in (one, two)]
    _compare_mappings("plan", plans[0], plans[1], found, "keys of the plan", f"in {one}", f"in {two}")
    libraries = [m.facts["versions"] for m in (a, b)]
    _compare_mappings("version of", libraries[0], libraries[1], found, "versions", f"in {one}", f"in {two}")
    hashes = [{e["file"]: e["sha256"] for e in m.facts["inputs"]} for m in (a, b)]
    _compare_mappings("input", hashes[0], hashes[1], found, "inputs", f"in {one}", f"in {two}")
    _compare_with_disk(one, a, found)
    _compare_with_disk(two, b, found)
    told = {"plan.toml"} if plans[0] != plans[1] else set()
    outputs = [{name: sha for name, sha in m.outputs.items() if name not in told} for m in (a, b)]
    _compare_files(one, two, outputs[0], outputs[1], found)
    return found


def _plan_keys(path: Path) -> dict[str, str]:
    """Each key of a plan with its value as TOML has it; nothing where the plan cannot be read."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: json.dumps(value, ensure_ascii=False, default=str) for name, value in _leaves(tree)}


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _compare_with_disk(place: Path, manifest: Manifest, found: Comparison) -> None:
    changes = changes_in(place, manifest)
    found.note(
        f"files of {place} with their hashes",
        len(manifest.outputs),
        [
            *(f"{place / name}: is not of the run" for name in changes.foreign),
            *(f"{place / name}: was edited since the run" for name in changes.edited),
            *(f"{place / name}: is gone" for name in changes.gone),
        ],
    )


def _compare_inputs(place: Path, manifest: Manifest, found: Comparison) -> list[str] | None:
    """Where the inputs are now; None where one of them is not there, or not what it was."""
    paths, differences = [], []
    for entry in manifest.facts["inputs"]:
        candidates = [str(p) for p in (place / str(entry.get("from_here", "")), entry.get("path", "")) if str(p)]
        hashes = {path: fingerprint_or_none(path) for path in candidates}
        if path := next((p for p, sha in hashes.items() if sha == entry["sha256"]), None):
            paths.append(path)
        else:
            there = [path for path, sha in hashes.items() if sha]
            how = f"is not what it was (SHA-256 of {there[0]} differs)" if there else f"is not at {candidates[-1]}"
            differences.append(f"input {entry['file']}: {how}")
    found.note("inputs", len(manifest.facts["inputs"]), differences)
    return None if differences else paths


def fingerprint_or_none(path: StrPath) -> str | None:
    """The hash of a file, None where it cannot be read."""
    try:
        return fingerprint(path)
    except (OSError, ValueError):
        return None


def _compare_mappings(
    what: str, one: Mapping[str, Any], two: Mapping[str, Any], found: Comparison, kind: str, here: str, there: str
) -> None:
    names = sorted({*one, *two})
    found.note(
        kind,
        len(names),
        [
            f"{what} {name}: {_short(one.get(name))} {here}, {_short(two.get(name))} {there}"
            for name in names
            if one.get(name) != two.get(name)
        ],
    )


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text[:16] if _HASH.fullmatch(text) else text if len(text) <= 200 else f"{text[:200]}..."


def _compare_anew(
    place: Path,
    manifest: Manifest,
    inputs: list[str],
    found: Comparison,
    progress: Progress,
    *,
    same_versions: bool,
) -> None:
    """Write the run again, all but the figures, into a passing folder and compare the files."""
    import pandas as pd

    index = place / "figures" / "index.csv"
    figures = pd.read_csv(index, dtype=str, keep_default_na=False, encoding="utf-8") if index.exists() else None
    with tempfile.TemporaryDirectory(prefix="cartpk-verify-") as passing:
        anew = Path(passing)
        analysis = work_out(inputs, Plan.from_toml(place / "plan.toml"), progress)
        _refuse_other_inputs(manifest, analysis)
        write_files(analysis, anew, progress, figures, draw=False)
        ours = {name for name in manifest.outputs if not name.startswith("figures/figure-")}
        outputs = {name: manifest.outputs[name] for name in ours}
        again = {p.relative_to(anew).as_posix(): fingerprint(p) for p in anew.rglob("*") if p.is_file()}
        if not same_versions:  # pages and workbooks name the versions; the numbers are compared all the same
            outputs, again = ({n: h for n, h in m.items() if n.endswith(".csv")} for m in (outputs, again))
        _compare_files(place, anew, outputs, again, found, names=("the run", "recomputed"))


def _refuse_other_inputs(manifest: Manifest, analysis: Analysis) -> None:
    """What was read is what was compared: an input may change in between."""
    then = {entry["sha256"] for entry in manifest.facts["inputs"]}
    for source in analysis.samples.sources:
        if source.sha256 not in then:
            raise InputError(f"{source.path}: changed while it was read; run again when nothing writes to it")


def _compare_files(
    one: Path,
    two: Path,
    in_one: Mapping[str, str],
    in_two: Mapping[str, str],
    found: Comparison,
    names: tuple[str, str] | None = None,
) -> None:
    """Tables by their numbers, other files by their hashes."""
    here, there = names or (str(one), str(two))
    lone = [f"{n}: only in {here if n in in_one else there}" for n in sorted({*in_one} ^ {*in_two})]
    both = sorted({*in_one} & {*in_two})
    files, cells, numbers = list(lone), list[str](), 0
    for name in both:
        if name.endswith(".csv"):
            n, some = _compare_tables(one / name, two / name, name)
            numbers += n
            cells += some
        elif in_one[name] != in_two[name]:
            files.append(f"{name}: {here} and {there} differ")
    found.note(f"files and {numbers} numbers (to {TOLERANCE:g})", len(both) + len(lone), files + cells)


def _compare_tables(one: Path, two: Path, name: str) -> tuple[int, list[str]]:
    """How many numbers were compared, and each cell that differs: numbers by their size, texts to the letter."""
    differences, numbers, head = [], 0, []
    of_numbers = _number_columns(one, name)
    for line, (a, b) in enumerate(zip_longest(_rows(one), _rows(two), fillvalue=None), start=1):
        if a is None or b is None:
            differences.append(f"{name}: ends at row {line - 1} in one of the two")
            break
        if line == 1:
            head = a
            if a != b:
                differences.append(f"{name}: the columns differ, so its cells were not compared")
                break
        if len(a) != len(b):
            differences.append(f"{name} row {line}: {len(a)} cells and {len(b)} cells")
            continue
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            column = head[i] if i < len(head) else str(i + 1)
            p, q = (_number(x), _number(y)) if column in of_numbers else (None, None)
            numbers += p is not None
            if x != y and (p is None or q is None or not math.isclose(p, q, rel_tol=TOLERANCE, abs_tol=0)):
                differences.append(f"{name} row {line} {column}: {x or 'blank'} and {y or 'blank'}")
    return numbers, differences


def _number_columns(path: Path, name: str) -> Collection[str]:
    """The columns of a table that are numbers; those of a CDISC data set stand in its description."""
    if not name.startswith("cdisc/"):
        return NUMBERS.get(name, ())
    head, *variables = [*_rows(path.with_name("define.csv"))] or [[]]
    rows = (dict(zip(head, row, strict=False)) for row in variables)
    return {
        row.get("variable", "")
        for row in rows
        if row.get("dataset", "").lower() == path.stem and row.get("type") == "Num"
    }


def _rows(path: Path) -> Iterator[list[str]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        try:
            yield from csv.reader(file)
        except csv.Error as error:
            yield [f"unreadable: {error}"]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
