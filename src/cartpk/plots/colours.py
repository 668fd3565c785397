"""The colours of the doses, and the few greys beside them; no matplotlib, so that a page can share them.

Colour means dose level and nothing else. The palette is Okabe and Ito's
(told apart by colour-blind readers), ordered light to dark, so that the order
survives a photocopy.
"""

from __future__ import annotations

__all__ = ["FILL", "GREY", "INK", "NEUTRAL", "PALE", "RULE", "dose_colours"]

INK = "#1a1a1a"
GREY = "#6b6b6b"
PALE = "#b5b5b5"
RULE = "#d9d9d9"
FILL = "#f3f3f3"
NEUTRAL = "#0072B2"
"""The one colour where no dose is known."""

_YELLOW, _ORANGE, _SKY, _PURPLE = "#F0E442", "#E69F00", "#56B4E9", "#CC79A7"
_GREEN, _VERMILLION, _BLUE = "#009E73", "#D55E00", "#0072B2"

_SETS = (
    (_BLUE,),
    (_ORANGE, _BLUE),
    (_ORANGE, _GREEN, _BLUE),
    (_ORANGE, _SKY, _GREEN, _BLUE),
    (_ORANGE, _SKY, _GREEN, _VERMILLION, _BLUE),
    (_ORANGE, _SKY, _PURPLE, _GREEN, _VERMILLION, _BLUE),
    (_YELLOW, _ORANGE, _SKY, _PURPLE, _GREEN, _VERMILLION, _BLUE),
)


def dose_colours(n: int) -> tuple[str, ...]:
    """Colours of `n` dose levels, lowest first; beyond seven they begin again.

    >>> dose_colours(3)
    ('#E69F00', '#009E73', '#0072B2')
    """
    chosen = _SETS[min(max(n, 1), len(_SETS)) - 1]
    return tuple(chosen[i % len(chosen)] for i in range(n))
