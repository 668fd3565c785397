"""What a model is: a plain function whose arguments are its parameters, with where to start and how far to go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Data", "Derived", "KineticModel", "Parameter", "log_add_exp"]

Array = NDArray[Any]
Scale = Literal["log", "linear", "logit"]
UnitKind = Literal["conc", "day", "area", "per day", "ratio"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a model.

    Attributes:
        name, label: as in `fits.csv`, and in words.
        unit_kind: what its unit is made from.
        scale: how it is searched, and on which scale its interval is symmetric: ``log`` for what is positive,
            ``logit`` for a share, ``linear`` for a time.
        lower, upper: limits, with `why`, the reason for them. An estimate at one is not believed.
        fixed: the value it is held at unless the plan frees it; None: free.
    """

    name: str
    label: str
    unit_kind: UnitKind
    scale: Scale
    lower: float
    upper: float
    why: str
    fixed: float | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A quantity that follows from the parameters; its interval is symmetric on `scale`."""

    name: str
    label: str
    unit_kind: UnitKind
    value: Callable[..., Any]  # value(**parameters)
    scale: Scale = "log"


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The samples of one profile that a model sees: after the infusion, quantifiable or below their own limit.

    Attributes (shape (n,)): time in days, log_value (NaN where BLQ), blq, log_lloq (NaN where none is known).
    """

    time: NDArray[np.float64]
    log_value: NDArray[np.float64]
    blq: NDArray[np.bool_]
    log_lloq: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True, eq=False)
class KineticModel:
    """A model of one profile.

    Attributes:
        name, label: as in the plan, and in words.
        log_curve: ``log_curve(time, **parameters) -> ln(value)``, made of numpy functions that also take complex
            numbers and columns of them (derivatives are taken by a complex step, many at once). A function that
            cannot, or whose complex step misleads, is found out and gets central differences.
        parameters: in the order of outputs.
        guess: ``guess(data) -> {name: start}``; every free parameter has one.
        derived: what follows from the parameters; areas to horizons and the time below the limit are added to it.
        area: ``area(end, **parameters)``, the closed form of the area from 0 to `end` (inf too); None: by quadrature.
        above: (a, b) where parameter a must lie above b, else they swap places; a is then searched as its distance to b.
        kinks: names of the parameters, times, at which the curve has a corner.
        numbers_only: `log_curve` takes plain numbers alone (a curve by differential equations): no complex step, and
            one evaluation after the other instead of many at once.
        equations: the formulae in words, and `source`.
    """

    name: str
    label: str
    log_curve: Callable[..., Array]
    parameters: tuple[Parameter, ...]
    guess: Callable[[Data], Mapping[str, float]]
    derived: tuple[Derived, ...] = ()
    area: Callable[..., Any] | None = None
    above: tuple[str, str] | None = None
    kinks: tuple[str, ...] = ()
    numbers_only: bool = False
    equations: str = ""
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(p.name for p in self.parameters)


def log_add_exp(a: Array, b: Array) -> Array:
    """ln(e^a + e^b) without overflow, for real or complex numbers (numpy's own takes real ones alone)."""
    larger = np.maximum(np.real(a), np.real(b))
    larger = np.where(np.isfinite(larger), larger, 0.0)
    out: Array = larger + np.log(np.exp(a - larger) + np.exp(b - larger))
    return out
