"""Text on figures is only text, and as wide as it was measured."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from drawn import HOSTILE, study, texts

from cartpk.plots import fonts, individual, save
from cartpk.plots.fonts import files_for
from cartpk.plots.sheet import sheet
from cartpk.plots.words import (
    DPI,
    axis_number,
    clauses,
    day,
    days,
    fit,
    number,
    plain,
    put,
    short_number,
    shorten,
    width_of,
    wrap,
)


def test_control_marks_and_unknown_letters_become_visible() -> None:
    assert plain("S\n01\x00") == "S\\x0a01\\x00"
    assert plain("\U00013000") == "\\U00013000"
    assert plain("\u202eabc\u2028") == "\\u202eabc\\u2028"
    assert plain("\udc80") == "\\udc80"
    assert plain("\U0001f9ec") == "\\U0001f9ec"


def test_letters_the_font_has_stay() -> None:
    assert plain("Sjögren µg ½ 10³ $x$ _S01 <script>") == "Sjögren µg ½ 10³ $x$ _S01 <script>"


@pytest.mark.parametrize("size", [7.0, 7.5, 10.0])
@pytest.mark.parametrize("text", ["A" * 60, "day·copies/µg gDNA", "0123456789", "lightly iiiiiiii"])
def test_a_text_is_never_wider_than_it_was_measured(text: str, size: float) -> None:
    page = sheet("title", "", 1.0, "caption").figure
    drawn = put(page, 0, 0, text, size=size).get_window_extent(page.canvas.get_renderer()).width / DPI
    assert drawn <= width_of(text, size) + 0.01
    assert drawn >= 0.9 * width_of(text, size)


def test_a_long_text_keeps_both_ends() -> None:
    assert shorten("A" * 150 + "B" * 150, 9) == "AAAA…BBBB"
    short = fit("A" * 150 + "B" * 150, 7.0, 1.0)
    assert short.startswith("AA")
    assert short.endswith("BB")
    assert short.count("…") == 1
    assert width_of(short, 7.0) <= 1.0


def test_lines_are_no_wider_than_asked_and_lose_nothing() -> None:
    text = "one two " + "A" * 300 + " three"
    lines = wrap(text, 7.0, 2.0)
    assert all(width_of(line, 7.0) <= 2.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap("", 7.0, 2.0) == [""]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_set_is_not_read_as_markup(text: str) -> None:
    page = sheet(text, text, 1.0, text).figure
    assert not any(t.get_parse_math() or t.get_usetex() for t in page.texts)
    assert page.texts[0].get_text() == fit(text, 10.0, 6.86, bold=True)
    page.canvas.draw()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (31501.25, "31\u202f500"),
        (9.995, "10.0"),
        (0.04567, "0.0457"),
        (123456789012.0, "1.23×10¹¹"),
        (float("nan"), "–"),
    ],
)
def test_numbers_have_three_figures(value: float, text: str) -> None:
    assert number(value) == text


def test_axis_numbers_and_doses_are_short() -> None:
    assert [axis_number(v) for v in (0.0, 0.25, 2500.0, -14.0, 2e8)] == ["0", "0.25", "2500", "−14", "2×10⁸"]
    assert [short_number(v) for v in (1e6, 2.5e7, 150.0, 0.0)] == ["10⁶", "2.5×10⁷", "150", "0"]


def test_days_are_listed_as_in_a_sentence() -> None:
    assert day(13.96) == "13.96"
    assert days([14.0]) == "14"
    assert days([-7.0, 14.0, 21.5]) == "−7, 14 and 21.5"
    assert days([]) == ""


def test_chinese_is_drawn_where_a_font_has_it_in_every_format_and_the_same_each_time(tmp_path: Path) -> None:
    if not files_for("受试者"):
        pytest.skip("no Chinese font is installed")
    assert plain("受试者01\n") == "受试者01\\x0a"
    assert width_of("受试者", 7.0) > 1.5 * width_of("SSS", 7.0)
    for kind in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            axes = individual(study(("受试者01",)), subject_id="受试者01", scale="log")
            page = axes.figure  # type: ignore[union-attr]
            assert "Subject 受试者01" in texts(page)
            save(page, tmp_path / f"{name}.{kind}")  # a letter that is not drawn warns, and warnings are errors
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_chinese_is_an_escape_where_no_font_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed", lambda bold=False: ())
    plain.cache_clear()
    fonts.files_for.cache_clear()
    try:
        assert plain("受1") == "\\u53d71"
        assert files_for("受") == ()
    finally:
        plain.cache_clear()
        fonts.files_for.cache_clear()


CHINESE = (
    "受试者S01，剂量水平DL1（10⁶ cells/kg）。flow（cells/µL）：14个样本，3个低于定量下限（LLOQ 1）；"
    "“实线”连接可定量样本，第90天。"
) * 4  # fmt: skip


needs_chinese = pytest.mark.skipif(not files_for("受试者"), reason="no Chinese font is installed")


@needs_chinese
@pytest.mark.parametrize("width", [0.6, 1.35, 3.0, 6.86])
def test_chinese_lines_break_anywhere_but_at_the_wrong_side_of_punctuation(width: float) -> None:
    lines = wrap(CHINESE, 7.0, width)
    assert all(width_of(line, 7.0) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
    assert not [line for line in lines[1:] if line[0] in "，。；：）、”"]
    assert not [line for line in lines if line[-1] in "（“第"]
    assert not [line for line in lines if line[-1].isdigit() and line[-1].isascii()]
    full = [width_of(line, 7.0) for line in lines[:-1]]
    assert min(full) > width - 0.65


@needs_chinese
def test_a_latin_word_within_chinese_stays_whole() -> None:
    lines = wrap("样本" * 30 + "copies/µg" + "样本" * 30, 7.0, 2.0)
    assert sum("copies/µg" in line for line in lines) == 1


@pytest.mark.parametrize("text", ["a  b   c " * 30, " lead", "one", "A" * 200 + " b " + "C" * 200, ""])
def test_lines_are_as_full_as_words_allow(text: str) -> None:
    """As when each word is tried after the other."""
    lines = wrap(text, 7.0, 1.0)
    assert all(width_of(line, 7.0) <= 1.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line, following in pairwise(lines):
        first = following.split(" ")[0]
        assert width_of(f"{line} {first}", 7.0) > 1.0 or len(first) > 15


def test_clauses_stand_after_one_another() -> None:
    assert clauses(["a", "b, c", "d"]) == "a, b, c, d"


@needs_chinese
def test_a_line_narrower_than_a_letter_ends() -> None:
    assert wrap("受试者 ab", 7.0, 0.01) == ["受", "试", "者", "a", "b"]
