"""From a model's parameters to the coordinates that are searched, and back.

What is positive is searched as its logarithm, a share as its logit, a time as it is. Of two parameters one of which
must lie above the other, one is searched as its place (a logit) between its own limits and the other one, so that no
limit is ever crossed and the two never change places. Fixed parameters are no coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.fit_rules import Prior
from cartpk.models import KineticModel, Parameter
from cartpk.models.scales import back, forth

__all__ = ["STEP", "Space"]

Array = NDArray[np.float64]
EDGE = 8.0
STEP = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The free coordinates of a model.

    Attributes:
        model: the model.
        fixed: name -> value of parameters that are held.
        limits: name -> (lower, upper) where they differ from the model's.
        priors: name -> Prior.
        exact: whether the curve takes complex numbers and columns of coordinates.
        place_larger: of two ordered parameters, place the larger one and search the smaller as it is; else the other
            way round, which suits a smaller one that the data hardly tell.
        free: the parameters that are searched, in the model's order.
    """

    model: KineticModel
    fixed: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    priors: Mapping[str, Prior] = field(default_factory=dict)
    exact: bool = True
    place_larger: bool = False
    free: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", tuple(p for p in self.model.parameters if p.name not in self.fixed))

    @property
    def corners(self) -> tuple[int, ...]:
        """The coordinates of the times at which the curve has a corner."""
        return tuple(j for j, p in enumerate(self.free) if p.name in self.model.kinks)

    def limits_of(self, parameter: Parameter) -> tuple[float, float]:
        """The limits in force."""
        return self.limits.get(parameter.name, (parameter.lower, parameter.upper))

    def box(self) -> tuple[Array, Array]:
        """Lower and upper limits of the free coordinates."""
        pairs = [self._coordinate_limits(p) for p in self.free]
        return np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])

    def _coordinate_limits(self, parameter: Parameter) -> tuple[float, float]:
        if parameter.name == self.placed:
            return -EDGE, EDGE
        low, high = self.limits_of(parameter)
        if self.model.above:
            low, high = self._kept_in_order(parameter.name, low, high)
        return float(forth(parameter.scale, low)), float(forth(parameter.scale, high))

    def _kept_in_order(self, name: str, low: float, high: float) -> tuple[float, float]:
        """The limits of one of two ordered parameters, so that there is room for the other."""
        assert self.model.above is not None
        larger, smaller = self.model.above
        if name == larger and smaller in self.fixed:
            return max(low, self.fixed[smaller] * (1 + 1e-9)), high
        if name == smaller and larger in self.fixed:
            return low, min(high, self.fixed[larger] * (1 - 1e-9))
        if name == larger:  # the smaller one is placed below it
            bottom, top = self._limits_named(smaller)
            return max(low, 1.01 * bottom * top / (top - 1.01 * bottom)), high
        if name == smaller:  # the larger one is placed above it
            bottom, top = self._limits_named(larger)
            return low, min(high, 0.5 * (top - bottom))
        return low, high

    def _limits_named(self, name: str) -> tuple[float, float]:
        return self.limits_of(next(p for p in self.model.parameters if p.name == name))

    def reach(self, parameter: Parameter) -> tuple[float, float]:
        """How far one parameter can go on its scale while the others follow."""
        low, high = self.limits_of(parameter)
        if self.model.above:
            larger, smaller = self.model.above
            if parameter.name == larger:
                low = max(low, self.fixed.get(smaller, self._limits_named(smaller)[0]) * 1.01)
            if parameter.name == smaller:
                high = min(high, self.fixed.get(larger, self._limits_named(larger)[1]) / 1.01)
        return float(forth(parameter.scale, low)), float(forth(parameter.scale, high))

    @property
    def placed(self) -> str:
        """The ordered parameter that is searched as its place; "" where there is none, or one of the two is held."""
        above = self.model.above
        if not above or above[0] in self.fixed or above[1] in self.fixed:
            return ""
        return above[0] if self.place_larger else above[1]

    def _room(self, others: Mapping[str, Any]) -> tuple[Any, Any]:
        """Between which values the placed parameter lies, given the other of the two.

        The larger one between its lower limit plus the smaller one, and its upper limit; the smaller one between its
        lower limit and half the harmonic mean of its upper limit and the larger one, which is below both.
        """
        assert self.model.above is not None
        larger, smaller = self.model.above
        low, high = self._limits_named(self.placed)
        if self.place_larger:
            return low + others[smaller], high
        return low, high * others[larger] / (high + others[larger])

    def parameters(self, free: NDArray[Any]) -> dict[str, Any]:
        """Every parameter of the model from the free coordinates: (k,) gives numbers, (m, k) columns (m, 1)."""
        columns = free[:, :, None].swapaxes(0, 1) if free.ndim == 2 else free
        out: dict[str, Any] = dict(self.fixed)
        placed = self.placed
        for parameter, u in zip(self.free, columns, strict=True):
            out[parameter.name] = u if parameter.name == placed else back(parameter.scale, u)
        if placed:
            low, high = self._room(out)
            out[placed] = low * (high / low) ** back("logit", out[placed])
        return {p.name: out[p.name] for p in self.model.parameters}

    def numbers(self, free: Array) -> dict[str, float]:
        """Every parameter as a plain number."""
        return {name: float(value) for name, value in self.parameters(free).items()}

    def coordinates(self, parameters: Mapping[str, float]) -> Array:
        """The free coordinates of parameters; one out of its limits is moved inside."""
        out = []
        for parameter in self.free:
            value = float(parameters[parameter.name])
            if parameter.name == self.placed:
                low, high = self._room(parameters)
                share = np.log(max(value, 1e-300) / low) / np.log(high / low)
                out.append(forth("logit", float(np.clip(share, 1e-3, 1 - 1e-3))))
            else:
                low, high = self._coordinate_limits(parameter)
                out.append(float(np.clip(forth(parameter.scale, value), low, high)))
        return np.array(out, float)

    def penalty(self, free: Array) -> float:
        """The priors' part of the negative log-likelihood: half the sum of squared distances in widths."""
        return 0.5 * float(np.sum(np.square(self._distances(free)))) if self.priors else 0.0

    def penalty_slope_and_bend(self, free: Array) -> tuple[Array, Array]:
        """Its derivatives by the free coordinates, and the second ones without those of the distances."""
        k = len(free)
        if not self.priors:
            return np.zeros(k), np.zeros((k, k))
        slopes = np.empty((len(self.priors), k))
        for j in range(k):
            moved = free.astype(complex)
            moved[j] += 1j * STEP
            slopes[:, j] = np.imag(self._distances(moved)) / STEP
        return slopes.T @ np.real(self._distances(free)), slopes.T @ slopes

    def distance(self, parameter: Parameter, value: float) -> float:
        """How many widths a value lies from the centre of the parameter's prior."""
        prior = self.priors[parameter.name]
        return float((forth(parameter.scale, value) - forth(parameter.scale, prior.value)) / prior.sd)

    def _distances(self, free: NDArray[Any]) -> NDArray[Any]:
        """How many widths each parameter lies from the centre of its prior, on its own scale."""
        parameters = self.parameters(free)
        return np.array(
            [
                (forth(p.scale, parameters[p.name]) - forth(p.scale, self.priors[p.name].value))
                / self.priors[p.name].sd
                for p in self.model.parameters
                if p.name in self.priors
            ]
        )
