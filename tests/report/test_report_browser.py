"""The page in a real browser: quiet, no network, pointing and keys, print, narrow screens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartpk.analysis import Analysis
from cartpk.language import speaking
from cartpk.report import render

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page is not opened")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}: the page is not opened in a browser")

OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("main svg")) {
    const boxes = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect()]);
    boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
      if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4)
        found.push(`${svg.getAttribute("aria-label")}: ${a} | ${b}`);
    }));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def path(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page") / "report.html"
    place.write_text(page, encoding="utf-8", newline="\n")
    return place


@pytest.fixture
def opened(browser, path):
    """The page in a window of its own; whatever it says or asks for on the way fails the test."""
    yield from _open(browser, path)


@pytest.fixture(scope="module")
def chinese(sample: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample study in Chinese."""
    place = tmp_path_factory.mktemp("chinese") / "report.html"
    with speaking("zh"):
        place.write_text(render(sample), encoding="utf-8", newline="\n")
    return place


def _open(browser, path, **window):
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **window})
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    tab.goto(path.as_uri())
    tab.set_default_timeout(10_000)
    yield tab
    assert said == []
    context.close()


def cell(tab, subject: int, name: str, profile: int = 0):
    """The number of the parameter whose row begins with `name`."""
    place = tab.locator(f"#s-{subject:04d} .profile").nth(profile)
    return place.locator(".families tr").filter(has_text=re.compile(f"^{re.escape(name)}")).first.locator("button")


def trace(tab):
    return tab.locator("#trace")


def test_the_page_opens_without_a_word_and_without_the_network(opened) -> None:
    assert opened.title() == "CAR-T cellular kinetics"


def test_hostile_names_run_nothing_and_do_not_break_the_page(browser, hostile: Analysis, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    place.write_text(render(hostile), encoding="utf-8", newline="\n")
    for tab in _open(browser, place):
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        tab.locator("#find").fill("<script>")
        assert tab.locator(".people li:visible").count() == 1


def test_pointing_at_a_number_shows_its_rows_and_lights_them_up(opened) -> None:
    cell(opened, 3, "Cmax, ").hover()
    trace(opened).wait_for(state="visible")
    assert "S03, flow: Cmax, cells/µL" in trace(opened).inner_text()
    assert "In full: 178.8" in trace(opened).inner_text()
    assert trace(opened).locator("tbody tr").all_inner_texts() == ["12\t178.8\t178.8\t\t65"]
    assert opened.locator("#s-0003 .profile").first.locator("svg .lit").count() == 2
    opened.mouse.move(5, 5)
    trace(opened).wait_for(state="hidden")
    assert opened.locator(".lit").count() == 0


def test_an_opened_number_stays_until_it_is_closed(opened) -> None:
    cell(opened, 3, "AUC0-M3 (day 90), day").click()
    opened.mouse.move(5, 5)
    opened.wait_for_timeout(300)
    assert trace(opened).is_visible()
    assert "interpolated between two samples" in trace(opened).inner_text()
    assert trace(opened).locator("tbody tr").count() == 13
    trace(opened).locator(".close").click()
    assert trace(opened).is_hidden()


def test_a_dash_tells_its_reason(opened) -> None:
    cell(opened, 7, "AUC0-M3 (day 90), day").click()
    assert "Missing." in trace(opened).inner_text()
    assert "Followed to day 28." in trace(opened).inner_text()


def test_a_statistic_shows_whose_values_it_is_made_from(opened) -> None:
    opened.locator("#answer .stat tbody[data-k] td").first.locator("button").click()
    rows = trace(opened).locator("tbody tr").all_inner_texts()
    assert rows == ["S01\t65.0", "S02\t74.2", "S03\t179"]
    assert opened.locator("svg.all a.lit").count() == 3
    trace(opened).locator("a", has_text="S02").click()
    assert opened.url.endswith("#s-0002")
    assert trace(opened).is_hidden()


def test_the_page_works_without_a_mouse(opened) -> None:
    first = opened.locator("#s-0001 .families table").first.locator("button").first
    first.focus()
    opened.keyboard.press("ArrowDown")
    assert opened.evaluate("document.activeElement.closest('tr').cells[0].textContent") == "Tmax, day"
    opened.keyboard.press("Enter")
    assert trace(opened).is_visible()
    assert opened.evaluate("document.activeElement.id") == "trace"
    opened.keyboard.press("Escape")
    assert trace(opened).is_hidden()
    assert opened.evaluate("document.activeElement.closest('tr').cells[0].textContent") == "Tmax, day"
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.closest('table').tHead.textContent").startswith("Exposure")


def test_search_finds_subjects_by_id_dose_and_disease(opened) -> None:
    opened.keyboard.press("/")
    opened.keyboard.type("dl2 sjögren")
    assert opened.locator(".people li:visible").all_inner_texts() == ["S05"]
    assert opened.locator("#found").inner_text() == "1 of 9 subjects"
    opened.keyboard.press("Enter")
    assert opened.url.endswith("#s-0005")
    opened.keyboard.press("Escape")
    assert opened.locator(".people li:visible").count() == 9


def test_a_jump_keeps_its_place_in_the_address(opened) -> None:
    opened.locator(".people a", has_text="S08").click()
    assert opened.url.endswith("#s-0008")
    opened.wait_for_function("Math.abs(document.querySelector('#s-0008').getBoundingClientRect().top) < 60")


@pytest.mark.parametrize("width", [1280, 800, 390])
@pytest.mark.parametrize("page_of", ["path", "chinese"])
def test_nothing_sticks_out_and_no_words_overlap(browser, request, page_of: str, width: int) -> None:
    for tab in _open(browser, request.getfixturevalue(page_of), viewport={"width": width, "height": 800}):
        tab.evaluate("for (const d of document.querySelectorAll('main details')) d.open = true")
        tab.evaluate("for (const p of document.querySelectorAll('.person')) p.style.contentVisibility = 'visible'")
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert tab.evaluate(OVERLAPS) == []


def test_print_leaves_out_the_navigation_and_opens_what_is_closed(opened) -> None:
    opened.emulate_media(media="print")
    assert opened.locator("nav").is_hidden()
    assert opened.locator("#s-0001 .samples tbody td").first.is_visible()
    assert opened.locator("#s-0001").evaluate("e => getComputedStyle(e).breakBefore") == "page"
    assert opened.locator(".help").is_hidden()


def test_dark_is_the_readers_setting(browser, path) -> None:
    for scheme, dark in (("light", False), ("dark", True)):
        for tab in _open(browser, path, color_scheme=scheme):
            ink, ground = (
                tab.evaluate(f"getComputedStyle(document.documentElement).{name}")
                for name in ("color", "backgroundColor")
            )
            light = [sum(int(n) for n in text[4:-1].split(",")) for text in (ink, ground)]
            assert (light[0] > light[1]) is dark
            assert abs(light[0] - light[1]) > 3 * 180


def test_without_script_the_numbers_still_stand(browser, path) -> None:
    for tab in _open(browser, path, java_script_enabled=False):
        assert cell(tab, 3, "Cmax, ").text_content() == "179"


def test_a_chinese_page_answers_in_chinese(browser, chinese) -> None:
    for tab in _open(browser, chinese):
        assert tab.title() == "CAR-T细胞动力学"
        cell(tab, 3, "Cmax（").hover()
        trace(tab).wait_for(state="visible")
        assert "S03，flow：Cmax（cells/µL）" in trace(tab).inner_text()
        assert "完整数值：178.8" in trace(tab).inner_text()
        assert trace(tab).locator("thead").inner_text().split() == ["天", "报告值", "采用值", "备注", "输入行"]
        cell(tab, 7, "AUC0-M3（第90天）（").click()
        assert "缺失。采样在时间终点之前过早结束，无法确定该面积。随访至第28天。" in trace(tab).inner_text()
        tab.locator("#answer .stat tbody[data-k] td").first.locator("button").click()
        assert trace(tab).locator("thead").inner_text().split() == ["受试者", "值"]
        tab.locator("#find").fill("sjögren")
        assert tab.locator("#found").inner_text() == "9例受试者中符合的有1例"
