"""What stands last: the files beside the page, the inputs with their hashes, the versions."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote

from cartpk.language import say, told
from cartpk.samples import Samples

__all__ = ["FileGroup", "InputFile", "file_groups", "input_files", "versions"]

LIBRARIES = ("numpy", "scipy", "pandas")


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files of one folder of the run: (address, name, what it is)."""

    folder: str
    files: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class InputFile:
    """One input as it was read."""

    name: str
    sha256: str
    rows: int
    size: int
    how: str
    columns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def file_groups(files: Sequence[tuple[str, str]]) -> list[FileGroup]:
    """The files beside the page by folder, those of the run folder itself first."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for path, words in files:
        path = path.replace("\\", "/")
        folder = path.rpartition("/")[0]
        groups.setdefault(folder, []).append((quote(path), path, told(words)))
    return [FileGroup(folder, tuple(some)) for folder, some in sorted(groups.items())]


def input_files(samples: Samples) -> list[InputFile]:
    """The inputs in the order they were given."""
    found = []
    for source in samples.sources:
        known = {",": "comma", ";": "semicolon", "\t": "tab"}
        delimiter = say(known[source.delimiter]) if source.delimiter in known else source.delimiter
        how = [
            say(source.reader),
            source.encoding,
            say("delimiter {delimiter}", delimiter=delimiter) if delimiter else "",
            say("sheet {sheet}", sheet=source.sheet) if source.sheet else "",
        ]
        renamed = tuple((ours, theirs) for ours, theirs in source.columns.items() if ours != theirs)
        found.append(
            InputFile(
                source.name,
                source.sha256,
                source.rows,
                source.size,
                say(", ").join(h for h in how if h),
                renamed,
                tuple(map(told, source.notes)),
            )
        )
    return found


def versions(models: bool = False) -> list[tuple[str, str]]:
    """cartpk, Python and the libraries that touch a number; `models`: of a fit too."""
    libraries = (*LIBRARIES, "lmfit") if models else LIBRARIES
    return [
        ("cartpk", version("cartpk")),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in libraries),
    ]
