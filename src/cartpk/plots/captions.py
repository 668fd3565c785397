"""Captions: what was measured, how it is drawn, by which rule it was computed; each figure stands alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cartpk.plots.outline import Piece
from cartpk.plots.words import axis_number, day, days
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.terms import area_symbol
from cartpk.units import pretty

__all__ = ["analysis_sentences", "counted", "samples_sentence", "symbol_sentences"]


def counted(n: int, noun: str) -> str:
    """``1 sample``, ``3 samples``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def samples_sentence(p: Profiles, title: str, earliest: float) -> str:
    """How many samples one profile has, and what became of those that are no quantifiable value."""
    parts = [counted(p.n_rows, "sample")]
    below = p.measured & p.blq
    if below.any():
        limits = list(dict.fromkeys(p.lloq[~np.isnan(p.lloq)].tolist()))
        lloq = f" (LLOQ {', then '.join(map(axis_number, limits))})" if limits else " (no LLOQ known)"
        parts.append(f"{int(below.sum())} below the limit{lloq}")
    silent = p.missing & (p.excluded < 0)
    if silent.any():
        parts.append(f"{int(silent.sum())} without a result (day {days(p.time[silent].tolist())})")
    for code in np.unique(p.excluded[p.excluded >= 0]).tolist():
        out = p.excluded == code
        parts.append(f"{int(out.sum())} excluded (day {days(p.time[out].tolist())}: {p.exclusion_reasons[code]})")
    early = int((p.time < earliest).sum())
    if early:
        parts.append(f"{early} before day {day(earliest)} not shown")
    unit = f" ({pretty(p.unit[0])})" if p.unit[0] else ""
    lead = f"{title or p.keys[0].assay}{unit}".strip()
    return f"{lead}: {', '.join(parts)}." if lead else f"{', '.join(parts)[0].upper()}{', '.join(parts)[1:]}."


def symbol_sentences(shown: Sequence[Profiles], *, log: bool) -> list[str]:
    """What the symbols mean, of those that are there."""
    below = any((p.measured & p.blq).any() for p in shown)
    bare = any((p.measured & p.blq & np.isnan(p.lloq)).any() for p in shown)
    zero = any((p.measured & ~p.blq & (p.conc == 0)).any() for p in shown)
    out = any((p.excluded >= 0).any() for p in shown)
    words = ["filled, quantifiable"]
    if below:
        words.append(
            "open, below the limit, drawn at the sample's own LLOQ"
            + (" or on the axis where it has none" if bare else "")
        )
    if zero and log:
        words.append("triangle, measured 0, on the floor of the logarithmic axis")
    if out:
        words.append("grey and crossed out, excluded")
    lines = "Solid lines join quantifiable samples" + (
        "; dashed ones lead to samples below the limit." if below else "."
    )
    return [f"Symbols: {'; '.join(words)}.", lines]


def analysis_sentences(
    results: Results, entries: Sequence[int], horizon: str, pieces: Sequence[Sequence[Piece]], scales: Sequence[str]
) -> list[str]:
    """How peak, area and terminal line are drawn, and the rules they follow."""
    said = []
    if any(not np.isnan(results["tmax"][i]) for i in entries):
        said.append("Ring: Cmax; bar on the time axis: the samples between which the true peak lies.")
    if "linear" in scales and any(pieces):
        kinds = {piece.kind for some in pieces for piece in some}
        hatched = [kind for kind in ("interpolated", "assumed", "extrapolated") if kind in kinds]
        rest = f", hatched or dashed where {' or '.join(hatched)}" if hatched else ""
        said.append(f"Fill: {area_symbol(horizon, results.rules.horizons[horizon])}{rest}.")
    if "log" in scales and any(not np.isnan(results["lambda_z"][i]) for i in entries):
        said.append("Black line: terminal line through its ringed points.")
    method, blq = results.rules.sentences()[:2]
    return [*said, method, blq] if "linear" in scales else said
