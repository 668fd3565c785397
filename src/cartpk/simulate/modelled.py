"""Profiles of a model with a known truth: `simulate_model`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.disk import write_together, write_whole
from cartpk.errors import UsageError
from cartpk.labels import Labels
from cartpk.models import MODELS, KineticModel
from cartpk.models.scales import back, forth
from cartpk.profiles import Keys, Profiles
from cartpk.simulate.normal import normal
from cartpk.simulate.study import pair, with_head

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SPREAD", "TYPICAL", "ModelStudy", "simulate_model"]

Floats = NDArray[np.float64]
COLUMNS = ("subject_id", "time_nominal", "time", "assay", "value", "unit", "lloq")
DAYS = (1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 14.0, 17.0, 21.0, 28.0, 42.0, 56.0, 90.0)
NOISE = 0.3

_STEIN = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032}
_SIMPLE = {"cmax": 24000.0, "tmax": 9.3, "rho": 0.889, "alpha": 0.16}
TYPICAL: Mapping[str, Mapping[str, float]] = {
    "exponential": _SIMPLE,
    "smooth": _SIMPLE,
    "stein": _STEIN,
    "effector-memory": _STEIN,
    "ogasawara": {
        "cmax": 24000.0, "tmax": 9.29, "tlag": 3.27, "doubling_time": 0.755,
        "alpha": 0.1386, "fb": 0.0079, "beta": 0.00197,
    },
}  # fmt: skip
"""Typical values of each model: Stein 2019 and Ogasawara 2021 (with Stein's Cmax and FB); the simpler models by Stein's."""
SPREAD: Mapping[str, float] = {"cmax": 0.8, "tmax": 1.2, "tlag": 0.4, "alpha": 0.3, "rho": 0.1, "foldx": 0.5}
"""How much subjects differ where nothing else is asked for, on the scale each parameter is searched on; ours."""


@dataclass(frozen=True, slots=True, eq=False)
class ModelStudy:
    """Simulated profiles of one model.

    Attributes:
        model: its name.
        profiles: what a laboratory would report.
        parameters: name -> (n,), the truth of each subject.
    """

    model: str
    profiles: Profiles
    parameters: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.profiles)

    @property
    def truth(self) -> pd.DataFrame:
        """One row a subject: its parameters."""
        import pandas as pd

        return pd.DataFrame({"subject_id": self.profiles.keys.subject.texts(), **self.parameters})

    def write(self, path: str | os.PathLike[str], refuse: Callable[[], None] | None = None) -> tuple[Path, Path]:
        """Write the samples to `path` and the truth to ``<stem>_truth.csv`` beside it: both, or neither.

        `refuse`, if given, looks at the places just before and raises what speaks against them.
        """
        samples, truth = pair(path)
        write_together({samples: with_head(COLUMNS, self._lines()), truth: self._truth_lines()}, refuse)
        return samples, truth

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the samples in the long format, one row a sample."""
        return write_whole(path, with_head(COLUMNS, self._lines()))

    def truth_to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the parameters of each subject."""
        return write_whole(path, self._truth_lines())

    def _truth_lines(self) -> Iterator[str]:
        subjects, columns = self.profiles.keys.subject.texts(), [v.tolist() for v in self.parameters.values()]
        lines = (
            f"{s},{','.join(map(repr, row))}\n" for s, row in zip(subjects, zip(*columns, strict=True), strict=True)
        )
        return with_head(("subject_id", *self.parameters), lines)

    def _lines(self) -> Iterator[str]:
        p = self.profiles
        for i, key in enumerate(p.keys):
            for row in range(int(p.offsets[i]), int(p.offsets[i + 1])):
                value = f"<{p.lloq[row]:g}" if p.blq[row] else repr(float(p.conc[row]))
                lloq = "" if np.isnan(p.lloq[row]) else f"{p.lloq[row]:g}"
                day, time = f"{p.time_nominal[row]:g}", repr(float(p.time[row]))
                yield f"{key.subject_id},{day},{time},{key.assay},{value},{p.unit[i]},{lloq}\n"

    def __repr__(self) -> str:
        return f"ModelStudy: {len(self)} subjects by {self.model}, {self.profiles.n_rows} samples"


def simulate_model(
    model: str | KineticModel,
    parameters: Mapping[str, float] | None = None,
    subjects: int = 9,
    seed: int = 0,
    *,
    spread: Mapping[str, float] | None = None,
    days: Sequence[float] = DAYS,
    noise: float = NOISE,
    lloq: float | None = 50.0,
    jitter: float = 0.0,
    dropout: float = 0.0,
    unit: str = "copies/ug gDNA",
    assay: str = "qpcr",
) -> ModelStudy:
    """Profiles of `subjects` subjects whose curves follow a model.

    Args:
        model: a name of `cartpk.models.MODELS`, or a model of your own.
        parameters: typical value of each parameter; those not given are the model's `TYPICAL` ones, or what it holds.
        subjects, seed: the same seed gives the same study on every system.
        spread: parameter -> standard deviation between subjects, on the scale the parameter is searched on
            (log SD for what is positive, days for a time); a drawn value stays within the model's limits.
        days: planned days after the infusion.
        noise: log SD of the assay.
        lloq: limit of quantification; None: none.
        jitter: how much of the gap between visits a visit may be early or late, from 0 to below 1.
        dropout: chance, at each visit after the first, of leaving the study before it.
        unit, assay: as in the file.

    Raises:
        UsageError: a number that cannot be, or a parameter that is missing or not the model's.

    >>> simulate_model("exponential", {"cmax": 2e4, "tmax": 9.3, "rho": 0.8, "alpha": 0.2}, 3, seed=7)
    ModelStudy: 3 subjects by exponential, 39 samples
    """
    known = _model(model)
    held = {p.name: p.fixed for p in known.parameters if p.fixed is not None}
    given = {**held, **TYPICAL.get(known.name, {}), **(parameters or {})}
    _refuse_bad(known, given, subjects, spread or {}, days, noise, lloq, jitter, dropout)
    visits = np.array(sorted(float(d) for d in days))
    n, k, v = subjects, len(known.parameters), len(visits)
    drawn = np.random.Generator(np.random.PCG64(seed)).random((n, 2 * k + 4 * v))
    truth = _truth(known, given, spread or {}, drawn[:, : 2 * k])
    noise_u, noise_v, late, leaves = (drawn[:, 2 * k + j * v : 2 * k + (j + 1) * v] for j in range(4))
    gap = np.minimum(np.diff(visits, prepend=0.0), np.diff(visits, append=np.inf))
    time = visits + jitter * gap * (late - 0.5)
    log_value = np.array(
        [known.log_curve(t, **{name: float(truth[name][i]) for name in truth}) for i, t in enumerate(time)]
    )
    value = np.exp(log_value + noise * normal(noise_u, noise_v))
    stays = np.cumprod(np.where(np.arange(v) == 0, True, leaves >= dropout), axis=1).astype(bool)
    counts = stays.sum(axis=1)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    width = max(2, len(str(n)))
    subject = Labels(np.arange(n, dtype=np.int32), tuple(f"S{i:0{width}d}" for i in range(1, n + 1)))
    keys = Keys(subject, Labels.constant(assay, n), Labels.constant("BLOOD", n), np.ones(n, np.int32))
    made = Profiles.from_arrays(time[stays], value[stays], offsets, lloq=lloq, keys=keys, unit=unit)
    planned = np.broadcast_to(visits, time.shape)[stays]
    return ModelStudy(known.name, _with_planned(made, planned), truth)


def _model(model: str | KineticModel) -> KineticModel:
    if isinstance(model, KineticModel):
        return model
    if model not in MODELS:
        raise UsageError(f"no model {model!r}; there are {', '.join(MODELS)}")
    return MODELS[model]


def _with_planned(profiles: Profiles, planned: Floats) -> Profiles:
    from dataclasses import replace

    return replace(profiles, time_nominal=planned)


def _truth(
    model: KineticModel, typical: Mapping[str, float], spread: Mapping[str, float], u: Floats
) -> dict[str, Floats]:
    """Each subject's parameters; where one must lie above another and does not, both are the typical ones."""
    truth = {}
    for j, p in enumerate(model.parameters):
        away = spread.get(p.name, 0.0) * normal(u[:, 2 * j], u[:, 2 * j + 1])
        place = forth(p.scale, typical[p.name]) + away
        truth[p.name] = np.clip(back(p.scale, place), min(p.lower, typical[p.name]), max(p.upper, typical[p.name]))
        truth[p.name] = np.where(away == 0, typical[p.name], truth[p.name])
    if model.above:
        high, low = model.above
        wrong = truth[high] <= truth[low]
        for name in (high, low):
            truth[name] = np.where(wrong, typical[name], truth[name])
    return truth


def _refuse_bad(
    model: KineticModel,
    given: Mapping[str, float],
    subjects: int,
    spread: Mapping[str, float],
    days: Sequence[float],
    noise: float,
    lloq: float | None,
    jitter: float,
    dropout: float,
) -> None:
    names = ", ".join(model.names)
    problems = [
        f"{model.name} has no parameter {name!r} ({names})" for name in {**given, **spread} if name not in model.names
    ]
    problems += [f"{model.name} needs {name}" for name in model.names if name not in given]
    domains = {"log": (0.0, np.inf), "logit": (0.0, 1.0), "linear": (-np.inf, np.inf)}
    for p in model.parameters:
        low, high = domains[p.scale]
        if p.name in given and not low < given[p.name] < high:
            problems.append(f"{p.name} is {given[p.name]!r}, not between {low:g} and {high:g}")
    if subjects < 1:
        problems.append(f"subjects is {subjects}: give 1 or more")
    if not days or any(not 0 < d < np.inf for d in days) or len(set(days)) < len(days):
        problems.append("days must be different days after the infusion")
    checks = {
        "noise": (noise, 0 <= noise <= 10, "0 to 10"),
        "jitter": (jitter, 0 <= jitter < 1, "0 to below 1"),
        "dropout": (dropout, 0 <= dropout < 1, "0 to below 1"),
        "lloq": (lloq, lloq is None or 0 < lloq < np.inf, "above 0"),
    }
    problems += [
        f"{name} is {value!r}: give a number {range_}" for name, (value, good, range_) in checks.items() if not good
    ]
    problems += [
        f"spread of {name} is {sd!r}: give a number of 0 or more" for name, sd in spread.items() if not 0 <= sd < np.inf
    ]
    if problems:
        raise UsageError("; ".join(problems))
