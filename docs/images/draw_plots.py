"""Draw the pictures of docs/plots.md again, from the sample data: ``python docs/images/draw_plots.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import cartpk as ck

ROOT = Path(__file__).parents[2]


def small(axes: Any, path: Path) -> None:
    """Save the page of some axes with 64 colours: a third of the size, and nobody sees it."""
    page = np.atleast_1d(np.asarray(axes, object)).ravel()[0].figure
    ck.plots.save(page, path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def in_chinese(folder: Path) -> None:
    """Draw the Chinese picture; the one on the page has the letters of WenQuanYi Zen Hei."""
    profiles = ck.Profiles.from_samples(ck.read(ROOT / "data" / "sample" / "counts.csv"))
    folder.mkdir(parents=True, exist_ok=True)
    with ck.speaking("zh"):
        small(ck.plots.overlay(profiles, by="dose_level"), folder / "chinese.png")


def main(folder: Path) -> None:
    """Draw one picture of each kind."""
    profiles = ck.Profiles.from_samples(ck.read(ROOT / "data" / "sample" / "counts.csv"))
    results = ck.nca(profiles)
    folder.mkdir(parents=True, exist_ok=True)
    small(ck.plots.individual(profiles, results, subject_id="S03"), folder / "individual.png")
    small(ck.plots.overlay(profiles, by="dose_level"), folder / "overlay.png")
    small(ck.plots.mean(profiles), folder / "mean.png")
    small(ck.plots.parameters(results, by="dose_level"), folder / "parameters.png")
    small(ck.plots.persistence(results), folder / "persistence.png")
    fits = ck.fit(profiles, "exponential")
    small(ck.plots.fitted(fits, subject_id="S01"), folder / "fitted.png")
    small(ck.plots.predictive(fits, assay="qpcr"), folder / "predictive.png")


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "plots"
    main(place)
    in_chinese(place)
