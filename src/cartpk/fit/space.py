"""From a model's parameters to the coordinates that are searched, and back.

What is positive is searched as its logarithm, a share as its logit, a time as it is. A parameter that must lie above
another is searched as its place (a logit) between its lower limit plus the other, and its upper limit, so that no
limit is ever crossed. Fixed parameters are no coordinates.
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
EDGE = 12.0
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
        free: the parameters that are searched, in the model's order.
    """

    model: KineticModel
    fixed: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    priors: Mapping[str, Prior] = field(default_factory=dict)
    exact: bool = True
    free: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", tuple(p for p in self.model.parameters if p.name not in self.fixed))

    @property
    def corner(self) -> int:
        """The coordinate of the time at which the curve has a corner; -1 where it has none or it is held."""
        names = [p.name for p in self.free]
        return names.index(self.model.kink) if self.model.kink in names else -1

    def limits_of(self, parameter: Parameter) -> tuple[float, float]:
        """The limits in force."""
        return self.limits.get(parameter.name, (parameter.lower, parameter.upper))

    def box(self) -> tuple[Array, Array]:
        """Lower and upper limits of the free coordinates."""
        pairs = [self._coordinate_limits(p) for p in self.free]
        return np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])

    def _coordinate_limits(self, parameter: Parameter) -> tuple[float, float]:
        if self._above(parameter.name):
            return -EDGE, EDGE
        low, high = self.limits_of(parameter)
        above = self.model.above
        if above and above[1] == parameter.name:
            high = min(high, self.room_below(above[0]))
        return float(forth(parameter.scale, low)), float(forth(parameter.scale, high))

    def room_below(self, name: str) -> float:
        """How large the parameter below `name` may be: under its held value, or half the room between its limits."""
        if name in self.fixed:
            return self.fixed[name] * (1 - 1e-9)
        low, high = self.limits_of(next(p for p in self.free if p.name == name))
        return 0.5 * (high - low)

    def _bottom(self, name: str, low: float, other: Any) -> Any:
        """The lower end of a parameter that must lie above `other`."""
        return max(low, other) if self._above(name) in self.fixed else low + other

    def _above(self, name: str) -> str:
        """The parameter that `name` must lie above; "" where there is none."""
        above = self.model.above
        return above[1] if above and above[0] == name else ""

    def parameters(self, free: NDArray[Any]) -> dict[str, Any]:
        """Every parameter of the model from the free coordinates: (k,) gives numbers, (m, k) columns (m, 1)."""
        columns = free[:, :, None].swapaxes(0, 1) if free.ndim == 2 else free
        out: dict[str, Any] = dict(self.fixed)
        ordered = ""
        for j, parameter in enumerate(self.free):
            if self._above(parameter.name):
                ordered = parameter.name
                out[ordered] = columns[j]
            else:
                out[parameter.name] = back(parameter.scale, columns[j])
        if ordered:
            parameter = next(p for p in self.free if p.name == ordered)
            low, high = self.limits_of(parameter)
            bottom = self._bottom(ordered, low, out[self._above(ordered)])
            out[ordered] = bottom * (high / bottom) ** back("logit", out[ordered])
        return {p.name: out[p.name] for p in self.model.parameters}

    def numbers(self, free: Array) -> dict[str, float]:
        """Every parameter as a plain number."""
        return {name: float(value) for name, value in self.parameters(free).items()}

    def coordinates(self, parameters: Mapping[str, float]) -> Array:
        """The free coordinates of parameters; one out of its limits is moved inside."""
        out = []
        for parameter in self.free:
            value = float(parameters[parameter.name])
            low, high = self.limits_of(parameter)
            other = self._above(parameter.name)
            if other:
                bottom = self._bottom(parameter.name, low, float(parameters[other]))
                share = np.log(max(value, 1e-300) / bottom) / np.log(high / bottom)
                out.append(forth("logit", float(np.clip(share, 1e-4, 1 - 1e-4))))
            else:
                out.append(forth(parameter.scale, float(np.clip(value, low, high))))
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
