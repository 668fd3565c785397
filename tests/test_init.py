from __future__ import annotations

import subprocess
import sys

import pytest

import cartpk


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    return (done.stdout + done.stderr[-500:]).strip()


@pytest.mark.parametrize("name", ["nca", "simulate"])
def test_a_verb_stays_a_verb_after_the_room_of_its_name_is_loaded(name: str) -> None:
    """Importing cartpk.nca sets the attribute `nca` of the package to the module; the second use must still call."""
    assert run(f"import cartpk as ck; ck.{name}; print(callable(ck.{name}))") == "True"
    assert run(f"from cartpk.{name} import {name}; import cartpk as ck; print(ck.{name} is {name})") == "True"
    assert (
        run(f"import cartpk as ck, importlib; importlib.import_module('cartpk.{name}'); print(callable(ck.{name}))")
        == "True"
    )


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = cartpk.nothing


@pytest.mark.parametrize("verb", ["read", "analyze"])
def test_a_list_of_files_is_refused_with_the_remedy(verb: str) -> None:
    with pytest.raises(cartpk.UsageError, match="one after another, not in a list"):
        getattr(cartpk, verb)(["counts.csv"])
