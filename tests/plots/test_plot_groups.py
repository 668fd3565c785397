"""Who is drawn where, and in which colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import study

from cartpk.errors import UsageError
from cartpk.labels import Labels
from cartpk.plots.colours import GREY, NEUTRAL, dose_colours
from cartpk.plots.groups import default_by, doses_of, group_colour, groups_of, panels_of

THREE = ("S1", "S2", "S3")


def test_dose_levels_are_ordered_by_dose_and_named_with_it() -> None:
    doses = doses_of(study(THREE, covariates={"dose_level": ["B", "C", "A"]}, dose=[1e6, 3e6, 1e7]))
    assert doses.levels == ("B", "C", "A")
    assert doses.names == ("B (10⁶ cells/kg)", "C (3×10⁶ cells/kg)", "A (10⁷ cells/kg)")
    assert [doses.colour(i) for i in range(3)] == list(dose_colours(3))


def test_without_levels_the_doses_themselves_are_the_levels_where_they_are_few() -> None:
    doses = doses_of(study(THREE, dose=[1e7, 1e6, 1e7]))
    assert doses.levels == ("10⁶ cells/kg", "10⁷ cells/kg")
    assert doses.text(0) == "Dose 10⁷ cells/kg"
    many = tuple(f"S{k}" for k in range(9))
    assert doses_of(study(many, dose=[1e6 + k for k in range(9)])).levels == ()


def test_without_any_dose_there_is_one_neutral_colour() -> None:
    doses = doses_of(study(THREE))
    assert {doses.colour(i) for i in range(3)} == {NEUTRAL}
    assert doses.text(0) == ""


def test_a_subject_whose_dose_is_not_given_is_grey_among_others() -> None:
    doses = doses_of(study(THREE, covariates={"dose_level": ["DL1", "", "DL2"]}))
    assert [doses.colour(i) for i in range(3)] == [dose_colours(2)[0], GREY, dose_colours(2)[1]]


def test_groups_are_by_a_column_by_several_or_all_in_one() -> None:
    p = study(THREE, covariates={"dose_level": ["DL1", "DL2", "DL2"], "sex": ["F", "M", "F"]})
    assert groups_of(p, None).labels == ("All subjects",)
    assert groups_of(p, "sex").labels == ("F", "M")
    assert groups_of(p, "dose_level,sex").labels == ("DL1, F", "DL2, F", "DL2, M")
    assert groups_of(p, "dose_level").by_dose
    assert not groups_of(p, "sex").by_dose
    assert default_by(p) == "dose_level"
    assert default_by(study(THREE)) is None


def test_only_dose_groups_have_a_colour_of_their_own() -> None:
    p = study(THREE, covariates={"dose_level": ["DL1", "DL2", ""], "sex": ["F", "M", "F"]})
    doses, groups = doses_of(p), groups_of(p, "dose_level")
    assert [group_colour(groups, g, doses) for g in range(3)] == [*dose_colours(2), GREY]
    assert group_colour(groups_of(p, "sex"), 0, doses) not in dose_colours(7)


def test_an_unknown_column_is_told_with_a_near_one() -> None:
    with pytest.raises(UsageError, match="there is no covariate 'sexx'; near it: sex"):
        groups_of(study(THREE, covariates={"sex": ["F", "M", "F"]}), "sexx")


def test_a_panel_is_an_assay_in_a_matrix() -> None:
    p = study(("S1", "S2"), ("qpcr", "flow"))
    marrow = replace(p, keys=replace(p.keys, matrix=Labels.of(["BLOOD", "BLOOD", "MARROW", "BLOOD"])))
    assert [panel.title for panel in panels_of(p, infusion=1)] == ["flow", "qpcr"]
    assert [panel.title for panel in panels_of(marrow, infusion=1)] == ["flow · blood", "qpcr · blood", "qpcr · marrow"]
    assert panels_of(marrow, infusion=1, matrix="MARROW")[0].members.tolist() == [2]
    with pytest.raises(UsageError, match="nothing to draw for infusion 1, assay 'elisa'; there is: assay 'flow'"):
        panels_of(p, infusion=1, assay="elisa")


def test_panels_of_nobody_are_refused_in_words() -> None:
    with pytest.raises(UsageError, match="there is: no profile at all"):
        panels_of(study(), infusion=1, among=np.empty(0, np.int64))
