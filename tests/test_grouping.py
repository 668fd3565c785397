"""Groups: their columns, their order, and words that are ours and not the data's."""

import numpy as np
import pytest
from cohort import cohort

from cartpk.errors import UsageError
from cartpk.grouping import TOTAL, Layout, columns_of, group_profiles, levels_in_order

LEVELS = {"dose_level": ["3e6", "1e7", "1e6", "1e6", ""], "sex": ["M", "F", "F", "M", "M"]}


def test_levels_that_begin_with_a_number_stand_by_it_and_blank_ones_last():
    for levels, ordered in (
        (["3e6 cells/kg", "1e7 cells/kg", "1e6 cells/kg"], ("1e6 cells/kg", "3e6 cells/kg", "1e7 cells/kg")),
        (["1×10⁷", "3×10⁶", "1×10⁶"], ("1×10⁶", "3×10⁶", "1×10⁷")),
        (["DL10", "DL2", "DL1"], ("DL1", "DL2", "DL10")),
        (["65+", "", "18-65"], ("18-65", "65+", "(missing)")),
    ):
        profiles = cohort({"qpcr": [[0, 900, 4000, 400, 0]] * 3}, covariates={"cohort": levels})
        assert levels_in_order(profiles, "cohort") == ordered


def test_dose_levels_stand_by_dose():
    names = ["low", "middle", "high"]
    profiles = cohort(
        {"qpcr": [[0, 9, 9, 9, 9]] * 3}, covariates={"dose_level": names, "sex": names}, dose=[1e6, 3e6, 1e7]
    )
    assert levels_in_order(profiles, "dose_level") == ("low", "middle", "high")
    assert levels_in_order(profiles, "sex") == ("high", "low", "middle")


def test_crossed_groups_are_those_that_somebody_is_in_with_the_total_last():
    groups = group_profiles(cohort(covariates=LEVELS), ("dose_level", "sex")).groups
    assert [g.text for g in groups] == ["1e6, F", "1e6, M", "3e6, M", "1e7, F", "(missing), M", "Total"]
    assert groups[0].under(("sex", "weight", "dose_level")) == ("F", "Total", "1e6")


def test_a_level_that_is_spelled_like_our_words_is_told_apart():
    profiles = cohort(covariates={"arm": ["Total", "(missing)", "", "A", "A"]})
    assert [g.text for g in group_profiles(profiles, ("arm",)).groups] == [
        '"(missing)"', "A", '"Total"', "(missing)", "Total",
    ]  # fmt: skip
    assert group_profiles(profiles, ("arm",)).groups[-1] == TOTAL


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("dose_levl", "there is no covariate 'dose_levl'; near it: dose_level"),
        ("weight", "there is no covariate 'weight'; there are: dose_level, sex"),
        ("sex,sex", "'sex' is named twice"),
        (("dos_level", "sx"), "'dos_level'; near it: dose_level; there is no covariate 'sx'; near it: sex"),
    ],
)
def test_a_column_that_is_not_there_is_refused_with_those_near_it(by, message):
    with pytest.raises(UsageError) as caught:
        columns_of(by, cohort(covariates=LEVELS).covariates)
    assert message in str(caught.value)


def test_columns_are_one_name_or_several():
    covariates = cohort(covariates={**LEVELS, "a,b": ["1"] * 5}).covariates
    assert columns_of(None, covariates) == ()
    assert columns_of(" sex , dose_level", covariates) == columns_of(("sex", "dose_level"), covariates)
    assert columns_of("a,b", covariates) == ("a,b",)
    with pytest.raises(UsageError, match="column of the summary itself"):
        columns_of("sex", covariates, taken=("sex",))
    with pytest.raises(UsageError, match="there is no covariate, so none named 'sex'"):
        columns_of("sex", {})


def test_subjects_are_counted_once_a_stratum():
    profiles = cohort(
        {"qpcr": [[0, 9, 9, 9, 9]] * 3, "flow": [[0, 9, 9, 9, 9]] * 3}, covariates={"sex": ["M", "F", "F"]}
    )
    layout = Layout.of(profiles, "sex", 3)
    assert [s.assay for s in layout.strata] == ["flow", "qpcr"]
    np.testing.assert_array_equal(layout.subjects, [[2, 1, 3], [2, 1, 3]])
