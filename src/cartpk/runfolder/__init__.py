"""A run folder is all or nothing: built beside its place, moved there when complete.

An interrupted run leaves what was there before; nothing is replaced that
cartpk did not make, or that somebody has changed since, unless asked to.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cartpk.disk import fresh, locked, sync_one, told
from cartpk.errors import InputError, OutputError
from cartpk.runfolder.manifest import (
    KINDS,
    MANIFEST,
    Changes,
    Kind,
    Manifest,
    changes_in,
    fingerprint,
    read_manifest,
    write_manifest,
)
from cartpk.runfolder.swap import clear_leftovers, move_into_place, sync
from cartpk.signals import held

__all__ = [
    "KINDS",
    "MANIFEST",
    "Changes",
    "Kind",
    "Manifest",
    "building",
    "changes_in",
    "fingerprint",
    "read_manifest",
    "refuse_to_replace",
    "write_manifest",
]


def refuse_to_replace(out: Path, replace: bool = False, inputs: Sequence[Path] = (), kind: Kind = "analysis") -> None:
    """Raise `OutputError` where a run must not be written to `out`.

    An empty folder and a run folder as cartpk left it may be replaced. With `replace` also a
    run folder with foreign or edited files; never a folder without a manifest of cartpk, never
    one of another `kind`, and never one that holds an input of this run. The record of a
    selftest is somebody's evidence, so it is replaced with `replace` alone.
    """
    try:
        place = Path(os.path.realpath(out))
        if not place.name:
            raise OutputError(f"{out}: is not a place for a run folder; give a folder of its own")
        _refuse_what_is_there(out, place, replace, inputs, kind)
    except OSError as error:
        raise OutputError(f"{_named(out, error)}: cannot be looked at {told(error)}") from error
    except ValueError as error:
        raise OutputError(f"{str(out)!r}: is not the name of a folder ({error})") from error


def _refuse_what_is_there(out: Path, place: Path, replace: bool, inputs: Sequence[Path], kind: Kind) -> None:
    if not os.path.lexists(place):
        return
    if place.is_symlink():  # followed as far as it leads
        raise OutputError(f"{out}: is a link that leads in a circle; give a folder")
    if not place.is_dir():
        raise OutputError(f"{out}: is a file; give a folder")
    if any(place.iterdir()):
        _refuse_foreign(out, place, replace, kind)
    _refuse_what_cannot_move(out, place)
    inside = [str(i) for i in inputs if place in Path(os.path.realpath(i)).parents]
    if inside:
        raise OutputError(f"{out}: holds {_listed(inside)}, an input of this run; give another --out")


def _refuse_what_cannot_move(out: Path, place: Path) -> None:
    """A folder is replaced as a whole: not the one that the shell stands in, nor where a disk is mounted."""
    inside = f"give a folder inside it, such as {out / 'run'}"
    if os.path.ismount(place):
        raise OutputError(f"{out}: is the top folder of a disk or volume, which cannot be replaced; {inside}")
    here = Path(os.path.realpath(os.curdir))
    if place == here or place in here.parents:
        raise OutputError(f"{out}: is the folder that you are in, or above it, and would be replaced; {inside}")


def _refuse_foreign(out: Path, place: Path, replace: bool, kind: Kind) -> None:
    try:
        manifest = read_manifest(place)
    except InputError as error:
        why = error.__cause__
        if isinstance(why, OSError) and not isinstance(why, FileNotFoundError):
            raise why from None  # it may be a run: that it is none has not been seen
        raise OutputError(
            f"{out}: is not empty and was not written by cartpk (no {MANIFEST} of its own), so it is not replaced; "
            "give another --out"
        ) from error
    if manifest.kind != kind:
        raise OutputError(f"{out}: holds {KINDS[manifest.kind]}, not {KINDS[kind]}; give another --out")
    if kind == "qualification" and not replace:
        raise OutputError(f"{out}: holds {KINDS[kind]} already; give another --out, or --replace it")
    changes = changes_in(place, manifest)
    said = [
        f"{what} {_listed(files)}"
        for what, files in (("holds files that are not of the run:", changes.foreign), ("was edited:", changes.edited))
        if files
    ]
    if said and not replace:
        raise OutputError(f"{out}: {'; '.join(said)}. Move them, give another --out, or --replace the whole folder")


def _listed(names: Sequence[str], most: int = 8) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


@contextmanager
def building(out: Path, replace: bool = False, inputs: Sequence[Path] = (), kind: Kind = "analysis") -> Iterator[Path]:
    """A new folder to write a run in; it becomes `out` when the block ends without an exception.

    Else nothing is left of it, and what stood at `out` stands there still. A signal that comes while it is moved
    there is heard after that, as a `KeyboardInterrupt` that says so.

    Raises:
        OutputError: another run writes there, the folder must not be replaced, or a file cannot be written.
    """
    there = False
    try:
        with _reserved(Path(os.path.realpath(out))) as place:
            clear_leftovers(place)
            refuse_to_replace(out, replace, inputs, kind)
            new = fresh(place, "building")
            try:
                new.mkdir()
                yield new
                sync(new)
                refuse_to_replace(out, replace, inputs, kind)
                with held():
                    old = move_into_place(new, place)
                    there = True
                    _settle(out, place, old)
            except OutputError as error:
                raise OutputError(str(error).replace(str(new), str(out))) from error
            finally:
                shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(out, error) from error
    except KeyboardInterrupt as stopped:
        if there:
            raise KeyboardInterrupt(f"{out} is complete") from stopped
        raise


def _settle(out: Path, place: Path, old: Path | None) -> None:
    """The new names on the disk, then away with the old folder."""
    try:
        sync_one(place.parent)
    except OSError as error:
        raise OutputError(
            f"{out}: is complete, but the disk does not confirm that it will last ({error.strerror}); "
            "look at the disk, then run again"
        ) from error
    finally:
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)


def _cannot_write(out: Path, error: OSError) -> OutputError:
    return OutputError(f"{_named(out, error)}: cannot be written {told(error)}")


def _named(out: Path, error: OSError) -> str:
    """The file that an error names, where that is not the passing folder beside `out`."""
    named = "" if error.filename is None else os.fsdecode(error.filename)
    return named if named and ".cartpk-" not in named else str(out)


@contextmanager
def _reserved(place: Path) -> Iterator[Path]:
    """`place` for this run alone; the folders above it are there."""
    with ExitStack() as stack:
        for left in (2, 1, 0):
            try:
                stack.enter_context(_parents(place))
                stack.enter_context(locked(place))
                break
            except FileNotFoundError:  # another run that failed took the folder away that both had needed
                if not left:
                    raise
        yield place


@contextmanager
def _parents(place: Path) -> Iterator[Path]:
    """The folders above `place` are there inside the block; those made for it are gone after a failure."""
    made = [parent for parent in place.parents if not parent.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield place
    except BaseException:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        raise
