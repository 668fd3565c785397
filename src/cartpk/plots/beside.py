"""The model's Cmax and area beside the noncompartmental ones, one point a subject, about the identity line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from cartpk.fit import Fits
from cartpk.language import counted, paragraph, say
from cartpk.plots.axes import label_x, log_axis, log_limits
from cartpk.plots.colours import GREY
from cartpk.plots.groups import Panel, doses_of, infusion_text, matching, panels_of
from cartpk.plots.modelled import model_name
from cartpk.plots.sheet import KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import decade, fit, put
from cartpk.results import Results
from cartpk.terms import area_symbol
from cartpk.units import pretty

__all__ = ["beside_nca", "beside_nca_caption", "beside_nca_title"]

_SIZE, _LEFT, _BETWEEN, _GAP, _HEAD = 2.3, 0.8, 1.15, 0.75, 0.22


@house_style()
def beside_nca(
    results: Results, fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1
) -> NDArray[Any]:
    """Cmax and AUC0-M3 by model against by noncompartmental analysis, with the intervals of the model.

    Args:
        results: of `cartpk.nca`.
        fits: of `cartpk.fit`, on the same samples.
        assay, matrix, infusion: what to draw; None: all.

    Returns:
        The Axes, shape (assays, 2), or (assays, 1) where there is no horizon.

    Raises:
        UsageError: nothing to draw, or fits of other samples.
    """
    panels, names = panels_of(results.profiles, infusion=infusion, assay=assay, matrix=matrix), _names(results, fits)
    entry = matching(results.profiles, fits)
    page = sheet(
        beside_nca_title(fits), infusion_text(fits.profiles, infusion), len(panels) * (_SIZE + _GAP) - 0.05,
        beside_nca_caption(results, fits, assay=assay, matrix=matrix, infusion=infusion), _key(fits),
    )  # fmt: skip
    drawn = np.empty((len(panels), len(names)), dtype=object)
    for row, panel in enumerate(panels):
        for column, name in enumerate(names):
            corner = _LEFT + column * (_SIZE + _BETWEEN), _HEAD + row * (_SIZE + _GAP)
            axes = drawn[row, column] = page.axes(*corner, _SIZE, _SIZE)
            _draw(axes, results, fits, panel, name, entry)
            if column == 0:
                put(
                    axes,
                    0.0,
                    1.04,
                    fit(panel.title, 8.5, 2.2, bold=True),
                    size=8.5,
                    bold=True,
                    transform=axes.transAxes,
                )
    return drawn


def beside_nca_title(fits: Fits) -> str:
    """``Model and noncompartmental analysis: exponential growth and decline``."""
    return say("Model and noncompartmental analysis: {model}", model=model_name(fits))


def beside_nca_caption(
    results: Results, fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1
) -> str:
    """The caption of the figure that `beside_nca` draws with these arguments."""
    entry, said = matching(results.profiles, fits), []
    for panel in panels_of(results.profiles, infusion=infusion, assay=assay, matrix=matrix):
        for name in _names(results, fits):
            rows = panel.members.tolist()
            both = sum(np.isfinite(_point(results, fits, name, i, int(entry[i]))[:2]).all() for i in rows)
            of = counted(len(rows), "{n} profile", "{n} profiles")
            symbol = say(results.terms[name].symbol)
            said.append(
                say("{assay}, {symbol}: {n} of {profiles}.", assay=panel.title, symbol=symbol, n=both, profiles=of)
            )
    level = f"{100 * fits.fit_rules.level:g}"
    return paragraph((
        say("Points: subjects with both numbers above 0; bars: {level} % interval of the model.", level=level),
        say("Line: equal. What is missing or not estimable in either is not drawn."), *said,
    ))  # fmt: skip


def _names(results: Results, fits: Fits) -> list[str]:
    horizons = list(results.rules.horizons)
    area = "0_m3" if "0_m3" in horizons else horizons[-1] if horizons else ""
    return [n for n in ("cmax", f"auc_{area}") if n in results.terms and n in fits.terms]


def _key(fits: Fits) -> list[KeyEntry]:
    doses = doses_of(fits.profiles)
    return [KeyEntry(n, doses.colour_of(k), "o", "none") for k, n in enumerate(doses.names)]


def _point(results: Results, fits: Fits, name: str, i: int, j: int) -> tuple[float, float, float, float]:
    """NCA, model, and the ends of its interval; NaN where there is none above 0."""
    if j < 0:
        return math.nan, math.nan, math.nan, math.nan
    numbers = (results[name][i], fits[name][j], fits[f"{name}_lower"][j], fits[f"{name}_upper"][j])
    nca, model, low, high = (float(v) if v > 0 else math.nan for v in numbers)
    return nca, model, low, high


def _draw(axes: Axes, results: Results, fits: Fits, panel: Panel, name: str, entry: NDArray[np.int64]) -> None:
    doses = doses_of(results.profiles)
    points = {i: _point(results, fits, name, i, int(entry[i])) for i in panel.members.tolist()}
    shown = {i: p for i, p in points.items() if np.isfinite(p[:2]).all()}
    values = np.array([p[:2] for p in shown.values()]).ravel()
    limits = log_limits(values, head=0.1)
    term = results.terms[name]
    symbol = say(area_symbol(term.horizon) if term.horizon else term.symbol)
    unit = pretty(results.unit(name, int(panel.members[0])))
    said = fit(say("{name} ({unit})", name=symbol, unit=unit), 7.5, _SIZE - 0.45)
    log_axis(axes, limits, say("Model: {what}", what=said))
    _log_x(axes, limits, say("NCA: {what}", what=said))
    axes.add_line(Line2D(limits, limits, color=GREY, linewidth=0.8, linestyle="-", marker="", zorder=1, label="equal"))
    for i, (nca, model, low, high) in shown.items():
        if math.isfinite(low) and math.isfinite(high):
            ends = np.clip([low, high], limits[0], limits[1])
            axes.add_line(Line2D([nca, nca], ends, color=doses.colour(i), linewidth=0.9, linestyle="-", marker="", zorder=3, label="interval"))  # fmt: skip
        axes.add_line(
            Line2D(
                [nca], [model], linestyle="none", marker="o", markersize=4.6, markerfacecolor=doses.colour(i),
                markeredgecolor="white", markeredgewidth=0.4, zorder=4, label="subject",
            )
        )  # fmt: skip
    if not shown:
        nobody = say("no subject has both")
        put(axes, 0.5, 0.5, nobody, ha="center", va="center", colour=GREY, transform=axes.transAxes)


def _log_x(axes: Axes, limits: tuple[float, float], label: str) -> None:
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    powers = range(math.ceil(math.log10(limits[0]) - 1e-9), math.floor(math.log10(limits[1]) + 1e-9) + 1)
    axes.xaxis.set_major_locator(FixedLocator([10.0**p for p in powers]))
    axes.xaxis.set_major_formatter(FixedFormatter([decade(p) for p in powers]))
    axes.xaxis.set_minor_locator(NullLocator())
    label_x(axes, label)
