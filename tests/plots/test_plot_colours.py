"""Colour is the dose level, light to dark, for everybody's eyes."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from cartpk.plots.colours import dose_colours


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("n", range(1, 8))
def test_colours_are_distinct_and_go_from_light_to_dark(n: int) -> None:
    colours = dose_colours(n)
    light = [luminance(c) for c in colours]
    assert len(set(colours)) == n
    assert all(a > b - 0.02 for a, b in pairwise(light))


def test_more_levels_than_colours_begin_again() -> None:
    assert dose_colours(9)[7:] == dose_colours(9)[:2]


def test_the_colours_and_the_names_of_figures_load_no_matplotlib() -> None:
    code = "import cartpk.plots.colours, sys; dir(cartpk.plots); print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
