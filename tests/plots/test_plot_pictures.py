"""The pictures on the page about figures are what the code draws: drawn again by docs/images/draw_plots.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from cartpk.plots.fonts import files_for

ROOT = Path(__file__).parents[2]
KINDS = ("individual", "overlay", "mean", "parameters", "persistence")


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_plots", ROOT / "docs" / "images" / "draw_plots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    script().main(folder)
    return folder


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not any("wqy-zenhei" in file for file in files_for("图")):
        pytest.skip("the Chinese picture has the letters of WenQuanYi Zen Hei, which is not the font here")
    folder = tmp_path_factory.mktemp("chinese")
    script().in_chinese(folder)
    return folder / "chinese.png"


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("L"), np.float64)


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_on_the_page_is_what_is_drawn_today(kind: str, drawn: Path) -> None:
    kept, now = pixels(ROOT / "docs" / "images" / "plots" / f"{kind}.png"), pixels(drawn / f"{kind}.png")
    assert kept.shape == now.shape, "run: python docs/images/draw_plots.py"
    assert np.abs(kept - now).mean() < 2.0, "run: python docs/images/draw_plots.py"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_at_the_edges_of_a_picture(kind: str, drawn: Path) -> None:
    page = pixels(drawn / f"{kind}.png")
    edges = np.concatenate([page[:6].ravel(), page[-6:].ravel(), page[:, :6].ravel(), page[:, -6:].ravel()])
    assert edges.min() > 250


def test_the_chinese_picture_on_the_page_is_what_is_drawn_today(chinese: Path) -> None:
    kept, now = pixels(ROOT / "docs" / "images" / "plots" / "chinese.png"), pixels(chinese)
    assert kept.shape == now.shape, "run: python docs/images/draw_plots.py"
    assert np.abs(kept - now).mean() < 2.0, "run: python docs/images/draw_plots.py"
