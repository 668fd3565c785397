"""The scales that parameters are searched and vary on: ``log``, ``logit``, ``linear``."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["back", "forth"]


def forth(scale: str, value: Any) -> Any:
    """A value on its scale (numbers or arrays, real or complex)."""
    if scale == "log":
        return np.log(value)
    return np.log(value) - np.log1p(-value) if scale == "logit" else value


def back(scale: str, u: Any) -> Any:
    """The value of a place on a scale."""
    if scale == "log":
        return np.exp(u)
    return 1.0 / (1.0 + np.exp(-u)) if scale == "logit" else u
