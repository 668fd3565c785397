"""The search and the polish of fits on the 27 nonlinear sets of NIST's Statistical Reference Datasets.

Data and certified values are works of the US government, in the public domain:
https://www.itl.nist.gov/div898/strd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.fit.polish import newton
from cartpk.fit.search import least_squares
from cartpk.qualification.compare import Compared, number
from cartpk.qualification.shipped import text_of

__all__ = ["CURVES", "nonlinear"]

Array = NDArray[Any]
Curve = Callable[[Array, Array], Array]


def exp_sum(x: Array, b: Array) -> Array:
    """Three exponentials."""
    return np.asarray(b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x))


def two_peaks(x: Array, b: Array) -> Array:
    """Two Gaussian peaks on a falling exponential."""
    first, second = ((x - b[3]) / b[4]) ** 2, ((x - b[6]) / b[7]) ** 2
    return np.asarray(b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-first) + b[5] * np.exp(-second))


def cubic(x: Array, b: Array) -> Array:
    """A ratio of two polynomials of degree 3."""
    above, below = b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3, 1 + b[4] * x + b[5] * x**2 + b[6] * x**3
    return np.asarray(above / below)


def waves(x: Array, b: Array) -> Array:
    """A year's wave and two of other periods."""
    year, second, third = (2 * np.pi * x / period for period in (12, b[3], b[6]))
    return np.asarray(
        b[0] + b[1] * np.cos(year) + b[2] * np.sin(year) + b[4] * np.cos(second) + b[5] * np.sin(second)
        + b[7] * np.cos(third) + b[8] * np.sin(third)
    )  # fmt: skip


CURVES: dict[str, Curve] = {
    "Bennett5": lambda x, b: b[0] * (b[1] + x) ** (-1 / b[2]),
    "BoxBOD": lambda x, b: b[0] * (1 - np.exp(-b[1] * x)),
    "Chwirut1": lambda x, b: np.exp(-b[0] * x) / (b[1] + b[2] * x),
    "Chwirut2": lambda x, b: np.exp(-b[0] * x) / (b[1] + b[2] * x),
    "DanWood": lambda x, b: b[0] * x ** b[1],
    "ENSO": waves,
    "Eckerle4": lambda x, b: b[0] / b[1] * np.exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
    "Gauss1": two_peaks,
    "Gauss2": two_peaks,
    "Gauss3": two_peaks,
    "Hahn1": cubic,
    "Kirby2": lambda x, b: (b[0] + b[1] * x + b[2] * x**2) / (1 + b[3] * x + b[4] * x**2),
    "Lanczos1": exp_sum,
    "Lanczos2": exp_sum,
    "Lanczos3": exp_sum,
    "MGH09": lambda x, b: b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3]),
    "MGH10": lambda x, b: b[0] * np.exp(b[1] / (x + b[2])),
    "MGH17": lambda x, b: b[0] + b[1] * np.exp(-x * b[3]) + b[2] * np.exp(-x * b[4]),
    "Misra1a": lambda x, b: b[0] * (1 - np.exp(-b[1] * x)),
    "Misra1b": lambda x, b: b[0] * (1 - (1 + b[1] * x / 2) ** -2),
    "Misra1c": lambda x, b: b[0] * (1 - (1 + 2 * b[1] * x) ** -0.5),
    "Misra1d": lambda x, b: b[0] * b[1] * x / (1 + b[1] * x),
    "Nelson": lambda x, b: b[0] - b[1] * x[0] * np.exp(-b[2] * x[1]),
    "Rat42": lambda x, b: b[0] / (1 + np.exp(b[1] - b[2] * x)),
    "Rat43": lambda x, b: b[0] / (1 + np.exp(b[1] - b[2] * x)) ** (1 / b[3]),
    "Roszman1": lambda x, b: b[0] - b[1] * x - np.arctan(b[2] / (x - b[3])) / np.pi,
    "Thurber": cubic,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One set: `curve` through x and y, in units of the start, so that every coordinate is near 1."""

    curve: Curve
    x: Array
    y: Array
    start: Array

    def residuals(self, u: Array) -> Array:
        """Distances from the data, shape (n,)."""
        return np.asarray(self.curve(self.x, u * self.start) - self.y)

    def slopes(self, u: Array) -> Array:
        """Derivatives of the residuals, shape (n, k)."""
        steps = np.eye(len(u)) * 1e-30j
        return np.array([self.residuals(u + e).imag / 1e-30 for e in steps]).T

    def value(self, u: Array) -> float:
        """n/2 ln(SSE): the likelihood with the best sigma; `newton` minimises it as it does ours."""
        r = self.residuals(u)
        return 0.5 * len(r) * float(np.log(r @ r))

    def gradient_and_curvature(self, u: Array) -> tuple[Array, Array]:
        """Its derivatives, and Gauss and Newton's second ones."""
        r, slopes = self.residuals(u), self.slopes(u)
        weight = len(r) / (r @ r)
        return weight * (slopes.T @ r), weight * (slopes.T @ slopes)

    def hessian(self, u: Array) -> Array:
        """Its second derivatives, by differences."""
        rows = []
        for e in np.eye(len(u)) * 1e-6:
            up, down = self.gradient_and_curvature(u + e)[0], self.gradient_and_curvature(u - e)[0]
            rows.append((up - down) / 2e-6)
        return np.asarray(0.5 * (np.array(rows) + np.array(rows).T))


def nonlinear() -> Iterator[Compared]:
    """Every set from both of its starts: parameters to 1e-6, the sum of squares to 1e-9."""
    for name in CURVES:
        yield from one_set(name)


def one_set(name: str) -> Iterator[Compared]:
    """One set from both starts."""
    known, (y, *columns) = _read(name)
    x = np.array(columns) if len(columns) > 1 else columns[0]
    y = np.log(y) if name == "Nelson" else y
    for start in ("start_1", "start_2"):
        problem = Problem(CURVES[name], x, y, known[start])
        end, item = _minimum(problem), f"{name} from {start}"
        parameters = end * problem.start
        order = np.arange(len(parameters))
        if name == "MGH17" and parameters[1] * known["certified"][1] < 0:
            order = np.array([0, 2, 1, 4, 3])  # its two exponentials may change places
        for i, (expected, found) in enumerate(zip(known["certified"], parameters[order], strict=True), start=1):
            yield number(item, f"b{i}", expected, float(found), 1e-6)
        if name != "Lanczos1":  # there what is left is rounding
            residuals = problem.residuals(end)
            yield number(item, "sum of squares", known["rss"][0], float(residuals @ residuals), 1e-9)


def _minimum(problem: Problem) -> Array:
    """Where least squares and the polish end, in units of the start."""
    unlimited = np.full(len(problem.start), np.inf)
    with np.errstate(all="ignore"):
        found = least_squares(
            problem.residuals, problem.slopes, np.ones(len(problem.start)), max_nfev=4000, tolerance=1e-10
        )
        return newton(problem, found, -unlimited, unlimited).x


def _read(name: str) -> tuple[dict[str, Array], Array]:
    """The named lines, and the columns of the data."""
    head, data = text_of(f"nist/{name}.txt").split("data ")
    named = {line.split()[0]: line.split()[1:] for line in head.splitlines()}
    numbers = {k: np.array(v, float) for k, v in named.items() if k not in ("name", "difficulty")}
    return numbers, np.array([line.split() for line in data.splitlines()[1:]], float).T
