"""What is drawn later speaks the language that was in force when it was asked for, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from matplotlib.figure import Figure

from cartpk.language import language, speaking
from cartpk.plots.sheet import page_of

__all__ = ["in_turn", "page_drawer"]

T = TypeVar("T")


def page_drawer(draw: Callable[..., Any], *args: Any, **options: Any) -> Callable[[], Figure]:
    """The page that `draw` draws on, when called: in the language in force now, as titles and captions made now are."""
    name = language()

    def page() -> Figure:
        with speaking(name):
            return page_of(np.ravel(draw(*args, **options))[0])

    return page


def in_turn(items: Iterator[T]) -> Iterator[T]:
    """The items one by one, each made in the language in force at this call, whichever is in force when it is asked for."""
    return _each(items, language())


def _each(items: Iterator[T], name: str) -> Iterator[T]:
    while True:
        with speaking(name):  # not around a yield: that would put the language in force for whoever asks
            try:
                item = next(items)
            except StopIteration:
                return
        yield item
