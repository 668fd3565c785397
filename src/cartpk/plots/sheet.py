"""The page a figure is drawn on: title, key, panels at fixed places in inches, caption below.

Places are computed, not searched for at every draw: that is quick, and the
same input gives the same picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from cartpk.language import language
from cartpk.plots.colours import GREY, INK
from cartpk.plots.fonts import refuse_without_letters
from cartpk.plots.style import house_style
from cartpk.plots.words import DPI, SMALL, SMALLEST, fit, font, put, width_of, wrap

__all__ = ["WIDTH", "KeyEntry", "Page", "Sheet", "page_of", "sheet"]

WIDTH = 7.1
"""Inches: what fits between the margins of A4 and Letter."""
_EDGE = 0.12
_LINE = 0.138


class Page(Figure):
    """A figure that a notebook shows without pyplot.

    `inside` is what lies between title and caption, in inches from the lower edge; None: all of it.
    """

    inside: tuple[float, float] | None = None

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        with house_style():
            self.savefig(out, format="png")
        return out.getvalue()


def page_of(axes: Axes) -> Figure:
    """The page that axes are on."""
    return cast(Figure, axes.figure)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One entry of the key above the panels: a sample of what is drawn, and its name."""

    text: str
    colour: str = INK
    marker: str = ""
    line: Literal["-", "none"] = "-"
    width: float = 1.4
    face: str | None = None
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with room for panels; `top` is where they begin, in inches above the lower edge."""

    figure: Page
    width: float
    height: float
    top: float

    def axes(self, left: float, down: float, width: float, height: float) -> Axes:
        """Axes whose upper left corner lies `left` and `down` inches from that of the room for panels."""
        low = self.top - down - height
        box = (left / self.width, low / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box, facecolor="none")
        _dress(axes)
        return axes

    def put(self, left: float, down: float, text: str, **more: Any) -> None:
        """Text at a place of the room for panels."""
        put(self.figure, left / self.width, (self.top - down) / self.height, text, **more)


def sheet(
    title: str, subtitle: str, panels: float, caption: str, key: Sequence[KeyEntry] = (), width: float = WIDTH
) -> Sheet:
    """A page with its title, key and caption set, and `panels` inches of room between them.

    Raises:
        UsageError: no font here has the letters of the language in force.
    """
    refuse_without_letters(language())
    room = width - 2 * _EDGE
    below = wrap(caption, SMALLEST, room)
    rows = _key_rows(key, room)
    head = _EDGE + 0.19 + (0.18 if subtitle else 0.0) + 0.19 * len(rows) + 0.06
    foot = 0.10 + _LINE * len(below) + _EDGE * 0.6
    height = head + panels + foot
    figure = Page(figsize=(width, height), dpi=DPI, facecolor="white", edgecolor="none")
    FigureCanvasAgg(figure)  # so that it can draw itself
    figure.set_layout_engine("none")  # whatever a matplotlibrc says: places are computed
    y = height - _EDGE - 0.13
    put(figure, _EDGE / width, y / height, fit(title, 10.0, room, bold=True), size=10.0, bold=True)
    if subtitle:
        y -= 0.18
        put(figure, _EDGE / width, y / height, fit(subtitle, SMALL, room), size=SMALL, colour=GREY)
    for row in rows:
        y -= 0.19
        _draw_key(figure, row, y)
    for i, line in enumerate(below):
        at = foot - 0.10 - _LINE * (i + 0.75)
        put(figure, _EDGE / width, at / height, line, colour=GREY)
    figure.inside = foot - 0.06, height - _EDGE - 0.19
    return Sheet(figure, width, height, height - head)


def _key_width(entry: KeyEntry) -> float:
    return 0.36 + width_of(entry.text, SMALL) + 0.2


def _key_rows(key: Sequence[KeyEntry], room: float) -> list[list[KeyEntry]]:
    rows: list[list[KeyEntry]] = []
    used = room
    for entry in key:
        need = _key_width(entry)
        if used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += need
    return rows


def _draw_key(figure: Figure, row: list[KeyEntry], y: float) -> None:
    width, height = figure.get_size_inches()
    x = _EDGE
    for entry in row:
        middle = (y + 0.035) / height
        if entry.hatch:
            figure.add_artist(
                Rectangle(
                    (x / width, (y - 0.02) / height), 0.28 / width, 0.11 / height, transform=figure.transSubfigure,
                    facecolor=entry.face or "none", edgecolor=entry.colour, hatch=entry.hatch, linewidth=0.6,
                )
            )  # fmt: skip
        else:
            figure.add_artist(
                Line2D(
                    [x / width, (x + 0.14) / width, (x + 0.28) / width], [middle] * 3, color=entry.colour,
                    linestyle=entry.line, linewidth=entry.width, marker=entry.marker, markevery=[1], markersize=4.2,
                    markerfacecolor=entry.face or entry.colour, markeredgecolor=entry.colour, markeredgewidth=0.9,
                    transform=figure.transSubfigure, solid_capstyle="butt",
                )
            )  # fmt: skip
        put(figure, (x + 0.34) / width, y / height, entry.text, size=SMALL)
        x += _key_width(entry)


def _dress(axes: Axes) -> None:
    """The house's axes: two thin lines, small ticks, grid off."""
    axes.grid(False)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GREY)
        spine.set_linewidth(0.7)
    axes.tick_params(
        which="both",
        direction="out",
        color=GREY,
        labelcolor=INK,
        labelsize=SMALLEST,
        width=0.6,
        top=False,
        right=False,
        labelfontfamily="DejaVu Sans",
    )
    axes.tick_params(which="major", length=3, pad=2)
    axes.tick_params(which="minor", length=1.6)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set(fontproperties=font(), fontsize=SMALL, color=INK, parse_math=False)
