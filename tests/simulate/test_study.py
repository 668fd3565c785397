from __future__ import annotations

from pathlib import Path

import pytest

from cartpk.errors import OutputError
from cartpk.simulate import simulate


def test_truth_has_a_row_for_each_subject_and_assay() -> None:
    truth = simulate(12, seed=1).truth
    assert truth["subject_id"].tolist() == [f"S{i:02d}" for i in range(1, 13) for _ in range(2)]
    assert truth["assay"].tolist() == ["flow", "qpcr"] * 12
    assert (truth["cmax"] > 0).all()
    assert truth["cmax2"].notna().sum() == truth["archetype"].eq("second peak").sum()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "counts.csv"
    with pytest.raises(OutputError, match=r"nowhere.*cannot be written"):
        simulate(1, seed=1).to_csv(place)


def test_no_half_written_file_stays(tmp_path: Path) -> None:
    simulate(3, seed=1).write(tmp_path / "counts.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["counts.csv", "counts_truth.csv"]


def test_a_study_says_what_it_is_in_a_notebook() -> None:
    study = simulate(2, seed=1)
    assert repr(study) in study._repr_html_()


def test_ids_have_as_many_digits_as_the_last_one_needs() -> None:
    assert simulate(9, seed=1).subject_ids[0] == "S01"
    assert simulate(100, seed=1).subject_ids[0] == "S001"
