"""Moving a finished folder to its place, and clearing what runs that were killed left beside it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from cartpk.disk import beside, fresh, sync_one
from cartpk.errors import OutputError

__all__ = ["clear_leftovers", "move_into_place", "sync"]


def clear_leftovers(out: Path) -> None:
    """Remove what killed runs left beside `out`, and put back a folder one of them had moved aside.

    The caller holds the lock, so no living run owns any of it.
    """
    for use in ("replaced", "building"):
        start = beside(out, use).name + "-"
        for place in sorted(p for p in out.parent.iterdir() if p.name.startswith(start)):
            if use == "replaced" and not os.path.lexists(out):
                place.rename(out)
            else:
                shutil.rmtree(place, ignore_errors=True)


def sync(folder: Path) -> None:
    """Have every file and folder below `folder` on the disk before it is moved."""
    for place, _, files in os.walk(folder, topdown=False):
        for name in files:
            sync_one(Path(place) / name)
        sync_one(Path(place))


def move_into_place(new: Path, out: Path) -> Path | None:
    """`new` becomes `out` in one step; returns where what stood there lies now.

    Where the system can exchange two names there is no moment without a folder at
    `out`; elsewhere the old one is moved aside first, and back if the second step fails.
    """
    if not os.path.lexists(out):
        new.rename(out)
        return None
    if _exchange(new, out):
        return new
    aside = fresh(out, "replaced")
    out.rename(aside)
    try:
        new.rename(out)
    except BaseException:
        _put_back(aside, out)
        raise
    return aside


def _put_back(aside: Path, out: Path) -> None:
    """The old folder to its place again; where even that fails, say where it is."""
    try:
        aside.rename(out)
    except OSError as error:
        raise OutputError(
            f"{out}: cannot be written, and what stood there could not be put back ({error.strerror}): "
            f"it is whole, in {aside}, and the next run puts it back"
        ) from error


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system, its file system or its rules do not do it."""
    a, b, swap = os.fsencode(one), os.fsencode(other), ctypes.c_uint(2)
    try:
        if sys.platform == "linux":
            here = ctypes.c_int(-100)
            failed = ctypes.CDLL(None, use_errno=True).renameat2(here, a, here, b, swap)
        elif sys.platform == "darwin":
            failed = ctypes.CDLL(None, use_errno=True).renamex_np(a, b, swap)
        else:
            return False
    except AttributeError:
        return False
    return not failed  # whatever the reason: nothing has moved, and two renames say what is wrong
