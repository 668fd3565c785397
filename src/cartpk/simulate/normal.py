"""Normal numbers from uniform ones, the same on every version of numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal"]

Floats = NDArray[np.float64]


def normal(u: Floats, v: Floats) -> Floats:
    """A standard normal number of two uniform ones (Box and Muller 1958), held within ±4."""
    number: Floats = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v)
    return np.clip(number, -4.0, 4.0)
