"""A reference case and what came of it: `Case`, `Outcome`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cartpk.errors import CartpkError, MissingExtraError
from cartpk.qualification.compare import Compared

__all__ = ["Case", "NotRunError", "Outcome", "carry_out"]


class NotRunError(CartpkError):
    """A case that cannot be run here, with the reason; it is no pass."""


@dataclass(frozen=True, slots=True)
class Case:
    """One reference case.

    Attributes:
        name, title: as in files, and in words.
        source: where the reference is from.
        tolerance: how far a number may lie from it, and how that was set.
        files: the reference's files, names in ``reference/``.
        compare: computes and compares, one at a time.
        counted: what is compared, in the plural.
    """

    name: str
    title: str
    source: str
    tolerance: str
    files: tuple[str, ...]
    compare: Callable[[], Iterator[Compared]]
    counted: str = "numbers"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: everything compared, `trouble` that stopped it, or why it was `not_run`."""

    case: Case
    compared: tuple[Compared, ...] = ()
    trouble: str = ""
    not_run: str = ""

    @property
    def deviations(self) -> tuple[str, ...]:
        """Each comparison that failed, and what stopped the case, a sentence each."""
        stopped = [f"stopped: {self.trouble}"] if self.trouble else []
        empty = [] if self.compared or self.trouble or self.not_run else ["nothing was compared"]
        return (*(str(c) for c in self.compared if not c.passed), *stopped, *empty)

    @property
    def result(self) -> str:
        """``passed``, ``FAILED`` or ``not run``."""
        if self.not_run:
            return "not run"
        return "FAILED" if self.deviations else "passed"

    @property
    def n_passed(self) -> int:
        """How many comparisons lie within their tolerances."""
        return sum(c.passed for c in self.compared)

    @property
    def largest(self) -> Compared | None:
        """The comparison with the largest relative deviation, a text that differs before all; None where nothing deviates."""

        def size(c: Compared) -> float:
            return math.inf if math.isnan(c.relative) else c.relative

        worst = max(self.compared, key=size, default=None)
        return worst if worst is not None and size(worst) > 0 else None


TROUBLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    CartpkError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a broken installation raises: it ends the case, which then has failed, and not the record of the others."""


def carry_out(case: Case) -> Outcome:
    """Run one case; what it raises is its outcome."""
    compared: list[Compared] = []
    try:
        compared.extend(case.compare())
    except (NotRunError, MissingExtraError) as error:
        return Outcome(case, tuple(compared), not_run=" ".join(str(error).split()))
    except TROUBLE as error:
        return Outcome(case, tuple(compared), trouble=f"{type(error).__name__}: {' '.join(str(error).split())}"[:500])
    return Outcome(case, tuple(compared))
