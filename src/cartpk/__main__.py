"""The program: `cartpk`, or `python -m cartpk`.

What it runs is imported inside it, so that Ctrl-C and a machine without memory are met from the start.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from cartpk.signals import interruptible

__all__ = ["main"]

_LEAST_MEMORY = 512 << 20
"""What the libraries take before there is any work; with less of it they wait for ever or crash."""


def main() -> NoReturn:
    """Carry out the command line; the process ends with its status."""
    sys.exit(_status())


def _status() -> int:
    status, said = None, ""
    try:
        with interruptible(back=False):
            _fill_standard_streams()
            _mind_the_limit_on_memory()
            from cartpk.cli import carry_out

            status = carry_out(sys.argv[1:])
    except KeyboardInterrupt:
        said = "interrupted; nothing was written"
    except (MemoryError, OSError) as error:
        why = str(error).replace("\n", " ") or "not enough memory"
        said = f"error: the program cannot be loaded ({why}); nothing was written"
    if status is not None:  # what came after that came too late to change anything
        return status
    with suppress(OSError, AttributeError):  # no stderr: the status must do
        sys.stderr.write(f"cartpk: {said}\n")
    return 130 if said.startswith("interrupted") else 2


def _fill_standard_streams() -> None:
    """Open what the caller has closed (``>&-``), lest the first file that is written becomes the standard output."""
    handle = os.open(os.devnull, os.O_RDWR)
    while handle <= 2:
        handle = os.open(os.devnull, os.O_RDWR)
    os.close(handle)


def _mind_the_limit_on_memory() -> None:
    """Refuse a limit under which the numerical libraries wait for ever; under any, let them not take a share a core."""
    if sys.platform == "win32":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return
    if limit < _LEAST_MEMORY:
        raise MemoryError(f"the limit on memory is {limit >> 20} MiB: raise it to 1 GiB with ulimit -v 1048576")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


if __name__ == "__main__":
    main()
