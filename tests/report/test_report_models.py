"""Models on the page: believed estimates with intervals, the others with their reason, and nothing at all without models."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import Element, parse

from cartpk.analysis import Analysis
from cartpk.analyze import work_out
from cartpk.plan import Plan
from cartpk.report import render
from cartpk.report.numbers import shown

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return work_out([SAMPLE], Plan().with_rules(model=("auto", "stein")))


@pytest.fixture(scope="module")
def page(analysis: Analysis) -> Element:
    return parse(render(analysis))


def profile_section(page: Element, p: int) -> Element:
    (found,) = page.all("section", class_="profile", data_p=str(p))
    return found


def test_a_page_without_models_says_nothing_of_them() -> None:
    text = render(work_out([SAMPLE], Plan()))
    assert "#models" not in text
    assert "lmfit" not in text
    assert ".model" not in text


def test_models_have_a_section_with_their_rules_and_the_choice(analysis: Analysis, page: Element) -> None:
    (section,) = page.all("section", id="models")
    for sentence in analysis.plan.models.sentences():
        assert sentence in section.text
    auto = analysis.fits[-1]
    believed = sum(f.believed for f in auto.fitted)
    assert f"in {len(auto) - believed} no model has all its parameters estimable" in section.text
    titles = [h.text for h in section.all("h3")]
    assert titles[:1] == ["Growth, contraction and persistence, flow"]
    assert titles[-1] == "Model of lowest AICc, qpcr"


def test_each_profile_has_its_fits_over_its_samples(analysis: Analysis, page: Element) -> None:
    stein = next(f for f in analysis.fits if f.model == "stein")
    for i, f in enumerate(stein.fitted):
        section = profile_section(page, i)
        view = section.all("div", class_="model")[0]
        paths = view.all("path", class_="line")
        assert bool(paths) == (not f.reason), "a curve where there is a fit, and only there"
        assert bool(view.all("path", class_="fill")) == f.believed, "an interval where the fit is believed"
        if f.reason:
            assert f"No fit: {f.reason.sentence}" in view.text


def test_an_estimate_that_the_samples_do_not_tell_has_no_number_but_its_reason(
    analysis: Analysis, page: Element
) -> None:
    stein = next(f for f in analysis.fits if f.model == "stein")
    i = next(i for i, f in enumerate(stein.fitted) if not f.reason and not f.believed)
    view = profile_section(page, i).all("div", class_="model")[0]
    rows = {row.all("th")[0].text.split(",")[0]: [c.text for c in row.all("td")] for row in view.all("tr")[1:]}
    for name, e in stein.fitted[i].estimates.items():
        cells = rows[stein.terms[name].symbol]
        assert cells == ([shown(e.value), shown(e.lower), shown(e.upper)] if not e.reason else ["–"] * 3)
        if e.reason:
            assert e.reason.sentence in view.text


def test_the_models_of_a_profile_are_compared_and_the_chosen_one_is_marked(analysis: Analysis, page: Element) -> None:
    auto = analysis.fits[-1]
    table = profile_section(page, 0).all("div", class_="model")[-1].all("table")[0]
    rows = table.all("tr")[1:]
    assert len(rows) == 4
    (took,) = [row for row in rows if "took" in row.attributes.get("class", "")]
    assert took.all("th")[0].text == auto.models[auto.chosen[0]].label
    assert "Chosen." in took.text


def test_hostile_ids_stay_text_beside_models(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("S01", "<script>alert(1)</script>")
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(text.splitlines()[:30]), encoding="utf-8", newline="")
    found = parse(render(work_out([path], Plan().with_rules(model="exponential"))))
    assert len(found.all("script")) == 2
