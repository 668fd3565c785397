"""The search: the truth from anywhere, kinks found, nothing that depends on the worker."""

from __future__ import annotations

import numpy as np
import pytest

from cartpk.fit.likelihood import Likelihood
from cartpk.fit.polish import newton
from cartpk.fit.problem import space_of
from cartpk.fit.search import least_squares_of, polish, search, starts_of
from cartpk.fit_rules import FitRules
from cartpk.models import MODELS, Data

TIMES = np.array([0.5, 1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 35, 42, 60, 90, 150, 250, 365])
TRUTH = {
    "exponential": {"cmax": 24000.0, "tmax": 9.3, "rho": 0.889, "alpha": 0.16},
    "stein": {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032},
    "ogasawara": {
        "cmax": 24000.0, "tmax": 9.29, "tlag": 3.27, "doubling_time": 0.755, "alpha": 0.1386, "fb": 0.0079, "beta": 0.002,
    },
    "smooth": {"cmax": 24000.0, "tmax": 9.3, "rho": 0.889, "alpha": 0.16, "w": 0.5},
}  # fmt: skip


def likelihood_of(model: str, times: np.ndarray, sd: float, lloq: float = np.nan, seed: int = 0) -> Likelihood:
    """A profile of the model's truth with noise."""
    error = sd * np.random.default_rng(seed).standard_normal(len(times))
    log_value = MODELS[model].log_curve(times, **TRUTH[model]) + error
    blq = log_value < np.log(lloq)
    limits = np.full(len(times), np.log(lloq))
    data = Data(times, np.where(blq, np.nan, log_value), blq, limits)
    return Likelihood(data, space_of(MODELS[model], FitRules()))


@pytest.mark.parametrize("model", list(TRUTH))
def test_the_truth_comes_back_from_noise_free_data_from_nearly_every_start(model: str) -> None:
    likelihood = likelihood_of(model, TIMES, 0.0)
    found = 0
    with np.errstate(all="ignore"):
        for start in starts_of(likelihood, 20):
            end = polish(likelihood, least_squares_of(likelihood, start)).optimum
            ends = likelihood.space.numbers(end.x[:-1])
            found += all(abs(ends[name] / value - 1) < 1e-6 for name, value in TRUTH[model].items())
    assert found >= 18


@pytest.mark.parametrize("model", ["exponential", "smooth", "stein"])
@pytest.mark.parametrize("seed", range(4))
def test_the_gradient_vanishes_where_the_search_ends(model: str, seed: int) -> None:
    likelihood = likelihood_of(model, TIMES, 0.3, 50.0, seed)
    found = search(likelihood)
    opt = found.optimum
    assert opt.converged
    assert np.abs(opt.gradient[~opt.held]).max() < 1e-9
    assert found.agree >= 3


def test_no_other_place_of_the_corner_is_better() -> None:
    """A search over 400 places of Tmax, each with its own best rest, finds nothing lower."""
    for seed in range(5):
        likelihood = likelihood_of("exponential", TIMES[:22], 0.4, 50.0, seed)
        best = search(likelihood).optimum
        corner = likelihood.space.corners[0]
        lower, upper = likelihood.box()
        for place in np.linspace(4, 18, 400):
            low, high, start = lower.copy(), upper.copy(), best.x.copy()
            low[corner] = high[corner] = start[corner] = place
            assert newton(likelihood, start, low, high).value >= best.value - 1e-9


def test_a_highest_sample_above_the_curve_makes_a_kink_which_is_found() -> None:
    likelihood = likelihood_of("exponential", TIMES[:22], 0.05, seed=0)
    value = likelihood.data.log_value.copy()
    value[9] += 1.0
    data = Data(TIMES[:22], value, likelihood.data.blq, likelihood.data.log_lloq)
    found = search(Likelihood(data, likelihood.space))
    assert found.kinks == (likelihood.space.corners[0],)
    assert found.optimum.x[likelihood.space.corners[0]] == TIMES[9]
    assert found.agree == found.starts


def test_starts_depend_on_the_data_alone() -> None:
    one, same, other = (likelihood_of("exponential", TIMES, 0.3, seed=s) for s in (0, 0, 1))
    first, again, different = (np.array(starts_of(x, 6)) for x in (one, same, other))
    assert first.tobytes() == again.tobytes()
    assert not np.allclose(first[1:], different[1:])


def test_newton_holds_what_a_limit_holds() -> None:
    class Bowl:
        """(x - 3)² + (y + 1)² + xy."""

        def value(self, x: np.ndarray) -> float:
            return float((x[0] - 3) ** 2 + (x[1] + 1) ** 2 + x[0] * x[1])

        def gradient_and_curvature(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.array([2 * (x[0] - 3) + x[1], 2 * (x[1] + 1) + x[0]]), self.hessian(x)

        def hessian(self, x: np.ndarray) -> np.ndarray:
            return np.array([[2.0, 1.0], [1.0, 2.0]])

    free = newton(Bowl(), np.zeros(2), np.full(2, -9.0), np.full(2, 9.0))
    assert free.x == pytest.approx([8 / 3 + 2, -10 / 3])
    held = newton(Bowl(), np.zeros(2), np.array([-9.0, -2.0]), np.full(2, 9.0))
    assert held.x == pytest.approx([4.0, -2.0])
    assert held.held.tolist() == [False, True]
    assert held.gradient[1] > 0
