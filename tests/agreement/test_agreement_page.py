"""Every number on the page, in both languages, is the rounding of the number in the CSV files where it belongs."""

from __future__ import annotations

import json
import re

import pytest
from pages import Element, parse

from agreement.cells import agree
from agreement.rounded import three_figures
from agreement.shown import Cells, sentence_of
from agreement.wanted_page import MARKS, page, sentences, taken
from agreement.written import ASSAYS, Written
from cartpk.language import say, speaking


@pytest.fixture(scope="module")
def root(written: Written) -> Element:
    return parse((written.folder / "report.html").read_text(encoding="utf-8"))


def rows_of(table: Element) -> list[list[Element]]:
    """The cells of each row of a table."""
    return [[p for p in tr.parts if isinstance(p, Element) and p.tag in ("td", "th")] for tr in table.all("tr")]


def test_every_cell_of_every_table_of_the_page_is_that_of_the_csv_files(root: Element, written: Written) -> None:
    *tables, record = root.all("table")
    wanted = page(written)
    assert len(tables) == len(wanted)
    assert "record" in record.attributes["class"]
    cells = sum(_compared(rows_of(table), right, written.language) for table, right in zip(tables, wanted, strict=True))
    assert cells == sum(len(table.all("td")) + len(table.all("th")) for table in tables) > 10_000


def _compared(rows: list[list[Element]], wanted: list[Cells], language: str) -> int:
    """How many cells were compared: all of them."""
    assert [len(row) for row in rows] == [len(right) for right in wanted], wanted[0]
    pairs = [(c.text.strip(), said) for row, right in zip(rows, wanted, strict=True) for c, said in zip(row, right, strict=True)]  # fmt: skip
    assert [(shown, said) for shown, said in pairs if said is not None and not _fits(shown, said, language)] == []
    return len(pairs)


def _fits(shown: str, said: str, language: str) -> bool:
    """As `agree`; a star stands for words that no number is in."""
    head, star, tail = said.partition("*")
    if not star:
        return agree(shown, said, language)
    return language != "en" or (shown.startswith(head) and shown.endswith(tail))


def test_every_sentence_of_numbers_is_that_of_the_csv_files(root: Element, written: Written) -> None:
    shown = [p.text for p in root.all("p", class_="say")]
    wanted = sentences(written)
    assert len(shown) == len(wanted) == 8
    assert [pair for pair in zip(shown, wanted, strict=True) if not agree(*pair, written.language)] == []


def test_every_number_leads_to_its_value_in_full_and_its_input_rows(root: Element, written: Written) -> None:
    (block,) = root.all("script", type="application/json")
    trace = json.loads(block.text)
    listings = [place.all("details", class_="samples")[0].all("tbody")[0].all("tr") for place in root.all("section", class_="profile")]  # fmt: skip
    keys = [(assay, subject) for subject in written.subjects for assay in ASSAYS]
    assert [(p[1], p[0]) for p in trace["profiles"]] == keys
    compared = 0
    for key, listing, (_, _, _, values, sets, _) in zip(keys, listings, trace["profiles"], strict=True):
        for k, name in enumerate(written.terms):
            line = written.parameters[(*key, name)]
            assert values[k] == (float(line["value"]) if line["value"] else None), (key, name)
            if line["value"]:
                rows = [listing[r].all("td")[-1].text for r in _numbers(sets[trace["sets"][k]])]
                assert rows == line["records"].split(), (key, name)
            compared += 1
    assert compared == len(keys) * len(written.terms)
    with speaking(written.language):
        assert trace["flags"] == {letter: say(sentence_of(name)) for name, letter in MARKS.items()}


def _numbers(text: str) -> list[int]:
    parts = [part.split("-") for part in text.split(",")] if text else []
    return [row for part in parts for row in range(int(part[0]), int(part[-1]) + 1)]


def test_the_letters_of_a_subject_are_told_under_its_tables(root: Element, written: Written) -> None:
    places = root.all("section", class_="profile")
    for place, (subject, assay) in zip(places, [(s, a) for s in written.subjects for a in ASSAYS], strict=True):
        lines = [written.parameters[assay, subject, name] for name in written.terms]
        flags = {flag for line in lines for flag in line["flags"].split(";") if flag}
        with speaking(written.language):
            wanted = {letter: say(sentence_of(name)) for name, letter in MARKS.items() if name in flags}
        notes = [p.text.strip() for notes in place.all("div", class_="notes") for p in notes.all("p")]
        assert {note[0]: note[1:].strip() for note in notes if note[0] != "–"} == wanted, (subject, assay)


def test_what_stands_under_the_curves_counts_the_samples(root: Element, written: Written) -> None:
    places = root.all("section", class_="profile")
    for place, (subject, assay) in zip(places, [(s, a) for s in written.subjects for a in ASSAYS], strict=True):
        lines = [r for r in written.concentrations if (r["assay"], r["subject_id"]) == (assay, subject)]
        counts = [
            len(lines),
            sum(r["blq"] == "true" and r["status"] == "used" for r in lines),
            *([n] if (n := sum(r["status"] == "missing" for r in lines)) else []),
            *([n] if (n := sum(r["status"] == "excluded" for r in lines)) else []),
        ]
        caption, *of_models = [c.text for c in place.all("figcaption")]
        first = re.split(r"[.。]", caption, maxsplit=1)[0]
        assert list(map(int, re.findall(r"\d+", first.removeprefix(assay)))) == counts, caption
        for model, text in zip(written.fit_terms, of_models, strict=True):
            assert sorted(re.findall(r"\d+(?:\.\d+)?", text)) == sorted(_of_fit(written, assay, subject, model)), text


def _of_fit(w: Written, assay: str, subject: str, model: str) -> list[str]:
    """The numbers under the curve of a fit: interval, samples, σ, starts."""
    line = w.models[assay, subject, taken(w, assay, subject, model)]
    if line["reason"]:
        return []
    sigma = w.fits[model, assay, subject, "sigma"]["value"]
    band = ["95"] if line["believed"] == "true" else []
    return [*band, line["n_obs"], line["n_blq"], three_figures(sigma), line["n_starts_agree"], "2"]
