from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from cartpk.errors import UsageError
from cartpk.simulate import ARCHETYPES, SEED, Study, simulate
from cartpk.simulate.design import COLUMNS

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(study: Study, archetype: str) -> int:
    return int(np.flatnonzero([ARCHETYPES[a].name == archetype for a in study.archetype])[0])


def test_the_sample_files_are_what_the_function_makes(tmp_path: Path) -> None:
    counts, truth = simulate(9, seed=SEED).write(tmp_path / "counts.csv")
    assert truth.name == "counts_truth.csv"
    assert counts.read_bytes() == (SAMPLE / "counts.csv").read_bytes()
    assert truth.read_bytes() == (SAMPLE / "counts_truth.csv").read_bytes()


def test_the_readme_of_the_sample_names_the_seed() -> None:
    assert f"--seed {SEED} -o data/sample/counts.csv" in (SAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_sample_study_holds_what_a_real_one_does() -> None:
    rows = rows_of(SAMPLE / "counts.csv")
    assert tuple(rows[0]) == COLUMNS
    assert {r["subject_id"] for r in rows} == {f"S0{i}" for i in range(1, 10)}
    assert len({r["dose_level"] for r in rows}) == 3
    assert len({r["indication"] for r in rows}) == 5
    assert {(r["assay"], r["unit"]) for r in rows} == {("flow", "cells/uL"), ("qpcr", "copies/ug gDNA")}
    assert {r["lloq"] for r in rows if r["assay"] == "qpcr"} == {"50", "25"}
    assert {r["lloq"] for r in rows if r["assay"] == "flow"} == {"1"}
    assert {"BLQ", "<50", "<25", "<1"} < {r["value"] for r in rows}
    assert sum(r["value"] == "" for r in rows) == 2
    assert any(r["time"] != r["time_nominal"] for r in rows)
    assert max(float(r["time"]) for r in rows if r["subject_id"] == "S07") == 28
    non_expander = [r["value"] for r in rows if r["subject_id"] == "S06" and r["assay"] == "flow"]
    assert set(non_expander) <= {"BLQ", "<1", ""}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    digests = []
    for name, seed in (("a.csv", 5), ("b.csv", 5), ("c.csv", 6)):
        digests.append(hashlib.sha256(simulate(20, seed=seed).to_csv(tmp_path / name).read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]


def test_the_stream_of_numbers_is_the_documented_one() -> None:
    """PCG64's doubles are fixed for ever; should they change, the sample would be another study."""
    first = np.random.Generator(np.random.PCG64(73)).random(2)
    assert first.tolist() == [0.49263618928819286, 0.3033675378614302]


def test_a_larger_study_begins_with_the_subjects_of_a_smaller_one() -> None:
    small, large = simulate(7, seed=3), simulate(40, seed=3)
    first = large.subject < 7
    assert np.array_equal(small.value, large.value[first], equal_nan=True)
    assert np.array_equal(small.time, large.time[first])
    assert small._tails() == large._tails()[:7]


@pytest.mark.parametrize("subjects", [1, 2, 8, 9, 10, 100])
def test_any_number_of_subjects_has_rows_in_order_without_repetition(subjects: int) -> None:
    study = simulate(subjects, seed=11)
    keys = list(zip(study.subject.tolist(), study.assay.tolist(), study.time.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert len(set(study.subject.tolist())) == subjects == len(study)


def test_every_nine_subjects_hold_every_archetype() -> None:
    study = simulate(90, seed=2)
    assert np.array_equal(np.sort(study.archetype.reshape(10, 9), axis=1), np.tile(np.arange(9), (10, 1)))


def test_the_non_expander_is_never_quantifiable_by_flow() -> None:
    study = simulate(9 * 300, seed=4)
    non_expander = np.array([ARCHETYPES[a].name == "non-expander" for a in study.archetype])
    flow = non_expander[study.subject] & (study.assay == 0)
    assert np.all(study.blq[flow] | np.isnan(study.value[flow]))


def test_the_one_who_left_has_no_sample_after_day_28s_window() -> None:
    study = simulate(90, seed=4)
    left = np.array([ARCHETYPES[a].last_visit == 28 for a in study.archetype])
    assert study.time[left[study.subject]].max() <= 30
    assert study.time[~left[study.subject]].max() > 90


def test_without_noise_a_value_is_the_true_curve_as_printed() -> None:
    study = simulate(9, seed=SEED, noise=0)
    i = named(study, "second peak")
    rows = (study.subject == i) & (study.assay == 1) & ~np.isnan(study.value)
    true = study.curves.over_visits().value(study.time[rows].astype(float)[None, :])[i]
    assert np.array_equal(study.value[rows], np.rint(true))


def test_dose_slope_moves_the_truth_by_the_dose_and_nothing_else() -> None:
    flat, sloped = simulate(9, seed=8), simulate(9, seed=8, dose_slope=1.0)
    ratio = sloped.curves.cmax / flat.curves.cmax
    assert ratio == pytest.approx(np.repeat([1 / 3, 1, 10 / 3], 3), rel=1e-12)
    assert np.array_equal(flat.curves.tmax, sloped.curves.tmax)


def test_impossible_numbers_are_refused_all_at_once() -> None:
    with pytest.raises(UsageError, match=r"subjects is 0.*seed is -1.*dose_slope is 9.*noise is -1"):
        simulate(0, seed=-1, dose_slope=9, noise=-1)
