"""Draw the figures of a run, here or in several processes: the same files, whoever draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from cartpk.analysis import Analysis
from cartpk.analyze.compute import Progress, silent
from cartpk.analyze.documents import n_plates, write_plates
from cartpk.language import speaking
from cartpk.models import MODELS, KineticModel

if TYPE_CHECKING:
    import pandas as pd

    from cartpk.plots import FigureEntry

__all__ = ["write_figures"]

_PORTIONS = 4
"""Portions of work for each process, so that all of them end at about the same time."""

Row = tuple[int, tuple[str, str, str, str, str]]


@dataclass(frozen=True, slots=True)
class _Portion:
    """Every `step`-th figure from `first` on, or one of the numbered figures of the study report (`plate`)."""

    first: int = 0
    step: int = 1
    plate: int | None = None

    def draw(self, analysis: Analysis, folder: Path, progress: Progress = silent) -> list[Row]:
        """Write the files of this portion; returns the rows of the figures' index, each with its place."""
        with speaking(analysis.plan.report.language):
            if self.plate is not None:
                write_plates(analysis, folder, progress, only=self.plate)
                return []
            return list(_draw(analysis, folder, range(self.first, len(_entries(analysis)), self.step), progress))


def write_figures(analysis: Analysis, folder: Path, progress: Progress = silent, jobs: int = 1) -> pd.DataFrame:
    """Draw each figure once and save it under a number, in `jobs` processes; returns their index."""
    import pandas as pd

    (folder / "figures").mkdir()
    if jobs == 1:
        rows = _Portion().draw(analysis, folder, progress)
        with speaking(analysis.plan.report.language):
            write_plates(analysis, folder, progress)
    else:
        rows = _drawn_elsewhere(analysis, folder, progress, jobs)
    columns = ["kind", "title", "caption", "subject", "file"]
    return pd.DataFrame([row for _, row in sorted(rows, key=lambda row: row[0])], columns=columns)


def _drawn_elsewhere(analysis: Analysis, folder: Path, progress: Progress, jobs: int) -> list[Row]:
    """The same in processes: the longest portions first."""
    from cartpk.fit.executors import processes

    n = min(_PORTIONS * jobs, len(_entries(analysis)))
    portions = [*(_Portion(plate=k) for k in range(n_plates(analysis))), *(_Portion(k, n) for k in range(n))]
    rows: list[Row] = []
    with processes(jobs, script=False) as executor:
        assert executor is not None  # more than one job
        waiting = [executor.submit(portion.draw, analysis, folder) for portion in portions]
        for done, portion in enumerate(as_completed(waiting)):
            progress("drawing", done, len(portions))
            rows += portion.result()
    progress("drawing", len(portions), len(portions))
    return rows


def _entries(analysis: Analysis) -> list[FigureEntry]:
    from cartpk.plots import catalogue

    which: Literal["all", "cohort"] = "all" if analysis.plan.report.figures == "all" else "cohort"
    return list(catalogue(analysis.profiles, analysis.results, by=analysis.by, which=which, fits=analysis.asked))


def _draw(analysis: Analysis, folder: Path, places: range, progress: Progress) -> Iterator[Row]:
    from cartpk.plots import save

    entries = _entries(analysis)
    for done, place in enumerate(places):
        progress("drawing", done, len(places))
        entry = entries[place]
        figure = entry.draw()
        for suffix in analysis.plan.report.figure_format:
            name = f"figure-{place + 1:03d}.{suffix}"
            save(figure, folder / "figures" / name)
            yield place, (entry.kind, entry.title, entry.caption, entry.subject_id, name)
    progress("drawing", len(places), len(places))


def _frozen(items: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(items)


def _model_named(name: str) -> KineticModel:
    return MODELS[name]


def _model(model: KineticModel) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A model of this package travels by its name; one of somebody else's as any object does."""
    if MODELS.get(model.name) is not model:
        reduced: tuple[Callable[..., Any], tuple[Any, ...]] = object.__reduce_ex__(model, 4)  # type: ignore[assignment]
        return reduced
    return _model_named, (model.name,)


ForkingPickler.register(MappingProxyType, lambda frozen: (_frozen, (dict(frozen),)))
ForkingPickler.register(KineticModel, _model)
