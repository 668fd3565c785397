"""Captions: what was measured, how it is drawn, by which rule it was computed; each figure stands alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cartpk.language import capital, counted, say
from cartpk.plots.outline import Piece
from cartpk.plots.words import axis_number, clauses, day, days
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.terms import area_symbol
from cartpk.units import pretty

__all__ = ["analysis_sentences", "samples_sentence", "symbol_sentences"]


def samples_sentence(p: Profiles, title: str, earliest: float) -> str:
    """How many samples one profile has, and what became of those that are no quantifiable value."""
    parts = [counted(p.n_rows, "{n} sample", "{n} samples")]
    below = p.measured & p.blq
    if below.any():
        limits = say(", then ").join(map(axis_number, dict.fromkeys(p.lloq[~np.isnan(p.lloq)].tolist())))
        known = "{n} below the limit (LLOQ {limits})" if limits else "{n} below the limit (no LLOQ known)"
        parts.append(say(known, n=int(below.sum()), limits=limits))
    silent = p.missing & (p.excluded < 0)
    if silent.any():
        on = days(p.time[silent].tolist())
        parts.append(say("{n} without a result (day {days})", n=int(silent.sum()), days=on))
    for code in np.unique(p.excluded[p.excluded >= 0]).tolist():
        out, reason = p.excluded == code, p.exclusion_reasons[code]
        on = days(p.time[out].tolist())
        parts.append(say("{n} excluded (day {days}: {reason})", n=int(out.sum()), days=on, reason=reason))
    early = int((p.time < earliest).sum())
    if early:
        parts.append(say("{n} before day {day} not shown", n=early, day=day(earliest)))
    return _led(_named(title or p.keys[0].assay, p.unit[0]), clauses(parts))


def _named(assay: str, unit: str) -> str:
    """The assay with its unit, as far as they are known."""
    return (say("{name} ({unit})", name=assay, unit=pretty(unit)) if unit else assay).strip()


def _led(lead: str, text: str) -> str:
    return say("{name}: {text}.", name=lead, text=text) if lead else say("{text}.", text=capital(text))


def symbol_sentences(shown: Sequence[Profiles], *, log: bool) -> list[str]:
    """What the symbols mean, of those that are there."""
    below = any((p.measured & p.blq).any() for p in shown)
    bare = any((p.measured & p.blq & np.isnan(p.lloq)).any() for p in shown)
    zero = any((p.measured & ~p.blq & (p.conc == 0)).any() for p in shown)
    out = any((p.excluded >= 0).any() for p in shown)
    words = [say("filled, quantifiable")]
    if below and bare:
        words.append(say("open, below the limit, drawn at the sample's own LLOQ or on the axis where it has none"))
    elif below:
        words.append(say("open, below the limit, drawn at the sample's own LLOQ"))
    if zero and log:
        words.append(say("triangle, measured 0, on the floor of the logarithmic axis"))
    if out:
        words.append(say("grey and crossed out, excluded"))
    lines = (
        say("Solid lines join quantifiable samples; dashed ones lead to samples below the limit.")
        if below
        else say("Solid lines join quantifiable samples.")
    )
    return [say("Symbols: {texts}.", texts=say("; ").join(words)), lines]


def analysis_sentences(
    results: Results, entries: Sequence[int], horizon: str, pieces: Sequence[Sequence[Piece]], scales: Sequence[str]
) -> list[str]:
    """How peak, area and terminal line are drawn, and the rules they follow."""
    said = []
    if any(not np.isnan(results["tmax"][i]) for i in entries):
        said.append(say("Ring: Cmax; bar on the time axis: the samples between which the true peak lies."))
    if "linear" in scales and any(pieces):
        kinds = {piece.kind for some in pieces for piece in some}
        hatched = [say(kind) for kind in ("interpolated", "assumed", "extrapolated") if kind in kinds]
        filled = "Fill: {area}, hatched or dashed where {kinds}." if hatched else "Fill: {area}."
        area = say(area_symbol(horizon, results.rules.horizons[horizon]))
        said.append(say(filled, area=area, kinds=say(" or ").join(hatched)))
    if "log" in scales and any(not np.isnan(results["lambda_z"][i]) for i in entries):
        said.append(say("Black line: terminal line through its ringed points."))
    method, blq = (say(rule) for rule in results.rules.sentences()[:2])
    return [*said, method, blq] if "linear" in scales else said
