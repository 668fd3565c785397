"""The shipped references: their files, how they are read, their hashes."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

__all__ = ["file_names", "fingerprint_of", "path_of", "rows_of", "text_of", "tree_of"]

_PACKAGE = "cartpk.qualification"


def _file(name: str) -> Traversable:
    return files(_PACKAGE).joinpath("reference", *name.split("/"))


def text_of(name: str) -> str:
    """A file as text, with newlines as \\n."""
    return _file(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text_of(name), newline="")))


def tree_of(name: str) -> dict[str, Any]:
    """A TOML file."""
    return tomllib.loads(text_of(name))


@contextmanager
def path_of(name: str) -> Iterator[Path]:
    """Where a file lies on disk, for a reader that wants a path."""
    with as_file(_file(name)) as path:
        yield path


def fingerprint_of(name: str) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(_file(name).read_bytes()).hexdigest()


def file_names(folder: str = "") -> list[str]:
    """The names of all files of the references, or of those in one folder of them, in order."""
    found: list[str] = []
    place = files(_PACKAGE).joinpath("reference", *(folder.split("/") if folder else ()))
    for entry in place.iterdir():
        name = f"{folder}/{entry.name}" if folder else entry.name
        found += file_names(name) if entry.is_dir() else [name]
    return sorted(found)
