"""The censored likelihood against independent ones, and its derivatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats

from cartpk.fit.likelihood import Likelihood
from cartpk.fit.problem import space_of
from cartpk.fit.search import search
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.models import MODELS, Data, KineticModel
from cartpk.models.phases import CMAX

LEVEL = KineticModel(
    name="level",
    label="One level",
    log_curve=lambda time, cmax: np.log(cmax) + 0 * time,
    parameters=(CMAX,),
    guess=lambda data: {"cmax": float(np.exp(np.nanmean(data.log_value)))},
)


def censored_normal(seed: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Logs of n values, and the log limit of each; limits differ."""
    rng = np.random.default_rng(seed)
    return 5 + 1.3 * rng.standard_normal(n), np.where(np.arange(n) % 2, 4.6, 4.1)


@pytest.mark.parametrize("seed", range(4))
def test_a_left_censored_normal_is_that_of_scipy(seed: int) -> None:
    value, limit = censored_normal(seed)
    blq = value < limit
    data = Data(np.arange(1.0, 41.0), np.where(blq, np.nan, value), blq, limit)
    found = search(Likelihood(data, space_of(LEVEL, FitRules())))

    def tightly(function, x0, args, disp):
        del disp
        options = {"xatol": 1e-12, "fatol": 1e-14, "maxiter": 10_000, "maxfev": 10_000}
        return optimize.minimize(function, x0, args=args, method="Nelder-Mead", options=options).x

    censored = stats.CensoredData(uncensored=value[~blq], left=limit[blq])
    mu, sigma = stats.norm.fit(censored, optimizer=tightly)
    assert blq.sum() > 5
    assert found.optimum.x[0] == pytest.approx(mu, rel=1e-6)
    assert np.exp(found.optimum.x[1]) == pytest.approx(sigma, rel=1e-6)


def test_a_left_censored_fit_is_that_of_lifelines() -> None:
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed")
    value, limit = censored_normal(9)
    blq = value < limit
    data = Data(np.arange(1.0, 41.0), np.where(blq, np.nan, value), blq, limit)
    found = search(Likelihood(data, space_of(LEVEL, FitRules())))
    fitter = lifelines.LogNormalFitter()
    fitter.fit_left_censoring(np.exp(np.where(blq, limit, value)), event_observed=~blq)
    assert found.optimum.x[0] == pytest.approx(fitter.mu_, rel=1e-5)
    assert np.exp(found.optimum.x[1]) == pytest.approx(fitter.sigma_, rel=1e-5)
    assert -found.optimum.value == pytest.approx(fitter.log_likelihood_, rel=1e-9)


def noisy(model: str = "exponential", seed: int = 0) -> Likelihood:
    """A profile with eight results below the limit and a prior."""
    times = np.array([1.0, 2, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90])
    truth = {
        "exponential": {"cmax": 5000.0, "tmax": 9.4, "rho": 0.8, "alpha": 0.2},
        "stein": {"foldx": 900.0, "tmax": 9.4, "cmax": 5000.0, "alpha": 0.2, "fb": 0.02, "beta": 0.01},
        "smooth": {"cmax": 5000.0, "tmax": 9.4, "rho": 0.8, "alpha": 0.2, "w": 0.5},
    }[model]
    log_value = MODELS[model].log_curve(times, **truth) + 0.4 * np.random.default_rng(seed).standard_normal(14)
    blq = log_value < np.log(50.0)
    rules = FitRules(parameters={"stein": {"alpha": ParameterRule(prior="stein-2019")}})
    data = Data(times, np.where(blq, np.nan, log_value), blq, np.full(14, np.log(50.0)))
    return Likelihood(data, space_of(MODELS[model], rules))


def start_of(likelihood: Likelihood) -> np.ndarray:
    """A point off the best fit, with ln(sigma)."""
    guess = likelihood.space.coordinates({**likelihood.space.model.guess(likelihood.data), **likelihood.space.fixed})
    return np.append(guess + 0.1, -0.7)


@pytest.mark.parametrize("model", ["exponential", "stein", "smooth"])
def test_gradient_and_hessian_are_those_of_plain_differences(model: str) -> None:
    likelihood = noisy(model)
    x = start_of(likelihood)
    h = 1e-5
    slopes = [(likelihood.value(x + h * e) - likelihood.value(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    bends = [(likelihood.gradient(x + h * e) - likelihood.gradient(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    assert likelihood.gradient(x) == pytest.approx(np.array(slopes), rel=1e-6, abs=1e-5)
    expected = np.array(bends)
    if model == "stein":  # the prior's own bend leaves out that of the ordering of alpha and beta
        expected, found = expected[:3, :3], likelihood.hessian(x)[:3, :3]
    else:
        found = likelihood.hessian(x)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5 * np.abs(expected).max())


def test_the_value_is_the_sum_of_normal_and_censored_terms() -> None:
    likelihood = noisy()
    x = start_of(likelihood)
    d, sigma = likelihood.data, np.exp(x[-1])
    curve = likelihood.log_curve(x[:-1])
    seen = stats.lognorm.logpdf(np.exp(d.log_value[~d.blq]), sigma, scale=np.exp(curve[~d.blq])).sum()
    below = stats.norm.logcdf((d.log_lloq - curve)[d.blq] / sigma).sum()
    assert likelihood.value(x) == pytest.approx(-(seen + below), rel=1e-13)


def test_a_result_far_above_where_it_could_be_censored_stays_finite() -> None:
    likelihood = noisy()
    x = start_of(likelihood)
    x[0] += 200.0
    x[-1] = -5.0
    assert np.isfinite(likelihood.value(x))
    gradient, curvature = likelihood.gradient_and_curvature(x)
    assert np.isfinite(gradient[:-1]).all()
    assert np.isfinite(curvature[:-1, :-1]).all()


def test_a_model_in_plain_numbers_has_the_same_derivatives() -> None:
    exact = noisy()
    plain = Likelihood(exact.data, replace(exact.space, exact=False))
    x = start_of(exact)
    assert plain.gradient(x) == pytest.approx(exact.gradient(x), rel=1e-6, abs=1e-7)
    assert plain.hessian(x) == pytest.approx(exact.hessian(x), rel=1e-3, abs=1e-3)
