"""Small multiples of fits: a panel a subject, by dose and then id, on shared axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.fit import Fits
from cartpk.labels import natural_key
from cartpk.language import paragraph, say
from cartpk.plots.axes import log_axis, log_limits, time_axis, unit_label
from cartpk.plots.curve import draw_limit, heights
from cartpk.plots.groups import Panel, doses_of, infusion_text, panels_of
from cartpk.plots.modelled import draw_fit, draw_fitted_samples, fitted_sentence, how_drawn, model_name, one_assay
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import fit, put

__all__ = ["fit_panels", "fit_panels_caption", "fit_panels_title", "pages_of"]

COLUMNS, ROWS = 4, 5
_HEIGHT, _LEFT, _RIGHT, _BETWEEN, _GAP, _HEAD = 1.15, 0.62, 0.12, 0.16, 0.36, 0.2


def pages_of(fits: Fits, assay: str | None = None, infusion: int = 1, matrix: str | None = None) -> int:
    """How many pages the panels of an assay take."""
    return math.ceil(len(_members(fits, _panel(fits, assay, infusion, matrix))) / (COLUMNS * ROWS))


@house_style()
def fit_panels(
    fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1, page: int = 1
) -> NDArray[Any]:
    """The fits of many subjects, twenty a page, logarithmic, all on the same axes.

    Args:
        fits: of `cartpk.fit`.
        assay: which; None where there is one.
        matrix: where it was measured; None: in the first.
        infusion: which course.
        page: which of `pages_of`.

    Returns:
        The Axes, one a subject.

    Raises:
        UsageError: no such assay or infusion.
    """
    panel = _panel(fits, assay, infusion, matrix)
    members = _on_page(fits, panel, page)
    rows = math.ceil(len(members) / COLUMNS)
    whole = sheet(
        fit_panels_title(fits, panel.title), infusion_text(fits.profiles, infusion), rows * (_HEIGHT + _GAP) + 0.1,
        fit_panels_caption(fits, assay=assay, matrix=matrix, infusion=infusion, page=page), _key(fits, members),
    )  # fmt: skip
    width = (WIDTH - _LEFT - _RIGHT - _BETWEEN * (COLUMNS - 1)) / COLUMNS
    doses, drawn = doses_of(fits.profiles), np.empty(len(members), dtype=object)
    limits, last = _limits(fits, panel)
    for k, i in enumerate(members):
        row, column = divmod(k, COLUMNS)
        axes = drawn[k] = whole.axes(
            _LEFT + column * (width + _BETWEEN), _HEAD + row * (_HEIGHT + _GAP), width, _HEIGHT
        )
        time_axis(axes, 0.0, last, label=k + COLUMNS >= len(members))
        log_axis(axes, limits, unit_label(panel.unit) if column == 0 else "")
        if column:
            axes.tick_params(axis="y", labelleft=False)
        p, colour = fits.profiles[i], doses.colour(i)
        draw_limit(axes, p, named=False)
        draw_fit(axes, fits, i, colour)
        draw_fitted_samples(axes, p, colour, size=3.0)
        name = fit(fits.profiles.keys[i].subject_id, 7.5, width, bold=True)
        put(axes, 0.0, 1 + 0.06 / _HEIGHT, name, size=7.5, bold=True, transform=axes.transAxes)
    return drawn


def fit_panels_title(fits: Fits, of: str) -> str:
    """``Fits of each subject, qpcr: exponential growth and decline``."""
    if not of:
        return say("Fits of each subject: {model}", model=model_name(fits))
    return say("Fits of each subject, {assay}: {model}", assay=of, model=model_name(fits))


def fit_panels_caption(
    fits: Fits, *, assay: str | None = None, matrix: str | None = None, infusion: int = 1, page: int = 1
) -> str:
    """The caption of the figure that `fit_panels` draws with these arguments."""
    members = _on_page(fits, _panel(fits, assay, infusion, matrix), page)
    n = pages_of(fits, assay, infusion, matrix)
    of = [say("Page {k} of {n}.", k=page, n=n)] if n > 1 else []
    return paragraph([
        *of, fitted_sentence(fits, members), *how_drawn(fits, members), say("Dashed step line: LLOQ.")
    ])  # fmt: skip


def _panel(fits: Fits, assay: str | None, infusion: int, matrix: str | None) -> Panel:
    return panels_of(fits.profiles, infusion=infusion, assay=one_assay(fits, assay), matrix=matrix)[0]


def _members(fits: Fits, panel: Panel) -> list[int]:
    doses, keys = doses_of(fits.profiles), fits.profiles.keys
    n = len(doses.levels) + 1
    return sorted(panel.members.tolist(), key=lambda i: (int(doses.code[i]) % n, natural_key(keys[i].subject_id)))


def _on_page(fits: Fits, panel: Panel, page: int) -> list[int]:
    each = COLUMNS * ROWS
    return _members(fits, panel)[(page - 1) * each : page * each]


def _limits(fits: Fits, panel: Panel) -> tuple[tuple[float, float], float]:
    parts = [fits.profiles[int(i)] for i in panel.members]
    values = np.concatenate([np.concatenate([heights(p), p.lloq]) for p in parts])
    low, high = log_limits(values)
    return (low / 1.6, high), max(1.0, *(float(p.time.max()) for p in parts))


def _key(fits: Fits, members: Sequence[int]) -> list[KeyEntry]:
    doses = doses_of(fits.profiles)
    first = {int(doses.code[i]): i for i in reversed(members)}
    return [KeyEntry(text, doses.colour(i), "o") for _, i in sorted(first.items()) if (text := doses.text(i))]
