"""One writer at a time for a place, and the hidden names beside it that writers use."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cartpk.errors import OutputError
from cartpk.signals import held

__all__ = ["beside", "fresh", "locked"]

_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


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
    """Hold the lock of a place; `OutputError` where another run holds it.

    The system lets go of the lock when a process dies, however it dies. Where a file system knows no locks, a file
    that names its owner stands for one.
    """
    path = beside(out, "lock")
    with ExitStack() as stack:
        with held():  # a lock that is gained is also let go
            found = _hold(path)
            if found is not None:
                stack.callback(_let_go, found[0], path)
        if found is None:
            raise OutputError(f"{out}: another run of cartpk is writing there; wait for it, or give another --out")
        if not found[1]:
            stack.enter_context(_owned(out))
        yield


def _hold(path: Path) -> tuple[int, bool] | None:
    """An open lock file and whether it could be locked (else there are no locks here); None where another holds it."""
    while True:
        handle = os.open(path, _LOCK_FLAGS, 0o666)
        try:
            found = _try_lock(handle)
            if found is False:
                os.close(handle)
                return None
            if _is_still(handle, path):
                return handle, found is True
        except BaseException:
            with suppress(OSError):
                os.close(handle)
            raise
        os.close(handle)  # its last holder removed the file between our opening and locking it


def _is_still(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _try_lock(handle: int) -> bool | None:
    """Lock without waiting: whether that went; None where the file system knows no locks."""
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
        if error.errno not in _NO_LOCKS:
            raise
        return None
    return True


def _let_go(handle: int, path: Path) -> None:
    """Remove the lock file and let go of it; on Windows, where an open file cannot be removed, the other way round."""
    if sys.platform == "win32":
        with suppress(OSError):
            os.close(handle)
    with suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        with suppress(OSError):
            os.close(handle)


@contextmanager
def _owned(out: Path) -> Iterator[None]:
    """Hold a file that names this process; one that names a dead process of this machine is taken over."""
    path, me = beside(out, "owner"), f"{os.getpid()} {platform.node()}"
    for _ in range(2):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            break
        except FileExistsError:
            owner = path.read_text(encoding="utf-8", errors="replace").strip()
            if not _is_dead(owner):
                raise OutputError(
                    f"{out}: another run of cartpk is writing there (process {owner or 'unknown'}, named in {path}); "
                    "wait for it, or remove that file if there is no such process"
                ) from None
            path.unlink(missing_ok=True)
    else:
        raise OutputError(f"{out}: another run of cartpk is writing there; wait for it, or give another --out")
    try:
        try:
            os.write(handle, me.encode())
        finally:
            os.close(handle)
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def _is_dead(owner: str) -> bool:
    """Whether ``PID MACHINE`` was a process of this machine that is no more; on Windows nobody can tell."""
    number, _, machine = owner.partition(" ")
    if sys.platform == "win32" or machine != platform.node() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    return False
