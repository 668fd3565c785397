"""Tables, listings and documents in Chinese: the same numbers, no English left but names, letters that every program has."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from rtf import read_rtf

import cartpk as ck
from cartpk.analysis import Analysis
from cartpk.analyze.compute import work_out
from cartpk.analyze.files import frames_of
from cartpk.fit_rules import FitRules, ParameterRule
from cartpk.language import say, speaking
from cartpk.plan import Plan, ReportRules
from cartpk.plan.models import ModelRules
from cartpk.reasons import Flag, Reason
from cartpk.rules import LambdaZPoints, NcaRules
from cartpk.samples import Exclusion
from cartpk.tables import Table, catalogue
from cartpk.tables.table import Column, Number, Row, shown
from cartpk.terms import TERMS
from cartpk.writers import docx as docx_writer
from cartpk.writers import rtf, xlsx
from cartpk.writers.imprint import Imprint

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
DATA = """
    PK set SLE ANCA vasculitis Systemic systemic sclerosis inflammatory myopathy Sj gren s disease Screening Pre dose Day flow qpcr
    DL F M non responder counts csv clotted tube distribution phase ends after day S other tmp A Author NCT study cells kg R
    wrong
"""
NAMES = """
    cartpk NCA n N NE NC BLQ LLOQ SE CV SAS CAR T AUC M AUClast AUCall AUCinf obs pred Cmax Tmax Clast Tlast Tlag Tfirst
    FB foldx Q R t z d tlast t_blq linear lin up log down lin-log cartpk all-zero half-lloq missing exponential AICc auto
    parameters csv summary fits summary_concentrations concentrations sensitivity copies cells g gDNA L mL E e D a b c d f
    rho alpha BLANK
"""
ALLOWED = {
    *re.findall(r"[A-Za-z_]+", DATA + NAMES),
    *(member.name for member in (*Flag.__members__.values(), *Reason)),
}


def lines() -> list[str]:
    """Some subjects of the sample, with a second course, a repetition, a sample without a result and a blank covariate."""
    head, *rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    names = head.split(",")
    made = [f"{head},infusion"]
    for row in rows:
        cells = dict(zip(names, row.split(","), strict=True))
        if cells["subject_id"] not in ("S01", "S02", "S04", "S05", "S06"):
            continue
        if cells["subject_id"] == "S04":
            cells["response"] = ""
        if (cells["subject_id"], cells["time_nominal"]) == ("S01", "10"):
            cells["value"] = ""
        course = f"{','.join(cells.values())}"
        made.append(f"{course},1")
        if (cells["subject_id"], cells["assay"], cells["time_nominal"]) == ("S02", "flow", "14"):
            made.append(f"{course},1")
        if (cells["subject_id"], cells["assay"]) == ("S01", "flow") and float(cells["time"]) >= 0:
            made.append(f"{course.replace('Day', 'R Day')},2")
    return made


def plan() -> Plan:
    points = LambdaZPoints("S02", "qpcr", times=(15, 22, 29), reason="distribution phase ends after day 21")
    rules = NcaRules(blq="half-lloq", horizons={"0_28": 28, "0_m3": 84}, gate="missing", lambda_z_points=(points,))
    limits = {"exponential": {"rho": ParameterRule(min=0.05)}}
    return Plan(
        nca=rules,
        exclude=(
            Exclusion(reason="clotted tube", subject_id="S05", assay="flow", time=14),
            Exclusion(reason="wrong tube", subject_id="S06", assay="qpcr"),
        ),
        models=ModelRules(names=("exponential",), fit=FitRules(parameters=limits, starts=2)),
        report=ReportRules(study="NCT study", population="PK set", by=("dose_level", "sex,response"), language="zh"),
    )


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = tmp_path_factory.mktemp("data") / "counts.csv"
    path.write_text("\n".join(lines()) + "\n", encoding="utf-8", newline="")
    return work_out([path], plan())


def tables_in(analysis: Analysis, language: str) -> tuple[Table, ...]:
    a, frames = analysis, frames_of(analysis)
    with speaking(language):
        return catalogue(
            a.samples, a.results, a.summary_of_all, a.summary_concentrations, frames["sensitivity.csv"],
            listing_frame=frames["concentrations.csv"], population="PK set", fits=a.asked, summary_fits=a.summary_fits,
        )  # fmt: skip


@pytest.fixture(scope="module")
def english(analysis: Analysis) -> tuple[Table, ...]:
    return tables_in(analysis, "en")


@pytest.fixture(scope="module")
def chinese(analysis: Analysis) -> tuple[Table, ...]:
    return tables_in(analysis, "zh")


def texts_of(table: Table) -> Iterator[str]:
    yield from (table.title, table.subtitle, *table.footnotes)
    yield from (column.heading for column in table.columns)
    yield from (spanner.heading for spanner in table.spanners)
    yield from (shown(cell) for row in table.rows for cell in row.cells)


def digits_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:\.\d+)?(?:E[+-]\d+)?", text))


def english_in(texts: list[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[A-Za-z][A-Za-z_]*", text)} - ALLOWED


def test_every_table_is_there_in_both_languages(english: tuple[Table, ...], chinese: tuple[Table, ...]) -> None:
    assert [t.name for t in chinese] == [t.name for t in english]
    assert {t.id for t in chinese} == {
        "pkct01", "pkpt02", "pkpt03", "sensitivity", "persistence", "sampling", "pkpt-nca-model", "pkcl01", "pkpl01", "lambdaz",
        "leftout", "population", "assumptions", "pkpl-model",
    }  # fmt: skip


def test_all_numbers_are_those_of_the_english_tables_cell_by_cell(
    english: tuple[Table, ...], chinese: tuple[Table, ...]
) -> None:
    checked = 0
    for ours, theirs in zip(chinese, english, strict=True):
        assert len(ours.rows) == len(theirs.rows)
        for mine, other in zip(ours.rows, theirs.rows, strict=True):
            assert (mine.kind, mine.indent, len(mine.cells)) == (other.kind, other.indent, len(other.cells))
            for cell, of in zip(mine.cells, other.cells, strict=True):
                if isinstance(of, Number):
                    assert cell == of, ours.name
                    checked += 1
                else:
                    assert digits_of(shown(cell)) == digits_of(of), (ours.name, cell, of)
    assert checked > 5000


def test_titles_headings_and_footnotes_say_the_same_numbers(
    english: tuple[Table, ...], chinese: tuple[Table, ...]
) -> None:
    for ours, theirs in zip(chinese, english, strict=True):
        for mine, other in zip(texts_of(ours), texts_of(theirs), strict=True):
            assert digits_of(mine) == digits_of(other), (ours.name, mine, other)


def test_no_english_word_is_left_but_names_and_data(chinese: tuple[Table, ...]) -> None:
    left = {word: table.name for table in chinese for word in english_in(list(texts_of(table)))}
    assert left == {}


def test_a_reason_of_the_plan_is_data_even_where_it_is_one_of_our_words(analysis: Analysis) -> None:
    samples = replace(
        analysis.samples, exclusions=tuple(replace(e, reason="Subject") for e in analysis.samples.exclusions)
    )
    frame = frames_of(replace(analysis, samples=samples))["concentrations.csv"]
    with speaking("zh"):
        tables = catalogue(analysis.samples, analysis.results, analysis.summary, analysis.summary_concentrations, listing_frame=frame)  # fmt: skip
    listing = next(t for t in tables if t.id == "leftout")
    assert {row.cells[9] for row in listing.rows if row.cells[8] == "排除"} == {"Subject"}


@pytest.mark.parametrize("symbol", ["Cmax", "Tmax", "AUC0-28", "λz", "t½"])
def test_symbols_stay_as_they_are(symbol: str) -> None:
    assert symbol in {term.symbol for term in TERMS.values()}
    with speaking("zh"):
        assert say(symbol) == symbol


DRAFT = Imprint(study="NCT study", draft=True, author="A. Author", run_date="2026-11-20", data_cut="2026-11-01")


def long_one(tables: tuple[Table, ...]) -> Table:
    return next(t for t in tables if t.number == "14.2.2.2")


def test_rtf_names_a_type_for_chinese_and_says_its_frame_in_chinese(chinese: tuple[Table, ...]) -> None:
    with speaking("zh"):
        content = rtf.encode(long_one(chinese), DRAFT)
    text = content.decode("ascii")
    assert r"{\f1\fnil\fprq2\fcharset134 SimSun;}" in text
    assert not re.search(r"(?<!\\loch)\\f0\\fs", text)
    document = read_rtf(content)
    head, (first, *_) = document.heads[0], document.feet
    assert re.search(r"草稿   第1页，共1页\n表14\.2\.2\.\d+\n细胞动力学参数", head)
    assert "运行日期：2026-11-20   数据截止：2026-11-01" in first
    assert any(p.startswith("作者：A. Author   签名：___") for p in document.paragraphs)
    said = [*document.heads, *document.feet, *document.paragraphs]
    assert english_in([*said, *(cell for page in document.pages for row in page.rows for cell in row)]) == set()


def test_a_block_that_goes_on_says_so_in_chinese() -> None:
    rows = (Row(("Cmax", ""), "heading"), *(Row((f"n{k}", "1"), indent=1) for k in range(90)))
    with speaking("zh"):
        content = rtf.encode(Table("1", "x", "t", "s", (Column("", "left"), Column("")), rows), DRAFT)
    document = read_rtf(content)
    assert len(document.pages) > 1
    assert {page.rows[page.headings][0] for page in document.pages[1:]} == {"Cmax（续）"}


def test_english_rtf_has_one_type_as_ever(english: tuple[Table, ...]) -> None:
    text = rtf.encode(long_one(english), DRAFT).decode("ascii")
    assert r"\deff0\uc1{\fonttbl{\f0\fmodern\fprq1\fcharset0 Courier New;}}{\colortbl" in text
    assert "SimSun" not in text
    assert r"\tab DRAFT   Page {\field{\*\fldinst { PAGE }}{\fldrslt 1}} of {\field" in text


def test_docx_names_a_type_for_chinese_in_every_run(chinese: tuple[Table, ...]) -> None:
    with speaking("zh"):
        document = docx.Document(io.BytesIO(docx_writer.encode(long_one(chinese), DRAFT)))
    section = document.sections[0]
    for part in (document.element.body, section.header._element, section.footer._element):
        fonts = part.xpath(".//w:rFonts")
        assert fonts
        assert {f.get(docx.oxml.ns.qn("w:eastAsia")) for f in fonts} == {"SimSun"}
    first = "".join(section.header._element.xpath("./w:p[1]//w:t/text()"))
    assert first == "NCT study草稿   第1页，共1页"
    assert 'string="草稿"' in section.header._element.xml
    found = document.tables[0]
    assert english_in([cell.text for row in found.rows for cell in row.cells]) == set()


def test_workbooks_are_set_in_a_type_that_has_chinese_letters(chinese: tuple[Table, ...]) -> None:
    with speaking("zh"):
        book = openpyxl.load_workbook(io.BytesIO(xlsx.encode(long_one(chinese))))
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.font.name for cell in cells} == {"SimSun"}
    assert sheet["A1"].value.startswith("表14.2.2.")
    assert sheet.oddFooter.right.text == "第&P页，共&N页"
    assert english_in([str(cell.value) for cell in cells if isinstance(cell.value, str)]) == set()
    book.close()


def test_rows_of_a_chinese_sheet_are_as_high_as_their_lines(chinese: tuple[Table, ...]) -> None:
    table = next(t for t in chinese if t.id == "assumptions")
    with speaking("zh"):
        book = openpyxl.load_workbook(io.BytesIO(xlsx.encode(table)))
    sheet = book.worksheets[0]
    heights = {sheet.row_dimensions[r].height for r in range(6, 6 + len(table.rows))}
    assert None not in heights
    assert {height % 13.5 for height in heights} == {0}
    assert max(heights) > min(heights)
    book.close()


def test_a_run_in_chinese_has_chinese_documents_and_the_same_csv_files(tmp_path: Path) -> None:
    given = lines()
    few = [given[0], *(line for line in given[1:] if line.startswith(("S02", "S04")) and ",flow," in line)]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(few) + "\n", encoding="utf-8", newline="")
    runs = {
        language: ck.analyze(path, out=tmp_path / language, language=language, figures="none", formats=formats).out
        for language, formats in (("en", ("csv",)), ("zh", ("csv", "docx")))
    }
    for there in sorted(runs["en"].glob("*.csv")):
        assert (runs["zh"] / there.name).read_bytes() == there.read_bytes(), there.name
    page = (runs["zh"] / "tables" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "<h1>表、列表和图</h1>" in page
    assert "<th>编号</th><th>标题</th><th>文件</th>" in page
    assert "<td>表14.2.1.1</td><td>各计划访视的浓度（按剂量水平）" in page
    index = (runs["zh"] / "tables" / "index.csv").read_text(encoding="utf-8")
    assert "16.2.6,population,Listing,分析集," in index
    words = docx.Document(str(runs["zh"] / "tables" / "methods.docx"))
    assert [p.text for p in words.paragraphs if p.text in ("方法", "结果")] == ["方法", "结果"]
    assert words.core_properties.title == "CAR-T细胞动力学"
