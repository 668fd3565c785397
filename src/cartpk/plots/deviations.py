"""Residuals of fits against time and against the prediction; those of samples below the limit marked."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit import Fits
from cartpk.language import paragraph, say
from cartpk.plots.axes import label_x, label_y, time_axis, value_label
from cartpk.plots.colours import GREY
from cartpk.plots.groups import Panel, doses_of, infusion_text, panels_of
from cartpk.plots.modelled import Residuals, draw_arrows, fitted_sentence, model_name, residuals_of
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import decade, fit, put

__all__ = ["residuals", "residuals_caption", "residuals_title"]

_HEIGHT, _LEFT, _RIGHT, _BETWEEN, _GAP, _HEAD = 1.75, 0.62, 0.18, 0.34, 0.72, 0.2


@house_style()
def residuals(fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1) -> NDArray[Any]:
    """Standardised residuals on the log scale, an assay a row: against time, and against the fitted value.

    Returns:
        The Axes, shape (assays, 2).

    Raises:
        UsageError: nothing to draw, or no profile has a fit.
    """
    panels = panels_of(fits.profiles, infusion=infusion, assay=assay, matrix=matrix)
    found = {panel.title: _all(fits, panel) for panel in panels}
    if not any(found.values()):
        raise UsageError(f"no profile has a fit by {fits.model}: there are no residuals to draw")
    page = sheet(
        residuals_title(fits), infusion_text(fits.profiles, infusion), len(panels) * (_HEIGHT + _GAP) - 0.1,
        residuals_caption(fits, assay=assay, matrix=matrix, infusion=infusion), _key(fits),
    )  # fmt: skip
    width = (WIDTH - _LEFT - _RIGHT - _BETWEEN) / 2
    drawn = np.empty((len(panels), 2), dtype=object)
    for row, panel in enumerate(panels):
        for column in range(2):
            axes = page.axes(_LEFT + column * (width + _BETWEEN), _HEAD + row * (_HEIGHT + _GAP), width, _HEIGHT)
            drawn[row, column] = axes
            _draw(axes, fits, panel, found[panel.title], column)
    return drawn


def residuals_title(fits: Fits) -> str:
    """``Residuals: exponential growth and decline``."""
    return say("Residuals: {model}", model=model_name(fits))


def residuals_caption(fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1) -> str:
    """The caption of the figure that `residuals` draws with these arguments."""
    panels = panels_of(fits.profiles, infusion=infusion, assay=assay, matrix=matrix)
    said = [
        say("{assay}: {sentence}", assay=p.title, sentence=fitted_sentence(fits, [int(i) for i in p.members]))
        for p in panels
    ]
    return paragraph((
        say(
            "Residual: ln(value) less ln(fitted value), over the fit's own σ; points should scatter about 0 without a trend,"
            " nearly all between the dotted lines at ±2."
        ),
        say(
            "Arrows: below the limit, so the residual is at most there; those above the axis, where the fit lies far below"
            " the limit, say nothing and are not drawn."
        ), *said,
    ))  # fmt: skip


def _all(fits: Fits, panel: Panel) -> list[Residuals]:
    return [r for i in panel.members.tolist() if (r := residuals_of(fits, i)) is not None]


def _key(fits: Fits) -> list[KeyEntry]:
    doses = doses_of(fits.profiles)
    return [KeyEntry(n, doses.colour_of(k), "o", "none") for k, n in enumerate(doses.names)]


def _draw(axes: Axes, fits: Fits, panel: Panel, found: list[Residuals], column: int) -> None:
    doses = doses_of(fits.profiles)
    x = [r.time if column == 0 else np.log10(r.prediction) for r in found]
    reach = max([3.0, *(float(np.abs(r.residual[~r.blq]).max()) for r in found if not r.blq.all())])
    axes.set_ylim(-1.15 * min(reach, 12.0), 1.15 * min(reach, 12.0))
    flat = np.concatenate([p[r.residual < axes.get_ylim()[1]] for p, r in zip(x, found, strict=True)] or [np.zeros(1)])
    if column == 0:
        time_axis(axes, 0.0, max(float(flat.max()), 1.0))
        label_y(axes, say("Residual / σ"))
        put(axes, 0.0, 1.05, fit(panel.title, 8.5, 2.5, bold=True), size=8.5, bold=True, transform=axes.transAxes)
    else:
        _decades(axes, flat, value_label(panel.unit))
        axes.tick_params(labelleft=False)
    for height, dashes in ((0.0, "-"), (-2.0, (0, (1, 2))), (2.0, (0, (1, 2)))):
        axes.axhline(height, color=GREY, linewidth=0.7, linestyle=dashes, zorder=1)
    for r, place in zip(found, x, strict=True):
        colour, seen = doses.colour(r.i), ~r.blq
        y, below = r.residual, r.blq & (np.abs(r.residual) < axes.get_ylim()[1])
        axes.add_line(
            Line2D(
                place[seen], y[seen], linestyle="none", marker="o", markersize=3.4, markerfacecolor=colour,
                markeredgecolor=colour, markeredgewidth=0.5, alpha=0.85, zorder=4, label="residuals",
            )
        )  # fmt: skip
        draw_arrows(axes, place[below], y[below], colour, size=3.6, down=True)


def _decades(axes: Axes, logs: NDArray[np.float64], label: str) -> None:
    """An axis of powers of ten for values that are logarithms already."""
    low, high = float(logs.min()) - 0.15, float(logs.max()) + 0.15
    low = max(low, high - 8) if high > low else high - 1
    powers = list(range(int(np.ceil(low)), int(np.floor(high)) + 1))
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([float(p) for p in powers]))
    axes.xaxis.set_major_formatter(FixedFormatter([decade(p) for p in powers]))
    axes.xaxis.set_minor_locator(NullLocator())
    label_x(axes, say("Fitted: {what}", what=label))
