"""What the system refuses, in words: what happened, and what helps."""

from __future__ import annotations

import errno

__all__ = ["told", "unloadable"]

_ELSEWHERE = "give a place that you may write to"
_LATER = "close other programs, then run again"
_REMEDIES = {
    errno.ENOSPC: "make room on that disk, or give a place on another",
    errno.EDQUOT: "your share of that disk is used up: make room, or give a place on another",
    errno.EFBIG: "the limit on the size of a file is reached: raise it, or ask for less (--figures, --format)",
    errno.EROFS: _ELSEWHERE,
    errno.EACCES: _ELSEWHERE,
    errno.EPERM: _ELSEWHERE,
    errno.EXDEV: "give a folder inside it, or one that is not there yet",
    errno.ENOENT: "a folder is gone: look whether it is there",
    errno.EBUSY: "close what uses it, or give another place",
    errno.EIO: "the disk reports a fault: give a place on another",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n), then run again",
    errno.ENFILE: _LATER,
    errno.ENOMEM: _LATER,
    errno.EAGAIN: _LATER,
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "its links lead in a circle: give a place without them",
}


def unloadable(error: ImportError) -> str:
    """Why the system could not load a library that is there; empty where the fault is in the installation.

    Numerical libraries wrap such an error in advice on how to install them.
    """
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ImportError) and str(found.path or "").endswith((".so", ".pyd", ".dylib")):
            return str(found).partition("\n")[0]
        found = found.__cause__ or found.__context__
    return ""


def told(error: OSError) -> str:
    """What an error says, in brackets, and after a semicolon what helps, where that is known.

    >>> told(OSError(errno.EROFS, "Read-only file system"))
    '(Read-only file system); give a place that you may write to'
    """
    remedy = _REMEDIES.get(error.errno or 0, "")
    return f"({error.strerror or error})" + (f"; {remedy}" if remedy else "")
