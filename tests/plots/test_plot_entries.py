"""The figures of a run: all of them, in order, drawn only when asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from drawn import HOSTILE, study, texts

from cartpk.errors import UsageError
from cartpk.nca import nca
from cartpk.plots import FigureEntry, catalogue
from cartpk.plots import subject as subject_file

COVARIATES = {"dose_level": ["DL2", "DL1", "DL1"], "site": ["x", "y", "y"]}
THREE = ("S1", "S2", "S10")


def test_the_cohort_comes_first_and_then_each_subject_by_dose_and_id() -> None:
    p = study(THREE, ("qpcr", "flow"), covariates=COVARIATES)
    entries = list(catalogue(p, nca(p)))
    assert [e.kind for e in entries[:5]] == ["overlay", "mean", "median", "parameters", "persistence"]
    assert [e.subject_id for e in entries] == [""] * 5 + ["S2", "S10", "S1"]
    assert entries[0].title == "All subjects by dose level"
    assert all(e.caption.endswith(".") for e in entries)


def test_every_grouping_has_its_figures_and_the_subjects_can_be_left_out() -> None:
    p = study(THREE, covariates=COVARIATES)
    kinds = [(e.kind, e.title) for e in catalogue(p, nca(p), ("dose_level", "dose_level,site"), "cohort")]
    assert len(kinds) == 9
    assert ("parameters", "Parameters by dose level and site") in kinds
    assert sum(kind == "persistence" for kind, _ in kinds) == 1


def test_without_a_dose_there_is_one_group() -> None:
    p = study(THREE)
    assert next(e.title for e in catalogue(p, nca(p), which="cohort")) == "All subjects"
    assert len(list(catalogue(p, nca(p), (), "cohort"))) == 5


def test_each_infusion_has_its_figures() -> None:
    p = study(("S1",), infusions=(1, 2))
    titles = [e.title for e in catalogue(p, nca(p))]
    assert titles[0] == "All subjects, infusion 1"
    assert titles[-2:] == ["Subject S1, infusion 1", "Subject S1, infusion 2"]


def test_nothing_is_drawn_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = subject_file.sheet
    monkeypatch.setattr(subject_file, "sheet", lambda *a, **k: drawn.append("page") or real(*a, **k))
    p = study(THREE)
    entries = catalogue(p, nca(p))
    assert isinstance(entries, Iterator)
    last = list(entries)[-1]
    assert drawn == []
    last.draw()
    assert drawn == ["page"]


def test_the_caption_is_the_one_on_the_page_and_every_figure_can_be_drawn() -> None:
    p = study(THREE, ("qpcr", "flow"), covariates=COVARIATES)
    for entry in catalogue(p, nca(p), ("dose_level", "site")):
        page = entry.draw()
        page.canvas.draw()
        said = " ".join(texts(page))
        assert entry.caption in said, entry.kind
        assert entry.title in said


def test_a_wrong_column_is_refused_before_anything_is_drawn() -> None:
    p = study(THREE, covariates=COVARIATES)
    with pytest.raises(UsageError, match="there is no covariate 'dose_levl'; near it: dose_level"):
        catalogue(p, nca(p), "dose_levl")
    with pytest.raises(UsageError, match="which is 'some', not all or cohort"):
        catalogue(p, nca(p), which="some")  # type: ignore[arg-type]


def test_ids_come_through_to_the_letter() -> None:
    p = study(HOSTILE)
    assert {e.subject_id for e in catalogue(p, nca(p)) if e.kind == "individual"} == set(HOSTILE)


def test_an_entry_is_frozen() -> None:
    entry = FigureEntry("overlay", "t", "c", "", lambda: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(AttributeError):
        entry.title = "x"  # type: ignore[misc]
