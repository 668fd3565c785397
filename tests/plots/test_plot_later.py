"""A figure asked for in one language is drawn in it, whenever and wherever it is drawn."""

from __future__ import annotations

import threading

import pytest
from drawn import study, texts

import cartpk as ck
from cartpk.language import language, speaking
from cartpk.plots.fonts import files_for
from cartpk.plots.later import in_turn, page_drawer
from cartpk.plots.plates import plates

needs_chinese = pytest.mark.skipif(not files_for("受试者"), reason="no Chinese font is installed")


@needs_chinese
def test_an_entry_made_in_chinese_is_drawn_in_chinese_outside_of_it_and_in_another_thread() -> None:
    p = study()
    with ck.speaking("zh"):
        entries = list(ck.plots.catalogue(p, ck.nca(p)))
    drawn: list[list[str]] = []
    thread = threading.Thread(target=lambda: drawn.append(texts(entries[-1].draw())))
    thread.start()
    thread.join()
    assert entries[-1].title == "受试者S2"
    assert drawn == [texts(entries[-1].draw())]
    assert "受试者S2" in drawn[0]


def test_an_entry_made_in_english_is_drawn_in_english_where_chinese_is_in_force() -> None:
    p = study()
    entry = next(ck.plots.catalogue(p, ck.nca(p)))
    with ck.speaking("zh"):
        assert entry.title in texts(entry.draw())
    assert entry.title == "All subjects"


def test_a_catalogue_speaks_the_language_of_its_call_and_leaves_that_of_its_reader() -> None:
    p = study()
    r = ck.nca(p)
    with speaking("zh"):
        entries, sets = ck.plots.catalogue(p, r), plates(p, r)
    heard = {(entry.title, language()) for entry in entries if entry.kind in ("overlay", "individual")}
    assert heard == {("全部受试者", "en"), ("受试者S1", "en"), ("受试者S2", "en")}
    assert [plate.title for plate in sets][:2] == ["各受试者的测定值", "全部受试者"]
    assert language() == "en"


def test_an_error_while_items_are_made_leaves_the_language_as_it_was() -> None:
    def two() -> object:
        yield language()
        raise ZeroDivisionError

    with speaking("zh"):
        items = in_turn(two())
    assert next(items) == "zh"
    with pytest.raises(ZeroDivisionError):
        next(items)
    assert language() == "en"


def test_a_drawer_is_of_the_language_it_was_made_in() -> None:
    heard: list[str] = []

    def draw() -> object:
        heard.append(language())
        return ck.plots.persistence(ck.nca(study()))

    drawer = page_drawer(draw)
    with speaking("zh"):
        assert drawer().axes
    assert heard == ["en"]
