"""Intervals by profile likelihood."""

from __future__ import annotations

import lmfit
import numpy as np
import pytest

import cartpk as ck
from cartpk.fit_rules import ParameterRule
from cartpk.models import MODELS

TIMES = np.array([1.0, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90])
TRUTH = {"cmax": 20000.0, "tmax": 9.4, "rho": 0.8, "alpha": 0.2}


def noisy(seed: int, lloq: float | None = None) -> ck.Profiles:
    """An exponential profile."""
    error = 0.3 * np.random.default_rng(seed).standard_normal(len(TIMES))
    return ck.profile(TIMES, np.exp(MODELS["exponential"].log_curve(TIMES, **TRUTH) + error), lloq=lloq)


def test_nothing_censored_they_are_those_of_lmfits_f_test() -> None:
    profile = noisy(0)
    y = np.log(profile.conc)

    def residuals(p: lmfit.Parameters) -> np.ndarray:
        return MODELS["smooth"].log_curve(TIMES, np.exp(p["a"]), p["t"], np.exp(p["b"]), np.exp(p["c"]), 0.5) - y

    parameters = lmfit.Parameters()
    for name, value in {"a": np.log(2e4), "t": 9.0, "b": np.log(0.8), "c": np.log(0.2)}.items():
        parameters.add(name, value)
    minimizer = lmfit.Minimizer(residuals, parameters)
    result = minimizer.leastsq(xtol=1e-12, ftol=1e-12)
    intervals = lmfit.conf_interval(minimizer, result, sigmas=[0.95], p_names=["a", "t", "b", "c"])
    for ours, theirs, back in (
        ("cmax", "a", np.exp),
        ("tmax", "t", float),
        ("rho", "b", np.exp),
        ("alpha", "c", np.exp),
    ):
        found = ck.profile_likelihood(profile, "smooth", ours)
        (_, low), (_, best), (_, high) = intervals[theirs]
        assert found.best == pytest.approx(back(best), rel=1e-5)
        assert found.lower == pytest.approx(back(low), rel=1e-3)
        assert found.upper == pytest.approx(back(high), rel=1e-3)


@pytest.mark.parametrize("name", ["cmax", "tmax", "rho", "alpha"])
def test_the_loss_at_the_ends_is_the_threshold_and_nothing_is_better_than_the_best(name: str) -> None:
    found = ck.profile_likelihood(noisy(1, 50.0), "exponential", name)
    assert found.lower < found.best < found.upper
    for end in (found.lower, found.upper):
        nearest = np.argmin(np.abs(found.value - end))
        assert found.loss[nearest] == pytest.approx(found.threshold, rel=1e-6)
    assert found.loss.min() >= -1e-8
    assert (np.diff(found.value) > 0).all()


def test_a_parameter_that_the_data_do_not_bound_has_no_end_there() -> None:
    found = ck.profile_likelihood(noisy(2, 50.0), "stein", "beta")
    assert np.isnan(found.lower)


def test_they_are_near_those_of_the_curvature_where_much_is_known() -> None:
    times = np.tile(TIMES, 1)
    dense = np.unique(np.concatenate([times, np.arange(0.5, 60, 0.5)]))
    error = 0.1 * np.random.default_rng(0).standard_normal(len(dense))
    profile = ck.profile(dense, np.exp(MODELS["exponential"].log_curve(dense, **TRUTH) + error))
    fits = ck.fit(profile, "exponential")
    for name in ("cmax", "rho", "alpha"):
        found = ck.profile_likelihood(profile, "exponential", name)
        assert found.lower == pytest.approx(fits[f"{name}_lower"][0], rel=5e-3)
        assert found.upper == pytest.approx(fits[f"{name}_upper"][0], rel=5e-3)


def test_wrong_use_says_what_would_be_right() -> None:
    two = ck.Profiles.from_arrays(np.tile(TIMES, 2), np.ones(26), [0, 13, 26])
    with pytest.raises(ck.UsageError, match=r"takes one profile, not 2: give profiles\[i\]"):
        ck.profile_likelihood(two, "exponential", "cmax")
    with pytest.raises(ck.UsageError, match="'w' is not searched in smooth: give one of cmax, tmax, rho, alpha"):
        ck.profile_likelihood(noisy(0), "smooth", "w")
    with pytest.raises(ck.UsageError, match="cannot be fitted by stein: There are not more"):
        ck.profile_likelihood(ck.profile([7, 9, 14], [9, 90, 9]), "stein", "cmax")
    rules = ck.FitRules(parameters={"smooth": {"w": ParameterRule(free=True)}})
    assert ck.profile_likelihood(noisy(0), "smooth", "w", rules).best > 0
