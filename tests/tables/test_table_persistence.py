"""Persistence at landmarks, worked by hand."""

import numpy as np
import pytest
from cohort import cohort

import cartpk as ck
from cartpk.summary import summarize
from cartpk.tables.persistence import at_landmarks, landmarks, persistence, window_of
from cartpk.tables.table import shown

TIMES = (0.0, 14.0, 26.0, 42.0, 56.0, 90.0)
COURSES = {
    "goes on": [0, 900, 500, 300, 200, 100],  # quantifiable on day 90
    "lost by D28": [0, 900, 0, 0, 0, 0],  # below the limit on day 26, in the window of day 28
    "near D28": [
        0,
        900,
        500,
        0,
        0,
        0,
    ],  # quantifiable on day 26, lost on 42: that is the visit of day 28 and day 30 ends the window
    "between": [0, 900, np.nan, 0, 0, 0],  # nothing near day 28: lost between day 14 and 42
    "left": [0, 900, np.nan, np.nan, np.nan, np.nan],  # followed to day 14
    "never": [0, 0, 0, 0, 0, 0],
}


@pytest.fixture(scope="module")
def results():
    return ck.nca(cohort({"qpcr": list(COURSES.values())}, subjects=list(COURSES), times=TIMES))


def states(results):
    persisting, gone = at_landmarks(results)
    names = [name for name, _ in landmarks(results.rules)]
    subjects = results.profiles.keys.subject.texts()
    word = {(True, False): "here", (False, True): "gone", (False, False): "unknown"}
    return {
        (subjects[i], names[k]): word[bool(persisting[k, i]), bool(gone[k, i])]
        for k in range(len(names))
        for i in range(len(subjects))
    }


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("goes on", "here here here here unknown unknown"),
        ("lost by D28", "gone gone gone gone unknown unknown"),
        ("near D28", "here unknown gone gone unknown unknown"),
        ("between", "unknown unknown gone gone unknown unknown"),
        ("left", "unknown unknown unknown unknown unknown unknown"),
        ("never", "gone gone gone gone unknown unknown"),
    ],
)
def test_a_subject_persists_is_lost_or_is_not_at_risk(results, subject, expected):
    found = states(results)
    assert " ".join(found[subject, name] for name, _ in landmarks(results.rules)) == expected


def test_the_table_counts_those_at_risk_and_those_who_persist(results):
    (stratum,) = summarize(results).strata
    table = persistence(results, stratum)
    texts = [tuple(shown(cell) for cell in row.cells) for row in table.rows]
    assert texts[:3] == [("D28 (day 28)", ""), ("Number at risk", "4"), ("Persisting, n (%)", "2 (50.0)")]
    assert texts[6:9] == [("M2 (day 60)", ""), ("Number at risk", "5"), ("Persisting, n (%)", "1 (20.0)")]
    assert texts[-3:] == [("M12 (day 360)", ""), ("Number at risk", "0"), ("Persisting, n (%)", "NE")]


def test_the_third_month_is_the_horizon_of_that_name():
    assert ("M3", 84.0) in landmarks(ck.NcaRules(horizons={"0_m3": 84}))
    assert [window_of(day) for day in (28, 84, 180, 360)] == [3, 7, 18, 36]
