"""Words of the page in the language in force, put together with what is in the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from cartpk.grouping import MISSING
from cartpk.language import Phrase, say

__all__ = ["LANG", "column_words", "fill", "isolated", "level_words", "named", "phrased"]

LANG: Mapping[str, str] = MappingProxyType({"en": "en", "zh": "zh-CN"})
"""What a browser calls the languages of the catalogue."""


def fill(text: str, **values: object) -> Markup:
    """A text of the catalogue, said already, with values in it: markup as it is, all else escaped.

    >>> fill("{name}, {unit}", name="<b>", unit=Markup("<i>d</i>"))
    Markup('&lt;b&gt;, <i>d</i>')
    """
    return Markup(text).format(**values)


def isolated(text: str) -> Markup:
    """A text of the data, whose direction of writing is its own matter.

    >>> isolated("S<1>")
    Markup('<bdi>S&lt;1&gt;</bdi>')
    """
    return Markup("<bdi>{}</bdi>").format(text)


def named(name: str, unit: str) -> Markup:
    """A parameter with its unit, which is set lighter.

    >>> named("Cmax", "cells/µL")
    Markup('Cmax, <span class="unit">cells/µL</span>')
    """
    if not unit:
        return Markup("{}").format(name)
    return fill(say("{name}, {unit}"), name=name, unit=Markup('<span class="unit">{}</span>').format(unit))


def phrased(text: str) -> str:
    """A text that may be a phrase of ours, which is said, or a text of the data, which is as it is."""
    return say(text) if isinstance(text, Phrase) else text


def column_words(columns: Sequence[str]) -> str:
    """The columns of a grouping: our own by its name in words, the others by the data's.

    >>> column_words(("dose_level", "sex"))
    'dose level and sex'
    """
    words = ""
    for column in columns:
        name = say("dose level") if column == "dose_level" else column.replace("_", " ")
        words = say("{others} and {last}", others=words, last=name) if words else name
    return words


def level_words(level: str) -> str:
    """A level of a covariate: that of the data, or the word for none."""
    return say(level) if level == MISSING else level
