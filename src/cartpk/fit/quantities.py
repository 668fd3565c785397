"""What a fit reports besides its parameters: derived quantities, areas, the time below the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.language import phrase
from cartpk.models import KineticModel
from cartpk.models.kinetic import Scale, UnitKind
from cartpk.terms import area_symbol

__all__ = ["Quantity", "quadrature", "quantities_of", "time_below", "values_of"]

Array = NDArray[np.float64]
FAR = 1e5


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a fit: a parameter, or what follows from the parameters; `horizon` is that of an area, or ""."""

    name: str
    symbol: str
    label: str
    unit_kind: UnitKind
    scale: Scale
    horizon: str = ""


_SYMBOLS = {
    "cmax": "Cmax", "tmax": "Tmax", "rho": "ρ", "alpha": "α", "beta": "β", "fb": "FB", "foldx": "foldx", "tlag": "Tlag",
    "doubling_time": "Doubling time", "fold_expansion": "Fold expansion", "contraction_half_life": "Contraction t½",
    "alpha_half_life": "α t½", "beta_half_life": "β t½", "r0": "R0", "c0": "C0", "w": "w", "peak_time": "Peak time",
}  # fmt: skip


def quantities_of(model: KineticModel, horizons: Mapping[str, float]) -> tuple[Quantity, ...]:
    """Every quantity, in the order of outputs."""
    return (
        *(Quantity(p.name, _SYMBOLS.get(p.name, p.name), p.label, p.unit_kind, p.scale) for p in model.parameters),
        *(Quantity(d.name, _SYMBOLS.get(d.name, d.name), d.label, d.unit_kind, d.scale) for d in model.derived),
        *(
            Quantity(
                f"auc_{h}",
                area_symbol(h, day),
                phrase("Area of the model to day {day}", day=f"{day:g}"),
                "area",
                "log",
                h,
            )
            for h, day in horizons.items()
        ),
        Quantity("auc_inf", "AUCinf", "Area of the model to infinity", "area", "log"),
        Quantity("time_below_lloq", "T below LLOQ", "Day on which the model falls below the last limit", "day", "log"),
    )


def values_of(
    model: KineticModel, parameters: Mapping[str, float], horizons: Mapping[str, float], lloq: float
) -> dict[str, float]:
    """The value of every quantity; NaN where it has none."""
    areas = areas_of(model, parameters, (*horizons.values(), np.inf))
    return {
        **parameters,
        **{d.name: float(d.value(**parameters)) for d in model.derived},
        **{f"auc_{h}": area for h, area in zip(horizons, areas, strict=False)},
        "auc_inf": areas[-1],
        "time_below_lloq": time_below(model, parameters, lloq),
    }


def areas_of(model: KineticModel, parameters: Mapping[str, float], ends: tuple[float, ...]) -> list[float]:
    """The area from 0 to each end, in closed form where the model has one."""
    if model.area is None:
        return quadrature(model, parameters, ends)
    return [float(model.area(end, **parameters)) for end in ends]


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NEAR_TURN = np.array([-3.0, -1.0, -0.3, -0.1, 0.0, 0.1, 0.3, 1.0, 3.0])


def quadrature(model: KineticModel, parameters: Mapping[str, float], ends: tuple[float, ...]) -> list[float]:
    """The area from 0 to each end by Gauss and Legendre's rule of 16 points on pieces.

    Pieces are a day long to day 60, then grow by a third to day 1e5; they are cut finely about each parameter that is
    a time, where the curve turns.
    """
    pieces = np.concatenate([np.arange(61.0), 60.0 * (4 / 3) ** np.arange(1, 27), [e for e in ends if np.isfinite(e)]])
    turns = [parameters[p.name] + _NEAR_TURN for p in model.parameters if p.unit_kind == "day" and p.scale == "linear"]
    pieces = np.concatenate([pieces, *turns])
    edges = np.unique(pieces[pieces >= 0])
    half = 0.5 * np.diff(edges)
    nodes = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    heights = np.exp(np.asarray(model.log_curve(nodes.ravel(), **parameters), float)).reshape(nodes.shape)
    total = np.concatenate([[0.0], np.cumsum(half * (heights @ _WEIGHTS))])
    return [float(total[-1] if np.isinf(e) else total[np.searchsorted(edges, e)]) for e in ends]


_GRID = np.concatenate([np.linspace(0.0, 60.0, 121), np.geomspace(62.0, FAR, 120)])


def time_below(model: KineticModel, parameters: Mapping[str, float], lloq: float) -> float:
    """The last day on which the curve is at the limit, falling; NaN where it never is above it, or never falls below."""
    from scipy.optimize import brentq

    if np.isnan(lloq):
        return np.nan
    limit = float(np.log(lloq))
    grid = _GRID if "tmax" not in parameters else np.sort(np.append(_GRID, parameters["tmax"]))
    above = np.flatnonzero(np.asarray(model.log_curve(grid, **parameters), float) > limit)
    if not len(above) or above[-1] == len(grid) - 1:
        return np.nan

    def height(day: float) -> float:
        return float(model.log_curve(np.array([day]), **parameters)[0]) - limit

    a, b = float(grid[above[-1]]), float(grid[above[-1] + 1])
    return b if height(b) == 0 else float(brentq(height, a, b, xtol=1e-12, rtol=1e-14))
