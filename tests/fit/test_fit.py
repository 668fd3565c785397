"""A model to every profile: what comes back, and what is said where nothing can."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

import cartpk as ck
from cartpk.fit import Fits, predict
from cartpk.fit_rules import ParameterRule, Prior
from cartpk.models import MODELS, Derived, KineticModel
from cartpk.models.phases import ALPHA, CMAX, TMAX
from cartpk.reasons import Flag, Reason
from cartpk.summary import summarize

TIMES = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 32, 36, 42, 49, 56, 90])
TRUTH = {"cmax": 20000.0, "tmax": 9.4, "rho": 0.8, "alpha": 0.2}


def noisy(seed: int, times: np.ndarray = TIMES, sd: float = 0.3, lloq: float | None = None, factor: float = 1.0):
    """One exponential profile."""
    error = sd * np.random.default_rng(seed).standard_normal(len(times))
    value = factor * np.exp(MODELS["exponential"].log_curve(times, **TRUTH) + error)
    return ck.profile(times, value, lloq=lloq, unit="cells/uL")


def many(seeds: range, lloq: float = 50.0) -> ck.Profiles:
    """Several of them."""
    conc = np.concatenate([noisy(s).conc for s in seeds])
    n = len(TIMES)
    return ck.Profiles.from_arrays(np.tile(TIMES, len(seeds)), conc, np.arange(len(seeds) + 1) * n, lloq=lloq)


def test_nothing_censored_is_least_squares_on_logs() -> None:
    for seed in (0, 2, 3):
        fits = ck.fit(noisy(seed), "exponential")
        (fitted,) = fits.fitted
        assert not fitted.at_kink
        y = np.log(noisy(seed).conc)

        def residuals(p: np.ndarray, y: np.ndarray = y) -> np.ndarray:
            return MODELS["exponential"].log_curve(TIMES, np.exp(p[0]), p[1], np.exp(p[2]), np.exp(p[3])) - y

        start = [np.log(fits["cmax"][0]), fits["tmax"][0], np.log(fits["rho"][0]), np.log(fits["alpha"][0])]
        ols = least_squares(residuals, start, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        df = len(TIMES) - 4
        assert fits["cmax"][0] == pytest.approx(np.exp(ols.x[0]), rel=1e-7)
        at = residuals(np.array(start))
        assert at @ at == pytest.approx(2 * ols.cost, rel=1e-10)
        assert fits["sigma"][0] == pytest.approx(np.sqrt(at @ at / df), rel=1e-10)
        # at the least sum of squares every slope of it vanishes
        h = 1e-6
        for j in range(4):
            e = h * np.eye(4)[j]
            slope = (residuals(np.array(start) + e) - residuals(np.array(start) - e)) / (2 * h)
            assert abs(slope @ at) < 1e-7 * max(1.0, np.abs(slope).sum())
        cov = np.linalg.inv(ols.jac.T @ ols.jac) * 2 * ols.cost / df
        assert fits["alpha_se"][0] / fits["alpha"][0] == pytest.approx(np.sqrt(cov[3, 3]), rel=0.02)


def test_columns_are_those_promised() -> None:
    fits = ck.fit(noisy(0, lloq=50.0), "exponential")
    quantities = [
        "cmax", "tmax", "rho", "alpha", "doubling_time", "fold_expansion", "contraction_half_life",
        "auc_0_28", "auc_0_m3", "auc_inf", "time_below_lloq",
    ]  # fmt: skip
    ends = ("", "_se", "_lower", "_upper")
    quality = ["sigma", "aicc", "bic", "n_obs", "n_blq", "n_starts_agree"]
    assert list(fits.terms) == [q + end for q in quantities for end in ends] + quality
    assert list(fits.values) == list(fits.reasons) == list(fits.terms)
    assert isinstance(fits, ck.Results)
    assert fits.model == "exponential"


def test_every_value_is_there_or_has_a_reason() -> None:
    fits = ck.fit(many(range(4)), "stein")
    for name in fits.terms:
        for i in range(len(fits)):
            assert np.isnan(fits[name][i]) == bool(fits.reason(name, i)), (name, i)


def test_a_longer_horizon_is_another_area() -> None:
    fits = ck.fit(noisy(0), "exponential", nca_rules=ck.NcaRules(horizons={"0_14": 14, "0_m6": 180}))
    p = {name: fits[name][0] for name in MODELS["exponential"].names}
    for name, day in (("auc_0_14", 14.0), ("auc_0_m6", 180.0)):
        assert fits[name][0] == pytest.approx(MODELS["exponential"].area(day, **p), rel=1e-12)  # type: ignore[misc]
        assert fits.interval(name, 0) == (0.0, day)


def test_the_day_below_the_limit_is_where_the_curve_crosses_the_last_limit() -> None:
    times = TIMES[TIMES < 40]
    values = noisy(1, times).conc
    lloq = np.where(times > 20, 25.0, 50.0)
    fits = ck.fit(ck.profile(times, values, lloq=lloq), "exponential")  # type: ignore[arg-type]
    day = fits["tmax"][0] + np.log(fits["cmax"][0] / 25.0) / fits["alpha"][0]
    assert fits["time_below_lloq"][0] == pytest.approx(day, rel=1e-9)
    assert fits.reason("time_below_lloq", 0) is Reason.NONE
    without = ck.fit(ck.profile(times, values), "exponential")
    assert without.reason("time_below_lloq", 0) is Reason.NO_LLOQ


def test_values_times_c_scale_what_is_measured_and_nothing_else() -> None:
    one, other = ck.fit(noisy(3, lloq=50.0), "exponential"), ck.fit(noisy(3, lloq=50.0 * 7, factor=7.0), "exponential")
    scaled = {"cmax", "auc_0_28", "auc_0_m3", "auc_inf"}
    for name, term in one.terms.items():
        if name in ("aicc", "bic"):
            continue
        factor = 7.0 if any(name == s or name.startswith(f"{s}_") for s in scaled) else 1.0
        assert other[name][0] == pytest.approx(factor * one[name][0], rel=2e-7), term.name
    n = one["n_obs"][0]
    assert other["bic"][0] - one["bic"][0] == pytest.approx(2 * n * np.log(7.0), rel=1e-9)


def test_days_as_half_days_scale_times_and_rates() -> None:
    values = noisy(3).conc
    one, other = ck.fit(ck.profile(TIMES, values), "exponential"), ck.fit(ck.profile(TIMES / 2, values), "exponential")
    power = {"cmax": 0, "tmax": 1, "rho": -1, "alpha": -1, "doubling_time": 1, "sigma": 0, "aicc": 0, "auc_inf": 1}
    for name, p in power.items():
        assert other[name][0] == pytest.approx(one[name][0] / 2.0**p, rel=2e-7), name
    assert other["rho_upper"][0] == pytest.approx(2 * one["rho_upper"][0], rel=1e-6)


def test_shuffled_rows_give_the_same_bits() -> None:
    values, order = noisy(4).conc, np.random.default_rng(0).permutation(len(TIMES))
    one = ck.fit(ck.profile(TIMES, values, lloq=50.0), "exponential")
    other = ck.fit(ck.profile(TIMES[order], values[order], lloq=50.0), "exponential")
    assert {n: one[n].tobytes() for n in one.terms} == {n: other[n].tobytes() for n in one.terms}


def test_one_by_one_is_all_at_once() -> None:
    profiles = many(range(10))
    together = ck.fit(profiles, "exponential")
    for i in (0, 7, 8, 9):
        alone = ck.fit(profiles[i], "exponential")
        assert {n: alone[n][0].tobytes() for n in alone.terms} == {n: together[n][i].tobytes() for n in alone.terms}


BLQ4 = {"time": [1, 3, 7, 10], "conc": [np.nan] * 4, "blq": [True] * 4, "lloq": 50.0}
UNFITTED = [
    ("all BLQ", BLQ4, Reason.NO_QUANTIFIABLE_SAMPLE),
    ("two samples", {"time": [7, 14], "conc": [900, 90]}, Reason.TOO_FEW_SAMPLES),
    ("as many as parameters", {"time": [3, 7, 10, 14], "conc": [9, 900, 90, 9]}, Reason.TOO_FEW_SAMPLES),
    ("before the infusion", {"time": [-3, -1, 0], "conc": [5, 6, 7]}, Reason.NO_SAMPLE_AFTER_INFUSION),
    ("no result", {"time": [3, 7], "conc": [np.nan, np.nan]}, Reason.NO_MEASURED_SAMPLE),
    ("zeros", {"time": [3, 7, 9, 11, 13, 15], "conc": [0] * 6}, Reason.NO_QUANTIFIABLE_SAMPLE),
]


@pytest.mark.parametrize("model", ["exponential", "smooth", "stein", "ogasawara", "auto"])
@pytest.mark.parametrize(("what", "arrays", "reason"), UNFITTED, ids=[u[0] for u in UNFITTED])
def test_what_cannot_be_fitted_says_why(model: str, what: str, arrays: dict, reason: Reason) -> None:
    fits = ck.fit(ck.profile(**arrays), model)
    assert fits.reason("cmax", 0) is reason
    assert fits.reason("auc_0_28_lower", 0) is reason
    assert fits.reason("aicc", 0) is reason
    assert fits["n_obs"][0] + fits["n_blq"][0] >= 0


@pytest.mark.parametrize("model", ["exponential", "smooth", "stein", "ogasawara"])
@pytest.mark.parametrize(
    "conc",
    [
        [100.0] * 12,
        [1e-3 * 2.0**k for k in range(12)],
        [2.0**-k for k in range(12)],
        [1.0, 1e6] * 6,
        [1e-29, 1e29] * 6,
    ],
    ids=["flat", "only rising", "only falling", "up and down", "extreme"],
)
def test_odd_profiles_never_stop_the_run(model: str, conc: list[float]) -> None:
    fits = ck.fit(ck.profile(np.arange(1.0, 13.0), conc), model)
    for name in fits.terms:
        assert np.isnan(fits[name][0]) == bool(fits.reason(name, 0))


def test_a_profile_that_cannot_be_fitted_stands_between_others_that_are() -> None:
    good = noisy(0)
    conc = np.concatenate([good.conc, np.full(5, np.nan), good.conc])
    blq = np.concatenate([np.zeros(24, bool), np.ones(5, bool), np.zeros(24, bool)])
    times = np.concatenate([TIMES, np.arange(1, 6), TIMES])
    fits = ck.fit(ck.Profiles.from_arrays(times, conc, [0, 24, 29, 53], blq, 1e-3), "exponential")
    assert fits["cmax"][0] == fits["cmax"][2] > 0
    assert fits.reason("cmax", 1) is Reason.NO_QUANTIFIABLE_SAMPLE


def test_zeros_and_results_below_an_unknown_limit_are_left_out_and_flagged() -> None:
    conc = noisy(0).conc.copy()
    conc[-1] = 0.0
    fits = ck.fit(ck.profile(TIMES, conc), "exponential")
    assert fits["n_obs"][0] == 23
    assert fits.flag("cmax", 0) is Flag.SAMPLES_LEFT_OUT
    assert len(fits.rows_of("cmax", 0)) == 23
    assert ck.fit(noisy(0), "exponential").flag("cmax", 0) is Flag.NONE


def test_a_fixed_parameter_is_given_without_interval_and_costs_no_degree_of_freedom() -> None:
    rules = ck.FitRules(parameters={"stein": {"beta": ParameterRule(fixed=0.0032)}})
    fits = ck.fit(noisy(0), "stein", rules)
    assert fits["beta"][0] == 0.0032
    assert fits.reason("beta", 0) is Reason.NONE
    assert fits.reason("beta_se", 0) is Reason.FIXED
    assert fits.reason("beta_half_life_lower", 0) is Reason.FIXED
    assert fits.fitted[0].df == 24 - 5
    assert "beta is held at 0.0032." in rules.sentences("stein")


def test_a_limit_holds_and_an_estimate_at_it_is_not_given() -> None:
    rules = ck.FitRules(parameters={"exponential": {"rho": ParameterRule(max=0.5)}})
    fits = ck.fit(noisy(0), "exponential", rules)
    assert fits.fitted[0].parameters["rho"] == pytest.approx(0.5)
    assert fits.reason("rho", 0) is Reason.AT_LIMIT
    assert fits.reason("doubling_time", 0) is Reason.AT_LIMIT
    assert fits.reason("alpha", 0) is Reason.NONE


@pytest.mark.parametrize("low", [0.02, 0.3])
def test_limits_of_a_parameter_that_lies_above_another_hold_too(low: float) -> None:
    rules = ck.FitRules(parameters={"stein": {"alpha": ParameterRule(min=low, max=0.4)}})
    found = ck.fit(many(range(3)), "stein", rules).fitted
    for fitted in found:
        assert low <= fitted.parameters["alpha"] <= 0.4
        assert fitted.parameters["alpha"] > fitted.parameters["beta"]


def test_a_freed_parameter_is_searched() -> None:
    rules = ck.FitRules(parameters={"smooth": {"w": ParameterRule(free=True)}})
    assert ck.fit(noisy(0), "smooth").fitted[0].free == ("cmax", "tmax", "rho", "alpha")
    assert ck.fit(noisy(0), "smooth", rules).fitted[0].free == ("cmax", "tmax", "rho", "alpha", "w")


def test_a_prior_draws_a_parameter_towards_it_and_is_said() -> None:
    named = ck.FitRules(parameters={"stein": {"beta": ParameterRule(prior="stein-2019")}})
    tight = ck.FitRules(parameters={"stein": {"beta": ParameterRule(prior=Prior(0.01, 1e-3))}})
    without, loose, held = (ck.fit(noisy(0), "stein", r).fitted[0].parameters["beta"] for r in (None, named, tight))
    assert abs(np.log(loose / 0.0032)) < abs(np.log(without / 0.0032))
    assert held == pytest.approx(0.01, rel=1e-3)
    assert any("stein-2019" in sentence for sentence in named.sentences("stein"))
    assert ck.FitRules().sentences("stein") == ck.FitRules().sentences("exponential")


def test_summaries_tables_and_listings_work_on_fits(tmp_path: Path) -> None:
    fits = ck.fit(many(range(5)), "exponential")
    frame = fits.to_long()
    assert set(frame["parameter"]) == set(fits.terms)
    units = dict(zip(frame["parameter"], frame["unit"], strict=True))
    assert units["rho"] == units["rho_se"] == "1/day"
    assert units["tmax_lower"] == "day"
    summary = summarize(fits)
    assert {cell.source for cell in summary} == {"exponential"}
    assert fits.to_frame().shape[0] == 5
    assert "exponential" in repr(fits)


def test_auto_takes_the_lowest_aicc_among_models_whose_parameters_are_estimable() -> None:
    fits = ck.fit(many(range(3)), "auto")
    assert set(fits.candidates) == {"exponential", "stein", "ogasawara", "smooth"}
    for i, chosen in enumerate(fits.chosen):
        believed = {n: f.fitted[i].aicc for n, f in fits.candidates.items() if f.fitted[i].believed}
        assert chosen == min(believed, key=believed.__getitem__)
        assert fits["cmax"][i] == fits.candidates[chosen]["cmax"][i]
        if chosen == "exponential":
            assert fits.reason("fb", i) is Reason.NOT_IN_MODEL
    frame = fits.comparison()
    assert len(frame) == 12
    assert frame["chosen"].sum() == 3


def test_auto_takes_stein_where_a_plateau_is_seen() -> None:
    times = np.array(
        [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 35, 42, 60, 90, 150, 200, 270, 365]
    )
    p = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.3, "fb": 0.03, "beta": 0.008}
    error = 0.15 * np.random.default_rng(1).standard_normal(len(times))
    fits = ck.fit(ck.profile(times, np.exp(MODELS["stein"].log_curve(times, **p) + error)), "auto")
    assert fits.chosen == ("stein",)
    assert fits["beta"][0] == pytest.approx(0.008, rel=0.2)


def test_a_prediction_goes_through_the_fit_and_its_interval_holds_it() -> None:
    fits = ck.fit(many(range(1)), "exponential")
    curve = predict(fits, 0, [fits["tmax"][0], 20.0, 60.0])
    assert curve.value[0] == pytest.approx(fits["cmax"][0], rel=1e-12)
    in_order = [curve.value_lower, curve.lower, curve.value, curve.upper, curve.value_upper]
    assert (np.diff(in_order, axis=0) > 0).all()
    with pytest.raises(ck.UsageError, match="no fit by exponential: No sample"):
        predict(ck.fit(ck.profile(**BLQ4), "exponential"), 0, [1.0])


OWN = KineticModel(
    name="rise-and-hold",
    label="Growth to a plateau",
    log_curve=lambda time, cmax, tmax, alpha: np.log(cmax) - alpha * np.where(np.real(time) < np.real(tmax), tmax - time, 0 * time),
    parameters=(CMAX, TMAX, ALPHA),
    guess=lambda data: {"cmax": float(np.exp(np.nanmax(data.log_value))), "tmax": 9.0, "alpha": 0.5},
    derived=(Derived("doubling_time", "Doubling time", "day", lambda alpha, **_: np.log(2) / alpha),),
    kinks=("tmax",),
)  # fmt: skip


def test_a_model_of_ones_own_is_fitted_like_any_other() -> None:
    value = np.exp(OWN.log_curve(TIMES, cmax=800.0, tmax=8.3, alpha=0.7) + 0.05 * np.sin(np.arange(24) * 2.1))
    fits = ck.fit(ck.profile(TIMES, value), OWN)
    assert isinstance(fits, Fits)
    assert fits["cmax"][0] == pytest.approx(800, rel=0.05)
    assert fits["doubling_time_lower"][0] < np.log(2) / 0.7 < fits["doubling_time_upper"][0]
    assert fits["auc_0_28"][0] == pytest.approx(800 / 0.7 + 800 * 19.7, rel=0.05)


def test_a_model_that_takes_no_complex_numbers_gets_plain_differences() -> None:
    from dataclasses import replace

    def plain(time: np.ndarray, cmax: float, tmax: float, rho: float, alpha: float) -> np.ndarray:
        return np.array([np.log(float(cmax)) + (rho if t <= tmax else -alpha) * (float(t) - tmax) for t in time])

    def misleading(time: np.ndarray, cmax: float, tmax: float, rho: float, alpha: float) -> np.ndarray:
        return MODELS["exponential"].log_curve(time, cmax, np.abs(tmax), rho, alpha)

    expected = ck.fit(noisy(0), "exponential")
    for curve in (plain, misleading):
        fits = ck.fit(noisy(0), replace(MODELS["exponential"], log_curve=curve))
        for name in ("cmax", "tmax", "alpha", "rho_upper"):
            assert fits[name][0] == pytest.approx(expected[name][0], rel=1e-6)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"betta": ParameterRule(fixed=1.0)}, "did you mean 'beta'"),
        ({"beta": ParameterRule(fixed=-1.0)}, "beta: fixed is -1.0, not between 0 and inf"),
        ({"fb": ParameterRule(max=1.5)}, "fb: max is 1.5, not between 0 and 1"),
        ({"alpha": ParameterRule(min=20.0)}, "alpha: the lower limit 20 is not below"),
        ({"alpha": ParameterRule(fixed=0.001), "beta": ParameterRule(fixed=0.01)}, "alpha must lie above beta"),
        ({"tmax": ParameterRule(shared="dose_level")}, "tmax cannot be shared"),
        ({"beta": ParameterRule(shared="dose_levl")}, "no column 'dose_levl'"),
        ({"alpha": ParameterRule(shared="dose_level")}, "share or fix beta too"),
    ],
)
def test_impossible_rules_are_refused_by_name(rules: dict[str, ParameterRule], words: str) -> None:
    with pytest.raises(ck.UsageError, match=words.replace("(", "\\(")):
        ck.fit(noisy(0), "stein", ck.FitRules(parameters={"stein": rules}))


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    with pytest.raises(ck.UsageError, match=r"no model 'exponental'.*did you mean 'exponential'"):
        ck.fit(noisy(0), "exponental")


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    ck.fit(many(range(10)), "exponential", progress=lambda done, total: told.append((done, total)))
    assert told == [(8, 10), (10, 10)]
