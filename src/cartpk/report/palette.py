"""Colour means dose level on the whole page, and nothing else has one."""

from __future__ import annotations

from dataclasses import dataclass

from cartpk.grouping import MISSING, levels_in_order
from cartpk.language import say
from cartpk.plots.colours import GREY, dose_colours
from cartpk.profiles import Profiles

__all__ = ["Doses", "colour_rules"]


@dataclass(frozen=True, slots=True)
class Doses:
    """The dose levels from low to high, and the level of each profile: their number where it has none, and is grey."""

    levels: tuple[str, ...]
    of_profile: tuple[int, ...]

    @classmethod
    def of(cls, profiles: Profiles) -> Doses:
        """By the column `dose_level`."""
        if "dose_level" not in profiles.covariates:
            return cls((), (0,) * len(profiles))
        levels = tuple(t for t in levels_in_order(profiles, "dose_level") if t != MISSING)
        place = {level: i for i, level in enumerate(levels)}
        texts = profiles.covariates["dose_level"].texts()
        return cls(levels, tuple(place.get(text, len(levels)) for text in texts))

    @property
    def some_have_none(self) -> bool:
        """Whether a profile has no level where others have one."""
        return bool(self.levels) and len(self.levels) in self.of_profile

    def name(self, level: int) -> str:
        """How a level is called; "" where the data have none at all."""
        return "" if not self.levels else self.levels[level] if level < len(self.levels) else say(MISSING)


def colour_rules(n: int) -> str:
    """Style rules of `n` levels, class d0 the lowest, and of no level the last; black is white on a dark page.

    >>> colour_rules(2)
    '.d0{--c:#E69F00}.d1{--c:#0072B2}.d2{--c:#6b6b6b}'
    """
    colours = (*dose_colours(n), GREY) if n else dose_colours(1)
    light = "".join(f".d{i}{{--c:{colour}}}" for i, colour in enumerate(colours))
    black = "".join(f".d{i}{{--c:#FFFFFF}}" for i, colour in enumerate(colours) if colour == "#000000")
    return light + (f"@media screen and (prefers-color-scheme:dark){{{black}}}" if black else "")
