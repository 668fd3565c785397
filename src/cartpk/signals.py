"""Ctrl-C and its like: they stop a run once, and never between the two halves of a step."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["held", "interruptible"]

Handler = Callable[[int, FrameType | None], object] | int | signal.Handlers | None


def _numbers() -> list[signal.Signals]:
    """SIGINT, SIGTERM and SIGHUP, as far as the system has them."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


@contextmanager
def interruptible(back: bool = True) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP stop the block once, as `KeyboardInterrupt`; the tidying up is not stopped again.

    With `back` off they are ignored after it: the process is about to end.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        for one in before:
            signal.signal(one, _heard)
        raise KeyboardInterrupt

    before = _handlers()
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # started under nohup, or in the background
            signal.signal(number, stop)
    try:
        yield
    finally:
        _restore(before if back else dict.fromkeys(before, signal.SIG_IGN))


@contextmanager
def held() -> Iterator[None]:
    """Signals that come in the block are heard when it ends: for the few steps that belong together.

    A stop that came before it and was swallowed on its way up, by a library that is being imported, is heard now.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are heard in the main thread alone
        return
    if _heard in _handlers().values():
        raise KeyboardInterrupt
    came: list[int] = []
    before = _handlers()
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, lambda n, frame: came.append(n))
        yield
    finally:
        _restore(before)
        if came:
            signal.raise_signal(came[0])


def _heard(number: int, frame: FrameType | None) -> None:
    """What a signal does after the one that stopped the block: nothing; that it stands there tells of the stop."""


def _handlers() -> dict[signal.Signals, Handler]:
    """How each signal is handled now; those that another library handles outside Python are left alone."""
    found = {number: signal.getsignal(number) for number in _numbers()}
    return {number: handler for number, handler in found.items() if handler is not None}


def _restore(before: dict[signal.Signals, Handler]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)
