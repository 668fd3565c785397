"""Moving a finished folder to its place, and the lock that lets one run at a time do so."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cartpk.errors import OutputError

__all__ = ["beside", "clear_leftovers", "locked", "move_into_place", "sync"]

_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


def beside(out: Path, use: str) -> Path:
    """A hidden name beside `out` that tells whose it is: ``.counts.cartpk-USE``."""
    name = out.name if len(out.name.encode(errors="surrogateescape")) < 150 else _short(out.name)
    return out.with_name(f".{name}.cartpk-{use}")


def _short(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:32]


def fresh(out: Path, use: str) -> Path:
    """The same with a random end, for a name that is not there yet."""
    return beside(out, f"{use}-{secrets.token_hex(6)}")


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock of a run folder; `OutputError` where another run holds it.

    The system lets go of the lock when a process dies, however it dies.
    """
    path = beside(out, "lock")
    handle = _hold(path)
    if handle is None:
        raise OutputError(f"{out}: another run of cartpk is writing there; wait for it, or give another --out")
    try:
        yield
    finally:
        _let_go(handle, path)


def _hold(path: Path) -> int | None:
    """An open, locked lock file; None where another holds it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _try_lock(handle):
                os.close(handle)
                return None
            if _is_still(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its last holder removed the file between our opening and locking it


def _is_still(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _try_lock(handle: int) -> bool:
    """Lock without waiting; where the file system knows no locks the run goes on without one."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
    return True


def _let_go(handle: int, path: Path) -> None:
    if sys.platform == "win32":
        os.close(handle)  # an open file cannot be removed there
        with suppress(OSError):
            path.unlink()
    else:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


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
            _sync_one(Path(place) / name)
        _sync_one(Path(place))


def _sync_one(path: Path) -> None:
    if path.is_dir() and sys.platform == "win32":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_into_place(new: Path, out: Path) -> None:
    """`new` becomes `out` in one step; what stood there is removed after.

    Where the system can exchange two names there is no moment without a folder at
    `out`; elsewhere the old one is moved aside first, and back if the second step fails.
    """
    if not os.path.lexists(out):
        new.rename(out)
        _sync_one(out.parent)
        return
    if _exchange(new, out):
        _sync_one(out.parent)
        shutil.rmtree(new, ignore_errors=True)
        return
    aside = fresh(out, "replaced")
    try:
        out.rename(aside)
        new.rename(out)
    finally:
        if not os.path.lexists(out) and os.path.lexists(aside):
            aside.rename(out)
    _sync_one(out.parent)
    shutil.rmtree(aside, ignore_errors=True)


_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system or its file system cannot."""
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
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
