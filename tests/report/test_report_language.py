"""The page in Chinese: every word of ours is, every number and curve is the one of the English page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pages import HOSTILE, Element, parse

from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.language import phrase, speaking
from cartpk.plan import Plan
from cartpk.report import render

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"
FILES = [("parameters.csv", phrase("every parameter with its reason, flags and input rows")), ("a b.png", "图")]
RICH = """
[input]
lloq = { ddpcr = 30 }
blq_words = ["LOW"]

[[exclude]]
subject_id = "S01"
assay = "flow"
time = 1
reason = "凝血"

[nca]
auc_method = "lin-up-log-down"
end_rule = "extrapolate"
horizons = { "0_28" = 28, "0_m3" = 84, "0_m6" = 180 }

[[nca.lambda_z]]
subject_id = "S02"
assay = "qpcr"
times = [15, 22, 29]
reason = "人工判断"

[models]
names = ["exponential", "auto"]

[report]
study = "NCT1"
population = "PK集"
by = ["dose_level", "dose_level,sex"]
"""
ODD = """
subject_id,time,value,unit,assay,lloq,visit,time_nominal,dose,dose_unit,dose_level,site,matrix,infusion,vcn
A,-40,7,copies/ug gDNA,qpcr,50,筛选,,1e6,cells/kg,低,x,BLOOD,1,1
A,0,60,copies/ug gDNA,qpcr,50,,0,1e6,cells/kg,低,x,BLOOD,1,1
A,7,900,copies/ug gDNA,qpcr,50,,7,1e6,cells/kg,低,x,BLOOD,1,1
A,10,4200,copies/ug gDNA,qpcr,50,,10,1e6,cells/kg,低,x,BLOOD,1,1
A,14,1300,copies/ug gDNA,qpcr,50,,14,1e6,cells/kg,低,x,BLOOD,1,1
A,14,1300,copies/ug gDNA,qpcr,50,,14,1e6,cells/kg,低,x,BLOOD,1,1
A,21,BLQ,copies/ug gDNA,qpcr,50,,21,1e6,cells/kg,低,x,BLOOD,1,1
A,28,400,copies/ug gDNA,qpcr,50,,28,1e6,cells/kg,低,x,BLOOD,1,1
A,42,200,copies/ug gDNA,qpcr,50,,42,1e6,cells/kg,低,x,BLOOD,1,1
A,56,90,copies/ug gDNA,qpcr,50,,56,1e6,cells/kg,低,x,BLOOD,1,1
B,7,800,copies/ug gDNA,qpcr,50,,7,,,,y,BLOOD,1,1
B,12,1800,copies/ug gDNA,qpcr,50,,10,,,,y,BLOOD,1,1
B,14,,copies/ug gDNA,qpcr,50,,14,,,,y,BLOOD,1,1
B,28,20,copies/ug gDNA,qpcr,50,,28,,,,y,BLOOD,1,1
B,120,300,copies/ug gDNA,qpcr,50,,,,,,y,BLOOD,1,1
B,3,300,copies/ug gDNA,qpcr,50,,,,,,y,BLOOD,2,1
C,20,<50,copies/ug gDNA,qpcr,50,,21,2e6,cells,高,,BLOOD,1,1
C,28,<50,copies/ug gDNA,qpcr,50,,28,2e6,cells,高,,BLOOD,1,1
=D,20,3e7,copies/ug gDNA,qpcr,50,,21,2e6,cells/kg,高,,BONE MARROW,1,1
=D,28,<50,copies/ug gDNA,qpcr,50,,28,2e6,cells/kg,高,,BONE MARROW,1,1
"""
SYMBOLS = {
    "Cmax", "Tmax", "Tlast", "Tfirst", "Tlag", "Clast", "pred", "obs", "adj", "AUClast", "AUCall", "AUCinf", "AUC", "AICc",
    "CAR", "CAR-T", "BLQ", "LLOQ",
}  # fmt: skip
"""Symbols, which are the same in every language."""
DATA = {
    "cells", "copies", "gDNA", "flow", "qpcr", "ddpcr", "Day", "Screening", "Pre-dose", "responder", "non-responder", "NCT", "LOW",
    "SLE", "ANCA", "vasculitis", "systemic", "sclerosis", "inflammatory", "myopathy", "gren's", "disease", "site", "vcn",
    "BONE", "MARROW", "counts", "odd",
}  # fmt: skip
"""Words of the data, and of the plan."""
NAMES = {
    "linear", "lin-up-log-down", "lin-log", "cartpk", "all-zero", "half-lloq", "missing", "exponential", "stein", "ogasawara", "smooth", "auto",
    "foldx", "t-Tmax", "t-Tlag", "Tmax-Tlag", "delta", "SAS", "summary", "concentrations", "parameters", "fits", "models", "sensitivity",
    "findings", "csv", "png", "input", "lloq", "UTF-", "utf-", "CSV", "Python", "numpy", "scipy", "pandas", "lmfit", "Tab", "Enter", "Esc",
}  # fmt: skip
"""Names of rules, models, files, keys and programs."""


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Three subjects of the sample study, with models and all that a plan decides."""
    rows = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("rich") / "counts.csv"
    some = [row for row in rows[1:] if row.startswith(("S01,", "S02,", "S06,"))]
    path.write_text("".join([rows[0], *some]), encoding="utf-8", newline="")
    return work_out([path], Plan.from_text(RICH))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = tmp_path_factory.mktemp("odd") / "odd.csv"
    path.write_text(ODD.strip() + "\n", encoding="utf-8", newline="")
    return work_out([path], Plan.from_text('[report]\nby = ["dose_level", "dose_level,site"]'))


def in_language(analysis: Analysis, language: str) -> str:
    with speaking(language):
        return render(analysis, FILES)


@pytest.fixture(scope="module", params=["rich", "odd"])
def pages(request: pytest.FixtureRequest) -> tuple[Element, Element]:
    """The English page of an analysis, and the Chinese one."""
    analysis = request.getfixturevalue(request.param)
    return parse(in_language(analysis, "en")), parse(in_language(analysis, "zh"))


def trace_of(page: Element) -> dict:
    (block,) = page.all("script", id="data")
    return json.loads(block.text)


def words_of(element: Element) -> list[str]:
    """Every text a reader meets on a page or hears of it; not the plan, which is a file shown as it is."""
    if element.tag in ("style", "script", "pre"):
        return []
    own = [element.attributes.get(name, "") for name in ("aria-label", "placeholder", "title")]
    parts = [[p] if isinstance(p, str) else words_of(p) for p in element.parts]
    return [text for text in [*own, *(t for some in parts for t in some)] if text.strip()]


def english_in(texts: list[str]) -> dict[str, str]:
    """Latin words that are no symbols, names or data, each with the text it stands in."""
    found = {}
    for text in texts:
        for word in re.findall(r"[A-Za-z][A-Za-z'-]{2,}", text):
            coded = re.fullmatch(r"[WN]-[A-Z-]+|[a-o]{1,6}", word)  # ids of rules, letters of flags
            if word not in SYMBOLS | DATA | NAMES and not (coded and text.strip().endswith(word)):
                found[word] = text
    return found


def test_no_english_is_left_on_a_chinese_page(pages: tuple[Element, Element]) -> None:
    assert len(english_in(words_of(pages[0]))) > 150
    assert english_in([t for t in words_of(pages[1]) if not re.fullmatch(r"SHA-256 [0-9a-f]+", t)]) == {}


def test_no_english_is_left_in_what_the_script_shows(pages: tuple[Element, Element]) -> None:
    trace = trace_of(pages[1])
    said = [*trace["flags"].values(), *trace["reasons"].values(), *trace["labels"]]
    said += [text for profile in trace["profiles"] for text in (profile[1], profile[5])]
    said += [title for title, _ in trace["groups"]]
    assert english_in(said) == {}
    (script,) = (s for s in pages[1].all("script") if "type" not in s.attributes)
    literals = re.findall(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', script.text)
    spoken = [a or b for a, b in literals if re.search(r"[A-Z]\w+ |[a-z] [a-z]+ |[A-Z]\w+\.", a or b)]
    spoken = [text for text in spoken if "${" not in text and not re.search(r"[\[#.:]\w", text)]
    assert set(spoken) <= {"use strict", "main td button"}


def test_the_numbers_of_both_pages_are_the_same(pages: tuple[Element, Element]) -> None:
    english, chinese = ([numbers(td.text) for td in page.all("td") if not is_words(td)] for page in pages)
    assert len(english) > 200
    assert english == chinese
    for tag, css in (("p", "say"), ("p", "lead"), ("figcaption", ""), ("dd", ""), ("caption", ""), ("li", "")):
        said = [[sorted(numbers(e.text)) for e in page.all(tag, **({"class_": css} if css else {}))] for page in pages]
        assert said[0] == said[1], tag


def is_words(cell: Element) -> bool:
    return "t" in cell.attributes.get("class", "").split()


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.sub(r"Day \d+|R²|95 ?%", "", text))


def test_what_numbers_are_made_from_and_the_curves_are_the_same(pages: tuple[Element, Element]) -> None:
    english, chinese = map(trace_of, pages)
    assert english["sets"] == chinese["sets"]
    assert [[p[0], *p[2:5]] for p in english["profiles"]] == [[p[0], *p[2:5]] for p in chinese["profiles"]]
    assert [members for _, members in english["groups"]] == [members for _, members in chinese["groups"]]
    drawn = [
        [e.attributes for svg in page.all("svg") for e in (*svg.all("path"), *svg.all("circle"))] for page in pages
    ]
    assert len(drawn[0]) > 100
    assert drawn[0] == drawn[1]


def test_a_page_says_its_language_and_brings_letters_for_it(rich: Analysis) -> None:
    english, chinese = in_language(rich, "en"), in_language(rich, "zh")
    assert '<html lang="en">' in english
    assert '<html lang="zh-CN">' in chinese
    assert ("Noto Sans CJK SC" in english, "Noto Sans CJK SC" in chinese) == (False, True)
    assert "查找受试者" in chinese


def test_the_default_title_is_said_and_a_given_one_is_not(odd: Analysis, rich: Analysis) -> None:
    assert "<h1>CAR-T细胞动力学</h1>" in in_language(odd, "zh")
    assert '<p class="over">NCT1 · PK集</p>' in in_language(rich, "zh")


def test_texts_that_are_given_are_not_said_even_where_they_are_words_of_ours(odd: Analysis) -> None:
    with speaking("zh"):
        root = parse(render(odd, [("a.csv", "Subject"), ("b.csv", phrase("Subject"))]))
    (section,) = root.all("section", id="files")
    assert [quiet.text for quiet in section.all("span", class_="quiet")] == ["Subject", "受试者"]


def test_hostile_ids_are_text_on_a_chinese_page_too(hostile: Analysis) -> None:
    texts = {e.text for e in parse(in_language(hostile, "zh")).all("bdi")}
    assert set(HOSTILE.values()) <= texts
