"""Published answers: WinNonlin for Theoph, PKNCA for nine CAR-T subjects, PKNCA's documentation, TcellNCA's tests."""

from __future__ import annotations

import csv
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

import cartpk as ck
from cartpk import Flag, NcaRules, Profiles, Reason, Results
from cartpk.rules import AucMethod

REFERENCE = Path(__file__).parents[1] / "reference"
METHODS: tuple[AucMethod, ...] = ("linear", "lin-up-log-down")


@cache
def rows_of(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def arrays_of(name: str, lloq: float | None) -> Profiles:
    """Profiles of a file by the arrays' door, in the file's order of subjects."""
    rows = rows_of(name)
    sizes = [len(list(group)) for _, group in groupby(rows, key=lambda row: row["subject_id"])]
    return Profiles.from_arrays(
        time=[float(row["time"]) for row in rows],
        conc=[float(row["value"] or "nan") for row in rows],
        offsets=np.concatenate([[0], np.cumsum(sizes)]),
        lloq=lloq,
    )


def cases(source: str) -> list[tuple[AucMethod, int, str]]:
    found: list[tuple[AucMethod, int, str]] = []
    for method in METHODS:
        names = list(rows_of(f"{source}_{method}.csv")[0])[1:]
        for i in range(len(rows_of(f"{source}_{method}.csv"))):
            found += ((method, i, name) for name in names)
    return found


@cache
def theoph(method: AucMethod) -> Results:
    return ck.nca(arrays_of("theoph.csv", None), NcaRules(auc_method=method))


@cache
def cart(method: AucMethod, end_rule: str = "observed") -> Results:
    return ck.nca(arrays_of("cart_9.csv", 50.0), NcaRules(auc_method=method, end_rule=end_rule))  # type: ignore[arg-type]


def half_a_unit(printed: str) -> float:
    """Half a unit of the last digit printed: 147.2347485 is known to 5e-8."""
    return 0.5000001 * 10.0 ** -len(printed.partition(".")[2])


@pytest.mark.parametrize(("method", "i", "name"), cases("theoph_winnonlin"))
def test_theoph_agrees_with_winnonlin_to_the_last_digit_printed(method: AucMethod, i: int, name: str) -> None:
    printed = rows_of(f"theoph_winnonlin_{method}.csv")[i][name]
    assert theoph(method)[name][i] == pytest.approx(float(printed), rel=0, abs=half_a_unit(printed))


SILENT = {("CK-0002", "auc_0_m3"), ("CK-0008", "auc_0_m3"), ("CK-0009", "auc_0_28")}
"""Where PKNCA gives no area to a horizon that lies between two results below the limit."""

ENDS_EARLY = {("CK-0006", "auc_0_m3")}
"""Where PKNCA gives the area to the last sample, day 56, for the area to day 90."""


@pytest.mark.parametrize(("method", "i", "name"), cases("cart_9_pknca"))
def test_cart_agrees_with_pknca(method: AucMethod, i: int, name: str) -> None:
    row = rows_of(f"cart_9_pknca_{method}.csv")[i]
    ours = name.removesuffix("_extrapolated")
    results = cart(method, "observed" if ours == name else "extrapolate")
    key = (row["subject_id"], name)
    if key in SILENT:
        assert row[name] == ""
        assert results[ours][i] == results["auc_all"][i]
    elif key in ENDS_EARLY:
        assert np.isnan(results[ours][i])
        assert results.reason(ours, i) is Reason.SAMPLING_ENDS_BEFORE_HORIZON
        assert results["auc_last"][i] == pytest.approx(float(row[name]), rel=1e-12)
    else:
        rel = 1e-12 if name.startswith(("auc_0", "auc_last", "auc_all", "cmax", "t", "clast")) else 1e-10
        assert results[ours][i] == pytest.approx(float(row[name]), rel=rel, abs=1e-12)


def test_what_pknca_leaves_empty_is_the_area_to_the_first_result_below_the_limit() -> None:
    assert cart("linear")["auc_0_28"][8] == pytest.approx(1561.86, rel=1e-12)
    assert cart("lin-up-log-down")["auc_0_28"][8] == pytest.approx(1550.6677513652153, rel=1e-12)


def test_the_file_read_gives_the_numbers_of_the_arrays_bit_for_bit() -> None:
    """Zeros below the limit are results below it, blanks are missing; both doors lead to the same profiles."""
    samples = ck.read(REFERENCE / "cart_9.csv")
    read, arrays = ck.nca(Profiles.from_samples(samples)), cart("linear")
    assert [key.subject_id for key in read.profiles.keys] == [f"CK-000{i}" for i in range(1, 10)]
    for name in arrays.terms:
        assert np.array_equal(read[name], arrays[name], equal_nan=True), name


def test_pkncas_documentation_example() -> None:
    """AUClast by lin-up-log-down, printed as 12.99658."""
    profile = ck.profile(time=[0, 1, 2, 3, 4, 5, 8, 12, 24], conc=[0, 2.5, 3, 2, 1.5, 1.2, 1.1, 0, 0])
    results = ck.nca(profile, NcaRules(auc_method="lin-up-log-down"))
    assert results["auc_last"][0] == pytest.approx(12.99658, rel=0, abs=half_a_unit("12.99658"))


TCELL_TIME = [3.0, 7, 14, 29, 56, 85, 168]
TCELL_CONC = [18998.6, 29261.4, 62113, 10920.7, 729.9, 184.9, 561.2]


def test_tcellncas_profile() -> None:
    """AUC0-28 to four decimals; its λz over the last four points is the same number, flagged for its adjusted R² of -0.04."""
    results = ck.nca(ck.profile([0.0, *TCELL_TIME], [1.0, *TCELL_CONC]), NcaRules(auc_method="lin-up-log-down"))
    assert results["auc_0_28"][0] == pytest.approx(874996.8827, rel=0, abs=half_a_unit("874996.8827"))
    assert results["lambda_z"][0] == pytest.approx(0.015903226, rel=0, abs=half_a_unit("0.015903226"))
    assert results["r2adj"][0] == pytest.approx(-0.04, rel=0, abs=half_a_unit("-0.04"))
    assert results["lambda_z_n"][0] == 4
    assert results.flag("lambda_z", 0) & Flag.LAMBDA_Z_R2ADJ_LOW


def test_tcellncas_profile_with_a_sample_34_days_before_the_infusion_starts_from_zero() -> None:
    """The first trapezoid then loses 1·3/2."""
    results = ck.nca(ck.profile([-34.0, *TCELL_TIME], [50.0, *TCELL_CONC]), NcaRules(auc_method="lin-up-log-down"))
    assert results["auc_0_28"][0] == pytest.approx(874996.8827 - 1.5, rel=0, abs=half_a_unit("874996.8827"))
    assert results.flag("auc_0_28", 0) & Flag.ASSUMED_ZERO_AT_INFUSION
