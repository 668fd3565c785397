"""A bench for each test; the reference runs that outputs are compared with are made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from faulty import Bench, make_bench


@pytest.fixture(scope="module")
def references(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("references")


@pytest.fixture
def bench(tmp_path: Path, references: Path) -> Bench:
    return make_bench(tmp_path / "bench", references)
