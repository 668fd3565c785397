"""A visual predictive check: what was measured at each visit, over what the fits say would be measured again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit import Fits
from cartpk.fit.problem import rows_used
from cartpk.language import counted, paragraph, say
from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.colours import GREY, INK, PALE, RULE
from cartpk.plots.groups import Panel, infusion_text, panels_of
from cartpk.plots.modelled import draw_arrows, model_name
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import fit, put

__all__ = ["predictive", "predictive_caption", "predictive_title"]

Floats = NDArray[np.float64]

SEED, STUDIES = 20190101, 400
PERCENTILES = (10.0, 50.0, 90.0)
_FEWEST = 3
_HEIGHT, _SHARE, _LEFT, _RIGHT, _GAP, _HEAD = 2.2, 0.55, 0.80, 0.18, 0.62, 0.2


@dataclass(frozen=True, slots=True, eq=False)
class _Check:
    """One assay: visits by day; percentiles measured, and the ends of those simulated; the share below the limit likewise.

    `seen` has shape (percentiles, visits), `low` and `high` too; NaN where the percentile lies below the limit.
    """

    day: Floats
    seen: Floats
    low: Floats
    high: Floats
    share: Floats
    share_low: Floats
    share_high: Floats
    time: Floats
    value: Floats
    blq: NDArray[np.bool_]
    members: int


@house_style()
def predictive(
    fits: Fits,
    *,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    studies: int = STUDIES,
    seed: int = SEED,
) -> NDArray[Any]:
    """The cohort measured again, from the fits: percentiles at each visit, and the share below the limit.

    Every subject whose fit is believed is measured again at its own times from its own curve with its own residual
    noise, against its own limits; `studies` such cohorts give the bands.

    Args:
        fits: of `cartpk.fit`.
        assay, matrix, infusion: what to draw; None: all.
        studies: how many cohorts are simulated.
        seed: the same seed gives the same figure.

    Returns:
        The Axes, shape (assays, 2): values, and the share below the limit under them.

    Raises:
        UsageError: nothing to draw, or no fit is believed.
    """
    panels = panels_of(fits.profiles, infusion=infusion, assay=assay, matrix=matrix)
    checks = [_check(fits, panel, studies, seed) for panel in panels]
    if not any(check.members for check in checks):
        raise UsageError(f"no fit by {fits.model} is believed: there is nothing to simulate from")
    row = _HEIGHT + 0.28 + _SHARE + _GAP
    page = sheet(
        predictive_title(fits), infusion_text(fits.profiles, infusion), len(panels) * row - 0.05,
        predictive_caption(fits, assay=assay, matrix=matrix, infusion=infusion, studies=studies), _key(),
    )  # fmt: skip
    width = WIDTH - _LEFT - _RIGHT
    drawn = np.empty((len(panels), 2), dtype=object)
    for k, (panel, check) in enumerate(zip(panels, checks, strict=True)):
        upper = drawn[k, 0] = page.axes(_LEFT, _HEAD + k * row, width, _HEIGHT)
        lower = drawn[k, 1] = page.axes(_LEFT, _HEAD + k * row + _HEIGHT + 0.28, width, _SHARE)
        put(upper, 0.0, 1.04, fit(panel.title, 8.5, 5.0, bold=True), size=8.5, bold=True, transform=upper.transAxes)
        _draw_values(upper, check, value_label(panel.unit))
        _draw_share(lower, check)
    return drawn


def _key() -> tuple[KeyEntry, ...]:
    return (
        KeyEntry(say("measured: 10th, 50th, 90th percentile"), INK, "o"),
        KeyEntry(say("simulated, 90 % of the cohorts: 10th and 90th"), RULE, width=7.0),
        KeyEntry(say("50th"), PALE, width=7.0),
    )


def predictive_title(fits: Fits) -> str:
    """``Visual predictive check: exponential growth and decline``."""
    return say("Visual predictive check: {model}", model=model_name(fits))


def predictive_caption(
    fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1, studies: int = STUDIES
) -> str:
    """The caption of the figure that `predictive` draws with these arguments."""
    said = []
    for panel in panels_of(fits.profiles, infusion=infusion, assay=assay, matrix=matrix):
        n = len(_believed(fits, panel))
        of = counted(len(panel.members), "{n} profile", "{n} profiles")
        said.append(say("{assay}: {n} of {profiles} with a believed fit.", assay=panel.title, n=n, profiles=of))
    return paragraph((
        say(
            "{n} cohorts simulated from the fits: each subject at its own days, from its own curve with its own"
            " residual noise, below its own limits; the uncertainty of the estimates is not in it.", n=studies,
        ),
        say(
            "Visits with at least {n} samples; a percentile below the limit is not drawn. Grey: samples, arrows those"
            " below the limit. Lower panel: share below the limit.", n=_FEWEST,
        ), *said,
    ))  # fmt: skip


def _believed(fits: Fits, panel: Panel) -> list[int]:
    return [i for i in panel.members.tolist() if fits.fitted[i].believed]


def _check(fits: Fits, panel: Panel, studies: int, seed: int) -> _Check:
    p, used, rng = fits.profiles, rows_used(fits.profiles), np.random.default_rng(seed)
    members = _believed(fits, panel)
    rows = [p.offsets[i] + np.flatnonzero(used[p.offsets[i] : p.offsets[i + 1]]) for i in members]
    flat = np.concatenate([*rows, np.empty(0, np.int64)]).astype(np.int64)
    curves = [_curve(fits, i, p.time[r]) for i, r in zip(members, rows, strict=True)]
    curve = np.concatenate([*curves, np.empty(0)])
    sigma = np.repeat([fits.fitted[i].sigma for i in members], [len(r) for r in rows])
    again = curve + sigma * rng.standard_normal((studies, len(flat)))
    limit = np.where(p.lloq[flat] > 0, np.log(np.where(p.lloq[flat] > 0, p.lloq[flat], 1.0)), -np.inf)
    again = np.where(again < limit, -np.inf, again)
    blq = p.blq[flat]
    value = np.log(np.where(blq, 1.0, p.conc[flat]))
    seen = np.where(blq, -np.inf, value)
    visit = np.where(np.isnan(p.time_nominal[flat]), np.round(p.time[flat]), p.time_nominal[flat])
    days = [d for d in np.unique(visit).tolist() if (visit == d).sum() >= _FEWEST]
    at = [visit == d for d in days]
    simulated = np.array([_percentiles(again[:, m]) for m in at]).reshape(len(days), len(PERCENTILES), studies)
    shares = np.array([np.isneginf(again[:, m]).mean(axis=1) for m in at]).reshape(len(days), studies)
    low, high = (_percentile(simulated, q).T for q in (5.0, 95.0))
    return _Check(
        np.array(days), np.array([_percentiles(seen[m][None])[:, 0] for m in at]).reshape(len(days), len(PERCENTILES)).T,
        low, high, np.array([blq[m].mean() for m in at]), np.quantile(shares, 0.05, axis=1) if days else np.empty(0),
        np.quantile(shares, 0.95, axis=1) if days else np.empty(0), p.time[flat],
        np.where(blq, p.lloq[flat], p.conc[flat]), blq, len(members),
    )  # fmt: skip


def _curve(fits: Fits, i: int, time: Floats) -> Floats:
    f = fits.fitted[i]
    return np.asarray(fits.models[f.model].log_curve(time, **f.parameters), np.float64)


def _percentiles(values: Floats) -> Floats:
    """The percentiles of each row by order statistics, so that what is below the limit stays so: shape (percentiles, rows)."""
    ordered, n = np.sort(values, axis=1), values.shape[1]
    places = [min(n - 1, max(0, int(np.ceil(q / 100 * n)) - 1)) for q in PERCENTILES]
    return np.asarray(ordered[:, places].T)


def _percentile(values: Floats, q: float) -> Floats:
    """The percentile over the last axis, by an order statistic."""
    ordered = np.sort(values, axis=-1)
    place = min(ordered.shape[-1] - 1, max(0, int(np.ceil(q / 100 * ordered.shape[-1])) - 1))
    return np.asarray(ordered[..., place])


def _draw_values(axes: Axes, check: _Check, label: str) -> None:
    time_axis(axes, 0.0, float(np.max(check.time, initial=1.0)), label=False)
    with np.errstate(invalid="ignore"):
        ends = np.exp(np.concatenate([check.high.ravel(), check.seen.ravel()]))
    limits = log_limits(np.concatenate([check.value, ends]), head=0.08)
    log_axis(axes, (limits[0] / 1.5, limits[1]), label)
    floor = axes.get_ylim()[0]
    for q, low, high, seen in zip(PERCENTILES, check.low, check.high, check.seen, strict=True):
        above = np.isfinite(high)
        bottom = np.where(np.isfinite(low), np.exp(low), floor)
        axes.fill_between(
            check.day, bottom, np.where(above, np.exp(high), np.nan), color=PALE if q == 50 else RULE, alpha=0.6,
            linewidth=0, zorder=1.5 if q == 50 else 1, label="simulated",
        )  # fmt: skip
        known = np.where(np.isfinite(seen), np.exp(seen), np.nan)
        axes.add_line(
            Line2D(check.day, known, color=INK, linewidth=1.2, marker="o", markersize=3.2, zorder=5, label="measured")
        )
    axes.add_line(
        Line2D(
            check.time[~check.blq], check.value[~check.blq], linestyle="none", marker="o", markersize=2.4,
            markerfacecolor=GREY, markeredgecolor="none", alpha=0.55, zorder=2, label="samples",
        )
    )  # fmt: skip
    draw_arrows(axes, check.time[check.blq], np.maximum(check.value[check.blq], floor), GREY, size=2.6)
    if not check.members:
        put(axes, 0.5, 0.5, say("no believed fit"), ha="center", va="center", colour=GREY, transform=axes.transAxes)


def _draw_share(axes: Axes, check: _Check) -> None:
    time_axis(axes, 0.0, float(np.max(check.time, initial=1.0)))
    linear_axis(axes, 100.0, say("% BLQ"))
    axes.fill_between(
        check.day, 100 * check.share_low, 100 * check.share_high, color=RULE, alpha=0.8, linewidth=0, zorder=1,
        label="simulated",
    )  # fmt: skip
    axes.add_line(
        Line2D(
            check.day,
            100 * check.share,
            color=INK,
            linewidth=1.2,
            marker="o",
            markersize=3.2,
            zorder=5,
            label="measured",
        )
    )
