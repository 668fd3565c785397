"""The main job: one call, one folder, the same bytes each time, and nothing at all where the data are wrong."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cartpk as ck
from cartpk.analyze import default_out, work_out
from cartpk.errors import InputError, OutputError, PlanError, RulesError, SamplesError, UsageError
from cartpk.plan import Plan, ReportRules
from cartpk.samples import Exclusion

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
FILES = {
    "concentrations.csv",
    "findings.csv",
    "parameters.csv",
    "plan.toml",
    "report.html",
    "run.json",
    "sensitivity.csv",
    "summary.csv",
    "summary_concentrations.csv",
}
SMALL = """subject_id,time,value,unit,lloq
S1,0,0,cells/uL,1
S1,7,900,cells/uL,1
S1,10,4200,cells/uL,1
S1,14,1300,cells/uL,1
S1,28,160,cells/uL,1
S1,90,<1,cells/uL,1
"""


def small(tmp_path: Path, text: str = SMALL, name: str = "counts.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ck.Run:
    """The sample study, all but the figures of single subjects."""
    return ck.analyze(
        SAMPLE, out=tmp_path_factory.mktemp("runs") / "counts", figures="cohort", command="cartpk analyze"
    )


def test_a_run_folder_holds_what_is_promised(run: ck.Run) -> None:
    names = set(bytes_of(run.out))
    assert {n for n in names if "/" not in n} == FILES
    assert "figures/index.csv" in names
    assert "figures/figure-001.png" in names
    assert any(n.startswith("tables/t-14-2-1") for n in names)
    assert (run.status, run.report) == (0, run.out / "report.html")


def test_the_manifest_tells_inputs_outputs_versions_rules_and_the_ledger(run: ck.Run) -> None:
    facts = json.loads((run.out / "run.json").read_text(encoding="utf-8"))
    (source,) = facts["inputs"]
    raw = SAMPLE.read_bytes()
    assert (source["file"], source["sha256"], source["rows"]) == ("counts.csv", hashlib.sha256(raw).hexdigest(), 246)
    assert (run.out / source["from_here"]).resolve() == SAMPLE.resolve()
    outputs = {entry["file"]: entry for entry in facts["outputs"]}
    files = bytes_of(run.out)
    assert set(outputs) == set(files) - {"run.json"}
    assert all(hashlib.sha256(files[name]).hexdigest() == entry["sha256"] for name, entry in outputs.items())
    assert outputs["concentrations.csv"]["rows"] == 246
    assert outputs["report.html"]["rows"] is None
    assert sum(facts["counts"]["rows"].values()) == facts["counts"]["rows_read"] == 246
    assert {"python", "cartpk", "numpy", "scipy", "pandas", "matplotlib"} <= set(facts["versions"])
    assert facts["rules"][0] == "Areas by the linear trapezoidal rule."
    assert facts["command"] == "cartpk analyze"
    assert list(facts) == sorted(facts)


def test_every_number_in_the_folder_is_the_number_in_memory(run: ck.Run) -> None:
    long = rows_of(run.out / "parameters.csv")
    results = run.results
    assert len(long) == len(results) * len(results.terms)
    for i in range(len(results)):
        for row, name in zip(long[i * len(results.terms) :], results.terms, strict=False):
            value = results[name][i]
            assert row["parameter"] == name
            assert row["value"] == "" if np.isnan(value) else float(row["value"]) == value
            assert bool(row["value"]) != bool(row["reason"])


def test_every_input_row_is_in_the_listing(run: ck.Run) -> None:
    listed = rows_of(run.out / "concentrations.csv")
    assert [int(r["record"]) for r in listed] == list(range(2, 248))
    assert {r["status"] for r in listed} == {"used", "missing"}


def test_the_plan_as_used_is_complete_and_gives_the_same_run(run: ck.Run, tmp_path: Path) -> None:
    assert 'by = ["dose_level"]' in (run.out / "plan.toml").read_text(encoding="utf-8")
    again = ck.analyze(SAMPLE, plan=run.out / "plan.toml", out=tmp_path / "again")
    first, second = bytes_of(run.out), bytes_of(again.out)
    assert {n for n in first if first[n] != second.get(n)} == {"run.json"}
    assert set(first) == set(second)


def test_no_file_but_the_manifest_knows_the_place_or_the_clock(run: ck.Run) -> None:
    for name, raw in bytes_of(run.out).items():
        if name != "run.json" and not name.endswith((".png", ".xlsx")):
            assert str(run.out.parent).encode() not in raw, name
            assert str(SAMPLE.parent).encode() not in raw, name


def test_data_with_errors_are_not_analysed_and_leave_nothing(tmp_path: Path) -> None:
    bad = small(tmp_path, SMALL.replace("900", "-3").replace("1300", "12,x"))
    with pytest.raises(SamplesError) as caught:
        ck.analyze(bad, out=tmp_path / "reports" / "bad")
    assert len(caught.value.findings.errors) >= 1
    assert [p.name for p in tmp_path.iterdir()] == ["counts.csv"]


def test_formats_and_figures_are_written_as_asked_for(tmp_path: Path) -> None:
    path = small(tmp_path)
    only = ck.analyze(path, out=tmp_path / "a", formats=("csv",), figures="none")
    assert set(bytes_of(only.out)) == FILES - {"report.html"}
    assert only.report is None
    page = ck.analyze(path, out=tmp_path / "b", formats=("html",), figures="none")
    assert set(bytes_of(page.out)) == {"report.html", "plan.toml", "run.json"}


def test_each_figure_is_drawn_once_and_saved_in_each_format(tmp_path: Path) -> None:
    run = ck.analyze(small(tmp_path), out=tmp_path / "a", formats=("csv",), figure_format=("png", "svg"))
    index = rows_of(run.out / "figures" / "index.csv")
    assert list(index[0]) == ["kind", "title", "caption", "subject", "file"]
    assert [r["file"] for r in index[:2]] == ["figure-001.png", "figure-001.svg"]
    assert {r["file"] for r in index} | {"index.csv"} == {p.name for p in (run.out / "figures").iterdir()}
    assert "S1" in {r["subject"] for r in index}


def test_a_rule_given_beats_the_plan_and_the_plan_the_default(tmp_path: Path) -> None:
    plan = Plan(report=ReportRules(formats=("csv",), figures="none", out=str(tmp_path / "of-plan"))).with_rules(
        auc_method="lin-log", blq="all-zero"
    )
    run = ck.analyze(small(tmp_path), plan=plan, auc_method="lin-up-log-down")
    assert run.out == tmp_path / "of-plan"
    used = run.analysis.plan.nca
    assert (used.auc_method, used.blq, used.gate) == ("lin-up-log-down", "all-zero", "flag")
    assert ck.analyze(small(tmp_path), plan=plan, out=tmp_path / "given").out == tmp_path / "given"


def test_the_folder_is_named_for_the_first_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = ck.analyze(small(tmp_path), formats=("csv",), figures="none")
    assert run.out == Path("reports/counts")


@pytest.mark.parametrize(
    ("name", "out"),
    [("a/b/counts.csv", "reports/counts"), ("..csv", "reports/run"), ("a b.c.tsv", "reports/a b.c"), (".csv", "reports/csv"), ("x?.csv", "reports/x_")],
)  # fmt: skip
def test_a_strange_name_makes_no_strange_place(name: str, out: str) -> None:
    assert default_out(name) == out


def test_groupings_are_columns_of_the_file_known_or_not(tmp_path: Path) -> None:
    text = "\n".join(
        line + (",site" if i == 0 else ",A" if line.startswith("S1") else ",B")
        for i, line in enumerate((SMALL + SMALL.split("\n", 1)[1].replace("S1", "S2")).splitlines())
    )
    run = ck.analyze(small(tmp_path, text), out=tmp_path / "a", by=("site",), formats=("csv",), figures="none")
    assert {r["site"] for r in rows_of(run.out / "summary.csv")} == {"A", "B", "Total"}
    assert run.analysis.by == ("site",)


def test_several_groupings_stand_beside_each_other_with_one_total() -> None:
    analysis = work_out([SAMPLE], Plan().with_rules(by=("dose_level", "dose_level,sex")))
    groupings = {cell.group.by for cell in analysis.summary}
    assert groupings == {("dose_level",), ("dose_level", "sex"), ()}
    totals = [c for c in analysis.summary if c.row == "cmax" and not c.group.by]
    assert len(totals) == 2


def test_without_dose_level_there_is_the_total_alone(tmp_path: Path) -> None:
    assert work_out([small(tmp_path)], Plan()).by == ()


@pytest.mark.parametrize(
    ("rules", "error", "message"),
    [
        ({"by": ("sitee",)}, UsageError, "cannot group by 'sitee'"),
        ({"by": ("cohort",)}, UsageError, "there is no covariate"),
        ({"auc_metod": "linear"}, UsageError, "did you mean 'auc_method'"),
        ({"formats": ("odt",)}, RulesError, "formats names 'odt', not one of csv, html, xlsx, rtf, docx, xpt"),
        ({"blq": "zero"}, RulesError, "blq is 'zero'"),
        ({"plan": "none.toml"}, PlanError, "cannot be opened"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_written(
    tmp_path: Path, rules: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        ck.analyze(small(tmp_path), out=tmp_path / "a", **rules)  # type: ignore[arg-type]
    assert [p.name for p in tmp_path.iterdir()] == ["counts.csv"]


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        ck.analyze(tmp_path / "none.csv", out=tmp_path / "a")
    with pytest.raises(UsageError, match="there is no input"):
        ck.analyze(out=tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_an_exclusion_by_row_of_several_files_must_name_the_file(tmp_path: Path) -> None:
    one, two = small(tmp_path), small(tmp_path, SMALL.replace("S1", "S2"), "more.csv")
    plan = Plan(exclude=(Exclusion("clot", row=3),), report=ReportRules(formats=("csv",), figures="none"))
    with pytest.raises(UsageError, match="the plan excludes row 3, and there are 2 inputs: say which file"):
        ck.analyze(one, two, plan=plan, out=tmp_path / "a")
    named = replace(plan, exclude=(Exclusion("clot", row=3, file="more.csv"),))
    run = ck.analyze(one, two, plan=named, out=tmp_path / "a")
    listed = rows_of(run.out / "concentrations.csv")
    assert [(r["source"], r["record"], r["reason"]) for r in listed if r["status"] == "excluded"] == [
        ("more.csv", "3", "clot")
    ]


def test_running_again_replaces_an_untouched_run_and_refuses_an_edited_one(tmp_path: Path) -> None:
    path, settings = small(tmp_path), {"out": tmp_path / "a", "formats": ("csv",), "figures": "none"}
    ck.analyze(path, **settings)
    ck.analyze(path, **settings)
    (tmp_path / "a" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"not of the run: notes\.txt"):
        ck.analyze(path, **settings)
    assert (tmp_path / "a" / "notes.txt").exists()
    ck.analyze(path, **settings, replace=True)
    assert not (tmp_path / "a" / "notes.txt").exists()


def test_an_input_inside_the_folder_is_never_replaced_with_it(tmp_path: Path) -> None:
    run = ck.analyze(small(tmp_path), out=tmp_path / "a", formats=("csv",), figures="none")
    inside = run.out / "counts.csv"
    small(tmp_path).rename(inside)
    with pytest.raises(OutputError, match="an input of this run"):
        ck.analyze(inside, out=tmp_path / "a", replace=True)
    assert inside.exists()


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ck.analyze(small(tmp_path), out=tmp_path / "a", figures="none", progress=lambda *step: told.append(step))
    assert [what for what, done, _ in told if done == 0] == ["reading", "computing", "tables", "report"]
    assert all(0 <= done <= total for _, done, total in told)


def test_a_run_shows_itself_in_a_shell_and_in_a_notebook(tmp_path: Path) -> None:
    run = ck.analyze(small(tmp_path, SMALL.replace("S1", "<b>")), out=tmp_path / "a&b", figures="none")
    assert repr(run).startswith(f"Run in {run.out}: Analysis: 6 rows, 1 profiles of 1 subjects, ")
    html = run._repr_html_()
    assert "a&amp;b/report.html" in html
    assert "<b>" not in html
