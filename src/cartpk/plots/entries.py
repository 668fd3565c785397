"""The figures of a whole run, each with title and caption, drawn only when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.figure import Figure

from cartpk.errors import UsageError
from cartpk.labels import natural_key
from cartpk.plots.boxes import parameters, parameters_caption, parameters_title
from cartpk.plots.groups import default_by, doses_of, groups_of, matching, titled
from cartpk.plots.later import in_turn, page_drawer
from cartpk.plots.means import mean, mean_caption, mean_title
from cartpk.plots.overlays import overlay, overlay_caption, overlay_title
from cartpk.plots.subject import individual, individual_caption, individual_title
from cartpk.plots.swimmers import persistence, persistence_caption, persistence_title
from cartpk.profiles import Profiles
from cartpk.results import Results

if TYPE_CHECKING:
    from cartpk.fit import Fits

__all__ = ["FigureEntry", "catalogue"]


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One figure of a run, not drawn yet.

    Attributes:
        kind: ``overlay``, ``mean``, ``median``, ``parameters``, ``persistence`` or ``individual``; of models
            ``predictive``, ``beside_nca``, ``residuals``, ``fit_panels`` or ``fitted``.
        title, caption: as on the figure, in full, in the language in force when the catalogue was asked for.
        subject_id: whose figure, "" where it is of all.
        draw: draws it, anew at each call, in the same language.
    """

    kind: str
    title: str
    caption: str
    subject_id: str
    draw: Callable[[], Figure]


def catalogue(
    profiles: Profiles,
    results: Results,
    by: str | Sequence[str] | None = None,
    which: Literal["all", "cohort"] = "all",
    fits: Sequence[Fits] = (),
) -> Iterator[FigureEntry]:
    """The figures of a run, those of the cohort first, then one a subject and infusion, by dose and then id.

    Args:
        profiles, results: what was analysed.
        by: the groupings, each a column or several joined by a comma; None: by dose level where it is known.
        which: ``all``, or the cohort's alone.
        fits: models fitted to the same profiles; the figures of each follow the others.

    Raises:
        UsageError: an unknown column or `which`, before anything is drawn.
    """
    if which not in ("all", "cohort"):
        raise UsageError(f"which is {which!r}, not all or cohort")
    chosen: list[str | None] = [by] if isinstance(by, str) else [*by] if by is not None else [default_by(profiles)]
    for grouping in chosen:
        groups_of(profiles, grouping)
    matching(profiles, results)
    for one in fits:
        matching(profiles, one)
    return in_turn(chain(_entries(profiles, results, chosen or [None], which), _of_models(results, fits, which)))


def _of_models(results: Results, fits: Sequence[Fits], which: str) -> Iterator[FigureEntry]:
    """The figures of each model: of the cohort, then one a subject and infusion."""
    if fits:
        from cartpk.plots.models import model_entries

        for one in fits:
            for kind, title, caption, subject, draw, args, options in model_entries(results, one, which):
                yield FigureEntry(kind, title, caption, subject, page_drawer(draw, *args, **options))


def _entries(
    profiles: Profiles, results: Results, groupings: Sequence[str | None], which: str
) -> Iterator[FigureEntry]:  # fmt: skip
    for infusion in np.unique(profiles.keys.infusion).tolist():
        for by in groupings:
            yield from _cohort(profiles, results, by, infusion)
        title = titled(persistence_title(), profiles, infusion)
        caption = persistence_caption(results, infusion=infusion)
        yield FigureEntry("persistence", title, caption, "", page_drawer(persistence, results, infusion=infusion))
    if which == "all":
        yield from _subjects(profiles, results)


def _cohort(profiles: Profiles, results: Results, by: str | None, infusion: int) -> Iterator[FigureEntry]:
    groups = groups_of(profiles, by)
    chosen: dict[str, Any] = {"by": by, "infusion": infusion}
    yield FigureEntry(
        "overlay", titled(overlay_title(groups), profiles, infusion), overlay_caption(profiles, **chosen), "",
        page_drawer(overlay, profiles, **chosen),
    )  # fmt: skip
    for kind, statistic in (("mean", "geometric_mean"), ("median", "median")):
        yield FigureEntry(
            kind, titled(mean_title(groups, statistic), profiles, infusion),
            mean_caption(profiles, statistic=statistic, **chosen), "",
            page_drawer(mean, profiles, statistic=statistic, **chosen),
        )  # fmt: skip
    yield FigureEntry(
        "parameters", titled(parameters_title(groups), profiles, infusion), parameters_caption(results, **chosen), "",
        page_drawer(parameters, results, **chosen),
    )  # fmt: skip


def _subjects(profiles: Profiles, results: Results) -> Iterator[FigureEntry]:
    keys, doses = profiles.keys, doses_of(profiles)
    level = {keys.subject[i]: int(doses.code[i]) % (len(doses.levels) + 1) for i in range(len(profiles) - 1, -1, -1)}
    courses = {(keys.subject[i], int(keys.infusion[i])) for i in range(len(profiles))}
    for subject, infusion in sorted(courses, key=lambda c: (level[c[0]], natural_key(c[0]), c[1])):
        whose: dict[str, Any] = {"subject_id": subject, "infusion": infusion}
        yield FigureEntry(
            "individual", titled(individual_title(subject), profiles, infusion),
            individual_caption(profiles, results, **whose), subject, page_drawer(individual, profiles, results, **whose),
        )  # fmt: skip
