"""A fit over its samples: linear and logarithmic side by side, the subject's assays above one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.fit import Fits
from cartpk.language import paragraph, say
from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.captions import samples_sentence
from cartpk.plots.curve import draw_excluded, draw_limit, heights, limit_steps
from cartpk.plots.groups import Panel, doses_of, panels_of, subject_profiles
from cartpk.plots.modelled import (
    curve_of,
    draw_fit,
    draw_fitted_samples,
    estimate_words,
    how_drawn,
    model_name,
    times_for,
)
from cartpk.plots.placing import Crowd
from cartpk.plots.sheet import WIDTH, Sheet, sheet
from cartpk.plots.style import house_style
from cartpk.plots.subject import _panel_titles
from cartpk.plots.words import shorten

__all__ = ["fitted", "fitted_caption", "fitted_title"]

Scale = Literal["both", "linear", "log"]
_SCALES: dict[str, tuple[str, ...]] = {"both": ("linear", "log"), "linear": ("linear",), "log": ("log",)}
_PANEL, _GAP, _LEFT, _RIGHT, _BETWEEN = 2.15, 0.42, 0.80, 0.62, 0.50
_EARLIEST = -30.0


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    fits: Fits
    panels: list[Panel]
    subject_id: str


@house_style()
def fitted(
    fits: Fits,
    *,
    subject_id: str,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    scale: Scale = "both",
) -> Axes | NDArray[Any]:
    """The fits of one subject over its samples, each with its pointwise interval.

    A curve of which not every parameter is estimable is dashed and has no interval; where there is no fit there is
    no curve, and the caption says why.

    Args:
        fits: of `cartpk.fit`.
        subject_id: whose.
        assay, matrix: one of the subject's; None: all, above one another.
        infusion: which course.
        scale: ``linear``, ``log``, or both side by side.

    Returns:
        The Axes where one panel is drawn, else an array of them, shape (assays, scales).

    Raises:
        UsageError: no such subject, assay, infusion or scale.
    """
    if scale not in _SCALES:
        raise UsageError(f"scale is {scale!r}, not one of {', '.join(_SCALES)}")
    subject = _gather(fits, subject_id, assay, matrix, infusion)
    scales, rows = _SCALES[scale], len(subject.panels)
    page = sheet(fitted_title(fits, subject_id), _subtitle(subject), rows * (_PANEL + _GAP) + 0.12, _caption(subject))
    drawn = np.empty((rows, len(scales)), dtype=object)
    for row, panel in enumerate(subject.panels):
        for column in range(len(scales)):
            drawn[row, column] = _draw_panel(page, subject, panel, row, column, scales)
    axes: Axes | NDArray[Any] = drawn[0, 0] if drawn.size == 1 else drawn
    return axes


def fitted_title(fits: Fits, subject_id: str) -> str:
    """``Subject S01: Exponential growth and decline``."""
    return say("Subject {subject}: {model}", subject=shorten(subject_id, 60), model=model_name(fits))


def fitted_caption(fits: Fits, *, subject_id: str, infusion: int = 1) -> str:
    """The caption of the figure that `fitted` draws with these arguments."""
    return _caption(_gather(fits, subject_id, None, None, infusion))


def _gather(fits: Fits, subject_id: str, assay: str | None, matrix: str | None, infusion: int) -> _Subject:
    index = subject_profiles(fits.profiles, subject_id)
    panels = panels_of(fits.profiles, infusion=infusion, assay=assay, matrix=matrix, among=index)
    return _Subject(fits, panels, subject_id)


def _subtitle(subject: _Subject) -> str:
    return doses_of(subject.fits.profiles).text(int(subject.panels[0].members[0]))


def _caption(subject: _Subject) -> str:
    fits = subject.fits
    entries = [int(panel.members[0]) for panel in subject.panels]
    said = [say("Subject {subject}.", subject=subject.subject_id)]
    for panel, i in zip(subject.panels, entries, strict=True):
        f = fits.fitted[i]
        said.append(samples_sentence(fits.profiles[i], panel.title, _EARLIEST))
        if f.reason:
            said.append(say("No fit: {reason}", reason=say(f.reason.sentence)))
            continue
        chosen = say("Chosen by AICc: {model}", model=model_name(fits, i)) if fits.model == "auto" else say("Fit")
        how = "{chosen}; σ {sigma} on the log scale; {agree} of {starts} starts agree."
        said.append(say(how, chosen=chosen, sigma=f"{f.sigma:.2g}", agree=f.agree, starts=f.starts))
        untold = [say(fits.terms[name].symbol) for name in f.free if f.estimates[name].reason]
        said += [say("Not estimable: {names}.", names=say(", ").join(untold))] if untold else []
    return paragraph([*said, *how_drawn(fits, entries)])


def _draw_panel(page: Sheet, subject: _Subject, panel: Panel, row: int, column: int, scales: tuple[str, ...]) -> Axes:
    fits, i = subject.fits, int(panel.members[0])
    width = (WIDTH - _LEFT - _RIGHT - _BETWEEN * (len(scales) - 1)) / len(scales)
    axes = page.axes(_LEFT + column * (width + _BETWEEN), 0.16 + row * (_PANEL + _GAP), width, _PANEL)
    p, colour = fits.profiles[i], doses_of(fits.profiles).colour(i)
    last, first = column == len(scales) - 1, column == 0
    _set_axes(axes, subject, panel, scales[column], first, row == len(subject.panels) - 1)
    _panel_titles(axes, panel.title if first else "", scales[column])
    draw_limit(axes, p, named=last)
    draw_fit(axes, fits, i, colour)
    draw_fitted_samples(axes, p, colour)
    draw_excluded(axes, p)
    if first:
        _crowd(axes, fits, i).label(estimate_words(fits, i))
    return axes


def _set_axes(axes: Axes, subject: _Subject, panel: Panel, kind: str, first: bool, last_row: bool) -> None:
    fits, i = subject.fits, int(panel.members[0])
    p = fits.profiles[i]
    times = np.concatenate([fits.profiles[int(q.members[0])].time for q in subject.panels])
    low = float(np.min(times[times >= _EARLIEST], initial=0.0))
    time_axis(axes, low, max(float(times.max()), 1.0), label=last_row)
    y = [heights(p), p.lloq]
    if not fits.fitted[i].reason:
        curve, _, upper = curve_of(fits, i, times_for(fits, i, low, float(p.time.max())))
        seen = float(np.max(y[0][np.isfinite(y[0])], initial=0.0))
        y += [
            curve[curve > np.nanmin(np.concatenate(y)) / 3],
            np.array([min(float(np.nanmax(np.append(upper, 0.0))), 3 * seen)]),
        ]
    values = np.concatenate(y)
    label = value_label(panel.unit) if first else ""
    if kind == "log":
        limits = log_limits(values)
        log_axis(axes, (limits[0] / 1.6, limits[1]), label)
    else:
        linear_axis(axes, float(np.max(values[np.isfinite(values)], initial=0.0)), label)


def _crowd(axes: Axes, fits: Fits, i: int) -> Crowd:
    """What a label must not cover."""
    crowd, p = Crowd(axes), fits.profiles[i]
    y, rows = heights(p), p.measured & (p.time >= axes.get_xlim()[0])
    crowd.add_points(p.time[rows], y[rows])
    crowd.add_line(*limit_steps(p, *axes.get_xlim()))
    if not fits.fitted[i].reason:
        time = times_for(fits, i, axes.get_xlim()[0], float(p.time.max()))
        value, _, upper = curve_of(fits, i, time)
        crowd.add_line(time, value)
        if fits.fitted[i].believed:
            crowd.add_line(time, np.minimum(upper, axes.get_ylim()[1]))
    return crowd
