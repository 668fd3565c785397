"""What the blocks enter, and what stands for a profile that none enters."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.reasons import Flag, Reason


def results():
    """The first profile has no result, the second is an ordinary course, the third is never quantifiable."""
    return ck.nca(
        ck.Profiles.from_arrays(
            time=[0, 7, 0, 7, 14, 28, 42, 90, 0, 7],
            conc=[np.nan, np.nan, 0, 900, 300, 160, 80, 10, 1, 1],
            offsets=[0, 2, 8, 10],
            lloq=50,
        )
    )


def test_a_profile_without_a_result_has_a_reason_no_flag_and_no_row_anywhere():
    r = results()

    for name in r.terms:
        assert r.reason(name, 0) is Reason.NO_MEASURED_SAMPLE, name
        assert r.flag(name, 0) is Flag.NONE, name
    for name, rows in r.rows.items():
        assert rows.last[0] == -1, name
        assert rows.first[0] in (-1, 0), name  # 0: the first row of the profile, where a set begins there
        assert rows.of(0).tolist() == [], name


def test_rows_are_flat_rows_of_the_profiles_given_and_minus_one_where_there_is_none():
    r = results()

    assert r.rows_of("cmax", 1).tolist() == [3]
    assert r.rows_of("lambda_z", 1).tolist() == [4, 5, 6]
    assert r.rows_of("t_blq", 1).tolist() == [7]
    assert {r.rows[name].last[2] for name in ("late_peak", "last", "contraction", "reexpansion")} == {-1}
    peak = r.row_set("cmax")
    assert peak.first.tolist() == peak.last.tolist() == [-1, 3, 9]  # a zero is made from the samples after the infusion


def test_columns_have_small_whole_types():
    r = results()

    assert {column.dtype for column in r.reasons.values()} == {np.dtype(np.uint8)}
    assert {column.dtype for column in r.flags.values()} == {np.dtype(np.uint32)}
    assert {rows.last.dtype for rows in r.rows.values()} == {np.dtype(np.int32)}


def test_no_profile_at_all_gives_columns_of_no_length():
    none = ck.nca(results().profiles[0:0])

    assert len(none) == 0
    for name in none.terms:
        assert none[name].shape == (0,), name
        assert none.reasons[name].shape == (0,), name
        assert none.reasons[name].dtype == np.uint8, name


def test_what_is_no_profiles_is_refused_with_the_way_to_make_them():
    with pytest.raises(ck.UsageError) as error:
        ck.nca("counts.csv")

    assert str(error.value) == "nca takes Profiles, not str: Profiles.from_samples(samples) makes them"
