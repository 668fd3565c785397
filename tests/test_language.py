"""The catalogue of words: whole, without leftovers, and in force only where it is said to be."""

from __future__ import annotations

import ast
import copy
import pickle
import re
import string
import threading
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from cartpk.errors import UsageError
from cartpk.language import (
    LANGUAGES,
    TAGS,
    catalogue,
    counted,
    language,
    listed,
    paragraph,
    phrase,
    say,
    speaking,
    told,
    uncapital,
    unstopped,
)
from cartpk.reasons import Flag, Reason
from cartpk.terms import TERMS

SRC = Path(__file__).parents[1] / "src" / "cartpk"
TRANSLATED = [name for name in LANGUAGES if name != "en"]
SAYERS = {"say": 1, "phrase": 1, "counted": 3}
"""The functions that take texts of the catalogue, and the last place of such a text among their arguments."""


def texts_of(node: ast.AST) -> list[str]:
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def said_in(tree: ast.AST) -> list[str]:
    """Every text that stands as such in a call of a sayer."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYERS:
            for argument in node.args[: SAYERS[node.func.id]]:
                found += chosen_texts(argument)
    return found


def chosen_texts(argument: ast.expr) -> list[str]:
    """The texts that an argument can be: itself, or either end of a choice."""
    if isinstance(argument, ast.IfExp):
        return [*chosen_texts(argument.body), *chosen_texts(argument.orelse)]
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SRC.rglob("*.py"))}
TEMPLATES = [p.read_text(encoding="utf-8") for suffix in ("html", "js") for p in sorted(SRC.rglob(f"*.{suffix}"))]
IN_TEMPLATES = [
    m[2] for text in TEMPLATES for m in re.finditer(r"\b(?:say|counted)\((?:[\w.|]+, )?([\"'])(.*?)\1", text)
]
SAID = sorted({text for tree in TREES.values() for text in said_in(tree)} | set(IN_TEMPLATES))


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_text_that_is_said_is_in_the_catalogue(name: str) -> None:
    known = catalogue(name)
    assert [
        text
        for text in SAID
        if text.strip("{}") and re.search("[A-Za-z]", re.sub(r"\{.*?\}", "", text)) and text not in known
    ] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_reason_flag_and_parameter_is_in_the_catalogue(name: str) -> None:
    known = catalogue(name)
    labels = [getattr(term.label, "template", term.label) for term in TERMS.values()]
    wanted = [*(m.sentence for m in (*Reason, *Flag.__members__.values())), *labels]
    assert [text for text in wanted if text and text not in known] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_catalogue_has_nothing_that_nobody_says(name: str) -> None:
    written = {text for tree in TREES.values() for text in texts_of(tree)} | set(IN_TEMPLATES)
    pages = "".join(TEMPLATES)
    assert [text for text in catalogue(name) if text not in written and text not in pages] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_each_text_is_translated_once_and_with_the_same_values(name: str) -> None:
    files = sorted((SRC / "language" / name).glob("*.toml"))
    pairs = [pair for f in files for pair in tomllib.loads(f.read_text(encoding="utf-8")).items()]
    assert [text for text, n in Counter(text for text, _ in pairs).items() if n > 1] == []
    wrong = [text for text, said in pairs if fields(said) != fields(text)]
    assert wrong == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_a_language_is_in_force_within_its_stretch_alone() -> None:
    with speaking("zh"):
        assert (language(), say("Subject")) == ("zh", "受试者")
        with pytest.raises(ZeroDivisionError), speaking("en"):
            _ = 1 // len(say("Subject").removeprefix("Subject"))
        assert say("Subject") == "受试者"
    assert (language(), say("Subject")) == ("en", "Subject")


def test_a_language_is_in_force_in_its_own_thread_alone() -> None:
    heard: list[str] = []
    with speaking("zh"):
        other = threading.Thread(target=lambda: heard.append(say("Subject")))
        other.start()
        other.join()
    assert heard == ["Subject"]


def test_a_language_nobody_translated_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="language 'fr' is not one of en, zh"), speaking("fr"):
        pass


def test_a_phrase_is_english_text_until_it_is_said() -> None:
    rule = phrase("{name} to day {day} (visit window {window} d)", name="0-28", day="28", window="3")
    with speaking("zh"):
        made = phrase("{others} and {last}", others=(rule, "x"), last=phrase("Subject"))
        assert made == "0-28 to day 28 (visit window 3 d), x and Subject"
        assert say(made).startswith("0-28")
        assert say(made).endswith("、x和受试者")
        assert say(pickle.loads(pickle.dumps(made))) == say(copy.deepcopy(made)) == say(made)  # noqa: S301


def test_braces_in_values_are_text() -> None:
    assert say("day {day}", day="{others} {0} {") == "day {others} {0} {"


def test_numbers_lists_and_paragraphs_follow_the_language() -> None:
    assert [counted(n, "{n} subject", "{n} subjects") for n in (0, 1, 2)] == ["0 subjects", "1 subject", "2 subjects"]
    assert (listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])) == (
        "",
        "a",
        "a and b",
        "a, b and c",
    )
    assert paragraph(["One.", "", "Two."]) == "One. Two."
    with speaking("zh"):
        assert (counted(1, "{n} subject", "{n} subjects"), listed(["a", "b", "c"])) == ("1例受试者", "a、b和c")
        assert paragraph(["甲。", "乙。"]) == "甲。乙。"
        assert listed(["Total", "Subject", phrase("Subject")]) == "Total、Subject和受试者"  # data, data, a word
        assert say("{x}", x=("Total", phrase("Subject"))) == "Total、受试者"  # data, a word
        assert (told("Subject"), told(phrase("Subject"))) == ("Subject", "受试者")


def test_a_small_first_letter_is_english() -> None:
    assert uncapital("Dose level DL1") == "dose level DL1"
    with speaking("zh"):
        assert uncapital("Tlast之后") == "Tlast之后"
    assert (unstopped("No sample."), unstopped("无样本。")) == ("No sample", "无样本")


def test_browsers_have_a_tag_for_each_language() -> None:
    assert list(TAGS) == list(LANGUAGES)
