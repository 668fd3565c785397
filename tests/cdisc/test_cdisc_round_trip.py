"""The data sets of a run, read by cartpk as input again: the same parameters, to the last bit, where they hold what the input held."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import cartpk as ck
from cartpk.plan import Plan

QUICK = {"formats": ("csv", "xpt"), "figures": "none"}
HEAD = "subject_id,assay,matrix,infusion,time,time_nominal,visit,value,unit,lloq"
PLANNED = {0: "<50", 3: "BLQ", 7: "900", 10.5: "4200.123456789", 14: "1300", 28: "160", 42: "", 56: "71.3", 90: "<50"}
PLAN = '[report]\nstudy = "X-1"\n'

Parameters = dict[tuple[str, ...], dict[str, str]]


def study(late: float = 0.0) -> str:
    """Two subjects by two assays; results are taken `late` days after the planned time."""
    rows = [HEAD]
    for subject, factor in (("S1", 1.0), ("S-2", 0.37)):
        for assay, unit in (("qpcr", "copies/ug gDNA"), ("ddpcr", "copies/ug gDNA")):
            for day, text in PLANNED.items():
                value = repr(float(text) * factor) if text[:1].isdigit() else text
                time = day + late if day else 0
                rows.append(f"{subject},{assay},BLOOD,1,{time!r},{day!r},Day {day:g},{value},{unit},50")
    return "\n".join(rows) + "\n"


def analysed(path: Path, out: Path, plan: str = PLAN) -> ck.Run:
    return ck.analyze(path, plan=Plan.from_text(plan), out=out, **QUICK)


def parameters(run: ck.Run) -> Parameters:
    """Value, unit, reason and flags by subject, assay (by its short name), matrix, infusion and parameter."""
    with (run.out / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (r["subject_id"], r["assay"].upper(), r["matrix"], r["infusion"], r["parameter"]): {
            name: r[name] for name in ("value", "unit", "reason", "flags", "n_records")
        }
        for r in rows
    }


@pytest.fixture(scope="module")
def on_time(tmp_path_factory: pytest.TempPathFactory) -> ck.Run:
    folder = tmp_path_factory.mktemp("round-trip")
    (folder / "counts.csv").write_text(study(), encoding="utf-8", newline="")
    return analysed(folder / "counts.csv", folder / "run")


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> ck.Run:
    folder = tmp_path_factory.mktemp("round-trip-late")
    (folder / "counts.csv").write_text(study(0.3125), encoding="utf-8", newline="")
    return analysed(folder / "counts.csv", folder / "run")


def test_pc_gives_the_same_parameters_where_samples_were_taken_as_planned(on_time: ck.Run, tmp_path: Path) -> None:
    plan = PLAN + '[input.columns]\ntime = "PCELTM"\n'
    again = analysed(on_time.out / "cdisc" / "pc.xpt", tmp_path / "again", plan)

    assert parameters(again) == parameters(on_time)


def test_pc_without_a_column_for_the_time_is_refused_by_name(on_time: ck.Run, tmp_path: Path) -> None:
    with pytest.raises(ck.SamplesError, match="There is no column time"):
        analysed(on_time.out / "cdisc" / "pc.xpt", tmp_path / "again")


def test_two_infusions_in_pc_are_never_read_as_one_course(tmp_path: Path) -> None:
    rows = "".join(
        f"S1,qpcr,BLOOD,{k},{day + k / 4},{day + k / 4},,{value * k},copies/ug gDNA,50\n"
        for k in (1, 2)
        for day, value in ((7, 900), (14, 300), (28, 80))
    )
    (tmp_path / "counts.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8", newline="")
    run = analysed(tmp_path / "counts.csv", tmp_path / "run")

    for column in ("PCELTM", "PCTPTNUM"):
        with pytest.raises(ck.SamplesError, match='PCTPTREF is "INFUSION 1" and "INFUSION 2"'):
            analysed(run.out / "cdisc" / "pc.xpt", tmp_path / "again", PLAN + f'[input.columns]\ntime = "{column}"\n')
    with pytest.raises(ck.SamplesError, match="A sample has no time"):
        analysed(run.out / "cdisc" / "adnca.xpt", tmp_path / "again")


@pytest.mark.parametrize("name", ["on_time", "late"])
def test_adnca_gives_the_same_parameters_with_the_actual_times(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run: ck.Run = request.getfixturevalue(name)
    again = analysed(run.out / "cdisc" / "adnca.xpt", tmp_path / "again")

    ours, theirs = parameters(run), parameters(again)
    assert {k: v["value"] for k, v in theirs.items()} == {k: v["value"] for k, v in ours.items()}
    assert {k: v["unit"] for k, v in theirs.items()} == {k: v["unit"] for k, v in ours.items()}


def test_a_result_below_the_limit_within_the_expansion_is_lost_to_adnca_and_changes_nothing_else(
    tmp_path: Path,
) -> None:
    values = {0: "<50", 1: "66", 3: "<50", 5: "200", 7: "1114", 10: "4000", 14: "900", 28: "120"}
    rows = "".join(f"S1,qpcr,BLOOD,1,{d},{d},,{v},copies/ug gDNA,50\n" for d, v in values.items())
    (tmp_path / "counts.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8", newline="")
    run = analysed(tmp_path / "counts.csv", tmp_path / "run")
    ours, theirs = parameters(run), parameters(analysed(run.out / "cdisc" / "adnca.xpt", tmp_path / "again"))

    assert {k[-1] for k in ours if ours[k]["value"] != theirs[k]["value"]} == {
        "expansion_rate", "expansion_n", "expansion_r2", "doubling_time", "fold_expansion",
    }  # fmt: skip


def test_the_actual_times_of_late_samples_stand_in_supppc(late: ck.Run) -> None:
    with (late.out / "cdisc" / "supppc.csv").open(encoding="utf-8", newline="") as file:
        times = {r["QVAL"] for r in csv.DictReader(file)}

    assert times == {"P0D"} | {f"P{day + 0.3125:g}D" for day in PLANNED if day}
