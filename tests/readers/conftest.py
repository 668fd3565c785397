"""What the tests of reading share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.input_rules import InputRules
from cartpk.readers import read
from cartpk.samples import Samples

HEADER = "subject_id,time,value,unit,lloq\n"


@pytest.fixture
def read_bytes(tmp_path: Path) -> Callable[..., Samples]:
    """Read some bytes as the file ``counts.csv``; keywords are those of `InputRules`."""

    def reading(data: bytes | str, name: str = "counts.csv", **rules: object) -> Samples:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return read(path, rules=InputRules(**rules))  # type: ignore[arg-type]

    return reading


def told(samples: Samples, severity: str = "error") -> list[tuple[str, int | None, str, str]]:
    """(rule, row, column, value) of the findings of a severity."""
    return [(f.rule, f.row, f.column, f.value) for f in samples.findings if f.severity == severity]
