"""The numbered figures of a study report: pkcg01 subjects, pkcg02 overlays, pkcg03 means, parameters, persistence.

Each is drawn page by page when asked for; as a PDF it has its number, page
and dates on landscape pages of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from cartpk.disk import told
from cartpk.errors import OutputError
from cartpk.language import catalogue, language, say
from cartpk.plots.boxes import parameters, parameters_caption, parameters_title
from cartpk.plots.colours import GREY
from cartpk.plots.fonts import pdf_font_type
from cartpk.plots.groups import default_by, groups_of, panels_of, titled
from cartpk.plots.later import in_turn, page_drawer
from cartpk.plots.means import mean, mean_caption, mean_title
from cartpk.plots.overlays import overlay, overlay_caption, overlay_title
from cartpk.plots.saving import FORMATS
from cartpk.plots.several import individuals, subject_pages
from cartpk.plots.sheet import Page
from cartpk.plots.style import house_style
from cartpk.plots.swimmers import persistence, persistence_caption, persistence_title
from cartpk.plots.words import SMALL, fit, put, wrap
from cartpk.profiles import Profiles
from cartpk.results import Results

__all__ = ["PdfBook", "PlatePage", "PlateSet", "picture", "plates"]

_TALLEST = 3.8
"""Inches of panels, so that a figure is not made smaller on a page of RTF or DOCX."""
_MARGIN, _HEAD, _FOOT = 0.5, 1.0, 0.7
"""Inches of paper beside, above and below a figure."""


@dataclass(frozen=True, slots=True)
class PlatePage:
    """One page: what draws it, its subtitle and its caption."""

    draw: Callable[[], Figure]
    subtitle: str
    caption: str


@dataclass(frozen=True, slots=True)
class PlateSet:
    """One numbered figure, of one or more pages, none of them drawn yet."""

    number: str
    id: str
    title: str
    pages: tuple[PlatePage, ...]

    @property
    def name(self) -> str:
        """What its file is called: number and id, never data."""
        return f"figure-{self.number.replace('.', '-')}-{self.id}"


def plates(
    profiles: Profiles,
    results: Results,
    by: str | Sequence[str] | None = None,
    which: Literal["all", "cohort"] = "all",
    prefix: str = "14.2",
) -> Iterator[PlateSet]:
    """The numbered figures: 1 subjects (several a page, where `which` is all), 2 overlays, 3 means, 4 parameters, 5 persistence.

    Args:
        profiles, results: what was analysed.
        by, which: as for `cartpk.plots.catalogue`.
        prefix: what the numbers begin with.

    Titles, captions and pages, whenever they are drawn, speak the language in force at this call.
    """
    return in_turn(_plates(profiles, results, by, which, prefix))


def _plates(
    profiles: Profiles, results: Results, by: str | Sequence[str] | None, which: Literal["all", "cohort"], prefix: str
) -> Iterator[PlateSet]:
    infusions = np.unique(profiles.keys.infusion).tolist()
    chosen = [by] if isinstance(by, str) else list(by) if by is not None else [default_by(profiles)]
    if which == "all":
        for k, infusion in enumerate(infusions, 1):
            pages = tuple(
                PlatePage(page_drawer(individuals, p), p.title, p.caption) for p in subject_pages(profiles, infusion)
            )
            title = titled(say("Values of each subject"), profiles, infusion)
            yield PlateSet(f"{prefix}.1.{k}", "pkcg01", title, pages)
    both = [(infusion, grouping) for infusion in infusions for grouping in chosen or [None]]
    for place, shell, make in (
        (2, "pkcg02", _overlays), (3, "pkcg03", _means), (4, "boxes", _boxes),
    ):  # fmt: skip
        made = [figure for infusion, grouping in both for figure in make(profiles, results, grouping, infusion)]
        for k, (title, pages) in enumerate(made, 1):
            yield PlateSet(f"{prefix}.{place}.{k}", shell, title, pages)
    for k, infusion in enumerate(infusions, 1):
        title = titled(persistence_title(), profiles, infusion)
        options: dict[str, Any] = {
            "infusion": infusion,
            "tallest": _TALLEST / max(1, (len(panels_of(profiles, infusion=infusion)) + 1) // 2),
        }
        page = PlatePage(page_drawer(persistence, results, **options), "", persistence_caption(results, **options))  # fmt: skip
        yield PlateSet(f"{prefix}.5.{k}", "persistence", title, (page,))


Figures = Iterator[tuple[str, tuple[PlatePage, ...]]]


def _overlays(profiles: Profiles, results: Results, by: str | None, infusion: int) -> Figures:
    title = titled(overlay_title(groups_of(profiles, by)), profiles, infusion)
    options: dict[str, Any] = {"by": by, "infusion": infusion}
    yield title, (PlatePage(page_drawer(overlay, profiles, **options), "", overlay_caption(profiles, **options)),)


def _means(profiles: Profiles, results: Results, by: str | None, infusion: int) -> Figures:
    """A page an assay, so that what is written on them keeps its size."""
    groups = groups_of(profiles, by)
    for statistic in ("geometric_mean", "median"):
        pages = []
        for name, panel in _panels(profiles, infusion):
            options: dict[str, Any] = {"by": by, "infusion": infusion, "statistic": statistic}
            caption = mean_caption(profiles, **options)
            pages.append(PlatePage(page_drawer(mean, profiles, **options, **panel), name, caption))
        yield titled(mean_title(groups, statistic), profiles, infusion), tuple(pages)


def _boxes(profiles: Profiles, results: Results, by: str | None, infusion: int) -> Figures:
    pages = []
    for name, panel in _panels(profiles, infusion):
        options: dict[str, Any] = {"by": by, "infusion": infusion, **panel}
        pages.append(
            PlatePage(page_drawer(parameters, results, **options), name, parameters_caption(results, **options))
        )
    yield titled(parameters_title(groups_of(profiles, by)), profiles, infusion), tuple(pages)


def _panels(profiles: Profiles, infusion: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The name of each assay, and what chooses it."""
    for panel in panels_of(profiles, infusion=infusion):
        key = profiles.keys[int(panel.members[0])]
        yield panel.title, {"assay": key.assay, "matrix": key.matrix}


def picture(figure: Figure) -> tuple[bytes, float, float]:
    """A figure without its title and caption as PNG that lets what is behind it through, and its width and height in inches."""
    width, height = (float(v) for v in figure.get_size_inches())
    inside = figure.inside if isinstance(figure, Page) else None
    low, high = inside or (0.0, height)
    box = Bbox([[0.0, low], [width, high]])
    out = io.BytesIO()
    with house_style():
        figure.savefig(out, format="png", dpi="figure", facecolor="none", bbox_inches=box, **FORMATS["png"])
    return out.getvalue(), width, high - low


class PdfBook:
    """A PDF of landscape pages; the same pages give the same bytes.

    Args:
        path: where it is written.
        size: width and height of the paper in inches.
        head: the study, at the left of each page's first line; `foot`: the last line.
        n: how many pages there will be.
        names: what the pages say beside the words of their language: ids, groups, reasons.
    """

    def __init__(
        self, path: Path, size: tuple[float, float], head: str, foot: str, n: int, names: Iterable[str] = ()
    ) -> None:
        self._size, self._head, self._foot, self._n, self._k = size, head, foot, n, 0
        self._fonts = pdf_font_type((*catalogue(language()).values(), head, foot, *names))
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise OutputError(f"{path}: the figure cannot be written {told(error)}") from error

        self._pages = PdfPages(self._file, metadata=FORMATS["pdf"]["metadata"])

    def __enter__(self) -> PdfBook:
        return self

    def __exit__(self, *_: Any) -> None:
        with house_style(pdf__fonttype=self._fonts):  # fonts are written last
            self._pages.close()  # type: ignore[no-untyped-call]
        self._file.close()

    def add(self, figure: Figure, title: str, draft: bool = False) -> None:
        """Put a figure on the next page, with its number and title above it; it is changed by that."""
        self._k += 1
        with house_style(pdf__fonttype=self._fonts):
            box = self._dress(figure, title, draft)
            self._pages.savefig(figure, facecolor="white", bbox_inches=box)  # type: ignore[no-untyped-call]

    def _dress(self, figure: Figure, title: str, draft: bool) -> Bbox:
        """Head and foot round a figure; the paper of a figure that is too large for it keeps its shape and is larger."""
        width, height = (float(v) for v in figure.get_size_inches())
        larger = max(1.0, (width + 2 * _MARGIN) / self._size[0], (height + _HEAD + _FOOT) / self._size[1])
        paper_width, paper_height = self._size[0] * larger, self._size[1] * larger
        left, low = (width - paper_width) / 2, height + _HEAD - paper_height
        room = paper_width - 2 * _MARGIN

        def at(x: float, y: float, text: str, **more: Any) -> None:
            put(figure, (left + x) / width, (low + y) / height, text, clip_on=False, **more)

        top = paper_height - 0.45
        page = f"{say('DRAFT') + '   ' if draft else ''}{say('Page {k} of {n}', k=self._k, n=self._n)}"
        at(_MARGIN, top, fit(self._head, SMALL, room * 0.7), size=SMALL)
        at(paper_width - _MARGIN, top, page, size=SMALL, ha="right")
        for i, line in enumerate(wrap(title, 9.0, room)[:2]):
            at(paper_width / 2, top - 0.2 - 0.16 * i, line, size=9.0, bold=True, ha="center")
        at(_MARGIN, 0.4, fit(self._foot, SMALL, room), size=SMALL, colour=GREY)
        if draft:
            at(
                paper_width / 2, paper_height / 2, say("DRAFT"), size=110.0, colour="#d8d8d8", bold=True, ha="center",
                va="center", rotation=30, zorder=-5,
            )  # fmt: skip
        return Bbox([[left, low], [left + paper_width, low + paper_height]])
