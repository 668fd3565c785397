"""Processes that know nothing of the script that starts them.

A spawned process usually runs the script of its parent again, to find what was defined there; a script without
``if __name__ == "__main__":`` would then start its work anew in each of them. What fits models is all in this
package, so these processes are started without it, and leave an interruption to their parent.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess

__all__ = ["FreshContext", "serve"]


class FreshProcess(SpawnProcess):
    """A spawned process that does not run its parent's script."""

    def start(self) -> None:
        """Start it."""
        with _without_script():
            super().start()


class FreshContext(SpawnContext):
    """The context of such processes, for a `ProcessPoolExecutor`."""

    Process = FreshProcess


@contextmanager
def _without_script() -> Iterator[None]:
    """The main module without its file and name for as long as a process is started."""
    main = sys.modules["__main__"]
    names = ("__file__", "__spec__")
    kept = {name: getattr(main, name) for name in names if hasattr(main, name)}
    try:
        for name in kept:
            delattr(main, name)
        main.__spec__ = None
        yield
    finally:
        for name in names:
            if hasattr(main, name):
                delattr(main, name)
        for name, value in kept.items():
            setattr(main, name, value)


def serve(parent: Connection) -> None:
    """Begin a worker: Ctrl-C, which reaches all processes of a terminal, is for its parent; it ends when that does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    """Wait until the other end of a pipe, on which nothing is sent, is closed: by the parent, or by its death."""
    with suppress(EOFError, OSError):
        parent.recv_bytes()
    os._exit(1)
