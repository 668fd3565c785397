"""Signals stop a block once; held ones are heard at its end."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress

import pytest

from cartpk.signals import held, interruptible

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def handlers() -> list[object]:
    return [signal.getsignal(number) for number in SIGNALS]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_the_block_once_and_handlers_come_back(number: signal.Signals) -> None:
    before, steps = handlers(), list[str]()

    def work() -> None:
        with interruptible():
            try:
                signal.raise_signal(number)
                steps.append("never")
            finally:
                signal.raise_signal(number)  # while tidying up: not heard
                steps.append("tidied")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["tidied"]
    assert handlers() == before


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_comes_while_held_is_heard_at_the_end(number: signal.Signals) -> None:
    before, steps = handlers(), list[str]()

    def work() -> None:
        with interruptible(), held():
            signal.raise_signal(number)
            signal.raise_signal(number)
            steps.append("done")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["done"]
    assert handlers() == before


def test_a_stop_that_a_library_swallowed_is_heard_before_names_change() -> None:
    steps: list[str] = []

    def run() -> None:
        with interruptible():
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            steps.append("went on")
            with held():
                steps.append("changed names")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert steps == ["went on"]


def test_without_signals_nothing_happens_in_any_thread() -> None:
    before, done = handlers(), list[int]()

    def work() -> None:
        with held():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with held():
        done.append(2)
    assert done == [1, 2]
    assert handlers() == before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with interruptible(), held():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_signals_are_ignored_after_a_last_block() -> None:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        with interruptible(back=False):
            pass
        for number in SIGNALS:
            signal.raise_signal(number)
        assert {*handlers()} == {signal.SIG_IGN}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
