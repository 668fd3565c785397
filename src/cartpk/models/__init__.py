"""Expansion-contraction models. What to use when:

- one subject, peak and both slopes seen: ``exponential`` (Cmax, Tmax, growth, decline);
- the same with a rounded peak, where an optimiser should meet no corner: ``smooth``;
- long follow-up with a plateau: ``stein``; with a lag before the growth: ``ogasawara``. One subject rarely tells
  the persistence rate: fix it, or read it as not estimable;
- ``effector-memory``: ``stein`` as differential equations, a check of both.

To add a model: one `KineticModel` in a file of its own and one line in `MODELS`, or pass your own to `cartpk.fit`.
"""

from __future__ import annotations

from cartpk.models.exponential import EXPONENTIAL
from cartpk.models.kinetic import Data, Derived, KineticModel, Parameter
from cartpk.models.ogasawara import OGASAWARA
from cartpk.models.smooth import SMOOTH
from cartpk.models.stein import EFFECTOR_MEMORY, STEIN

__all__ = ["MODELS", "Data", "Derived", "KineticModel", "Parameter"]

MODELS: dict[str, KineticModel] = {
    "exponential": EXPONENTIAL,
    "stein": STEIN,
    "ogasawara": OGASAWARA,
    "effector-memory": EFFECTOR_MEMORY,
    "smooth": SMOOTH,
}
"""Every model by its name."""
