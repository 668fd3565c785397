import numpy as np
import pytest
from factories import HEADER, course, samples_from

from cartpk.checks import check
from cartpk.rules import NcaRules
from cartpk.samples import Exclusion

HEAD = "subject_id,time,value,unit,lloq,infusion\n"


def numbered(times, infusion, subject="S01") -> str:
    return "".join(f"{subject},{t},{100 + i},cells/uL,1,{infusion}\n" for i, t in enumerate(times))


def test_a_course_that_begins_after_a_horizon_is_a_warning_that_names_it(found):
    (fault,) = found("W-COURSE-LATE-START", HEADER + course(times=(0, 60, 90, 120), values=("BLQ", 900, 100, "BLQ")))
    assert (fault.severity, fault.row, fault.value) == ("warning", 3, "60")
    assert "day 60, so all of 0_28 lies before it" in fault.message


def test_a_course_without_a_sample_in_two_weeks_is_a_warning(found):
    text = HEADER + course(times=(0, 15, 28, 90), values=("BLQ", 900, 100, "BLQ"))
    (fault,) = found("W-COURSE-LATE-START", text)
    assert "the first two weeks" in fault.message
    assert not found("W-COURSE-LATE-START", text.replace("S01,15", "S01,14"))
    assert found("W-COURSE-LATE-START", text, rules=NcaRules(horizons={"0_10": 10.0}))
    assert not found("W-COURSE-LATE-START", text, rules=NcaRules(horizons={}))


def test_samples_without_a_result_do_not_begin_a_course(found):
    text = HEADER + course(times=(0, 7, 28, 90), values=("BLQ", "", 100, "BLQ"))
    assert [f.value for f in found("W-COURSE-LATE-START", text)] == ["28"]


def test_a_further_infusion_on_days_of_the_study_is_an_error(found):
    text = HEAD + numbered((0, 7, 14, 28, 90), 1) + numbered((120, 127, 134), 2)
    (fault,) = found("E-INFUSION-STUDY-DAYS", text)
    assert (fault.row, fault.value) == (7, "120")
    assert "Infusion 2" in fault.message
    assert "infusion 1 its last on day 90" in fault.message
    assert not found("W-COURSE-LATE-START", text)
    excluded = [Exclusion("wrong days", subject_id="S01", infusion=2)]
    assert not found("E-INFUSION-STUDY-DAYS", text, exclusions=excluded)


@pytest.mark.parametrize(
    "second",
    [(0, 7, 14, 28, 200), (-7, 120, 200), (7, 100), (14, 120), (28, 56), (0.04, 1, 3)],
    ids=["own days", "before", "early", "day 14", "inside the first", "hours"],
)
def test_a_further_infusion_on_its_own_days_passes(found, second):
    assert not found("E-INFUSION-STUDY-DAYS", HEAD + numbered((0, 7, 14, 28, 90), 1) + numbered(second, 2))


def test_other_subjects_and_missing_infusions_are_not_compared(found):
    text = HEAD + numbered((0, 7, 14), 1) + numbered((60, 90), 3) + numbered((60, 90), 2, "S02")
    assert not found("E-INFUSION-STUDY-DAYS", text)


def test_simulated_retreatment_never_looks_like_days_of_the_study():
    """100 studies with one to three infusions, each sampled from its own day 0 with windows."""
    rng = np.random.default_rng(5)
    days = np.array([0, 1, 3, 7, 10, 14, 21, 28, 42, 56, 90])
    for _ in range(100):
        text = HEAD
        for s in range(4):
            for k in range(1, rng.integers(1, 4) + 1):
                kept = days[rng.random(len(days)) > 0.3]
                times = np.sort(kept + rng.uniform(-0.2, 0.2, len(kept)))
                text += numbered([f"{t:.2f}" for t in times], k, f"S{s}")
        faults = [f for f in check(samples_from(text)) if f.rule == "E-INFUSION-STUDY-DAYS"]
        assert not faults
