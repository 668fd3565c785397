"""One file, or several that belong together, written beside their places and put there when complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from cartpk.disk.faults import told
from cartpk.disk.locks import beside, locked
from cartpk.disk.syncing import sync_one
from cartpk.errors import OutputError
from cartpk.signals import held

__all__ = ["write_together", "write_whole"]

Content = bytes | Iterable[str]
"""Bytes, or pieces of text, each written as it stands."""


def write_whole(path: str | os.PathLike[str], content: Content, refuse: Callable[[], None] | None = None) -> Path:
    """Write a file: it is there whole, or as it was before. Returns `path`; `refuse` is as in `write_together`.

    Raises:
        OutputError: it cannot be written, or another run is writing it.
    """
    write_together({Path(path): content}, refuse)
    return Path(path)


def write_together(files: Mapping[Path, Content], refuse: Callable[[], None] | None = None) -> None:
    """Write files of which the first counts: wherever it stands, the others are those that belong to it.

    What a killed run left is undone first; then `refuse`, if given, looks at the places and raises what speaks against
    them. A link is followed and stays a link.

    Raises:
        OutputError: a file cannot be written, or another run is writing there.
    """
    names = list(files)
    places = [Path(os.path.realpath(name)) for name in names]
    written = False
    try:
        with locked(places[0]):
            _recover(places)
            if refuse is not None:
                refuse()
            _refuse_what_is_no_file(names, places)
            try:
                for place, content in reversed([*zip(places, files.values(), strict=True)]):
                    _write_part(beside(place, "part"), content)
                with held():
                    _put(places)
                    written = True
            finally:
                _forget(places, "part")
    except OSError as error:
        raise OutputError(f"{_named(error, names[0])}: cannot be written {told(error)}") from error
    except KeyboardInterrupt as stopped:
        if written:
            raise KeyboardInterrupt(f"{', '.join(map(str, names))}: complete") from stopped
        raise


def _named(error: OSError, name: Path) -> str:
    """The file that an error names, if it is not one of the passing ones beside the place."""
    said = "" if error.filename is None else os.fsdecode(error.filename)
    return said if said and ".cartpk-" not in said else str(name)


def _refuse_what_is_no_file(names: list[Path], places: list[Path]) -> None:
    for name, place in zip(names, places, strict=True):
        if os.path.lexists(place) and not place.is_file():
            raise OutputError(f"{name}: is a folder, a device or a link in a circle; give the name of a file")


def _write_part(part: Path, content: Content) -> None:
    with part.open("xb") as out:  # what a killed run left is gone; a link laid here is not followed
        for piece in [content] if isinstance(content, bytes) else content:
            out.write(piece if isinstance(piece, bytes) else piece.encode("utf-8"))
    sync_one(part)


def _put(places: list[Path]) -> None:
    """Every part to its place, the first last: in one step where it is alone."""
    if len(places) == 1:
        beside(places[0], "part").replace(places[0])
    else:
        try:
            for place in places:
                if place.exists():
                    place.replace(beside(place, "replaced"))
            for place in reversed(places):
                beside(place, "part").replace(place)
        except BaseException:
            _undo(places)
            raise
    with suppress(OSError):  # complete and in its place: a disk that cannot confirm a name cannot undo it either
        sync_one(places[0].parent)
    _forget(places, "replaced")


def _undo(places: list[Path]) -> None:
    """Back to what stood there before: each new file is a part again, each old one in its place, the first last."""
    for place in reversed(places):
        part, aside = beside(place, "part"), beside(place, "replaced")
        if place.exists() and not part.exists():
            place.replace(part)
        if aside.exists():
            aside.replace(place)


def _recover(places: list[Path]) -> None:
    """Undo what a killed run had begun, or finish what it had all but finished. The caller holds the lock."""
    if beside(places[0], "part").exists() and len(places) > 1:
        _undo(places)
    elif beside(places[0], "replaced").exists() and not places[0].exists():
        for place in reversed(places):
            if beside(place, "replaced").exists():
                beside(place, "replaced").replace(place)
    _forget(places, "part")
    _forget(places, "replaced")


def _forget(places: list[Path], use: str) -> None:
    """Remove passing files, that of the first place first: it tells whether there is anything to undo."""
    for place in places:
        with suppress(OSError):
            beside(place, use).unlink(missing_ok=True)
