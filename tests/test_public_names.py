"""The public names are a promise: adding one is a line here, losing one is a failure."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest

import cartpk

VERBS = {
    "analyze",
    "check",
    "fit",
    "nca",
    "predict",
    "profile",
    "profile_likelihood",
    "read",
    "simulate",
    "simulate_model",
    "speaking",
    "summarize",
}
NOUNS = {
    "CartpkError", "Finding", "Findings", "FitRules", "Flag", "KineticModel", "LambdaZPoints", "NcaRules", "Plan", "Profiles", "Reason", "Results",
    "Run", "Samples", "SamplesError", "Summary", "UsageError",
}  # fmt: skip
ROOMS = {"plots"}
SRC = Path(cartpk.__file__).parent


def test_the_public_names_are_these() -> None:
    assert set(dir(cartpk)) == VERBS | NOUNS | ROOMS | {"__version__"}
    assert dir(cartpk) == sorted(dir(cartpk))


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_is_a_function_and_typed(name: str) -> None:
    verb = getattr(cartpk, name)
    assert callable(verb)
    assert not inspect.isclass(verb)
    signature = inspect.signature(verb)
    untyped = [p.name for p in signature.parameters.values() if p.annotation is inspect.Parameter.empty]
    assert untyped == []
    assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_a_noun_is_a_class_with_a_docstring(name: str) -> None:
    noun = getattr(cartpk, name)
    assert inspect.isclass(noun)
    assert inspect.getdoc(noun)


def test_plots_is_a_module_whose_public_names_exist() -> None:
    assert isinstance(cartpk.plots, ModuleType)
    assert [name for name in cartpk.plots.__all__ if not hasattr(cartpk.plots, name)] == []


def test_what_editors_are_told_is_what_is_there() -> None:
    """The imports under TYPE_CHECKING, from which editors and mypy know the names, are the public names."""
    tree = ast.parse((SRC / "__init__.py").read_text(encoding="utf-8"))
    (guarded,) = (node for node in tree.body if isinstance(node, ast.If))
    told = {alias.asname for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert told == set(cartpk.__all__) - {"__version__"}


def test_every_module_lists_its_names_and_has_them() -> None:
    wrong = []
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC.parent).with_suffix("").parts
        if parts[-1] == "__main__":
            continue
        module = importlib.import_module(".".join(p for p in parts if p != "__init__"))
        listed = getattr(module, "__all__", None)
        if listed is None and path.stat().st_size > 0:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_") for n in tree.body):
                wrong.append(f"{'.'.join(parts)} has no __all__")
        wrong += [f"{'.'.join(parts)} lists {name}" for name in listed or () if not hasattr(module, name)]
    assert wrong == []
