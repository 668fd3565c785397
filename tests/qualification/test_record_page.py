"""The record as a page: text whatever it is made of, and one sheet of A4 or Letter however much went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cartpk.qualification import CASES, page
from cartpk.qualification.case import Outcome
from cartpk.qualification.compare import number, text
from cartpk.qualification.record import Record

CHROMIUM = Path("/usr/bin/chromium")


def record_of(*outcomes: Outcome, date: str = "") -> Record:
    return Record.of(outcomes, Path("reports/selftest"), date, "cartpk selftest")


def passing() -> Record:
    """Every case, each with one number as far off as it may be."""
    return record_of(*(Outcome(c, (number("S1", "cmax", 2.0, 2.0 + 1e-9, 1e-9),)) for c in CASES))


def at_worst() -> Record:
    """Every case failed in every number but two, which were not run; every text long and hostile."""
    long = "lin-up-log-down, subject <b>{{ 7*7 }}</style><script>alert(1)</script>" + "W" * 200
    wrong = tuple(number(long, "auc_pct_extrap_pred", 0.1855500311049862, 1.0e9 / 3, 1e-12) for _ in range(300))
    outcomes = [Outcome(c, (*wrong, text(long, "", "a" * 64, "b" * 64))) for c in CASES]
    outcomes[0] = Outcome(CASES[0], not_run="cartpk runs from its source tree " * 9)
    outcomes[-3] = Outcome(CASES[-3], not_run="pyarrow is not installed " * 9)
    outcomes[-1] = Outcome(CASES[-1], trouble="ValueError: " + "x" * 488)
    record = record_of(*outcomes, date="2026-11-23")
    versions = {name: f"{v}.dev20261123+local.build" for name, v in record.versions.items()}
    return replace(
        record,
        platform="Windows-10-10.0.22631-SP0-" + "a-long-name-of-a-platform-" * 9,
        location="C:\\Users\\somebody\\" + "deeper\\" * 60 + "cartpk",
        versions=versions,
    )


def test_the_page_says_the_result_the_versions_and_what_it_is_for() -> None:
    record = passing()
    html = page.render(record)
    assert ">PASSED<" in html
    assert (
        "13 of 13 reference cases passed: 13 of 13 comparisons lie within their tolerances (each: numbers.csv)." in html
    )
    for name in ("Python", "numpy", "scipy", "pandas", "matplotlib", "lmfit"):
        assert f"<dt>{name}</dt>" in html
    assert record.package[0] in html
    assert record.references in html
    plain = " ".join(html.split())
    assert "It supports the validation of cartpk for an intended use and is not that validation" in plain
    assert "claims compliance with 21 CFR Part 11, with GAMP 5, or with any other regulation" in plain
    for words in ("Run by", "Reviewed by", "Signature", "Date"):
        assert words in html


def test_a_date_stands_on_its_line_only_where_one_was_given() -> None:
    assert "<td>2026-11-23</td>" in page.render(replace(passing(), date="2026-11-23"))
    assert not re.search(r"20\d\d-\d\d-\d\d", page.render(passing()).replace("sha256-", ""))


def test_every_case_stands_in_the_table_with_its_source_and_its_tolerance() -> None:
    html = page.render(passing())
    for case in CASES:
        assert case.title in html
        assert page._row(Outcome(case)).tolerance == case.tolerance
    assert html.count("5.0·10⁻¹⁰ (9.3)") == len(CASES)
    assert html.count("<td>50 %</td>") == len(CASES)


def test_deviations_are_shown_one_of_each_failed_case_first_and_the_rest_is_counted() -> None:
    wrong = tuple(number(f"S{i}", "cmax", 1.0, 2.0, 0.0) for i in range(9))
    html = page.render(record_of(Outcome(CASES[1], wrong), Outcome(CASES[2], wrong[:1])))
    shown = re.findall(r"<li>(\w+: S\d cmax)", html)
    assert shown[:3] == ["winnonlin: S0 cmax", "pknca: S0 cmax", "winnonlin: S1 cmax"]
    assert "and 5 more: numbers.csv holds every comparison." in html
    assert "use none of its numbers before the cause is known" in " ".join(html.split())


def test_whatever_a_name_is_made_of_it_is_text_and_the_policy_forbids_the_rest() -> None:
    html = page.render(at_worst())
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert "{{ 7*7 }}" in html
    assert "default-src &#39;none&#39;" in html
    assert "http" not in html.replace("http-equiv", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: the page is not opened"
    )
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}: the page is not opened in a browser")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("sheet", ["A4", "Letter"])
@pytest.mark.parametrize("make", [passing, at_worst])
def test_the_page_prints_on_one_sheet(browser, make, sheet: str, tmp_path: Path) -> None:
    place = tmp_path / "qualification.html"
    place.write_text(page.render(make()), encoding="utf-8", newline="\n")
    tab = browser.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: said.append(request.url) if request.url != place.as_uri() else None)
    tab.goto(place.as_uri())
    pdf = tab.pdf(format=sheet)
    assert said == []
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    for width in (1280, 800):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate(wide)
    tab.close()
