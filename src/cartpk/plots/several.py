"""Several subjects on one landscape page, one assay and one scale, the same axes for all of its pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.labels import natural_key
from cartpk.language import paragraph, say
from cartpk.plots.axes import linear_axis, log_axis, log_limits, time_axis, value_label
from cartpk.plots.captions import symbol_sentences
from cartpk.plots.curve import draw_excluded, draw_limit, draw_lines, draw_symbols, heights
from cartpk.plots.groups import Doses, Panel, doses_of, infusion_text, panels_of
from cartpk.plots.sheet import KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import fit, put
from cartpk.profiles import Profiles

__all__ = ["COLUMNS", "ROWS", "SubjectsPage", "individuals", "subject_pages"]

COLUMNS, ROWS = 3, 2
_WIDTH = 9.5
_HEIGHT, _LEFT, _RIGHT, _BETWEEN, _GAP, _HEAD = 2.0, 0.72, 0.12, 0.2, 0.5, 0.18
_EARLIEST = -30.0
_SCALES = {"linear": "linear scale", "log": "logarithmic scale"}


@dataclass(frozen=True, slots=True, eq=False)
class SubjectsPage:
    """What one page shows: profiles of one assay and infusion, on one scale; page `k` of `n` of them."""

    profiles: Profiles
    panel: Panel
    members: tuple[int, ...]
    scale: str
    infusion: int
    k: int
    n: int

    @property
    def title(self) -> str:
        """Assay and scale."""
        scale, course = say(_SCALES[self.scale]), infusion_text(self.profiles, self.infusion, ", infusion {n}")
        return (say("{assay}, {scale}", assay=self.panel.title, scale=scale) if self.panel.title else scale) + course

    @property
    def caption(self) -> str:
        """What the symbols mean."""
        return paragraph(symbol_sentences([self.profiles[i] for i in self.members], log=self.scale == "log"))


def subject_pages(profiles: Profiles, infusion: int = 1) -> list[SubjectsPage]:
    """The pages of all subjects after one infusion: by assay, linear before logarithmic, by dose and then id."""
    doses, found = doses_of(profiles), []
    each = COLUMNS * ROWS
    for panel in panels_of(profiles, infusion=infusion):
        members = sorted((int(i) for i in panel.members), key=lambda i: _place(profiles, doses, i))
        n = math.ceil(len(members) / each)
        for scale in ("linear", "log"):
            for k in range(n):
                some = tuple(members[k * each : (k + 1) * each])
                found.append(SubjectsPage(profiles, panel, some, scale, infusion, k + 1, n))
    return found


def _place(profiles: Profiles, doses: Doses, i: int) -> tuple[int, str]:
    return int(doses.code[i]) % (len(doses.levels) + 1), natural_key(profiles.keys[i].subject_id)


@house_style()
def individuals(page: SubjectsPage) -> NDArray[Any]:
    """Draw a page; returns its Axes, one a subject.

    Raises:
        UsageError: an unknown scale.
    """
    if page.scale not in _SCALES:
        raise UsageError(f"scale is {page.scale!r}, not linear or log")
    profiles, doses = page.profiles, doses_of(page.profiles)
    rows = math.ceil(len(page.members) / COLUMNS)
    width = (_WIDTH - _LEFT - _RIGHT - _BETWEEN * (COLUMNS - 1)) / COLUMNS
    whole = sheet(page.title, "", rows * (_HEIGHT + _GAP) + _HEAD, page.caption, _key(page, doses), _WIDTH)
    low, high, values = _limits(page)
    drawn = np.empty(len(page.members), dtype=object)
    for k, i in enumerate(page.members):
        row, column = divmod(k, COLUMNS)
        axes = whole.axes(_LEFT + column * (width + _BETWEEN), _HEAD + row * (_HEIGHT + _GAP), width, _HEIGHT)
        bottom = k + COLUMNS >= len(page.members)
        time_axis(axes, low, high, label=bottom)
        _value_axis(axes, page.scale, values, value_label(page.panel.unit) if column == 0 else "", column == 0)
        p, colour = profiles[i], doses.colour(i)
        draw_limit(axes, p, named=False)
        draw_lines(axes, p, colour)
        draw_symbols(axes, p, colour, size=3.6)
        draw_excluded(axes, p, size=3.6)
        name = fit(profiles.keys[i].subject_id, 8.0, width, bold=True)
        put(axes, 0.0, 1 + 0.07 / _HEIGHT, name, size=8.0, bold=True, transform=axes.transAxes)
        drawn[k] = axes
    return drawn


def _limits(page: SubjectsPage) -> tuple[float, float, NDArray[np.float64]]:
    """From the first to the last day, and the values, of all subjects of the assay: their pages have the same axes."""
    parts = [page.profiles[int(i)] for i in page.panel.members]
    time = np.concatenate([p.time for p in parts])
    values = np.concatenate([np.concatenate([heights(p), p.lloq]) for p in parts])
    low = float(np.min(time[time >= _EARLIEST], initial=0.0))
    return low, max(float(time.max()), 1.0), values


def _value_axis(axes: Axes, scale: str, values: NDArray[np.float64], label: str, first: bool) -> None:
    if scale == "log":
        log_axis(axes, log_limits(values, head=0.05), label)
    else:
        linear_axis(axes, float(np.max(values[np.isfinite(values)], initial=0.0)), label)
    if not first:
        axes.tick_params(axis="y", labelleft=False)


def _key(page: SubjectsPage, doses: Doses) -> Sequence[KeyEntry]:
    """The dose levels that are there."""
    first = {int(doses.code[i]): i for i in reversed(page.members)}
    return [KeyEntry(text, doses.colour(i), "o") for _, i in sorted(first.items()) if (text := doses.text(i))]
