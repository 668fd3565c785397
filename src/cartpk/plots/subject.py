"""One subject: linear and logarithmic side by side, the subject's assays above one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.language import paragraph, say, uncapital
from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.captions import analysis_sentences, samples_sentence, symbol_sentences
from cartpk.plots.colours import GREY
from cartpk.plots.curve import draw_excluded, draw_limit, draw_lines, draw_symbols, heights, limit_steps
from cartpk.plots.groups import Doses, Panel, doses_of, matching, panels_of, subject_profiles
from cartpk.plots.marks import area_words, draw_area, draw_bracket, draw_peak, draw_terminal
from cartpk.plots.outline import outline
from cartpk.plots.placing import Crowd
from cartpk.plots.sheet import WIDTH, Sheet, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import put, shorten
from cartpk.profiles import Profiles
from cartpk.results import Results

__all__ = ["individual", "individual_caption", "individual_title"]

Scale = Literal["both", "linear", "log"]
_SCALES: dict[str, tuple[str, ...]] = {"both": ("linear", "log"), "linear": ("linear",), "log": ("log",)}
_PANEL, _GAP, _LEFT, _RIGHT = 2.15, 0.42, 0.80, 0.62
_EARLIEST = -30.0
"""Days: what lies further before the infusion is told in the caption, so that it does not squeeze the curve."""


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """What one figure shows."""

    profiles: Profiles
    results: Results | None
    entry: NDArray[np.int64]  # of each profile in the results, -1 where none
    panels: list[Panel]
    doses: Doses
    horizon: str
    subject_id: str
    infusion: int


@house_style()
def individual(
    profiles: Profiles,
    results: Results | None = None,
    *,
    subject_id: str,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    scale: Scale = "both",
    horizon: str | None = None,
) -> Axes:
    """The curves of one subject after one infusion, with what the analysis found.

    Args:
        profiles: where the subject's profiles are.
        results: of `cartpk.nca.nca` on them; None: the samples alone.
        subject_id: whose curves.
        assay, matrix: one of the subject's; None: all, above one another.
        infusion: which course; each has a figure of its own, as its days count from its own infusion.
        scale: ``linear``, ``log``, or both side by side.
        horizon: the area to fill, ``0_m3`` unless another is named (the longest where there is no such horizon).

    Returns:
        The first panel (the first assay, linear where both scales are drawn). `axes.figure` is the whole page, and
        `axes.figure.axes` all its panels, row by row.

    Raises:
        UsageError: no such subject, assay, infusion, scale or horizon; or results of other samples.
    """
    drawn = individual_panels(
        profiles,
        results,
        subject_id=subject_id,
        assay=assay,
        matrix=matrix,
        infusion=infusion,
        scale=scale,
        horizon=horizon,
    )
    first: Axes = drawn[0, 0]
    return first


def individual_panels(
    profiles: Profiles,
    results: Results | None = None,
    *,
    subject_id: str,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    scale: Scale = "both",
    horizon: str | None = None,
) -> NDArray[Any]:
    """The panels of `individual`, shape (assays, scales)."""
    if scale not in _SCALES:
        raise UsageError(f"scale is {scale!r}, not one of {', '.join(_SCALES)}")
    subject = _gather(profiles, results, subject_id, assay, matrix, infusion, horizon)
    scales = _SCALES[scale]
    rows = len(subject.panels)
    page = sheet(
        say("Subject {subject}", subject=subject_id),
        _subtitle(subject),
        rows * (_PANEL + _GAP) + 0.12,
        _caption(subject, scales),
    )
    drawn = np.empty((rows, len(scales)), dtype=object)
    limits = _time_limits(subject)
    for row, panel in enumerate(subject.panels):
        for column in range(len(scales)):
            drawn[row, column] = _draw_panel(page, subject, panel, (row, column), scales, limits)
    return drawn


def individual_title(subject_id: str) -> str:
    """``Subject S01``; a long id is shortened in its middle."""
    return say("Subject {subject}", subject=shorten(subject_id, 60))


def individual_caption(
    profiles: Profiles, results: Results | None, *, subject_id: str, infusion: int = 1, horizon: str | None = None
) -> str:
    """The caption of the figure that `individual` draws with these arguments."""
    return _caption(_gather(profiles, results, subject_id, None, None, infusion, horizon), _SCALES["both"])


def _gather(
    profiles: Profiles, results: Results | None, subject_id: str, assay: str | None, matrix: str | None,
    infusion: int, horizon: str | None,
) -> _Subject:  # fmt: skip
    index = subject_profiles(profiles, subject_id)
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix, among=index)
    entry = np.full(len(profiles), -1, np.int64) if results is None else matching(profiles, results, index)
    return _Subject(
        profiles, results, entry, panels, doses_of(profiles), horizon_of(results, horizon), subject_id, infusion
    )


def horizon_of(results: Results | None, horizon: str | None) -> str:
    """The horizon to show: the one named, else ``0_m3``, else the longest; "" without results."""
    if results is None:
        return ""
    horizons = results.rules.horizons
    if horizon is not None and horizon not in horizons:
        raise UsageError(f"no horizon {horizon!r} in the results; there are: {', '.join(horizons) or 'none'}")
    if horizon is not None or "0_m3" in horizons:
        return horizon or "0_m3"
    return max(horizons, key=lambda name: horizons[name], default="")


def _subtitle(subject: _Subject) -> str:
    keys = subject.profiles.keys
    first = int(subject.panels[0].members[0])
    several = bool((keys.infusion[subject_profiles(subject.profiles, subject.subject_id)] > 1).any())
    parts = [subject.doses.text(first), say("Infusion {n}", n=subject.infusion) if several else ""]
    return " · ".join(p for p in parts if p)


def _caption(subject: _Subject, scales: tuple[str, ...]) -> str:
    sentences = [_whose(subject)]
    shown = []
    for panel in subject.panels:
        p = subject.profiles[int(panel.members[0])]
        sentences.append(samples_sentence(p, panel.title, _EARLIEST))
        shown.append(p)
    sentences += symbol_sentences(shown, log="log" in scales)
    if subject.results is not None:
        entries = [e for panel in subject.panels if (e := int(subject.entry[panel.members[0]])) >= 0]
        pieces = [outline(subject.results, e, subject.horizon) for e in entries] if subject.horizon else []
        sentences += analysis_sentences(subject.results, entries, subject.horizon, pieces, scales)
    return paragraph(sentences)


def _whose(subject: _Subject) -> str:
    course = _subtitle(subject)
    if not course:
        return say("Subject {subject}.", subject=subject.subject_id)
    return say("Subject {subject}, {course}.", subject=subject.subject_id, course=uncapital(course))


def _time_limits(subject: _Subject) -> tuple[float, float]:
    """From the first sample (but not before day -30) to the last one or the horizon, the same for all panels."""
    times = np.concatenate([subject.profiles[int(panel.members[0])].time for panel in subject.panels])
    horizon = 0.0 if subject.results is None else subject.results.rules.horizons.get(subject.horizon, 0.0)
    low = float(np.min(times[times >= _EARLIEST], initial=0.0))
    return low, max(float(times.max()), horizon, 1.0)


def _draw_panel(
    page: Sheet, subject: _Subject, panel: Panel, place: tuple[int, int], scales: tuple[str, ...],
    limits: tuple[float, float],
) -> Axes:  # fmt: skip
    row, column = place
    kind, last_row, last_column = scales[column], row == len(subject.panels) - 1, column == len(scales) - 1
    between = 0.50
    width = (WIDTH - _LEFT - _RIGHT - between * (len(scales) - 1)) / len(scales)
    left, down = _LEFT + column * (width + between), 0.16 + row * (_PANEL + _GAP)
    axes = page.axes(left, down, width, _PANEL)
    i = int(panel.members[0])
    p, colour = subject.profiles[i], subject.doses.colour(i)
    _set_axes(axes, p, kind, limits, value_label(panel.unit) if column == 0 else "", last_row)
    _panel_titles(axes, panel.title if column == 0 else "", kind)
    draw_limit(axes, p, named=last_column)
    draw_lines(axes, p, colour)
    draw_symbols(axes, p, colour)
    draw_excluded(axes, p)
    if subject.results is not None and subject.entry[i] >= 0:
        _draw_results(axes, subject.results, int(subject.entry[i]), p, colour, subject.horizon, first=column == 0)
    return axes


def _set_axes(axes: Axes, p: Profiles, kind: str, limits: tuple[float, float], label: str, last_row: bool) -> None:
    time_axis(axes, *limits, label=last_row)
    y = np.concatenate([heights(p), p.lloq])
    if kind == "log":
        log_axis(axes, log_limits(y), label)
    else:
        linear_axis(axes, float(np.max(y[np.isfinite(y)], initial=0.0)), label)


def _panel_titles(axes: Axes, title: str, kind: str) -> None:
    if title:
        put(axes, 0.0, 1.045, shorten(title, 40), size=8.5, bold=True, transform=axes.transAxes)
    put(
        axes,
        1.0,
        1.045,
        say({"linear": "linear", "log": "logarithmic"}[kind]),
        colour=GREY,
        ha="right",
        transform=axes.transAxes,
    )


def _draw_results(
    axes: Axes, results: Results, entry: int, p: Profiles, colour: str, horizon: str, *, first: bool
) -> None:  # fmt: skip
    """Lines and rings first, then the words into the room that is left."""
    crowd, log = _crowd(axes, p), axes.get_yscale() == "log"
    draw_bracket(axes, results, entry)
    if log:
        draw_terminal(axes, crowd, results, entry)
    elif horizon:
        end = results.rules.horizons[horizon]
        pieces = outline(results, entry, horizon)
        draw_area(axes, pieces, colour, end)
        crowd.add_line([end, end], axes.get_ylim())
        for piece in pieces:
            if piece.kind != "measured":
                crowd.add_area(piece.time, piece.conc)
    if first:
        draw_peak(axes, crowd, results, entry)
    if not log and horizon:
        crowd.label(area_words(results, entry, horizon))


def _crowd(axes: Axes, p: Profiles) -> Crowd:
    """What of the samples and limits a label must not cover."""
    crowd = Crowd(axes)
    rows = np.flatnonzero((p.measured | (p.excluded >= 0)) & (p.time >= axes.get_xlim()[0]))
    y = heights(p)
    measured = rows[p.measured[rows]]
    crowd.add_line(p.time[measured], y[measured])
    crowd.add_points(p.time[rows], y[rows])
    crowd.add_line(*limit_steps(p, *axes.get_xlim()))
    return crowd
