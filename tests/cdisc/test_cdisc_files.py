"""The folder ``cdisc/`` of a run: what stands in it, what is refused and how it is then accepted."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pyreadstat
import pytest

import cartpk as ck
from cartpk.cli import run as command
from cartpk.plan import Plan
from cartpk.verify import recompute

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"
QUICK = {"formats": ("csv", "xpt"), "figures": "none"}
PLAN = """[report]
study = "NCT06821659"
[cdisc.values]
indication = { "Sjögren's disease" = "SJOGREN'S DISEASE" }
"""
NAMES = {"pc", "supppc", "pp", "supppp", "relrec", "adnca", "adpc", "adpp"}
HEAD = "subject_id,time,value,unit,lloq,indication\n"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(subject: str = "S1", disease: str = "SLE") -> str:
    values = {0: "<1", 7: "900", 10: "4200", 14: "1300", 28: "160", 90: "<1"}
    return "".join(f"{subject},{day},{value},cells/uL,1,{disease}\n" for day, value in values.items())


def written(tmp_path: Path, text: str, plan: str = '[report]\nstudy = "X-1"\n', name: str = "run") -> ck.Run:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return ck.analyze(path, plan=Plan.from_text(plan), out=tmp_path / name, **QUICK)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ck.Run:
    return ck.analyze(SAMPLE, plan=Plan.from_text(PLAN), out=tmp_path_factory.mktemp("cdisc") / "run", **QUICK)


def test_each_data_set_stands_as_transport_file_and_csv_with_its_index(run: ck.Run) -> None:
    names = {p.name for p in (run.out / "cdisc").iterdir()}

    assert names == {f"{n}.{s}" for n in NAMES for s in ("csv", "xpt")} | {"index.csv", "define.csv", "codelists.csv", "define.html"}  # fmt: skip
    assert run.refused == ()
    index = rows_of(run.out / "cdisc" / "index.csv")
    assert {r["dataset"].lower() for r in index} == NAMES
    for row in index:
        frame, meta = pyreadstat.read_xport(str(run.out / "cdisc" / row["files"].split()[1]))
        assert (len(frame), len(meta.column_names)) == (int(row["rows"]), int(row["variables"]))
        assert (meta.table_name, meta.file_label, row["refused"]) == (row["dataset"], row["label"], "")


def test_transport_file_and_csv_hold_the_same_cells(run: ck.Run) -> None:
    for name in NAMES:
        frame, meta = pyreadstat.read_xport(str(run.out / "cdisc" / f"{name}.xpt"))
        rows = rows_of(run.out / "cdisc" / f"{name}.csv")
        assert list(rows[0]) == meta.column_names
        for variable in meta.column_names:
            cells = [row[variable] for row in rows]
            if meta.readstat_variable_types[variable] == "string":
                assert frame[variable].tolist() == cells
            else:
                numbers = [x if x == x else None for x in frame[variable].tolist()]
                assert numbers == [float(c) if c else None for c in cells]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_labels_lengths_and_order_read_back_are_those_of_the_description(run: ck.Run, name: str) -> None:
    _, meta = pyreadstat.read_xport(str(run.out / "cdisc" / f"{name}.xpt"))
    said = [r for r in rows_of(run.out / "cdisc" / "define.csv") if r["dataset"] == name.upper()]
    kinds = {"string": "Char", "double": "Num"}

    assert [r["order"] for r in said] == [str(k) for k in range(1, len(said) + 1)]
    assert meta.column_names == [r["variable"] for r in said]
    assert meta.column_labels == [r["label"] for r in said]
    assert [meta.variable_storage_width[v] for v in meta.column_names] == [int(r["length"]) for r in said]
    assert [kinds[meta.readstat_variable_types[v]] for v in meta.column_names] == [r["type"] for r in said]


@pytest.mark.parametrize("name", ["supppp", "relrec"])
def test_what_points_at_a_record_finds_it_in_the_files(run: ck.Run, name: str) -> None:
    there = {
        (d.upper(), r["USUBJID"], r[f"{d.upper()}SEQ"])
        for d in ("pc", "pp")
        for r in rows_of(run.out / "cdisc" / f"{d}.csv")
    }
    pointed = [(r["RDOMAIN"], r["USUBJID"], r["IDVARVAL"]) for r in rows_of(run.out / "cdisc" / f"{name}.csv")]

    assert set(pointed) <= there
    assert {d for d, _, _ in pointed} == ({"PP"} if name == "supppp" else {"PC", "PP"})


def test_a_parameter_without_value_says_so_with_its_reason(run: ck.Run) -> None:
    ours = rows_of(run.out / "parameters.csv")
    theirs = rows_of(run.out / "cdisc" / "pp.csv")
    missing = [r for r in theirs if r["PPSTAT"]]

    assert [bool(r["PPSTAT"]) for r in theirs] == [not r["value"] for r in ours]
    assert missing
    assert all(r["PPSTAT"] == "NOT DONE" and r["PPREASND"] and not r["PPORRESU"] for r in missing)
    assert not [r for r in theirs if r["PPREASND"] and not r["PPSTAT"]]


@pytest.mark.parametrize(("name", "value"), [("pp", "PPSTRESN"), ("pp", "PPORRES"), ("adpp", "AVAL")])
def test_every_number_is_that_of_parameters_csv(run: ck.Run, name: str, value: str) -> None:
    ours = rows_of(run.out / "parameters.csv")
    theirs = rows_of(run.out / "cdisc" / f"{name}.csv")

    assert [float(r[value] or "nan").hex() for r in theirs] == [float(r["value"] or "nan").hex() for r in ours]
    assert [r["USUBJID"] for r in theirs] == [r["subject_id"] for r in ours]
    assert [r["PPTESTCD"] for r in theirs] == [r["pptestcd"] for r in ours]


def test_pc_holds_what_concentrations_csv_holds(run: ck.Run) -> None:
    ours = {r["record"]: r for r in rows_of(run.out / "concentrations.csv")}
    theirs = rows_of(run.out / "cdisc" / "pc.csv")

    assert len(theirs) == len(ours) == 246
    for row in theirs:
        entry = ours[row["PCSPID"]]
        assert row["PCSTRESN"] == ("" if entry["blq"] == "true" else entry["value"])
        assert (row["PCORRES"], row["PCLLOQ"], row["PCTPTNUM"]) == (entry["reported"], entry["lloq"], entry["time_nominal"])  # fmt: skip


def test_the_same_run_gives_the_same_bytes_and_is_verified(run: ck.Run, tmp_path: Path) -> None:
    again = ck.analyze(SAMPLE, plan=Plan.from_text(PLAN), out=tmp_path / "again", **QUICK)
    files = {p.name: p.read_bytes() for p in (run.out / "cdisc").iterdir()}

    assert {p.name: p.read_bytes() for p in (again.out / "cdisc").iterdir()} == files
    assert recompute(run.out).differences == []


def test_the_language_of_the_report_changes_no_byte_of_the_data_sets(run: ck.Run, tmp_path: Path) -> None:
    plan = Plan.from_text(PLAN.replace("[report]\n", '[report]\nlanguage = "zh"\n'))
    chinese = ck.analyze(SAMPLE, plan=plan, out=tmp_path / "chinese", formats=("csv", "html", "xpt"), figures="none")

    assert 'lang="zh' in (chinese.out / "report.html").read_text(encoding="utf-8")
    files = {p.name: p.read_bytes() for p in (run.out / "cdisc").iterdir()}
    assert {p.name: p.read_bytes() for p in (chinese.out / "cdisc").iterdir()} == files


def test_a_chinese_disease_is_refused_with_the_remedy_and_then_accepted(tmp_path: Path) -> None:
    text = HEAD + lines(disease="系统性红斑狼疮")
    refused = written(tmp_path, text)
    files = {p.name for p in (refused.out / "cdisc").iterdir()}

    assert [s.split(":")[0] for s in refused.refused] == ["ADNCA.INDIC, ADPC.INDIC, ADPP.INDIC"]
    assert '[cdisc.values] indication = { "系统性红斑狼疮" = "..." }' in refused.refused[0]
    assert {n for n in files if n.startswith("ad")} == {"adnca.csv", "adpc.csv", "adpp.csv"}
    assert {"pc.xpt", "pp.xpt", "relrec.xpt", "supppc.xpt"} <= files
    assert (refused.out / "parameters.csv").exists()
    told = {r["dataset"]: r["refused"] for r in rows_of(refused.out / "cdisc" / "index.csv")}
    assert told["ADPP"].startswith("ADPP.INDIC: ")
    assert told["ADPP"].removeprefix("ADPP.INDIC") in refused.refused[0]
    assert told["PC"] == ""

    plan = '[report]\nstudy = "X-1"\n[cdisc.values]\nindication = { "系统性红斑狼疮" = "SLE" }\n'
    accepted = written(tmp_path, text, plan, "second")
    frame, _ = pyreadstat.read_xport(str(accepted.out / "cdisc" / "adpp.xpt"))
    assert accepted.refused == ()
    assert set(frame["INDIC"]) == {"SLE"}
    assert {r["indication"] for r in rows_of(accepted.out / "parameters.csv")} == {"系统性红斑狼疮"}


def test_each_kind_of_text_has_its_remedy(tmp_path: Path) -> None:
    text = "subject_id,time,value,unit,lloq,visit,assay,matrix,中心\n" + "".join(
        f"患者1,{d},{v},cells/uL,1,第{d}天,流式,外周血,北京\n" for d, v in ((0, "未检出"), (7, 90), (14, 30), (28, 8))
    )
    plan = '[report]\nstudy = "X-1"\n[input]\ncovariates = ["中心"]\n'
    first = written(tmp_path, text, plan)

    assert not [p for p in (first.out / "cdisc").iterdir() if p.suffix == ".xpt"]
    for column in ("subject_id", "visit", "reported", "matrix"):
        assert any(f"[cdisc.values] {column} = " in s for s in first.refused), column
    assert any('[cdisc.names] "中心" = "..."' in s for s in first.refused)
    assert rows_of(first.out / "cdisc" / "pc.csv")[0]["PCORRES"] == "未检出"

    more = """[cdisc]
studyid = "X-2"
names = { "中心" = "SITE" }
[cdisc.values]
subject_id = { "患者1" = "P1" }
visit = { "第0天" = "D0", "第7天" = "D7", "第14天" = "D14", "第28天" = "D28" }
reported = { "未检出" = "NOT DETECTED" }
matrix = { "外周血" = "BLOOD" }
"中心" = { "北京" = "BEIJING" }
"""
    second = written(tmp_path, text, plan + more, "second")
    assert second.refused == ()
    frame, meta = pyreadstat.read_xport(str(second.out / "cdisc" / "adpp.xpt"))
    assert {*frame["STUDYID"], *frame["SITE"], *frame["USUBJID"]} == {"X-2", "BEIJING", "P1"}
    assert meta.column_names_to_labels["SITE"] == "SITE"
    assert (second.out / "plan.toml").read_text(encoding="utf-8").count("北京") == 1


def test_without_a_study_no_data_set_is_written_and_all_else_is(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("counts.csv").write_text(HEAD + lines(), encoding="utf-8")
    args = ["analyze", "counts.csv", "--format", "csv,html,xlsx,xpt", "--figures", "none", "-o", "out", "--json"]
    status = command(args)
    out, err = capsys.readouterr()

    assert status == 0
    assert "cartpk: not written: STUDYID is not known; give study in [report] or studyid in [cdisc] of the plan" in err
    assert json.loads(out)["refused"] == ["STUDYID is not known; give study in [report] or studyid in [cdisc] of the plan"]  # fmt: skip
    assert {p.name for p in Path("out/cdisc").iterdir()} == {"index.csv", "define.csv"}
    assert Path("out/report.html").exists()
    (row,) = rows_of(Path("out/cdisc/index.csv"))
    assert row["dataset"] == "(all)"
    assert row["refused"].startswith("STUDYID is not known")


def test_the_study_that_the_input_names_is_used_where_the_plan_names_none(tmp_path: Path) -> None:
    text = "STUDYID," + HEAD + "".join(f"IN-7,{line}\n" for line in lines().splitlines())
    found = written(tmp_path, text, "")

    assert {r["STUDYID"] for r in rows_of(found.out / "cdisc" / "pc.csv")} == {"IN-7"}


class Cells(HTMLParser):
    """The texts of a page, and the elements met."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_description_names_every_variable_and_code(run: ck.Run) -> None:
    text = (run.out / "cdisc" / "define.html").read_text(encoding="utf-8")
    page = Cells()
    page.feed(text)
    variables = rows_of(run.out / "cdisc" / "define.csv")

    for row in variables:
        assert row["label"] in page.texts
        assert row["variable"] in page.texts
        assert row["derivation"] or row["origin"]
    assert not {"script", "link", "img"} & set(page.tags)
    assert "://" not in text
    codes = {(r["codelist"], r["value"]): r for r in rows_of(run.out / "cdisc" / "codelists.csv")}
    pp = rows_of(run.out / "cdisc" / "pp.csv")
    assert {r["PPTESTCD"] for r in pp} == {v for c, v in codes if c == "PPTESTCD"}
    assert codes["PPTESTCD", "CMAX"]["c_code"] == "C70918"
    assert codes["PPTESTCD", "EXPRATE"]["sponsor_defined"] == "true"
    assert codes["PKANMET", "LINEAR TRAPEZOIDAL METHOD"]["c_code"] == "C172580"
    assert codes["QNAM", "INTERPOL"]["note"].startswith("The value at the horizon was interpolated")
    for row in variables:
        frame = rows_of(run.out / "cdisc" / f"{row['dataset'].lower()}.csv")
        longest = max(len(r[row["variable"]]) for r in frame)
        assert int(row["length"]) == (8 if row["type"] == "Num" else max(longest, 1))


def test_hostile_names_stay_text_on_the_page(tmp_path: Path) -> None:
    text = HEAD.replace("indication", "<b>x") + lines("<script>alert(1)</script>", "=cmd()")
    plan = '[report]\nstudy = "<i>X"\n[input]\ncovariates = ["<b>x"]\n[cdisc.names]\n"<b>x" = "GRP"\n'
    found = written(tmp_path, text, plan)
    page = Cells()
    page.feed((found.out / "cdisc" / "define.html").read_text(encoding="utf-8"))

    assert not {"b", "i", "script"} & set(page.tags)
    frame, _ = pyreadstat.read_xport(str(found.out / "cdisc" / "adpp.xpt"))
    assert set(frame["USUBJID"]) == {"<script>alert(1)</script>"}
    assert set(frame["GRP"]) == {"=cmd()"}
