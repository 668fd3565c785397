"""The installed package: its files beside the list (RECORD) that came with the wheel."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from importlib.resources import files as resources
from importlib.resources.abc import Traversable

from cartpk.qualification.case import NotRunError
from cartpk.qualification.compare import Compared, text

__all__ = ["digest", "installed"]

_PACKAGE = "cartpk"
_PASSING = ("__pycache__",)
"""What Python itself writes among the files."""


def installed() -> Iterator[Compared]:
    """Every file of the package by its SHA-256 in RECORD; a module that RECORD does not list is a deviation.

    Raises:
        NotRunError: the package was not installed from a wheel.
    """
    ours = (p for p in distribution(_PACKAGE).files or () if p.parts[0] == _PACKAGE and p.hash is not None)
    listed = {str(p): p for p in ours if not {*p.parts} & {*_PASSING}}
    if not listed:
        raise NotRunError(
            "no RECORD lists the files of cartpk: it runs from a source tree, not from an installed wheel"
        )
    there = _files()
    for name in sorted({*listed, *(n for n in there if n.endswith(".py"))}):
        yield text(name, "", _listed(listed.get(name)), there.get(name, "not there"))


def _listed(path: PackagePath | None) -> str:
    """The SHA-256 that RECORD gives, as hexadecimal digits."""
    if path is None or path.hash is None:
        return "not in RECORD"
    value = path.hash.value
    raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    return raw.hex() if path.hash.mode == "sha256" else f"{path.hash.mode} {raw.hex()}"


def digest() -> tuple[str, int]:
    """One SHA-256 over all files of the package as they are here, to compare two machines, and how many files."""
    there = _files()
    lines = "".join(f"{sha}  {name}\n" for name, sha in sorted(there.items()))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest(), len(there)


def _files() -> dict[str, str]:
    """The files of the package that is running, each with its SHA-256."""
    return dict(_below(resources(_PACKAGE), _PACKAGE))


def _below(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.name in _PASSING:
            continue
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _below(entry, path)
        else:
            yield path, hashlib.sha256(entry.read_bytes()).hexdigest()
