"""How long the cells are seen: a bar a subject, from the first to the last quantifiable sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from cartpk.labels import natural_key
from cartpk.language import paragraph, say
from cartpk.plots.axes import time_axis
from cartpk.plots.colours import INK, PALE
from cartpk.plots.groups import Doses, Panel, doses_of, infusion_text, panels_of
from cartpk.plots.sheet import WIDTH, KeyEntry, sheet
from cartpk.plots.style import house_style
from cartpk.plots.words import SMALLEST, fit, put, width_of
from cartpk.results import Results

__all__ = ["persistence", "persistence_caption", "persistence_title"]

_PITCH, _TALLEST, _RIGHT, _BETWEEN = 0.18, 8.6, 0.2, 0.3
_FINEST = 0.125
"""Inches a subject: below that ids have no room and are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The subjects from top to bottom, by dose and then id, and the inches each has."""

    subjects: tuple[str, ...]
    pitch: float

    @property
    def named(self) -> bool:
        return self.pitch >= _FINEST


@house_style()
def persistence(
    results: Results,
    *,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    tallest: float = _TALLEST,
) -> Axes | NDArray[Any]:
    """A bar a subject from the first to the last quantifiable sample, an assay a panel, ordered by dose and then id.

    Args:
        results: of `cartpk.nca.nca`.
        assay, matrix, infusion: what to draw; None: all.
        tallest: inches of a panel; where subjects have no room for their ids in it, these are left out.

    Returns:
        The Axes where one panel is drawn, else an array of them.

    Raises:
        UsageError: an unknown assay, matrix or infusion.
    """
    profiles = results.profiles
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    doses = doses_of(profiles)
    rows = _order(results, panels, doses, tallest)
    ids = [fit(s, SMALLEST, 1.1) for s in rows.subjects] if rows.named else []
    left = max([0.3, *(width_of(t, SMALLEST) + 0.28 for t in ids)])
    height = rows.pitch * len(rows.subjects) + 0.1
    in_a_row = min(2, len(panels))
    lines = -(-len(panels) // in_a_row)
    page = sheet(
        persistence_title(), infusion_text(profiles, infusion), lines * (height + 0.68),
        persistence_caption(results, assay=assay, matrix=matrix, infusion=infusion, tallest=tallest), _key(doses.of(panels)),
    )  # fmt: skip
    width = (WIDTH - left - _RIGHT - _BETWEEN * (in_a_row - 1)) / in_a_row
    last = max(float(profiles.time[profiles.offsets[i + 1] - 1]) for panel in panels for i in panel.members.tolist())
    drawn = np.empty(len(panels), dtype=object)
    for k, panel in enumerate(panels):
        line, column = divmod(k, in_a_row)
        axes = drawn[k] = page.axes(left + column * (width + _BETWEEN), 0.22 + line * (height + 0.68), width, height)
        time_axis(axes, 0.0, max(last, 1.0))
        axes.set_ylim(len(rows.subjects) - 0.3, -0.7)
        axes.tick_params(left=False, labelleft=False)
        axes.spines["left"].set_visible(False)
        put(
            axes,
            0.0,
            1 + 0.07 / height,
            fit(panel.title, 8.5, width, bold=True),
            size=8.5,
            bold=True,
            transform=axes.transAxes,
        )
        for y, text in enumerate(ids if column == 0 else []):
            put(axes, -0.06 / width, y, text, ha="right", va="center_baseline", transform=axes.get_yaxis_transform())
        _draw_bars(axes, results, panel, rows, doses)
    return drawn[0] if len(drawn) == 1 else drawn


def persistence_title() -> str:
    """What the figure is called."""
    return say("Persistence: first to last quantifiable sample")


def persistence_caption(
    results: Results,
    *,
    assay: str | None = None,
    matrix: str | None = None,
    infusion: int = 1,
    tallest: float = _TALLEST,
) -> str:
    """The caption of the figure that `persistence` draws with these arguments."""
    profiles = results.profiles
    panels = panels_of(profiles, infusion=infusion, assay=assay, matrix=matrix)
    said = [
        say(
            "Bar: from the first to the last quantifiable sample, in the colour of the dose; white line: Tmax; open circle: the first result "
            "below the limit of quantification after it, so the loss lies between bar and circle; arrow: still quantifiable at the last "
            "sample; grey line and tick: follow-up to the last measured sample. Subjects by dose, then id."
        )
    ]
    for panel in panels:
        never = [i for i in panel.members.tolist() if np.isnan(results["tlast"][i])]
        still = int(sum(_still(results, i) for i in panel.members.tolist()))
        counts = say(
            "n = {n}, never quantifiable {never}, still quantifiable at the last sample {still}",
            n=len(panel.members), never=len(never), still=still,
        )  # fmt: skip
        led = "{name}: {text}." if panel.title else "{text}."
        said.append(say(led, name=panel.title, text=counts))
    if not _order(results, panels, doses_of(profiles), tallest).named:
        said.append(say("There are too many subjects to name them."))
    return paragraph(said)


def _still(results: Results, i: int) -> bool:
    return bool(np.isnan(results["t_blq"][i]) and not np.isnan(results["tlast"][i]))


def _order(results: Results, panels: list[Panel], doses: Doses, tallest: float) -> _Rows:
    keys = results.profiles.keys
    level: dict[str, int] = {}
    for i in np.concatenate([panel.members for panel in panels]).tolist():
        code = int(doses.code[i])
        level.setdefault(keys.subject[i], code if code >= 0 else len(doses.levels))
    subjects = tuple(sorted(level, key=lambda s: (level[s], natural_key(s))))
    return _Rows(subjects, min(_PITCH, tallest / max(len(subjects), 1)))


def _key(doses: Doses) -> list[KeyEntry]:
    levels = [KeyEntry(fit(t, 7.5, 3.0), colour, width=5.0) for t, colour in doses.key()]
    return [
        *levels,
        KeyEntry(say("first BLQ"), INK, marker="o", line="none", face="white"),
        KeyEntry(say("follow-up"), PALE, marker="|", width=0.9),
    ]


def _draw_bars(axes: Axes, results: Results, panel: Panel, rows: _Rows, doses: Doses) -> None:
    place = {s: y for y, s in enumerate(rows.subjects)}
    profiles = results.profiles
    thick = rows.pitch * 72 * 0.52
    for i in panel.members.tolist():
        y, colour = place[profiles.keys.subject[i]], doses.colour(i)
        first, last, peak, lost = (float(results[n][i]) for n in ("tfirst", "tlast", "tmax", "t_blq"))
        p = profiles[i]
        seen = p.time[p.measured & (p.time > 0)]
        if len(seen):
            _stroke(axes, [0.0, float(seen[-1])], y, PALE, 0.9, "follow-up")
            _mark(axes, float(seen[-1]), y, "|", PALE, PALE, min(6.0, thick * 1.1), "end of follow-up")
        if np.isnan(last):
            continue
        if last > first:
            _stroke(axes, [first, last], y, colour, thick, "bar")
        else:
            _mark(axes, first, y, "s", colour, colour, thick * 0.8, "bar")
        if first < peak < last:
            _mark(axes, peak, y, "|", "white", "white", thick * 0.9, "Tmax")
        if _still(results, i):
            _mark(axes, last, y, ">", colour, colour, thick * 1.15, "still quantifiable")
        else:
            _mark(axes, lost, y, "o", "white", colour, min(4.6, thick), "first BLQ")


def _stroke(axes: Axes, days: list[float], y: int, colour: str, width: float, name: str) -> None:
    axes.add_line(
        Line2D(days, [y, y], color=colour, linewidth=width, solid_capstyle="butt", marker="", label=name, zorder=2)
    )


def _mark(axes: Axes, x: float, y: int, marker: str, face: str, edge: str, size: float, name: str) -> None:
    axes.add_line(
        Line2D(
            [x], [y], linestyle="none", marker=marker, markersize=size, markerfacecolor=face, markeredgecolor=edge,
            markeredgewidth=1.1, label=name, zorder=4, clip_on=False,
        )
    )  # fmt: skip
