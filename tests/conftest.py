"""What many tests share: a small text read as a file would be."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

import cartpk as ck

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell has it so in what it starts in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "long", deadline=None, max_examples=5_000, print_blob=True, suppress_health_check=list(HealthCheck)
)
settings.register_profile(
    "mutation", settings.get_profile("repeatable"), max_examples=25, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("repeatable")


@pytest.fixture
def read_text(tmp_path: Path) -> Callable[..., ck.Samples]:
    """Read a text as the file ``counts.csv``."""

    def read(text: str, name: str = "counts.csv", **kwargs: object) -> ck.Samples:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return ck.read(path, **kwargs)

    return read
