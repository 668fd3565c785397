"""Published answers beyond the cases that ship with the package (tests/qualification): the two doors agree, flags are set."""

from __future__ import annotations

import numpy as np
import pytest

import cartpk as ck
from cartpk import Flag, NcaRules, Profiles
from cartpk.qualification.shipped import path_of, rows_of


def test_the_file_read_gives_the_numbers_of_the_arrays_bit_for_bit() -> None:
    """Zeros below the limit are results below it, blanks are missing; both doors lead to the same profiles."""
    rows = rows_of("cart_9.csv")
    subjects = list(dict.fromkeys(row["subject_id"] for row in rows))
    sizes = [sum(row["subject_id"] == subject for row in rows) for subject in subjects]
    arrays = ck.nca(
        Profiles.from_arrays(
            time=[float(row["time"]) for row in rows],
            conc=[float(row["value"] or "nan") for row in rows],
            offsets=np.concatenate([[0], np.cumsum(sizes)]),
            lloq=50.0,
        )
    )
    with path_of("cart_9.csv") as path:
        read = ck.nca(Profiles.from_samples(ck.read(path)))
    assert [key.subject_id for key in read.profiles.keys] == [f"CK-000{i}" for i in range(1, 10)]
    for name in arrays.terms:
        assert np.array_equal(read[name], arrays[name], equal_nan=True), name


@pytest.mark.parametrize(("method", "area"), [("linear", 1561.86), ("lin-up-log-down", 1550.6677513652153)])
def test_what_pknca_leaves_empty_is_the_area_to_the_first_result_below_the_limit(method: str, area: float) -> None:
    with path_of("cart_9.csv") as path:
        results = ck.nca(Profiles.from_samples(ck.read(path)), NcaRules(auc_method=method))  # type: ignore[arg-type]
    assert results["auc_0_28"][8] == pytest.approx(area, rel=1e-12)


def test_the_terminal_line_of_tcellncas_profile_is_flagged_for_its_adjusted_r2_alone() -> None:
    time, conc = [0.0, 3, 7, 14, 29, 56, 85, 168], [1.0, 18998.6, 29261.4, 62113, 10920.7, 729.9, 184.9, 561.2]
    results = ck.nca(ck.profile(time, conc), NcaRules(auc_method="lin-up-log-down"))
    assert results.flag("lambda_z", 0) & Flag.LAMBDA_Z_R2ADJ_LOW
    assert results["r2adj"][0] == pytest.approx(-0.0414178, rel=1e-5)
