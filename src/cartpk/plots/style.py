"""The same picture whatever a user's matplotlibrc says: its settings are put aside while a figure is made or written.

Settings are matplotlib's only way to some defaults (hatches, ends of dashes,
hash salt of SVG). They are changed for the time of a call, one call at a time,
and are afterwards as they were.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib

__all__ = ["house_style"]

_LOCK = threading.RLock()
_LOOK = (
    "agg.",
    "axes.",
    "figure.",
    "font.",
    "hatch.",
    "lines.",
    "markers.",
    "patch.",
    "path.",
    "pdf.",
    "savefig.",
    "svg.",
)
_TEXT = ("text.", "xaxis.", "xtick.", "yaxis.", "ytick.")
_NOT_LOOK = (
    "figure.hooks",
    "figure.max_open_warning",
    "figure.raise_window",
    "savefig.directory",
    "text.kerning_factor",
)
_DEFAULTS = {
    key: value
    for key, value in matplotlib.rcParamsDefault.copy().items()
    if key.startswith((*_LOOK, *_TEXT)) and key not in _NOT_LOOK
}


@contextmanager
def house_style(**more: Any) -> Iterator[None]:
    """Matplotlib's own defaults for the time of a call (and `more`, with ``__`` for a dot), a user's afterwards again."""
    with _LOCK:
        now = matplotlib.rcParams.copy()
        changed: Any = {key: value for key, value in _DEFAULTS.items() if now[key] != value}
        changed |= {key.replace("__", "."): value for key, value in more.items()}
        with matplotlib.rc_context(changed):
            yield
