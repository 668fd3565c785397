"""Noncompartmental analysis: Profiles, NcaRules -> Results."""

from __future__ import annotations

from cartpk.nca.analysis import nca
from cartpk.nca.blq import substitute
from cartpk.nca.sensitivity import Sensitivity, sensitivity

__all__ = ["Sensitivity", "nca", "sensitivity", "substitute"]
