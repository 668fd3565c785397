"""Which font draws Chinese, how a PDF holds it, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn import study

import cartpk as ck
from cartpk.errors import UsageError
from cartpk.language import catalogue
from cartpk.plots import fonts
from cartpk.plots.fonts import _Face, files_for, pdf_font_type, refuse_without_letters
from cartpk.plots.words import plain


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a Chinese font."""
    remembered = (plain, files_for, fonts._lost)
    monkeypatch.setattr(fonts, "_installed", lambda bold=False: ())
    for function in remembered:
        function.cache_clear()
    yield
    for function in remembered:
        function.cache_clear()


@pytest.mark.usefixtures("bare")
def test_figures_in_chinese_are_refused_with_the_remedy_where_no_font_has_the_letters() -> None:
    with ck.speaking("zh"), pytest.raises(UsageError, match=r"Install Noto Sans CJK SC .*--figures none"):
        ck.plots.overlay(study())
    assert ck.plots.overlay(study()).get_xlabel() == "Days after infusion"


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("formats", [("csv",), ("csv", "rtf", "docx")])
def test_a_run_with_figures_in_chinese_is_refused_before_anything_is_read_or_written(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    source = tmp_path / "counts.csv"
    source.write_text("this is not a table of samples", encoding="utf-8")
    with pytest.raises(UsageError, match="no installed font has letters such as"):
        ck.analyze(source, out=tmp_path / "run", language="zh", formats=formats)
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]


@pytest.mark.usefixtures("bare")
def test_a_run_in_chinese_without_figures_needs_no_font(tmp_path: Path) -> None:
    source = tmp_path / "counts.csv"
    rows = "".join(f"S1,{t},{v},cells/uL\n" for t, v in ((0, 0), (7, 90), (14, 40), (28, 5)))
    source.write_text("subject_id,time,value,unit\n" + rows, encoding="utf-8")
    run = ck.analyze(source, out=tmp_path / "run", language="zh", figures="none", formats=("csv",))
    assert (run.out / "parameters.csv").is_file()
    assert not (run.out / "figures").exists()


def test_a_font_that_lacks_some_letters_of_the_texts_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    some = frozenset(map(ord, "".join(catalogue("zh").values()))) - {ord("输")}
    monkeypatch.setattr(fonts, "_installed", lambda bold=False: (("font", some),))
    fonts._lost.cache_clear()
    try:
        with pytest.raises(UsageError, match="letters such as 输"):
            refuse_without_letters("zh")
        refuse_without_letters("en")
    finally:
        fonts._lost.cache_clear()


def test_of_a_family_the_upright_ordinary_face_is_taken_and_the_bold_one_for_titles() -> None:
    faces = [
        _Face("f", False, weight, f"{weight}.ttf") for weight in ("100", "700", "400", "900")
    ] + [_Face("f", True, "400", "a.ttf")]  # fmt: skip
    assert min(faces, key=lambda face: face.rank(False)).file == "400.ttf"
    assert min(faces, key=lambda face: face.rank(True)).file == "700.ttf"
    light = [face for face in faces if face.weight != "700"]
    assert min(light, key=lambda face: face.rank(True)).file == "400.ttf"


class _Named(str):
    """A file's name that says which face of it is meant, as matplotlib's do."""

    face_index = 1


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("true.ttf", b"\x00\x01\x00\x00", 42),
        ("postscript.otf", b"OTTO", 3),
        ("collection.ttc", b"ttcf" + bytes(8) + b"\x00\x00\x00\x14" + b"\x00\x00\x00\x18" + b"\x00\x01\x00\x00OTTO", 3),
    ],
)
def test_a_pdf_holds_outlines_of_postscript_as_drawings(
    name: str, content: bytes, kind: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    monkeypatch.setattr(fonts, "files_for", lambda letters, bold=False: (_Named(file),) if letters else ())
    assert pdf_font_type(["Subject", "受试者"]) == kind
    assert pdf_font_type(["Subject"]) == 42
