"""What figures of fits share: the curve with its interval, samples as a fit sees them, and what may be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit import Fits, predict
from cartpk.fit.problem import rows_used
from cartpk.language import counted, say, uncapital, unstopped
from cartpk.plots.words import number
from cartpk.profiles import Profiles

__all__ = [
    "ARROW", "Residuals", "curve_of", "draw_arrows", "draw_fit", "draw_fitted_samples", "estimate_words", "fitted_sentence", "how_drawn",
    "model_name", "one_assay", "residuals_of", "times_for",
]  # fmt: skip

Floats = NDArray[np.float64]

ARROW = MarkerStyle(Path([(0, 0), (0, -1), (-0.4, -0.6), (0, -1), (0.4, -0.6)], [1, 2, 1, 2, 2]))
"""A stem with a head below: somewhere below here."""
_TO_FLOOR = MarkerStyle(Path([(0, 1), (0, 0), (-0.4, 0.4), (0, 0), (0.4, 0.4)], [1, 2, 1, 2, 2]))
"""The same with its head at the place, for a linear axis, where there is no room below."""


def model_name(fits: Fits, i: int | None = None) -> str:
    """The model in words; of ``auto`` that of profile i, or that each profile has its own."""
    if fits.model != "auto":
        return uncapital(say(fits.models[fits.model].label))
    return say("the model of lowest AICc") if i is None else uncapital(say(fits.models[fits.chosen[i]].label))


def times_for(fits: Fits, i: int, low: float, high: float) -> Floats:
    """Days at which a curve is drawn: evenly spaced, and the corner itself."""
    time = np.linspace(max(low, 0.0), high, 241)
    tmax = fits.fitted[i].parameters.get("tmax", np.nan)
    return np.unique(np.append(time, tmax)) if low < tmax < high else time


def curve_of(fits: Fits, i: int, time: Floats) -> tuple[Floats, Floats, Floats]:
    """The curve and the ends of its interval; the interval is missing where not every parameter is estimable."""
    with np.errstate(over="ignore"):
        found = predict(fits, i, time)
    blank = np.full(len(found.time), np.nan)
    return (found.value, found.lower, found.upper) if fits.fitted[i].believed else (found.value, blank, blank)


def draw_fit(axes: Axes, fits: Fits, i: int, colour: str) -> None:
    """The fitted curve to the last sample: solid with its interval where it is believed, dashed and bare where not."""
    if fits.fitted[i].reason:
        return
    p = fits.profiles[i]
    time = times_for(fits, i, axes.get_xlim()[0], float(p.time[p.measured].max()))
    value, lower, upper = curve_of(fits, i, time)
    floor, top = axes.get_ylim()
    believed = fits.fitted[i].believed
    if believed:
        low, high = (np.clip(end, floor / 10 if floor > 0 else floor, 10 * top) for end in (lower, upper))
        axes.fill_between(time, low, high, color=colour, alpha=0.18, linewidth=0, zorder=1, label="interval")
    axes.add_line(
        Line2D(
            time, value, color=colour, linewidth=1.6, linestyle="-" if believed else (0, (4, 2)), marker="", zorder=3,
            label="fit",
        )
    )  # fmt: skip


def draw_fitted_samples(axes: Axes, p: Profiles, colour: str, *, size: float = 4.4) -> None:
    """Quantifiable samples filled; those below the limit as arrows that point down from their own limit."""
    floor = axes.get_ylim()[0]
    rows = p.measured & (p.time >= axes.get_xlim()[0])
    seen = rows & ~p.blq & (p.conc > (0 if axes.get_yscale() == "log" else -1))
    axes.add_line(
        Line2D(
            p.time[seen], p.conc[seen], linestyle="none", marker="o", markersize=size, markerfacecolor=colour,
            markeredgecolor=colour, markeredgewidth=0.8, zorder=5, clip_on=False, label="quantifiable",
        )
    )  # fmt: skip
    below = rows & p.blq & ~np.isnan(p.lloq)
    draw_arrows(axes, p.time[below], np.maximum(p.lloq[below], floor), colour, size=size)


def draw_arrows(axes: Axes, x: Floats, y: Floats, colour: str, *, size: float = 4.4, down: bool = False) -> None:
    """Samples known only to lie below; on a linear axis the head stands at the place unless `down`."""
    marker = ARROW if down or axes.get_yscale() == "log" else _TO_FLOOR
    if len(x):
        axes.add_line(
            Line2D(
                x, y, linestyle="none", marker=marker, markersize=3.2 * size, markerfacecolor="none",
                markeredgecolor=colour, markeredgewidth=0.9, zorder=5, clip_on=False, label="below the limit",
            )
        )  # fmt: skip


_SHOWN = ("cmax", "tmax", "doubling_time", "contraction_half_life", "alpha_half_life")


def estimate_words(fits: Fits, i: int) -> list[str]:
    """The estimates people ask for with their intervals; or that the samples do not tell them."""
    f = fits.fitted[i]
    if f.reason:
        return [say("no fit")]
    lines = []
    for name in _SHOWN:
        if name not in f.estimates:
            continue
        symbol, e = say(fits.terms[name].symbol), f.estimates[name]
        if e.reason:
            lines.append(say("{symbol} not estimable", symbol=symbol))
        elif e.interval_reason:
            lines.append(say("{symbol} {value} (held)", symbol=symbol, value=number(e.value)))
        else:
            lines.append(f"{symbol} {number(e.value)} ({number(e.lower)}–{number(e.upper)})")
    return lines


def how_drawn(fits: Fits, entries: Sequence[int]) -> list[str]:
    """Sentences on the symbols and lines of figures of fits, of those that are there."""
    p = fits.profiles
    rows = rows_used(p)
    below = any(
        bool(p.blq[p.offsets[i] : p.offsets[i + 1]][rows[p.offsets[i] : p.offsets[i + 1]]].any()) for i in entries
    )
    states = {_state(fits, i) for i in entries}
    said = [say("Filled: quantifiable.")]
    if below:
        arrows = "Arrows: below the limit, drawn at the sample's own LLOQ; in the fit they are left-censored there."
        said.append(say(arrows))
    if any(bool((p[i].measured & (p[i].time <= 0)).any()) for i in entries):
        said.append(say("Samples to the infusion do not enter the fit."))
    if "believed" in states:
        level = f"{100 * fits.fit_rules.level:g}"
        said.append(say("Line and band: fit with its pointwise {level} % interval.", level=level))
    if "doubtful" in states:
        said.append(say("Dashed, without a band: not every parameter of this fit is estimable."))
    if "none" in states:
        said.append(say("No line: no fit."))
    return said


def _state(fits: Fits, i: int) -> str:
    f = fits.fitted[i]
    return "none" if f.reason else "believed" if f.believed else "doubtful"


def one_assay(fits: Fits, assay: str | None) -> str:
    """The assay to draw: the one named, or the only one.

    Raises:
        UsageError: there is none of that name, or there are several.
    """
    known = list(dict.fromkeys(fits.profiles.keys.assay.texts()))
    if assay is None and len(known) == 1:
        return known[0]
    if assay not in known:
        raise UsageError(f"assay is {assay!r}: give one of {', '.join(map(repr, known))}")
    return assay


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Residuals of profile `i`: (ln value - ln curve) over sigma; of `blq` samples what it would be at the limit."""

    i: int
    time: Floats
    prediction: Floats
    residual: Floats
    blq: NDArray[np.bool_]


def residuals_of(fits: Fits, i: int) -> Residuals | None:
    """The residuals of one profile; None where it has no fit."""
    f = fits.fitted[i]
    if f.reason:
        return None
    p = fits.profiles[i]
    rows = rows_used(p)
    time, blq = p.time[rows], p.blq[rows]
    curve = np.asarray(fits.models[f.model].log_curve(time, **f.parameters), np.float64)
    observed = np.log(np.where(blq, p.lloq[rows], p.conc[rows]))
    return Residuals(i, time, np.exp(curve), (observed - curve) / f.sigma, blq)


def fitted_sentence(fits: Fits, members: Sequence[int]) -> str:
    """How many of some profiles have a fit, and why the others have none."""
    reasons: dict[str, int] = {}
    for i in members:
        if fits.fitted[i].reason:
            sentence = unstopped(say(fits.fitted[i].reason.sentence))
            reasons[sentence] = reasons.get(sentence, 0) + 1
    n, of = len(members) - sum(reasons.values()), counted(len(members), "{n} profile", "{n} profiles")
    if not reasons:
        return say("{n} of {profiles} fitted.", n=n, profiles=of)
    rest = say("; ").join(say("{n} without: {reason}", n=k, reason=sentence) for sentence, k in reasons.items())
    return say("{n} of {profiles} fitted ({reasons}).", n=n, profiles=of, reasons=rest)
