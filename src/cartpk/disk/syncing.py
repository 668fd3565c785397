"""Having what was written on the disk, and not only on its way there."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

__all__ = ["sync_one"]

_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}
"""A file system that has no such request (some of networks); a disk that fails says something else."""


def sync_one(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return  # folders cannot be opened there
    handle = os.open(path, (os.O_RDWR if sys.platform == "win32" else os.O_RDONLY) | getattr(os, "O_CLOEXEC", 0))
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
    finally:
        os.close(handle)
