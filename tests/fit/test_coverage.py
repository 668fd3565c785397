"""Intervals hold the truth as often as they say, and nothing is printed that the samples do not tell: small versions of `benchmarks/fit_coverage.py`."""

from __future__ import annotations

import numpy as np
import pytest

import cartpk as ck

DENSE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 32, 36, 42, 49, 56, 90)
VISITS = (1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90)
TYPICAL = {"cmax": 20_000.0, "tmax": 9.3, "rho": 0.8, "alpha": 0.2}
SPREAD = {"cmax": 0.5, "tmax": 1.0, "rho": 0.2, "alpha": 0.2}
STEIN = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032}


@pytest.mark.parametrize(("days", "low"), [(DENSE, 0.88), (VISITS, 0.86)], ids=["24 samples", "13 visits"])
def test_intervals_hold_the_truth(days: tuple[float, ...], low: float) -> None:
    """Of 100 subjects 95 are expected; with the true share at 92 % (90 %) fewer than 88 (86) come in 5 % of such tests."""
    study = ck.simulate_model("exponential", TYPICAL, 100, seed=11, spread=SPREAD, days=days, noise=0.3)
    fits = ck.fit(study.profiles, "exponential")
    assert 0.15 < study.profiles.blq.mean() < 0.35
    for name in ("cmax", "rho", "alpha"):
        truth = study.parameters[name]
        inside = (fits[f"{name}_lower"] <= truth) & (truth <= fits[f"{name}_upper"])
        assert np.isfinite(fits[name]).sum() >= 98
        assert inside.mean() >= low, name


def test_beta_of_stein_is_rarely_given_with_thirteen_samples_to_day_90() -> None:
    """In 3 % of 500 subjects chance bends the tail enough; more than 6 of 60 come in fewer than 1 % of such tests."""
    study = ck.simulate_model("stein", STEIN, 60, seed=5, days=VISITS, noise=0.56)
    fits = ck.fit(study.profiles, "stein")
    assert np.isnan(fits["beta"]).sum() >= 54
    assert {fits.reason("beta", i).name for i in np.flatnonzero(np.isnan(fits["beta"]))} <= {
        "AT_LIMIT", "NOT_ESTIMABLE", "SINGULAR_HESSIAN", "STARTS_DISAGREE",
    }  # fmt: skip
    assert np.isfinite(fits["tmax"]).mean() > 0.9
