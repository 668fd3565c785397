"""What stands on the page, and that it is text, traceable and the same every time."""

import base64
import hashlib
import json
import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from pages import HOSTILE, Element, Work, parse

from cartpk.analysis import Analysis
from cartpk.plan import Plan, ReportRules
from cartpk.report import render
from cartpk.report.page import page_of
from cartpk.rounding import fixed, significant
from cartpk.samples import Exclusion

HEADER = "subject_id,time,value,unit,lloq"


@pytest.fixture(scope="module")
def root(page: str) -> Element:
    return parse(page)


def profiles_of(root: Element) -> dict[int, Element]:
    return {int(e.attributes["data-p"]): e for e in root.all("section", class_="profile")}


def trace_of(root: Element) -> dict:
    (block,) = root.all("script", type="application/json")
    return json.loads(block.text)


def expand(text: str) -> list[int]:
    parts = [part.split("-") for part in text.split(",")] if text else []
    return [row for part in parts for row in range(int(part[0]), int(part[-1]) + 1)]


def button_text(cell: Element) -> str:
    (button,) = cell.all("button")
    marks = "".join(s.text for s in button.all("sup"))
    return button.text.removesuffix(marks)


def test_the_same_analysis_gives_the_same_page(sample: Analysis, page: str) -> None:
    files = [("parameters.csv", "every parameter"), ("figures/figure-001.png", "All subjects")]
    assert render(sample, files) == page


def test_no_clock_stands_on_the_page(page: str) -> None:
    assert re.findall(r"20[2-9]\d-[01]\d-[0-3]\d|\d\d:\d\d:\d\d", page) == []


def test_the_policy_names_the_one_style_and_the_one_script(root: Element) -> None:
    (policy,) = (m.attributes["content"] for m in root.all("meta") if m.attributes.get("http-equiv"))
    styles, scripts = root.all("style"), [s for s in root.all("script") if "type" not in s.attributes]
    assert len(styles) == len(scripts) == 1
    for name, element in (("style-src", styles[0]), ("script-src", scripts[0])):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_nothing_on_the_page_comes_from_elsewhere_or_escapes_the_policy(page: str, root: Element) -> None:
    for element in root.all():
        names = set(element.attributes)
        assert not names & {"src", "style", "srcset", "data", "action"}, element.attributes
        assert not [n for n in names if n.startswith("on")]
        assert not re.match(r"[a-z]+:|//", element.attributes.get("href", ""))
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []


def test_headings_go_down_one_step_at_a_time(root: Element) -> None:
    levels = [int(e.tag[1]) for e in root.all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(b - a for a, b in pairwise(levels)) == 1


def test_sections_stand_in_the_order_of_a_paper(root: Element) -> None:
    names = [e.text for e in root.all("h2")]
    assert names == [
        "Answer", "Findings", "Assumptions", "Sensitivity of AUC0-M3 (day 90)", "Subjects", "Summaries", "In words", "Rules", "Files",
        "Inputs and versions", "",
    ]  # fmt: skip


def test_ids_are_unique_and_every_jump_arrives(root: Element) -> None:
    ids = [e.attributes["id"] for e in root.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    jumps = {e.attributes["href"][1:] for e in root.all("a") if e.attributes["href"].startswith("#")}
    assert jumps <= set(ids)
    assert {f"s-{n:04d}" for n in range(1, 10)} <= jumps


def test_every_header_cell_says_what_it_heads(root: Element) -> None:
    assert {th.attributes.get("scope") for th in root.all("th")} == {"col", "row", "rowgroup", "colgroup"}


def test_every_picture_has_words_in_its_place(root: Element) -> None:
    pictures = [e for e in root.all("svg") if "defs" not in e.attributes.get("class", "")]
    assert len(pictures) >= 2 + 2 * 18
    assert all(e.attributes["role"] == "img" and e.attributes["aria-label"] for e in pictures)


def test_every_number_of_a_subject_is_the_value_rounded_once(sample: Analysis, root: Element) -> None:
    results = sample.results
    for i, place in profiles_of(root).items():
        rows = {int(r.attributes["data-k"]): r for r in place.all("tr") if "data-k" in r.attributes}
        assert sorted(rows) == list(range(len(results.terms)))
        for k, (name, term) in enumerate(results.terms.items()):
            value = float(results[name][i])
            expected = (
                "–" if math.isnan(value) else fixed(value, 0) if term.unit_kind == "count" else significant(value)
            )
            assert button_text(rows[k].all("td")[0]) == expected


def test_every_number_leads_to_the_input_rows_it_was_made_from(sample: Analysis, root: Element) -> None:
    results = sample.results
    trace = trace_of(root)
    listings = {p: place.all("details", class_="samples")[0].all("tbody")[0] for p, place in profiles_of(root).items()}
    for k, name in enumerate(results.terms):
        for i, records in enumerate(results.records(name)):
            values, sets = trace["profiles"][i][3], trace["profiles"][i][4]
            if math.isnan(results[name][i]):
                assert values[k] is None
                continue
            assert values[k] == results[name][i]
            rows = listings[i].all("tr")
            shown = [int(rows[r].all("td")[-1].text) for r in expand(sets[trace["sets"][k]])]
            assert shown == records.tolist()


def test_limits_and_what_was_used_lose_no_digit(work: Work) -> None:
    found = work(f"{HEADER}\nS1,7,23456789.125,copies/mL,1234567.5\nS1,14,34567890.0625,copies/mL,1234567.5")
    page = render(found)
    assert "copies/mL, LLOQ 1234567.5)" in page
    (place,) = parse(page).all("details", class_="samples")
    rows = [[c.text for c in tr.all("td")] for tr in place.all("tbody")[0].all("tr")]
    assert [(row[3], row[4]) for row in rows] == [("1234567.5", "23456789.125"), ("1234567.5", "34567890.0625")]


def test_the_listing_shows_what_was_reported_and_what_was_used(sample: Analysis, root: Element) -> None:
    place = profiles_of(root)[0]
    rows = [
        [c.text for c in tr.all("td")] for tr in place.all("details", class_="samples")[0].all("tbody")[0].all("tr")
    ]
    assert rows[0] == ["-17", "Screening", "<1", "1", "0", "BLQ, pre-infusion: 0", "2"]
    assert rows[3] == ["3", "Day 3", "<1", "1", "", "BLQ, embedded: left out", "5"]
    assert (rows[6][2], rows[6][4]) == ("65.0", "65")
    assert [r[2] for r in rows] == [str(t) for t in sample.samples.reported[:14]]


def test_each_mark_and_each_dash_is_explained_under_its_table(sample: Analysis, root: Element) -> None:
    for i, place in profiles_of(root).items():
        marks = {letter for s in place.all("sup") for letter in s.text}
        notes = [p.text for p in place.all("div", class_="notes")[0].all("p")]
        assert marks == {n[0] for n in notes} - {"–"}
        missing = {sample.results.reason(n, i).sentence for n in sample.results.terms} - {""}
        assert len([n for n in notes if n[0] == "–"]) == len(missing)
        assert all(any(sentence in n for n in notes) for sentence in missing)


def test_a_missing_area_says_to_which_day_the_subject_was_followed(sample: Analysis, root: Element) -> None:
    i = next(i for i in range(18) if sample.profiles.keys[i][:2] == ("S07", "flow"))
    assert "Followed to day 28." in profiles_of(root)[i].text


def test_the_day_of_m3_stands_wherever_its_area_is_named(root: Element) -> None:
    for part in root.all("section"):
        if part.attributes.get("id") not in ("files", "versions", None) or "profile" in part.attributes.get(
            "class", ""
        ):
            for found in re.finditer("AUC0-M3", part.text):
                around = part.text[max(0, found.start() - 8) : found.end() + 9]
                assert " (day 90)" in around or "day 90 (" in around, around


def test_a_horizon_of_ones_own_carries_its_day(work: Work) -> None:
    analysis = work(f"{HEADER}\nA,0,BLQ,cells/uL,1\nA,7,50,cells/uL,1\nA,20,4,cells/uL,1\nA,200,BLQ,cells/uL,1",
                    horizons={"0_m6": 180})  # fmt: skip
    text = parse(render(analysis)).text
    assert "AUC0-M6 (day 180)" in text


def test_the_rows_read_are_the_rows_used_and_set_aside(root: Element) -> None:
    assert "246 rows read = 244 used + 2 without a result + 0 excluded + 0 repeated." in root.text


def test_an_exclusion_is_told_with_its_reason_and_crossed_out(work: Work) -> None:
    plan = Plan(exclude=(Exclusion(reason="clotted <b>", subject_id="A", time=7.0),))
    analysis = work(
        f"{HEADER}\nA,0,0,cells/uL,1\nA,7,50,cells/uL,1\nA,14,9,cells/uL,1\nA,90,BLQ,cells/uL,1\nA,90,BLQ,cells/uL,1",
        plan,
    )
    root = parse(render(analysis))
    assert "Excluded: A, day 7 (1 row): clotted <b>." in root.text
    place = profiles_of(root)[0]
    assert len(place.all("path", class_="out")) == 2
    assert "excluded: clotted <b>" in place.text
    assert "said again in row 6, counted once" in place.text


def test_findings_are_grouped_with_their_remedy_and_never_a_wall(work: Work) -> None:
    rows = "\n".join(f"A,{t},,cells/uL,1" for t in range(20, 45))
    analysis = work(f"{HEADER}\nA,0,0,cells/uL,1\nA,7,50,cells/uL,1\nA,14,9,cells/uL,1\n{rows}\nA,90,BLQ,cells/uL,1")
    kinds = [e for e in parse(render(analysis)).all("details", class_="kind") if "W-VALUE-MISSING" in e.text]
    (kind,) = kinds
    assert kind.all("b", class_="count")[0].text == "25"
    assert "Nothing to do if none was obtained" in kind.all("summary")[0].text
    assert len(kind.all("li")) == 11
    assert kind.all("li")[-1].text == "and 15 more in findings.csv"


def test_hostile_names_are_text_and_nothing_else(hostile: Analysis) -> None:
    root = parse(render(hostile))
    assert len(root.all("script")) == 2
    assert len(root.all("style")) == 1
    assert root.all("img") == []
    names = [person.all("h3")[0].text for person in root.all("section", class_="person")]
    assert sorted(names) == sorted(HOSTILE.values())
    assert {e.text for e in root.all("bdi") if "SLE" in e.text} == {"indication </style><b>SLE"}
    assert sorted(p[0] for p in trace_of(root)["profiles"]) == sorted([*HOSTILE.values()] * 2)


def test_a_name_never_becomes_an_address(hostile: Analysis) -> None:
    addresses = {e.attributes["href"] for e in parse(render(hostile)).all("a")}
    assert all(re.fullmatch(r"#[a-z0-9-]+", a) for a in addresses)


def test_a_file_with_a_strange_name_is_linked_by_an_escaped_address(sample: Analysis) -> None:
    root = parse(render(sample, [("figures/a b#1?.png", "x"), ("javascript:alert(1)", "y")]))
    files = [e.attributes["href"] for e in root.all("section", id="files")[0].all("a")]
    assert files == ["javascript%3Aalert%281%29", "figures/a%20b%231%3F.png"]


def test_the_headings_of_the_plan_stand_on_the_page(sample: Analysis) -> None:
    words = ReportRules(study="NCT<06821659>", title="Kinetics & more", population="PK set", by=sample.by)
    root = parse(render(replace(sample, plan=replace(sample.plan, report=words))))
    assert root.all("h1")[0].text == "Kinetics & more"
    assert root.all("p", class_="over")[0].text == "NCT<06821659> · PK set"


@pytest.mark.parametrize(
    "rows",
    [
        "A,5,7,cells/uL,1",
        "A,0,BLQ,cells/uL,1",
        "A,1,,cells/uL,1",
        "A,-40,3,cells/uL,1\nA,3,BLQ,cells/uL,1",
        "A,3,0,cells/uL,",
        "A,120,9,cells/uL,1\nA,150,3,cells/uL,1",
        "A,1,1e-9,cells/uL,1e-10\nA,2,1e9,cells/uL,1e-10",
        "A,1,5,%,\nA,2,9,%,\nA,3,4,%,",
    ],
    ids=["one sample", "before only", "no result", "early", "zero without a limit", "late only", "wide", "percent"],
)
@pytest.mark.parametrize("method", ["linear", "lin-up-log-down", "lin-log"])
def test_odd_courses_have_a_page_too(work: Work, rows: str, method: str) -> None:
    root = parse(render(work(f"{HEADER}\n{rows}", auc_method=method)))
    assert "nan" not in root.text.lower().replace("rena", "")
    assert len(root.all("section", class_="profile")) == 1


def test_no_horizon_and_everything_excluded_have_a_page_too(work: Work) -> None:
    plan = Plan(exclude=(Exclusion(reason="withdrew", subject_id="A"),))
    root = parse(render(work(f"{HEADER}\nA,1,5,cells/uL,1\nB,1,5,cells/uL,1\nB,9,7,cells/uL,1", plan, horizons={})))
    assert "All samples of this profile were excluded by the plan." in root.text


def test_a_second_infusion_is_a_profile_of_the_same_subject(work: Work) -> None:
    rows = "A,1,9,cells/uL,1,1\nA,30,2,cells/uL,1,1\nA,1,7,cells/uL,1,2\nA,30,BLQ,cells/uL,1,2"
    root = parse(render(work(f"{HEADER},infusion\n{rows}")))
    (person,) = root.all("section", class_="person")
    assert [h.text for h in person.all("h4")] == ["flow, infusion 1cells/µL", "flow, infusion 2cells/µL"]


def test_a_blank_dose_level_is_grey_as_in_the_figures_and_the_legend_says_so(work: Work) -> None:
    rows = [f"S{k},{t},{100 * t},cells/uL,1,{level}" for k, level in enumerate(["DL1", "DL1", ""]) for t in (1, 7, 14)]
    page = render(work("\n".join(["subject_id,time,value,unit,lloq,dose_level", *rows])))
    assert ".d0{--c:#0072B2}.d1{--c:#6b6b6b}" in page  # one level: the colour that figures give to one
    assert "colour by dose level: " in " ".join(page.split())
    assert '<span class="sw d1"></span>none given' in page


def test_without_dose_levels_there_is_one_colour_and_no_legend(work: Work) -> None:
    root = parse(render(work(f"{HEADER}\nA,1,9,cells/uL,1\nA,30,2,cells/uL,1\nA,90,BLQ,cells/uL,1")))
    assert root.all("span", class_="sw") == []
    assert [th.text for th in root.all("section", id="answer")[0].all("th", scope="col")] == ["Statistic", "TotalN = 1"]


def test_a_study_of_300_subjects_stays_under_25_megabytes(page: str, root: Element, sample: Analysis) -> None:
    people = root.all("section", class_="person")
    assert len(people) == len(sample.samples.subjects)
    assert 300 / len(people) * len(page.encode()) < 25e6


@pytest.mark.parametrize(
    ("blq", "words"),
    [
        ("cartpk", "taken as 0 before the first quantifiable one and after the last, left out between quantifiable ones (rule “cartpk”)"),
        ("missing", "left out before the first quantifiable one and between quantifiable ones and after the last (rule “missing”)"),
        ("half-lloq", "taken as 0 before the first quantifiable one, taken as half the LLOQ between quantifiable ones and just after the last, left out after that"),
    ],
)  # fmt: skip
def test_the_first_sentence_says_the_rule_for_results_below_the_limit_in_words(
    work: Work, blq: str, words: str
) -> None:
    page = page_of(work("subject_id,time,value,unit,lloq\nS1,1,<5,cells/uL,5\nS1,7,100,cells/uL,5\n", blq=blq), [])
    assert words in page.lead
