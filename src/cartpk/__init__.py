"""Cellular kinetics of CAR-T cells, from counts to the study report.

>>> import cartpk as ck
>>> results = ck.nca(ck.profile(time=[0, 7, 10, 14, 28], conc=[0, 900, 4200, 1300, 160]))
>>> float(results["cmax"][0]), float(results["tmax"][0])
(4200.0, 10.0)
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cartpk import plots as plots
    from cartpk.analyze import Run as Run
    from cartpk.analyze import analyze as analyze
    from cartpk.checks import check as check
    from cartpk.errors import CartpkError as CartpkError
    from cartpk.errors import SamplesError as SamplesError
    from cartpk.errors import UsageError as UsageError
    from cartpk.findings import Finding as Finding
    from cartpk.findings import Findings as Findings
    from cartpk.fit import fit as fit
    from cartpk.fit import predict as predict
    from cartpk.fit import profile_likelihood as profile_likelihood
    from cartpk.fit_rules import FitRules as FitRules
    from cartpk.language import speaking as speaking
    from cartpk.models import KineticModel as KineticModel
    from cartpk.nca import nca as nca
    from cartpk.plan import Plan as Plan
    from cartpk.profiles import Profiles as Profiles
    from cartpk.profiles import profile as profile
    from cartpk.readers import read as read
    from cartpk.reasons import Flag as Flag
    from cartpk.reasons import Reason as Reason
    from cartpk.results import Results as Results
    from cartpk.rules import LambdaZPoints as LambdaZPoints
    from cartpk.rules import NcaRules as NcaRules
    from cartpk.samples import Samples as Samples
    from cartpk.simulate import simulate as simulate
    from cartpk.simulate import simulate_model as simulate_model
    from cartpk.summary import Summary as Summary
    from cartpk.summary import summarize as summarize

_ROOMS = {
    "CartpkError": "errors",
    "Finding": "findings",
    "Findings": "findings",
    "FitRules": "fit_rules",
    "Flag": "reasons",
    "KineticModel": "models",
    "LambdaZPoints": "rules",
    "NcaRules": "rules",
    "Plan": "plan",
    "Profiles": "profiles",
    "Reason": "reasons",
    "Results": "results",
    "Run": "analyze",
    "Samples": "samples",
    "SamplesError": "errors",
    "Summary": "summary",
    "UsageError": "errors",
    "analyze": "analyze",
    "check": "checks",
    "fit": "fit",
    "nca": "nca",
    "plots": "plots",
    "predict": "fit",
    "profile": "profiles",
    "profile_likelihood": "fit",
    "read": "readers",
    "simulate": "simulate",
    "simulate_model": "simulate",
    "speaking": "language",
    "summarize": "summary",
}
"""Public name -> the module it lives in; loaded when first touched (PEP 562)."""

__all__ = sorted([*_ROOMS, "__version__"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("cartpk")
    if name not in _ROOMS:
        raise AttributeError(f"module 'cartpk' has no attribute {name!r}")
    module = importlib.import_module(f"cartpk.{_ROOMS[name]}")
    return module if name == "plots" else getattr(module, name)


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """Keeps `cartpk.nca` and its like the verb: importing the room of that name would put the module in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        verb = isinstance(value, ModuleType) and _ROOMS.get(name) == name and name != "plots"
        super().__setattr__(name, getattr(value, name) if verb else value)


sys.modules[__name__].__class__ = _Package
