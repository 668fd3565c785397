"""Models in a run: what is written, told, compared and computed again; and nothing of it where none is asked for."""

from __future__ import annotations

import csv
import json
import math
import pickle
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest

import cartpk as ck
from cartpk.errors import RulesError, UsageError
from cartpk.models import MODELS
from cartpk.results import LONG_COLUMNS
from cartpk.tables.catalogue import catalogue
from cartpk.verify import recompute

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
PLAN = """
[models]
names = ["stein", "auto"]
starts = 3

[models.stein]
beta = { fixed = 0.0032 }

[report]
formats = ["csv", "xlsx"]
figures = "none"
"""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_subjects(tmp_path: Path, last: str = "S02") -> Path:
    """The sample study up to a subject."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "counts.csv"
    kept = [lines[0], *(line for line in lines[1:] if line.split(",")[0] <= last)]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ck.Run:
    folder = tmp_path_factory.mktemp("models")
    plan = folder / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    return ck.analyze(SAMPLE, plan=plan, out=folder / "run", command="cartpk analyze")


def test_fits_have_the_columns_of_parameters_with_the_model_in_front(run: ck.Run) -> None:
    parameters, fits = (list(rows_of(run.out / name)[0]) for name in ("parameters.csv", "fits.csv"))
    place = parameters.index("parameter")
    assert fits == [*parameters[:place], "model", *parameters[place:]]
    assert tuple(fits[place + 1 :]) == LONG_COLUMNS


def test_auto_lists_every_candidate_and_then_its_choice(run: ck.Run) -> None:
    assert [f.model for f in run.analysis.fits] == ["exponential", "stein", "ogasawara", "smooth", "auto"]
    assert [f.model for f in run.analysis.asked] == ["stein", "auto"]
    assert list(dict.fromkeys(r["model"] for r in rows_of(run.out / "fits.csv"))) == [
        f.model for f in run.analysis.fits
    ]


def test_every_estimate_in_the_file_is_the_one_in_memory_or_a_reason(run: ck.Run) -> None:
    rows = rows_of(run.out / "fits.csv")
    place = 0
    for fits in run.analysis.fits:
        for i in range(len(fits)):
            for name in fits.terms:
                row, value = rows[place], float(fits[name][i])
                place += 1
                assert (row["model"], row["parameter"]) == (fits.model, name)
                assert row["value"] == "" if math.isnan(value) else float(row["value"]) == value
                assert bool(row["value"]) != bool(row["reason"])
    assert place == len(rows)


def test_models_are_compared_by_aicc_and_one_is_chosen(run: ck.Run) -> None:
    auto = run.analysis.fits[-1]
    rows = rows_of(run.out / "models.csv")
    assert len(rows) == 4 * len(auto)
    for i in range(len(auto)):
        mine = rows[4 * i : 4 * i + 4]
        assert [r["model"] for r in mine] == ["exponential", "stein", "ogasawara", "smooth"]
        assert [r["model"] for r in mine if r["chosen"] == "true"] == [auto.chosen[i]]
        given = [float(r["delta_aicc"]) for r in mine if r["delta_aicc"]]
        assert not given or min(given) == 0
        believed = [r for r in mine if r["believed"] == "true" and r["aicc"]]
        if believed:
            best = min(believed, key=lambda r: float(r["aicc"]))
            assert best["model"] == auto.chosen[i]


def test_summaries_tell_analysis_and_models_apart_and_average_what_is_believed_alone(run: ck.Run) -> None:
    rows = rows_of(run.out / "summary.csv")
    assert list(dict.fromkeys(r["source"] for r in rows)) == ["nca", *(f.model for f in run.analysis.fits)]
    stein = next(f for f in run.analysis.fits if f.model == "stein")
    (n,) = [
        r["value"]
        for r in rows
        if (r["source"], r["assay"], r["dose_level"], r["parameter"], r["statistic"])
        == ("stein", "qpcr", "Total", "alpha", "n")
    ]
    members = [i for i, k in enumerate(stein.profiles.keys) if k.assay == "qpcr"]
    assert int(n) == sum(not math.isnan(stein["alpha"][i]) for i in members)
    assert not [r for r in rows if r["source"] != "nca" and r["parameter"].endswith(("_se", "_lower", "_upper"))]


def test_rules_of_the_models_and_the_library_stand_in_the_manifest(run: ck.Run) -> None:
    facts = json.loads((run.out / "run.json").read_text(encoding="utf-8"))
    assert "stein: beta is held at 0.0032." in facts["rules"]
    assert any(rule.startswith("Each search has 3 starts") for rule in facts["rules"])
    assert "lmfit" in facts["versions"]
    for fits in run.analysis.fits:
        believed = sum(f.believed for f in fits.fitted)
        fitted = sum(not f.reason for f in fits.fitted)
        assert facts["counts"]["fits"][fits.model] == {"fitted": fitted, "all_estimable": believed}


def test_the_plan_as_used_keeps_the_models(run: ck.Run) -> None:
    text = (run.out / "plan.toml").read_text(encoding="utf-8")
    assert 'names = ["stein", "auto"]' in text
    assert "beta = { fixed = 0.0032 }" in text


def test_verify_fits_again_and_finds_no_difference_but_one_that_is_made(tmp_path: Path) -> None:
    path = first_subjects(tmp_path, "S01")
    run = ck.analyze(path, out=tmp_path / "run", model="exponential", figures="none", formats=("csv", "html"))
    assert recompute(run.out).differences == []
    fits = run.out / "fits.csv"
    fits.write_bytes(fits.read_bytes().replace(b"exponential,cmax,Peak value,", b"exponential,cmax,Peak value,9", 1))
    assert any("fits.csv row 2 value" in d for d in recompute(run.out).differences)


def test_two_jobs_give_the_same_bytes_as_one(tmp_path: Path) -> None:
    path = first_subjects(tmp_path)
    seen: list[tuple[str, int, int]] = []
    kept = {"model": "exponential", "figures": "none", "formats": ("csv",)}
    one = ck.analyze(path, out=tmp_path / "one", progress=lambda *step: seen.append(step), **kept)
    two = ck.analyze(path, out=tmp_path / "two", jobs=2, **kept)
    for name in ("fits.csv", "models.csv", "summary.csv"):
        assert (one.out / name).read_bytes() == (two.out / name).read_bytes()
    assert [step for step in seen if step[0] == "fit exponential"][-1] == ("fit exponential", 4, 4)
    with pytest.raises(UsageError, match="jobs is 0"):
        ck.analyze(path, out=tmp_path / "none", jobs=0, **kept)


def test_two_jobs_draw_the_same_bytes_as_one(tmp_path: Path) -> None:
    path = first_subjects(tmp_path, "S01")
    kept = {"model": "exponential", "formats": ("csv", "rtf"), "figure_format": ("svg", "png"), "title": "A title"}
    one = ck.analyze(path, out=tmp_path / "one", **kept)
    two = ck.analyze(path, out=tmp_path / "two", jobs=2, **kept)
    drawn = sorted(p.relative_to(one.out) for p in (one.out / "figures").iterdir())
    assert {p.suffix for p in drawn} == {".csv", ".svg", ".png", ".pdf", ".rtf"}
    assert sorted(p.relative_to(two.out) for p in (two.out / "figures").iterdir()) == drawn
    assert [p for p in drawn if (one.out / p).read_bytes() != (two.out / p).read_bytes()] == []


def test_a_model_of_ones_own_travels_as_itself() -> None:
    import_module("cartpk.analyze.drawing")  # says how models travel
    model = MODELS["effector-memory"]
    mine = replace(model, label="mine", derived=())
    assert pickle.loads(ForkingPickler.dumps(model)) is model  # noqa: S301
    assert pickle.loads(ForkingPickler.dumps(mine)).label == "mine"  # noqa: S301


def test_jobs_work_from_a_script_without_a_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import cartpk as ck\nprint('once')\n"
        f"run = ck.analyze({str(first_subjects(tmp_path))!r}, out={str(tmp_path / 'run')!r}, model='exponential',"
        " jobs=2, figures='none', formats=('csv',))\nprint(len(run.analysis.fits), __file__[-9:])\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["once", "1", "script.py"]), done.stderr


def test_a_run_without_models_has_nothing_of_them(tmp_path: Path) -> None:
    run = ck.analyze(first_subjects(tmp_path), out=tmp_path / "run", figures="none", formats=("csv",))
    assert run.analysis.fits == ()
    names = {p.name for p in run.out.iterdir()}
    assert not names & {"fits.csv", "models.csv"}
    assert "lmfit" not in json.loads((run.out / "run.json").read_text(encoding="utf-8"))["versions"]


def test_profiles_that_cannot_be_fitted_never_stop_a_run(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = ["subject_id,time,value,unit,lloq"]
    rows += [f"none,{t},<50,copies/ug gDNA,50" for t in (0, 7, 14)]
    rows += [f"two,{t},{v},copies/ug gDNA,50" for t, v in ((7, 900), (14, 800))]
    rows += [f"flat,{t},500,copies/ug gDNA,50" for t in (1, 3, 7, 10, 14, 28)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    run = ck.analyze(path, out=tmp_path / "run", model="auto")
    assert len(run.analysis.fits[-1]) == 3
    assert not any(f.believed for f in run.analysis.fits[-1].fitted)
    assert (run.out / "report.html").exists()


def test_a_column_to_share_by_is_read_or_refused(tmp_path: Path) -> None:
    text = '[models]\nnames = ["exponential"]\n[models.exponential]\nalpha = {{ shared = "{}" }}\n'
    path, plan = first_subjects(tmp_path), tmp_path / "plan.toml"
    plan.write_text(text.format("dose_level"), encoding="utf-8")
    run = ck.analyze(path, plan=plan, out=tmp_path / "run", figures="none", formats=("csv",))
    (fits,) = run.analysis.fits
    alpha = fits["alpha"]
    assert alpha[0] == pytest.approx(alpha[2], rel=1e-12)
    plan.write_text(text.format("dose_levle"), encoding="utf-8")
    with pytest.raises(UsageError, match="dose_levle"):
        ck.analyze(path, plan=plan, out=tmp_path / "other", figures="none", formats=("csv",))
    with pytest.raises(RulesError, match="did you mean exponential"):
        ck.analyze(path, model="exponental", out=tmp_path / "third")


def test_tables_of_models_stand_after_the_others_and_are_numbered(run: ck.Run) -> None:
    a = run.analysis
    common = (a.samples, a.results, a.summary, a.summary_concentrations)
    without = catalogue(*common)
    tables = catalogue(*common, fits=a.asked, summary_fits=a.summary_fits)
    known = [t.number for t in without]
    more = [t for t in tables if t.number not in known]
    assert [t.number for t in tables if t.number in known] == known
    assert {t.number.rsplit(".", 1)[0] for t in more} == {"14.2.9", "14.2.10", "16.2.8"}
    beside = next(t for t in more if t.number == "14.2.10.1")
    assert beside.title == "Noncompartmental numbers beside those of model stein"
    assert beside.spanners[0].heading.startswith("Cmax")
    assert [r.cells[0] for r in beside.rows][-3:] == ["Geometric mean ratio", "Range", "n"]
    listing = next(t for t in more if t.number == "16.2.8.2")
    subject = [r for r in listing.rows if r.cells[0] == "S01"]
    assert len(subject) == 1
    for fits in a.asked:
        for table in more:
            if fits.model in table.title:
                assert table.rows
