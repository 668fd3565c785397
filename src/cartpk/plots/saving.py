"""A figure to a file: the same figure, the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from cartpk.disk import told
from cartpk.errors import OutputError, UsageError
from cartpk.plots.fonts import pdf_font_type
from cartpk.plots.style import house_style

__all__ = ["FORMATS", "save"]

FORMATS: dict[str, dict[str, Any]] = {
    "png": {"metadata": {"Software": None}},
    "svg": {"metadata": {"Date": None, "Creator": None}},
    "pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
}
"""What each format is saved with: nothing that tells of clock or program."""


def save(figure: Figure, path: str | Path) -> Path:
    """Write a figure as its suffix says: ``.png`` (at the figure's own resolution), ``.svg`` or ``.pdf``.

    The same figure gives the same bytes. Returns the path.

    Raises:
        UsageError: another suffix.
        OutputError: the place cannot be written.
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise UsageError(
            f"{path.name}: figures are saved as {', '.join('.' + k for k in FORMATS)}, not as {path.suffix or 'a file without suffix'!r}"
        )
    try:
        fonts = pdf_font_type(text.get_text() for text in figure.findobj(Text)) if kind == "pdf" else 42
        with house_style(svg__hashsalt="cartpk", pdf__fonttype=fonts), path.open("wb") as out:
            figure.savefig(out, format=kind, dpi="figure", facecolor="white", **FORMATS[kind])
    except OSError as error:
        raise OutputError(f"{path}: the figure cannot be written {told(error)}") from error
    return path
