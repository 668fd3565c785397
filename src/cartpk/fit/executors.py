"""Where fits are worked on: here, or in processes of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from cartpk.errors import MachineError, UsageError
from cartpk.fit.fresh import FreshContext, serve

__all__ = ["processes"]


@contextmanager
def processes(jobs: int, *, script: bool = True) -> Iterator[Executor | None]:
    """An executor of `jobs` fresh processes; None (work here) for one.

    Processes are spawned, never forked, so that they are the same on every system. They run the script that starts
    them, to know the models defined there; it then needs ``if __name__ == "__main__":``. With `script` off they do
    not: for models of this package, from any script.

    They end with this process however it ends, and at once when it is interrupted.

    Raises:
        UsageError: fewer than one.
        MachineError: one of them ended by itself, or cannot be started.
    """
    if jobs < 1:
        raise UsageError(f"jobs is {jobs}: give 1 or more")
    if jobs == 1:
        yield None
        return
    context = get_context("spawn") if script else FreshContext()
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=serve, initargs=(theirs,))
    try:
        yield pool
    except BrokenExecutor as error:
        raise MachineError(
            f"one of {jobs} processes ended by itself: it was killed, or there was not enough memory for it; "
            "give fewer --jobs"
        ) from error
    except RuntimeError as error:
        if "thread" not in str(error):
            raise
        raise MachineError(f"no more processes can be started ({error}); give fewer --jobs") from error
    except BaseException:
        ours.close()  # work that nobody waits for any more is not finished
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        ours.close()
        theirs.close()
