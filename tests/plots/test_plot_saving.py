"""Files of figures: the same figure, the same bytes, whatever the user's matplotlib looks like."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from drawn import study
from matplotlib.figure import Figure

from cartpk.errors import OutputError, UsageError
from cartpk.nca import nca
from cartpk.plots import individual, save


def page(subject: str = "$x$_1") -> Figure:
    p = study((subject,), ("qpcr", "flow"))
    figure: Figure = individual(p, nca(p), subject_id=subject).figure
    return figure


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_figure_has_the_same_bytes(kind: str, tmp_path: Path) -> None:
    one = save(page(), tmp_path / f"one.{kind}").read_bytes()
    two = save(page(), tmp_path / f"two.{kind.upper()}").read_bytes()
    assert one == two
    assert len(one) > 5000


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_no_clock_and_no_program_is_told(kind: str, tmp_path: Path) -> None:
    raw = save(page(), tmp_path / f"figure.{kind}").read_bytes()
    for word in (
        b"CreationDate",
        b"dc:date",
        b"Software",
        b"Producer (",
        b"Matplotlib v",
        matplotlib.__version__.encode(),
    ):
        assert word not in raw


def test_a_png_is_fit_for_print(tmp_path: Path) -> None:
    raw = save(page(), tmp_path / "figure.png").read_bytes()
    width = int.from_bytes(raw[16:20], "big")
    assert 150 <= width / 7.1 <= 200


def test_the_users_own_style_does_not_move_a_byte_and_is_left_alone(tmp_path: Path) -> None:
    plain = save(page(), tmp_path / "plain.png").read_bytes()
    mine = {
        "figure.autolayout": True, "axes.grid": True, "font.size": 20.0, "text.usetex": False, "lines.linewidth": 7.0,
        "axes.facecolor": "black", "figure.facecolor": "red", "savefig.facecolor": "red", "savefig.bbox": "tight",
        "text.color": "red", "axes.labelcolor": "red", "font.family": "monospace", "savefig.dpi": 30, "hatch.linewidth": 5.0,
        "lines.dashed_pattern": (9.0, 9.0), "xtick.top": True, "axes.labelsize": 30, "axes.labelweight": "bold",
        "lines.marker": "x", "axes.spines.top": False, "xtick.labelsize": 3, "patch.linewidth": 4.0,
    }  # fmt: skip
    with matplotlib.rc_context(mine):
        before = dict(matplotlib.rcParams)
        styled = save(page(), tmp_path / "styled.png").read_bytes()
        assert dict(matplotlib.rcParams) == before
    assert styled == plain


def test_another_suffix_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"figure\.gif: figures are saved as \.png, \.svg, \.pdf, not as '\.gif'"):
        save(page(), tmp_path / "figure.gif")
    with pytest.raises(UsageError, match="'a file without suffix'"):
        save(page(), tmp_path / "figure")


def test_a_place_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the figure cannot be written"):
        save(page(), tmp_path / "nowhere" / "figure.png")


def test_a_notebook_can_show_the_page() -> None:
    assert page()._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_figures_keep_nothing_open() -> None:
    import sys

    page()
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    assert np.isfinite(matplotlib.rcParams["figure.dpi"])
