"""No English is left on Chinese figures, every number on them is that of the English ones, and English stays English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn import excluding, latin, numbers, pages_texts, study
from matplotlib.figure import Figure

import cartpk as ck
from cartpk import language
from cartpk.labels import Labels
from cartpk.plots.boxes import parameters_caption
from cartpk.plots.fonts import files_for
from cartpk.plots.plates import PdfBook, plates
from cartpk.plots.swimmers import persistence_caption
from cartpk.profiles import Keys, Profiles
from cartpk.results import Results

pytestmark = pytest.mark.skipif(not files_for("受试者"), reason="no Chinese font is installed")

TIMES = (-40.0, 0.0, 1.0, 3.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 56.0, 75.0)
COURSE = (1.0, 1.0, 1.0, 60.0, 900.0, 5000.0, 2000.0, 500.0, 150.0, 80.0, 70.0, 60.0)
ZERO = (1.0, 0.0, 0.0, 60.0, 900.0, 4000.0, 2000.0, 0.0, 9000.0, 400.0, 60.0, np.nan)
NONE = (1.0,) * len(TIMES)
VALUES = {"S1": COURSE, "S2": tuple(1.7 * c for c in COURSE), "S3": NONE, "S4": COURSE[::-1], "S5": ZERO}
DATA = {"DL1", "DL2", "flow", "qpcr", "F", "M", "AUCinf", "SOP", *VALUES}

Told = dict[str, list[tuple[str, list[str]]]]


def everything() -> Profiles:
    """Two assays, a second infusion, two matrices, samples excluded or without result, missing levels, no LLOQ in one."""
    p = study(
        tuple(VALUES), ("flow", "qpcr"), times=TIMES, values=VALUES, infusions=(1, 2), dose=[1e6, 1e6, 3e6, 3e6, 3e6],
        covariates={"dose_level": ["DL1", "DL1", "DL2", "DL2", ""], "sex": ["F", "M", "F", "M", ""]},
    )  # fmt: skip
    p, keys = excluding(p, 56.0, reason="SOP"), p.keys
    matrix = Labels.of(["BONE MARROW" if s == "S5" and a == "flow" else "BLOOD" for s, a, *_ in keys])
    bare = np.repeat([s == "S5" for s, *_ in keys], np.diff(p.offsets))
    return replace(p, keys=Keys(keys.subject, keys.assay, matrix, keys.infusion), lloq=np.where(bare, np.nan, p.lloq))


@pytest.fixture(scope="module")
def results() -> Results:
    return ck.nca(everything())


def figures(results: Results) -> Iterator[tuple[str, str, str, Callable[[], Figure]]]:
    """Kind, title, caption and page of the figures of a run and of a study report, some of each kind."""
    p = results.profiles
    seen = set()
    for entry in ck.plots.catalogue(p, results, "dose_level,sex"):
        if entry.subject_id == "S5" or (not entry.subject_id and entry.kind not in seen):
            yield entry.kind, entry.title, entry.caption, entry.draw
        seen.add(entry.kind)
    for plate in plates(p, results, "dose_level"):
        if plate.number.endswith("1"):
            yield plate.id, f"{plate.title} {plate.pages[0].subtitle}", plate.pages[0].caption, plate.pages[0].draw
    yield "mean", "", "", lambda: ck.plots.mean(p, statistic="mean", scale="linear", assay="qpcr").figure


@pytest.fixture(scope="module")
def told(results: Results) -> Told:
    """In each language the kind of each figure and its texts, title and caption first."""
    both: Told = {}
    for name in ("zh", "en"):
        with ck.speaking(name):
            both[name] = [(kind, [title, said, *pages_texts(draw())]) for kind, title, said, draw in figures(results)]
    return both


def test_every_kind_of_figure_is_looked_at(told: Told) -> None:
    assert {kind for kind, _ in told["zh"]} == {
        "overlay", "mean", "median", "parameters", "persistence", "individual", "pkcg01", "pkcg02", "pkcg03", "boxes",
    }  # fmt: skip


def test_no_english_is_left_on_a_chinese_figure(told: Told) -> None:
    assert latin((text for _, texts in told["zh"] for text in texts), DATA) == set()


def test_english_ones_are_made_of_english(told: Told) -> None:
    words = {word for word, _ in latin((text for _, texts in told["en"] for text in texts), DATA)}
    assert words >= {
        "Subject",
        "Persistence",
        "Parameters",
        "quartiles",
        "excluded",
        "missing",
        "marrow",
    }
    assert not [text for _, texts in told["en"] for text in texts if re.search("[\u4e00-\u9fff]", text)]


def test_chinese_figures_have_the_numbers_of_the_english_ones(told: Told) -> None:
    assert [kind for kind, _ in told["zh"]] == [kind for kind, _ in told["en"]]
    for (kind, chinese), (_, english) in zip(told["zh"], told["en"], strict=True):
        assert numbers(chinese) == numbers(english), (kind, chinese[0])


def test_letters_stand_as_they_are_and_not_as_escapes(told: Told) -> None:
    assert [text for _, texts in told["zh"] for text in texts if "\\u" in text or "\\x" in text] == []


def test_the_translations_hold_symbols_and_no_other_latin_words() -> None:
    file = Path(language.__file__).parent / "zh" / "plots.toml"
    said = tomllib.loads(file.read_text(encoding="utf-8")).values()
    assert latin((re.sub(r"\{.*?\}", "", text) for text in said), ()) == set()
    assert [
        text for text in said if re.search(r"[\u4e00-\u9fff] | [\u4e00-\u9fff]|[,;:]\s", text.replace("Tmax 第", ""))
    ] == []


COURSES = {
    "A": (0.0, 60.0, 900.0, 5000.0, 2000.0, 500.0, 150.0, 149.0),
    "B": NONE[:8],
    "C": (0.0, 60.0, 900.0, 5000.0, 6000.0, 7000.0, 8000.0, 9000.0),
    "D": (0.0, 60.0, 900.0, 1.0, 9000.0, 700.0, 500.0, 2000.0),
}


@pytest.mark.parametrize(
    ("last", "end_rule"), [(29.0, "observed"), (29.0, "extrapolate"), (85.0, "observed"), (200.0, "observed")]
)
def test_what_stands_beside_a_curve_is_chinese_however_the_sampling_ended(last: float, end_rule: str) -> None:
    times = (0.0, 3.0, 7.0, 10.0, 14.0, 21.0, 28.0, last)
    p = study(tuple(COURSES), times=times, values=COURSES, dose=[1e6, 2e6, 3e6, 1e6])
    rules = ck.NcaRules(
        end_rule=end_rule, lambda_z_points=[ck.LambdaZPoints("A", "qpcr", times=(14, 21, 28), reason="人工判断")]
    )
    r = ck.nca(p, rules)
    for subject in COURSES:
        with ck.speaking("zh"):
            chinese = pages_texts(ck.plots.individual(p, r, subject_id=subject).figure)
        english = pages_texts(ck.plots.individual(p, r, subject_id=subject).figure)
        assert latin(chinese, {"qpcr", "AUCinf", *COURSES}) == set()
        assert numbers(chinese) == numbers(english)


def test_captions_of_many_subjects_are_chinese() -> None:
    ids = tuple(f"S{k}" for k in range(80))
    r = ck.nca(study(ids, times=(0.0, 7.0, 14.0), values=dict.fromkeys(ids, (0.0, 0.0, 0.0))))
    with ck.speaking("zh"):
        said = [persistence_caption(r, tallest=2.0), parameters_caption(r)]
    assert latin(said, {"qpcr", *ids}) == set()
    assert "受试者过多，未逐一标注编号。" in said[0]
    assert "S0、S1、S2、S3、S4、S5及另外74例的qpcr Tmax（输注后没有任何可定量的样本）" in said[1]


def test_english_is_the_same_after_chinese_was_drawn(tmp_path: Path) -> None:
    p = study()
    ck.plots.save(ck.plots.overlay(p).figure, tmp_path / "before.png")
    with ck.speaking("zh"):
        drawn = ck.plots.overlay(p)
        assert drawn.get_xlabel() == "输注后天数"
        ck.plots.save(drawn.figure, tmp_path / "zh.png")
    ck.plots.save(ck.plots.overlay(p).figure, tmp_path / "after.png")
    bytes_of = {name: (tmp_path / f"{name}.png").read_bytes() for name in ("before", "zh", "after")}
    assert bytes_of["before"] == bytes_of["after"] != bytes_of["zh"]


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_chinese_figure_is_the_same_bytes_each_time_in_every_format(kind: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        with ck.speaking("zh"):
            page = ck.plots.persistence(ck.nca(study())).figure
        ck.plots.save(page, tmp_path / f"{name}.{kind}")
    assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_the_pages_of_a_chinese_study_report_say_draft_and_page_in_chinese(results: Results, tmp_path: Path) -> None:
    with ck.speaking("zh"):
        figure = next(plates(results.profiles, results, "sex", "cohort")).pages[0].draw()
        with PdfBook(tmp_path / "a.pdf", (11.0, 8.5), "", "", 2) as book:
            book.add(figure, "图1", draft=True)
    assert {"草稿   第1页，共2页", "草稿", "图1"} <= set(pages_texts(figure))


def test_no_chinese_text_leaves_its_page_or_lies_on_another(results: Results) -> None:
    with ck.speaking("zh"):
        entries = list(ck.plots.catalogue(results.profiles, results, "dose_level,sex"))
        pages = [entry.draw() for entry in entries if "第1次" in entry.title and entry.subject_id in ("", "S5")]
        assert len(pages) == 6
    for page in pages:
        renderer = page.canvas.get_renderer()
        boxes = [t.get_window_extent(renderer) for t in page.texts if t.get_text()]
        assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= page.bbox.x1 and b.y1 <= page.bbox.y1 for b in boxes)
        over = [
            (a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :]
            if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 3
        ]  # fmt: skip
        assert over == []
