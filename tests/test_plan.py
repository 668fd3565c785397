"""Plans: what a file may say, and how it is told what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartpk.errors import PlanError, RulesError, UsageError
from cartpk.input_rules import InputRules
from cartpk.language import speaking
from cartpk.plan import Plan, ReportRules
from cartpk.plan.toml import lines_of
from cartpk.rules import LambdaZPoints
from cartpk.samples import Exclusion

WHOLE = """
[input]
encoding = "gb18030"
delimiter = ";"
decimal = ","
infusion_day = 1
blq_words = ["LOW"]
lloq = { flow = 1.0, qpcr = 50 }
columns = { subject_id = "受试者编号", time = "天" }
covariates = ["site"]
units = { flow = "cells/µL" }

[[exclude]]
subject_id = "S01"
assay = "flow"
infusion = 1
time = 14
reason = "clotted sample"

[nca]
auc_method = "lin-up-log-down"
blq = { embedded = "lloq/2", later_trailing = 0 }
horizons = { "0_28" = 28, "0_m3" = 90, "0_m6" = 180 }
visit_window = { "0_m3" = 7 }

[[nca.lambda_z]]
subject_id = "S02"
assay = "qpcr"
times = [28, 42, 56]
reason = "distribution phase ends after day 21"

[report]
study = "NCT06821659"
population = "PK set"
by = ["dose_level", "dose_level,sex"]
formats = ["csv", "html"]
figures = "cohort"
figure_format = ["svg"]
language = "en"
out = "reports/counts"
"""


def problems_of(text: str) -> tuple[str, ...]:
    with pytest.raises(PlanError) as caught:
        Plan.from_text(text)
    return caught.value.problems


def test_every_key_of_a_plan_becomes_a_rule() -> None:
    plan = Plan.from_text(WHOLE)
    assert plan.input == InputRules(
        encoding="gb18030",
        delimiter=";",
        decimal=",",
        infusion_day=1,
        blq_words=("LOW",),
        lloq={"flow": 1.0, "qpcr": 50.0},
        columns={"subject_id": "受试者编号", "time": "天"},
        covariates=("site",),
        units={"flow": "cells/uL"},
    )
    assert plan.exclude == (Exclusion("clotted sample", "S01", "flow", infusion=1, time=14.0),)
    assert plan.nca.horizons == {"0_28": 28, "0_m3": 90, "0_m6": 180}
    assert plan.nca.blq_rules["embedded"] == "lloq/2"
    assert plan.nca.window_of("0_m3") == 7
    assert plan.nca.lambda_z_points == (
        LambdaZPoints("S02", "qpcr", times=(28, 42, 56), reason="distribution phase ends after day 21"),
    )
    assert plan.report == ReportRules(
        study="NCT06821659",
        population="PK set",
        by=("dose_level", "dose_level,sex"),
        formats=("csv", "html"),
        figures="cohort",
        figure_format=("svg",),
        out="reports/counts",
    )


@pytest.mark.parametrize("plan", [Plan(), Plan.from_text(WHOLE), Plan.from_text("")], ids=["default", "whole", "empty"])
def test_a_plan_written_and_read_again_is_the_same_plan(plan: Plan) -> None:
    assert Plan.from_text(plan.to_toml()) == plan
    assert Plan.from_text(plan.to_toml()).to_toml() == plan.to_toml()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.text(min_size=1).filter(lambda t: t.strip() and t.isprintable()),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dictionaries(st.text(), st.floats(1e-30, 1e30), max_size=3),
)
def test_any_text_and_number_comes_through_the_file(text: str, time: float, lloq: dict[str, float]) -> None:
    plan = Plan(
        input=InputRules(lloq=lloq, columns={"subject_id": text}),
        exclude=(Exclusion(text, subject_id=text, time=time),),
        report=ReportRules(title=text),
    )
    assert Plan.from_text(plan.to_toml()) == plan


def test_all_faults_are_told_at_once_with_their_lines_and_the_nearest_name() -> None:
    text = """[input]
decimal = ";"
infusion_day = true
units = { q = "ng/mL" }
[[exclude]]
subject_id = 1
reason = "x"
[[exclude]]
tme = 14
reason = ""
[nca]
auc_metod = "linear"
horizons = { "0_m6" = "x" }
peak_window = -1
[[nca.lambda_z]]
subject_id = "S02"
assay = "qpcr"
times = [28, 42]
reason = "two"
[report]
figures = "some"
"""
    assert problems_of(text) == (
        "line 2: input.decimal is ';', not '.' or ','",
        "line 3: input.infusion_day is true, not a whole number",
        "line 4: input.units.q is 'ng/mL', not one of cells/uL, cells/mL, 10^6/L, copies/ug gDNA, copies/mL, copies/cell, %",
        "line 6: exclude[1].subject_id is 1, not text, in quotes",
        "line 9: exclude[2].tme is not a key; did you mean time?",
        "line 10: exclude[2].reason is blank",
        "line 12: nca.auc_metod is not a key; did you mean auc_method?",
        "line 13: nca.horizons.0_m6 is 'x', not a number",
        "line 14: nca.peak_window is -1.0, not a number of days above 0",
        "line 15: nca.lambda_z[1]: lambda_z_points for subject 'S02': a line needs at least 3 times",
        "line 21: report.figures is 'some', not one of all, cohort, none",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[report]\nlanguage = 'fr'", "line 2: report.language is 'fr', not one of en, zh"),
    ],
)
def test_a_language_nobody_translated_is_refused_with_those_there_are(text: str, problem: str) -> None:
    assert problems_of(text) == (problem,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[exclud]", "line 1: exclud is not a key; did you mean exclude?"),
        ("[nca]\nzzz = 1", None),
        ("exclude = 3", "line 1: exclude is 3, not tables, each headed [[exclude]]"),
        ("[[exclude]]\nreason = 'x'", "line 1: exclude[1] names no sample: give subject_id, assay, matrix, infusion, time or row"),
        ("[[exclude]]\ntime = 3", "line 1: exclude[1].reason is required"),
        ("[[exclude]]\ntime = nan\nreason = 'x'", "line 2: exclude[1].time is nan, not a finite number"),
        ("[nca]\nblq = 3", "line 2: nca.blq is 3, not a preset's name or a table of positions"),
        ("[nca]\nblq = 'zero'", "line 2: nca.blq is 'zero', not one of cartpk, all-zero, half-lloq, missing"),
        ("[nca]\nvisit_window = '3'", "line 2: nca.visit_window is '3', not a number of days or a table of horizons"),
        ("[nca]\nvisit_window = { x = 3 }", "line 2: nca.visit_window names the horizon 'x', which is not there"),
        ("[nca]\nhorizons = { '0_28' = nan }", "line 2: nca.horizons: horizon '0_28' is nan, not a number of days above 0"),
        ("[input]\ncolumns = { subjet_id = 'ID' }", "line 2: input.columns names 'subjet_id', which is no column of ours; did you mean subject_id?"),
        ("[input]\nlloq = { flow = 0 }", "line 2: input.lloq.flow is 0: Input should be greater than 0"),
        ("[input]\nencoding = 'zip'", "line 2: input.encoding is 'zip', not the name of a text encoding such as utf-8 or gb18030"),
        ("[report]\nby = 'dose_level'", "line 2: report.by is 'dose_level', not a list, in brackets"),
        ("[report]\nby = ['a,']", "line 2: report.by: 'a,' has a blank or doubled column"),
        ("[report]\nformats = []", "line 2: report.formats names nothing: give one or more of csv, html, xlsx, rtf, docx, xpt"),
        ("[report]\ntitle = 'a\\u0007'".replace("'", '"'), "line 2: report.title has a line break or another character that cannot be printed"),
        ("[cdisc]\nflow_domain = 'LB'", "line 2: cdisc.flow_domain is 'LB', not PC or CP"),
        ("[cdisc]\nstudyid = '研究'", "line 2: cdisc.studyid is '研究', not plain ASCII text of 1 to 200 letters without blanks around it"),
        ("[cdisc.values]\nvisit = { 'D0' = 'é' }", "line 1: cdisc.values has 'é' for 'visit', which is not plain ASCII text of 1 to 200 letters without blanks around it"),
        ("[cdisc]\nnames = { site = 'site name' }", "line 2: cdisc.names has 'site name' for 'site'; a variable has at most 8 capital letters, digits and _"),
        ("[cdisc]\nvalue = {}", "line 2: cdisc.value is not a key; did you mean values?"),
        ("[report]\nout = ' '", "line 2: report.out is blank"),
        ("[report]\nstudy = 1979-05-27", "line 2: report.study is 1979-05-27, not text, in quotes"),
        ("x = ", "is not TOML: Invalid value (at end of document)"),
        ("x = " + "[" * 5000 + "]" * 5000, "is not TOML that can be read: a value is nested too deep or too long"),
        ("x = 1" + "0" * 5000, "is not TOML that can be read: a value is nested too deep or too long"),
    ],
)  # fmt: skip
def test_a_wrong_plan_says_what_would_be_right(text: str, problem: str | None) -> None:
    found = problems_of(text)
    assert found == (problem,) if problem else "the keys are auc_method, blq," in found[0]


def test_lines_are_found_past_lists_and_texts_of_several_lines() -> None:
    text = (
        '[nca]\nhorizons.0_28 = 3\nx = [\n  "a = 1",\n]\ny = """\nz = 2\n"""\n[[e]]\n"q.r" = 1\n[[e]]\n[e.f]\ng = 1\n'
    )
    assert lines_of(text) == {
        ("nca",): 1,
        ("nca", "horizons", "0_28"): 2,
        ("nca", "x"): 3,
        ("nca", "y"): 6,
        ("e", 0): 9,
        ("e", 0, "q.r"): 10,
        ("e", 1): 11,
        ("e", 1, "f"): 12,
        ("e", 1, "f", "g"): 13,
    }


def test_a_plan_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none\.toml: cannot be opened: No such file or directory"):
        Plan.from_toml(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# a\n# \xb5\n")
    with pytest.raises(PlanError, match="line 2: not UTF-8 text"):
        Plan.from_toml(latin)
    long = tmp_path / "long.toml"
    long.write_bytes(b"#" * 1_000_001)
    with pytest.raises(PlanError, match="has more than 1000000 bytes, and a plan is short text"):
        Plan.from_toml(long)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(b'\xef\xbb\xbf[report]\r\nstudy = "A"\r\n')
    assert Plan.from_toml(path).report.study == "A"
    path.write_bytes(b'[report]\r\nstudy = "A"\r\ntitel = "B"\r\n')
    with pytest.raises(PlanError, match=r"line 3: report\.titel is not a key; did you mean title\?"):
        Plan.from_toml(path)


def test_rules_given_beside_a_plan_beat_it_and_none_leaves_it() -> None:
    plan = Plan.from_text(WHOLE).with_rules(auc_method="linear", figures="none", blq=None)
    assert (plan.nca.auc_method, plan.report.figures) == ("linear", "none")
    assert plan.nca.blq_rules["embedded"] == "lloq/2"
    assert plan.report.study == "NCT06821659"


def test_an_unknown_rule_beside_a_plan_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="there is no rule 'auc_metod'; did you mean 'auc_method'"):
        Plan().with_rules(auc_metod="linear")


def test_report_rules_refuse_what_cannot_be() -> None:
    with pytest.raises(
        RulesError, match="formats names 'pdf', not one of csv, html, xlsx, rtf, docx, xpt; formats names 'csv' twice"
    ):
        ReportRules(formats=("csv", "pdf", "csv"))
    with pytest.raises(RulesError, match="by is the text 'dose_level', not a list of texts"):
        ReportRules(by="dose_level")  # type: ignore[arg-type]


def test_a_title_is_said_in_the_language_in_force_only_where_it_is_ours() -> None:
    assert ReportRules().heading == ReportRules(title="").heading == "CAR-T cellular kinetics"
    with speaking("zh"):
        assert ReportRules().heading == ReportRules(title="").heading == "CAR-T细胞动力学"
        assert ReportRules(title="Methods").heading == "Methods"
