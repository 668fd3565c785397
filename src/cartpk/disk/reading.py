"""A file's bytes as they stood at one moment."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cartpk.errors import InputError

__all__ = ["read_whole"]

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without waiting for the writer of a pipe, which is refused."""
_KINDS = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))  # fmt: skip


def read_whole(path: str | os.PathLike[str]) -> bytes:
    """All bytes of a file, which did not change meanwhile; never more than it had when it was opened.

    Raises:
        InputError: it cannot be opened or read, is no file, or changed while it was read.
    """
    path = Path(path)
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            before = os.fstat(file.fileno())
            _refuse_what_is_no_file(path, before.st_mode)
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be opened ({why}); give the path of a file") from None
    if len(data) != before.st_size or _moment(before) != _moment(after):
        raise InputError(f"{path}: changed while it was read; run again when nothing writes to it")
    return data


def _moment(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _refuse_what_is_no_file(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: cannot be opened (Is a directory); give the path of a file")
    kind = next((word for test, word in _KINDS if test(mode)), "no file")
    raise InputError(f"{path}: is {kind}; save what it gives to a file, and give that")
