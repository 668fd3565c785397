"""The last thing a run prints: the answers in a table that fits 80 columns, warnings by kind, where the report is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cartpk.cli.terminal import columns, printable, wrapped
from cartpk.rounding import significant
from cartpk.rulebook import RULEBOOK
from cartpk.terms import area_symbol
from cartpk.units import area_unit, pretty

if TYPE_CHECKING:
    from cartpk.analyze import Run
    from cartpk.findings import Findings
    from cartpk.results import Results
    from cartpk.summary import Summary

__all__ = ["answers", "as_json", "counted"]

_MOST_PROFILES = 20
_MOST_AREAS = 3


def answers(run: Run) -> Iterator[str]:
    """Every line of the answer."""
    results = run.results
    if len(results) <= _MOST_PROFILES:
        yield from _by_profile(results)
    else:
        yield from _by_group(run.analysis.summary, results)
    yield from _models(run)
    yield ""
    yield from counted(run.findings)
    yield f"Report: {run.report}" if run.report else f"Results: {run.out}"


def _models(run: Run) -> Iterator[str]:
    """How far each model that was asked for could be fitted."""
    for fits in run.analysis.asked:
        fitted, told = sum(not f.reason for f in fits.fitted), sum(f.believed for f in fits.fitted)
        yield from wrapped(
            f"Model {fits.model}: {fitted} of {len(fits)} profiles fitted, {told} with every parameter estimable"
        )


def _areas(results: Results) -> list[str]:
    """The horizons that are shown: those of the trial first, no more than fit."""
    known = [h for h in ("0_28", "0_m3") if h in results.rules.horizons]
    more = [h for h in results.rules.horizons if h not in known]
    return [f"auc_{h}" for h in (known + more)[:_MOST_AREAS]]


def _by_profile(results: Results) -> Iterator[str]:
    names = ["cmax", "tmax", *_areas(results)]
    several = any(k.infusion > 1 for k in results.profiles.keys)
    head = ("subject", "assay", *(["infusion"] if several else []), *(_head(results, n) for n in names))
    rows = []
    for i, key in enumerate(results.profiles.keys):
        course = [str(key.infusion)] if several else []
        rows.append((key.subject_id, key.assay, *course, *(_cell(results, n, i) for n in names)))
    yield from columns(head, rows, texts=2, most=16)
    yield from _units(results)
    yield from _gaps(results, names)


def _cell(results: Results, name: str, i: int) -> str:
    value = float(results.values[name][i])
    return "–" if math.isnan(value) else significant(value)


def _head(results: Results, name: str) -> str:
    """The symbol without a day, for which `_units` has more room."""
    term = results.terms[name]
    return area_symbol(term.horizon) if term.horizon else term.symbol


def _units(results: Results) -> Iterator[str]:
    """The units of each assay, once; and the day of each area whose name does not say it."""
    days = {
        results.terms[name].horizon: results.rules.horizons[results.terms[name].horizon] for name in _areas(results)
    }
    named = [f"{area_symbol(h)} to day {d:.10g}" for h, d in days.items() if area_symbol(h, d) != area_symbol(h)]
    if named:
        yield from wrapped(f"Areas: {', '.join(named)}")
    keys, units = results.profiles.keys, results.profiles.unit
    for assay, unit in dict.fromkeys((keys.assay[i], units[i]) for i in range(len(results))):
        yield from wrapped(
            f"{printable(assay)}: Cmax in {pretty(unit)}, Tmax in days, areas in {pretty(area_unit(unit))}"
        )


def _gaps(results: Results, names: list[str]) -> Iterator[str]:
    """Why a number is missing, each reason once with how often."""
    reasons = Counter(
        (results.terms[n].symbol, results.reason(n, i).sentence)
        for n in names
        for i in range(len(results))
        if math.isnan(results.values[n][i])
    )
    for (symbol, sentence), n in reasons.items():
        yield from wrapped(f"– {symbol} ({n}): {sentence}")


def _by_group(summary: Summary, results: Results) -> Iterator[str]:
    names = ["cmax", "tmax", *_areas(results)]
    found: dict[tuple[Any, ...], dict[str, str]] = {}
    for cell in summary:
        if cell.row in names:
            name = "median" if cell.row == "tmax" else "geo_mean"
            row = found.setdefault((cell.stratum, cell.group), {"N": cell.text("N")})
            row[str(cell.row)] = cell.text(name) or "–"
    several = len({stratum.infusion for stratum, _ in found}) > 1
    rows = [
        (
            f"{stratum.assay} {stratum.infusion}" if several else stratum.assay,
            group.text,
            row["N"],
            *(row.get(n, "–") for n in names),
        )
        for (stratum, group), row in found.items()
    ]
    head = ("assay", "group", "N", *(_head(results, n) for n in names))
    yield from columns(head, rows, texts=2, most=16)
    yield "Geometric means; Tmax: median. NE: too few values."
    yield from _units(results)


def counted(findings: Findings) -> Iterator[str]:
    """The findings counted by kind, each kind with its sentence; notes in one line."""
    rules = Counter(f.rule for f in findings if f.severity != "note")
    for severity, word in (("E", "error"), ("W", "warning")):
        kinds = {rule: n for rule, n in rules.items() if rule.startswith(severity)}
        if kinds:
            total = sum(kinds.values())
            yield f"{total} {word}{'s' if total != 1 else ''}:"
            for rule, n in kinds.items():
                yield from wrapped(f"{n:>5}  {RULEBOOK[rule].sentence} ({rule})", indent=7)
    if not rules:
        yield "No errors and no warnings."


def as_json(status: int, run: Run | None, findings: Findings | None, counts: Any = None) -> dict[str, Any]:
    """The object that ``--json`` prints, the same keys whatever happened."""
    from cartpk.findings import Findings

    names = Findings.COLUMNS
    return {
        "status": status,
        "findings": [{name: getattr(f, name) for name in names} for f in findings or ()],
        "counts": counts,
        "out": str(run.out) if run else None,
        "parameters": list(_parameters(run.results)) if run else [],
    }


def _parameters(results: Results) -> Iterator[dict[str, Any]]:
    for i, key in enumerate(results.profiles.keys):
        for name in results.terms:
            value, reason = float(results.values[name][i]), results.reason(name, i)
            yield {
                **key._asdict(),
                "parameter": name,
                "value": value if math.isfinite(value) else None,
                "unit": results.unit(name, i),
                "reason": reason.name if reason else "",
                "flags": results.flag(name, i).text,
            }
