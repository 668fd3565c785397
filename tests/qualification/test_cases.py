"""The reference cases that ship with the package, one by one: what `cartpk selftest` runs, the tests run."""

from __future__ import annotations

import math
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

import cartpk as ck
from cartpk.qualification import nist
from cartpk.qualification.case import Case, NotRunError, Outcome, carry_out
from cartpk.qualification.cases import CASES
from cartpk.qualification.compare import Compared
from cartpk.qualification.shipped import file_names, rows_of, text_of, tree_of

COMPARED = {
    "winnonlin": 408,  # 12 subjects, 17 parameters, 2 rules
    "pknca": 442,  # 9 subjects, 24 parameters, 2 rules, 5 more where the two differ on purpose
    "published-profiles": 8,
    "worked-profiles": 161,
    "statistics": 25,
    "models": 33,
    "nist": 292,  # 27 sets, 2 starts
    "fits": 30,
    "doors": 45,  # 9 subjects, 5 doors
    "door-parquet": 9,
    "reproducible": 51,
    "refused": 8,
}
"""How much each case compares, so that none passes by comparing less."""

OUTCOMES: dict[str, Outcome] = {}


def outcome_of(name: str) -> Outcome:
    if name not in OUTCOMES:
        (case,) = [c for c in CASES if c.name == name]
        OUTCOMES[name] = carry_out(case)
    return OUTCOMES[name]


@pytest.mark.parametrize("name", COMPARED)
def test_every_number_of_a_case_lies_within_its_tolerance(name: str) -> None:
    if name == "door-parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed: the extra parquet")
    outcome = outcome_of(name)
    assert outcome.deviations == ()
    assert outcome.not_run == ""
    assert len(outcome.compared) == COMPARED[name]


def test_the_cases_are_these_and_the_files_of_the_installation() -> None:
    assert [case.name for case in CASES] == ["installation", *COMPARED]


def test_every_file_of_the_references_belongs_to_a_case_and_is_described() -> None:
    used = {name for case in CASES for name in case.files}
    assert {*file_names()} == used | {"README.md"}
    readme = text_of("README.md")
    assert [name for name in used if name not in readme and not name.startswith("nist/")] == []


def test_every_noncompartmental_parameter_has_a_reference() -> None:
    """A parameter that is added comes with a case of its own."""
    cases = ("winnonlin", "pknca", "published-profiles", "worked-profiles")
    compared = {c.quantity for name in cases for c in outcome_of(name).compared if not isinstance(c.expected, str)}
    assert set(ck.nca(ck.profile([0, 7], [0, 1])).terms) - compared == set()


def test_all_27_nonlinear_sets_are_here() -> None:
    assert [name.removeprefix("nist/").removesuffix(".txt") for name in file_names("nist")] == sorted(nist.CURVES)
    assert len(nist.CURVES) == 27


def test_winnonlins_observed_values_and_counts_are_met_exactly_and_others_to_the_last_digit() -> None:
    compared = {c.name: c for c in outcome_of("winnonlin").compared}
    assert compared["linear, subject 1 tmax"].within == 0
    assert compared["linear, subject 1 lambda_z_n"].within == 0
    assert compared["linear, subject 1 auc_last"].within == pytest.approx(5e-6, rel=1e-6)  # 148.92305
    assert compared["linear, subject 1 lambda_z"].within == pytest.approx(5e-10, rel=1e-6)  # 0.048456997


def test_the_differences_to_pknca_that_are_meant_are_compared_as_such() -> None:
    names = [c.name for c in outcome_of("pknca").compared]
    assert sum("the area to the first result below the limit" in name for name in names) == 6
    assert sum("the reason" in name for name in names) == 2
    compared = {c.name: c for c in outcome_of("pknca").compared}
    below = compared["linear, CK-0009 auc_0_28, the area to the first result below the limit"]
    assert below.found == pytest.approx(1561.86, rel=1e-12)


def test_typical_curves_are_those_of_the_equations_in_exact_arithmetic() -> None:
    """The shipped answers, computed once more from the equations with 50 digits."""
    curve = tree_of("models.toml")["curve"][0]
    with localcontext() as context:
        context.prec = 50
        foldx, tmax, cmax, alpha, fb, beta = (
            Decimal(str(curve["parameters"][name])) for name in ("foldx", "tmax", "cmax", "alpha", "fb", "beta")
        )
        rho = foldx.ln() / tmax
        rising = cmax / foldx / rho * ((rho * tmax).exp() - 1)
        for end, shipped in curve["areas"].items():
            fast, slow = (
                (Decimal(1) if end == "inf" else 1 - (-rate * (Decimal(end) - tmax)).exp()) / rate
                for rate in (alpha, beta)
            )
            assert shipped == pytest.approx(float(rising + cmax * ((1 - fb) * fast + fb * slow)), rel=1e-15)
        assert curve["derived"]["rho"] == float(rho)
        assert curve["derived"]["r0"] == float(cmax / foldx)
        assert curve["derived"]["doubling_time"] == float(Decimal(2).ln() / rho)


def test_the_fit_without_limits_is_linear_least_squares() -> None:
    """The shipped answer, computed once more by numpy from the straight lines on both sides of Tmax."""
    import numpy as np

    entry = tree_of("fits.toml")["fit"][0]
    since = np.array(entry["time"], float) - entry["hold"]["tmax"]
    lines = np.stack([np.ones(len(since)), np.minimum(since, 0), -np.maximum(since, 0)], axis=1)
    logs = np.log(np.array(entry["conc"], float))
    found, rest, *_ = np.linalg.lstsq(lines, logs, rcond=None)
    spread = rest[0] / (len(logs) - 3) * np.linalg.inv(lines.T @ lines)
    shipped = entry["estimates"] | entry["intervals"]
    assert np.exp(found[0]) == pytest.approx(shipped["cmax"], rel=1e-12)
    assert found[1:] == pytest.approx([shipped["rho"], shipped["alpha"]], rel=1e-12)
    assert math.sqrt(spread[0, 0]) * shipped["cmax"] == pytest.approx(shipped["cmax_se"], rel=1e-10)
    assert math.sqrt(spread[1, 1]) == pytest.approx(shipped["rho_se"], rel=1e-10)
    assert math.sqrt(rest[0] / (len(logs) - 3)) == pytest.approx(shipped["sigma"], rel=1e-12)


def test_the_fit_with_limits_is_the_maximum_of_the_censored_likelihood() -> None:
    """At the shipped answer the slope of a likelihood written here from the formula vanishes."""
    import numpy as np
    from scipy.stats import norm

    entry = tree_of("fits.toml")["fit"][1]
    below = np.array([v == "BLQ" for v in entry["conc"]])
    seen = np.log(np.array([1.0 if v == "BLQ" else v for v in entry["conc"]], float))
    since = np.array(entry["time"], float) - entry["hold"]["tmax"]

    def likelihood(p: np.ndarray) -> float:
        curve = p[0] + np.where(since <= 0, p[1] * since, -p[2] * since)
        z = (np.where(below, math.log(entry["lloq"]), seen) - curve) / math.exp(p[3])
        return float(np.where(below, norm.logcdf(z), norm.logpdf(z) - p[3]).sum())

    n = int((~below).sum())
    best = entry["estimates"]
    sigma = best["sigma"] * math.sqrt((n - 3) / n)
    at = np.array([math.log(best["cmax"]), best["rho"], best["alpha"], math.log(sigma)])
    steps = np.eye(4) * 1e-5
    slopes = [(likelihood(at + step) - likelihood(at - step)) / 2e-5 for step in steps]
    assert slopes == pytest.approx([0.0] * 4, abs=1e-6)
    assert max(likelihood(at + sign * 30 * step) for step in steps for sign in (1, -1)) < likelihood(at)


def one(compare: list[Compared]) -> Case:
    return Case("one", "One", "here", "none", (), lambda: iter(compare))


def test_a_number_out_of_tolerance_no_number_and_another_text_are_deviations() -> None:
    outcome = carry_out(
        one(
            [
                Compared("S1", "cmax", 1.0, 1.0 + 1e-9, 1e-8),
                Compared("S1", "tmax", 1.0, 1.0 + 1e-7, 1e-8),
                Compared("S1", "clast", 1.0, math.nan, 1e-8),
                Compared("S1", "auc_last", math.nan, 1.0, 1e-8),
                Compared("S1", "reason", "FLAT_TAIL", "TOO_FEW_POINTS"),
            ]
        )
    )
    assert outcome.result == "FAILED"
    assert outcome.n_passed == 1
    assert [d.split(":")[0] for d in outcome.deviations] == ["S1 tmax", "S1 clast", "S1 auc_last", "S1 reason"]
    assert outcome.deviations[0] == "S1 tmax: expected 1.0, found 1.0000001, apart 1e-07, allowed 1e-08"
    assert outcome.deviations[3] == "S1 reason: expected FLAT_TAIL, found TOO_FEW_POINTS"


def test_a_reference_of_zero_must_be_met_exactly() -> None:
    from cartpk.qualification.compare import number

    assert number("S1", "auc_last", 0.0, 0.0, 1e-12).passed
    assert not number("S1", "auc_last", 0.0, 1e-300, 1e-12).passed


def test_a_case_that_compares_nothing_has_failed() -> None:
    assert carry_out(one([])).deviations == ("nothing was compared",)


@pytest.mark.parametrize("error", [ImportError("no module\nnamed lmfit"), ZeroDivisionError("x"), KeyError("y")])
def test_what_stops_a_case_is_its_failure(error: Exception) -> None:
    def stop() -> list[Compared]:
        raise error

    outcome = carry_out(Case("one", "One", "here", "none", (), lambda: iter(stop())))
    assert outcome.result == "FAILED"
    assert outcome.deviations[0].startswith(f"stopped: {type(error).__name__}: ")
    assert "\n" not in outcome.deviations[0]


def test_what_cannot_be_run_is_no_pass_and_no_failure() -> None:
    def missing() -> list[Compared]:
        raise NotRunError("pyarrow is not installed")

    outcome = carry_out(Case("one", "One", "here", "none", (), lambda: iter(missing())))
    assert (outcome.result, outcome.deviations, outcome.not_run) == ("not run", (), "pyarrow is not installed")


def test_parquet_without_its_package_is_not_run_and_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (case,) = [c for c in CASES if c.name == "door-parquet"]
    outcome = carry_out(case)
    assert (outcome.result, outcome.compared) == ("not run", ())
    assert outcome.not_run == "pyarrow is not installed (the extra cartpk[parquet])"


def test_the_references_are_not_kept_twice() -> None:
    tests = Path(__file__).parents[1]
    names = {Path(name).name for name in file_names()} - {"README.md"}
    assert [p for p in tests.rglob("*") if p.name in names] == []
    assert len(rows_of("theoph.csv")) == 132
