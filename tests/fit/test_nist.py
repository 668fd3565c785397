"""The search and the polish on the 27 nonlinear sets of NIST's Statistical Reference Datasets, from both starts of each.

Data and certified values are works of the US government, in the public domain: https://www.itl.nist.gov/div898/strd.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cartpk.fit.polish import newton
from cartpk.fit.search import least_squares

Array = NDArray[np.float64]
FILES = sorted((Path(__file__).parent / "nist").glob("*.txt"))


def exp_sum(x, b):
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-b[3] * x) + b[4] * np.exp(-b[5] * x)


def two_peaks(x, b):
    first, second = ((x - b[3]) / b[4]) ** 2, ((x - b[6]) / b[7]) ** 2
    return b[0] * np.exp(-b[1] * x) + b[2] * np.exp(-first) + b[5] * np.exp(-second)


def cubic(x, b):
    return (b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3) / (1 + b[4] * x + b[5] * x**2 + b[6] * x**3)


def waves(x, b):
    year, second, third = (2 * np.pi * x / period for period in (12, b[3], b[6]))
    return (
        b[0] + b[1] * np.cos(year) + b[2] * np.sin(year) + b[4] * np.cos(second) + b[5] * np.sin(second)
        + b[7] * np.cos(third) + b[8] * np.sin(third)
    )  # fmt: skip


CURVES: dict[str, Callable] = {
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
}


@dataclass(frozen=True)
class Problem:
    """One set: `curve` through x and y, in units of the start, so that every coordinate is near 1."""

    curve: Callable
    x: Array
    y: Array
    start: Array

    def residuals(self, u):
        return self.curve(self.x, u * self.start) - self.y

    def slopes(self, u: Array) -> Array:
        steps = np.eye(len(u)) * 1e-30j
        return np.array([self.residuals(u + e).imag / 1e-30 for e in steps]).T

    def value(self, u: Array) -> float:
        """n/2 ln(SSE): the likelihood with the best sigma; `newton` minimises it as it does ours."""
        r = self.residuals(u)
        return 0.5 * len(r) * float(np.log(r @ r))

    def gradient_and_curvature(self, u: Array) -> tuple[Array, Array]:
        r, slopes = self.residuals(u), self.slopes(u)
        weight = len(r) / (r @ r)
        return weight * (slopes.T @ r), weight * (slopes.T @ slopes)

    def hessian(self, u: Array) -> Array:
        rows = []
        for e in np.eye(len(u)) * 1e-6:
            up, down = self.gradient_and_curvature(u + e)[0], self.gradient_and_curvature(u - e)[0]
            rows.append((up - down) / 2e-6)
        return 0.5 * (np.array(rows) + np.array(rows).T)


def read(path: Path) -> tuple[dict[str, Array], Array]:
    """The named lines, and the columns of the data."""
    head, data = path.read_text(encoding="utf-8").split("data ")
    named = {line.split()[0]: line.split()[1:] for line in head.splitlines()}
    numbers = {k: np.array(v, float) for k, v in named.items() if k not in ("name", "difficulty")}
    return numbers, np.array([line.split() for line in data.splitlines()[1:]], float).T


def test_all_27_sets_are_here() -> None:
    assert {path.stem for path in FILES} == set(CURVES)
    assert len(FILES) == 27


@pytest.mark.parametrize("start", ["start_1", "start_2"])
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_parameters_agree_with_the_certified_ones_to_six_digits(path: Path, start: str) -> None:
    known, (y, *columns) = read(path)
    x = np.array(columns) if len(columns) > 1 else columns[0]
    y = np.log(y) if path.stem == "Nelson" else y
    problem = Problem(CURVES[path.stem], x, y, known[start])
    unlimited = np.full(len(problem.start), np.inf)
    with np.errstate(all="ignore"):
        found = least_squares(
            problem.residuals, problem.slopes, np.ones(len(problem.start)), max_nfev=4000, tolerance=1e-10
        )
        end = newton(problem, found, -unlimited, unlimited)
    parameters = end.x * problem.start
    order = np.arange(len(parameters))
    if path.stem == "MGH17" and parameters[1] * known["certified"][1] < 0:
        order = np.array([0, 2, 1, 4, 3])  # its two exponentials may change places
    assert parameters[order] == pytest.approx(known["certified"], rel=1e-6)
    if path.stem != "Lanczos1":  # there what is left is rounding
        assert problem.residuals(end.x) @ problem.residuals(end.x) == pytest.approx(known["rss"][0], rel=1e-9)
