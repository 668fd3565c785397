"""Profiles on flat arrays."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.samples import Exclusion

HEADER = "subject_id,time,value,unit,lloq,assay\n"


def arrays(**changes):
    given = {"time": [0, 1, 0, 2, 5], "conc": [0, 9, 0, 8, 7], "offsets": [0, 2, 5], "lloq": 5.0}
    return ck.Profiles.from_arrays(**{**given, **changes})


def test_a_slice_and_an_index_are_profiles_again():
    p = arrays()

    assert len(p[1:]) == len(p[1]) == len(p[-1]) == 1
    np.testing.assert_array_equal(p[1].time, [0, 2, 5])
    assert p[1].keys[0].subject_id == "2"


def test_blocks_cover_every_profile_once():
    p = ck.Profiles.from_arrays(np.tile([0.0, 1, 2], 50), np.ones(150), np.arange(0, 151, 3))

    assert sum(len(b) for b in p.blocks(rows=10)) == 50
    assert [k.subject_id for b in p.blocks(rows=10) for k in b.keys] == [str(i + 1) for i in range(50)]


def test_rows_in_any_order_are_sorted_and_remember_where_they_stood():
    p = ck.Profiles.from_arrays([5, 0, 2], [7, 0, 8], [0, 3])

    np.testing.assert_array_equal(p.time, [0, 2, 5])
    np.testing.assert_array_equal(p.record, [1, 2, 0])


def test_arrays_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        arrays().time[0] = 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"offsets": [0, 2, 4]}, "whole numbers that rise"),
        ({"offsets": [0, 2, 2, 5]}, "whole numbers that rise"),
        ({"conc": [0, -9, 0, 8, 7]}, "conc is -9"),
        ({"conc": [0, np.inf, 0, 8, 7]}, "conc is inf"),
        ({"conc": [0, 9, 0, 8]}, "time has 5 values and conc 4"),
        ({"conc": [0, 1e300, 0, 8, 7]}, "from 1e-30 to 1e"),
        ({"time": 5, "conc": 5, "offsets": [0, 1]}, "time has shape"),
        ({"conc": ["a", 0, 0, 8, 7]}, "conc is not a sequence of numbers"),
        ({"offsets": [0, 1.5, 5]}, "whole numbers"),
        ({"blq": ["no"] * 5}, "blq must be True or False"),
        ({"lloq": [1, 2]}, "lloq has shape"),
        ({"dose": -5}, "dose must be above 0"),
        ({"time": [0, np.nan, 0, 2, 5]}, "not a finite number at index 1"),
        ({"time": [0, 0, 0, 2, 5]}, "two samples at time 0"),
        ({"lloq": 0.0}, "lloq must be from 1e-30"),
    ],
)
def test_arrays_that_are_no_profiles_are_refused(changes, message):
    with pytest.raises(ck.UsageError, match=message):
        arrays(**changes)


def test_samples_become_profiles_by_subject_assay_and_infusion_in_natural_order(read_text):
    rows = "S10,0,0,cells/uL,1,flow\nS2,7,90,cells/uL,1,flow\nS2,0,0,copies/ug gDNA,50,qpcr\nS2,0,<1,cells/uL,1,flow\n"
    p = ck.Profiles.from_samples(read_text(HEADER + rows))

    assert [(k.subject_id, k.assay) for k in p.keys] == [("S2", "flow"), ("S2", "qpcr"), ("S10", "flow")]
    np.testing.assert_array_equal(p.record, [5, 3, 4, 2])
    np.testing.assert_array_equal(p.blq, [True, False, True, True])


def test_samples_with_errors_never_become_profiles(read_text):
    with pytest.raises(ck.SamplesError, match="E-VALUE-NEGATIVE"):
        ck.Profiles.from_samples(read_text(HEADER + "S1,0,-3,cells/uL,1,flow\n"))


def test_a_row_said_twice_counts_once(read_text):
    p = ck.Profiles.from_samples(read_text(HEADER + "S1,7,90,cells/uL,1,flow\nS1,7,90,cells/uL,1,flow\n"))

    assert p.record.tolist() == [2]


def test_excluded_rows_stay_marked_with_their_reason(read_text):
    samples = read_text(HEADER + "S1,0,0,cells/uL,1,flow\nS1,7,90,cells/uL,1,flow\nS1,9,,cells/uL,1,flow\n")
    samples = samples.excluding([Exclusion(subject_id="S1", time=7.0, reason="clotted")])
    p = ck.Profiles.from_samples(samples)

    assert p.excluded.tolist() == [-1, 0, -1]
    assert p.exclusion_reasons == ("clotted",)
    assert p.missing.tolist() == [False, False, True]
    assert p.measured.tolist() == [True, False, False]


def test_a_subject_excluded_whole_is_still_reported_with_its_reason(read_text):
    samples = read_text(HEADER + "S1,7,90,cells/uL,1,flow\nS2,7,80,cells/uL,1,flow\n")
    r = ck.nca(ck.Profiles.from_samples(samples.excluding([Exclusion(subject_id="S1", reason="withdrew")])))

    assert r.reason("cmax", 0) is ck.Reason.EXCLUDED
    assert r["cmax"][1] == 80


def test_the_unit_of_a_profile_is_the_first_given_or_its_assays(read_text):
    text = "subject_id,time,value,unit,lloq,assay\nS1,0,,,1,flow\nS1,7,90,cells/uL,1,flow\nS2,0,,,1,flow\nS1,7,90,copies/mL,50,qpcr\n"
    p = ck.Profiles.from_samples(read_text(text))

    assert [(k.subject_id, k.assay) for k in p.keys] == [("S1", "flow"), ("S1", "qpcr"), ("S2", "flow")]
    assert p.unit.texts() == ["cells/uL", "copies/mL", "cells/uL"]


def test_a_later_infusion_ends_the_course_before(read_text):
    text = "subject_id,time,value,unit,infusion\nS1,7,90,cells/uL,1\nS1,7,80,cells/uL,2\nS2,7,80,cells/uL,1\n"
    p = ck.Profiles.from_samples(read_text(text))

    assert p.ended_by_infusion.tolist() == [True, False, False]


def test_a_profile_shows_itself():
    assert repr(ck.profile(time=[0, 7], conc=[1, 900], lloq=50)).splitlines() == [
        "Profiles: 1 profiles, 2 samples",
        "  1  BLOOD infusion 1: 2 samples, day 0 to 7, 1 BLQ",
    ]


def test_what_is_not_profiles_is_refused_with_the_remedy():
    with pytest.raises(ck.UsageError, match="from_samples"):
        ck.nca("counts.csv")


def test_results_cannot_be_written_to():
    results = ck.nca(arrays())
    with pytest.raises(ValueError, match="read-only"):
        results["cmax"][0] = 1
