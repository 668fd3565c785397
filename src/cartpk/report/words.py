"""Words of the page in the language in force, put together with what is in the data."""

from __future__ import annotations

from markupsafe import Markup

from cartpk.language import say

__all__ = ["fill", "isolated", "named"]


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
