"""Where fits are worked on: here, or in processes of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from cartpk.errors import UsageError
from cartpk.fit.fresh import FreshContext, leave_interruptions

__all__ = ["processes"]


@contextmanager
def processes(jobs: int, *, script: bool = True) -> Iterator[Executor | None]:
    """An executor of `jobs` fresh processes; None (work here) for one.

    Processes are spawned, never forked, so that they are the same on every system. They run the script that starts
    them, to know the models defined there; it then needs ``if __name__ == "__main__":``. With `script` off they do
    not: for models of this package, from any script.

    Raises:
        UsageError: fewer than one.
    """
    if jobs < 1:
        raise UsageError(f"jobs is {jobs}: give 1 or more")
    if jobs == 1:
        yield None
        return
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn") if script else FreshContext(), initializer=leave_interruptions
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
