"""The numbered figures: which there are, what their pages show, and PDF without a clock."""

import io
import re

import matplotlib.image
import numpy as np
import pytest
from cohort import cohort
from matplotlib.figure import Figure

import cartpk as ck
from cartpk.errors import OutputError
from cartpk.plots.plates import PdfBook, picture, plates
from cartpk.plots.several import individuals, subject_pages

COURSES = [[0, 900 + 10 * k, 4000, 400, 0] for k in range(8)]


@pytest.fixture(scope="module")
def results():
    return ck.nca(
        cohort(
            {"flow": COURSES, "qpcr": COURSES},
            covariates={"dose_level": ["DL1"] * 4 + ["DL2"] * 4},
            subjects=["S10", "S9", "=x()", "$a$", "S2", "_S1", "x" * 80, "S3"],
        )
    )


def test_figures_are_numbered_by_kind_and_counted_within_it(results):
    found = list(plates(results.profiles, results, "dose_level", "all", "14.9"))
    assert [(p.number, p.id, len(p.pages)) for p in found] == [
        ("14.9.1.1", "pkcg01", 8),  # two assays, two scales, eight subjects on two pages
        ("14.9.2.1", "pkcg02", 1),
        ("14.9.3.1", "pkcg03", 2),
        ("14.9.3.2", "pkcg03", 2),
        ("14.9.4.1", "boxes", 2),
        ("14.9.5.1", "persistence", 1),
    ]
    assert found[0].name == "figure-14-9-1-1-pkcg01"
    cohort_only = [p.number for p in plates(results.profiles, results, "dose_level", "cohort", "14.9")]
    assert cohort_only == [p.number for p in found[1:]]


def test_pages_of_subjects_hold_everybody_once_by_dose_and_id_on_the_same_axes(results):
    pages = subject_pages(results.profiles)
    linear = [p for p in pages if p.scale == "linear" and p.panel.title == pages[0].panel.title]
    ids = [results.profiles.keys[i].subject_id for p in linear for i in p.members]
    assert ids == ["$a$", "=x()", "S9", "S10", "S2", "S3", "_S1", "x" * 80]
    limits = {(axes.get_xlim(), axes.get_ylim()) for p in linear for axes in individuals(p)}
    assert len(limits) == 1


def test_an_id_stands_above_its_panel_as_text(results):
    page = subject_pages(results.profiles)[0]
    texts = [[t.get_text() for t in axes.texts] for axes in individuals(page)]
    assert ["$a$"] in texts
    assert all(not t.get_parse_math() for axes in individuals(page) for t in axes.texts)


def test_a_picture_is_the_figure_without_title_and_caption(results):
    drawn = individuals(subject_pages(results.profiles)[0])[0].figure
    png, width, height = picture(drawn)
    full = drawn.get_size_inches()
    assert width == pytest.approx(full[0])
    assert height < full[1] - 0.4
    pixels = matplotlib.image.imread(io.BytesIO(png))
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(width / height, rel=0.01)
    assert np.any(pixels[..., 3] < 1)  # what is behind it shows through


def test_a_pdf_has_a_page_for_each_figure_and_no_clock(results, tmp_path):
    figure = next(iter(plates(results.profiles, results, "dose_level", "cohort"))).pages[0]
    contents = []
    for name in ("a.pdf", "b.pdf"):
        with PdfBook(tmp_path / name, (11.0, 8.5), "study", "foot", 2) as book:
            for _ in range(2):
                book.add(figure.draw(), "Figure 14.2.2.1 All", draft=True)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert re.findall(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+)", contents[0]) == [(b"792", b"612")] * 2
    assert not re.search(rb"CreationDate|Producer", contents[0])


def test_a_pdf_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        PdfBook(tmp_path / "none" / "a.pdf", (11.0, 8.5), "", "", 1)


def test_a_pdf_holds_its_fonts_as_the_names_on_its_pages_need(tmp_path, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr("cartpk.plots.plates.pdf_font_type", lambda texts: asked.extend(texts) or 3)
    figure = Figure()
    figure.text(0.5, 0.5, "S1")
    with PdfBook(tmp_path / "a.pdf", (11.0, 8.5), "study", "foot", 1, ["张三"]) as book:
        book.add(figure, "Figure 14.2.2.1")
    assert {"study", "foot", "张三"} <= set(asked)
    fonts = re.findall(rb"/Subtype /(Type[0-9]\w*|TrueType)", (tmp_path / "a.pdf").read_bytes())
    assert set(fonts) == {b"Type3"}
