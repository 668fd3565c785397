"""What can go wrong, as a tree of exceptions.

::

    CartpkError
    ├── UsageError              wrong use; the command line ends with status 2
    │   ├── PlanError           a plan that cannot be read or carried out
    │   ├── RulesError          an impossible rule, or one that names what is not there
    │   ├── ProfilesError       arrays that are not profiles
    │   ├── InputError          a file that cannot be opened
    │   ├── OutputError         a place that cannot be written, or must not be replaced
    │   └── MissingExtraError   an optional package is not installed
    ├── MachineError            memory, a process or a library failed; the command line ends with status 2
    └── SamplesError            the data have errors; the command line ends with status 1

Every message says place, expectation, value and remedy, and an exception
that stands for several faults lists them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartpk.findings import Findings

__all__ = [
    "CartpkError",
    "InputError",
    "MachineError",
    "MissingExtraError",
    "OutputError",
    "PlanError",
    "ProfilesError",
    "RulesError",
    "SamplesError",
    "UsageError",
]


class CartpkError(Exception):
    """The root: catch this to catch whatever cartpk raises on purpose."""


class UsageError(CartpkError):
    """The call, the flag or the file name is wrong; the data were not judged."""


class PlanError(UsageError):
    """A plan that cannot be used; `problems` holds one sentence a fault."""

    def __init__(self, source: str, problems: tuple[str, ...]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class RulesError(UsageError, ValueError):
    """A rule of the analysis that cannot be: out of range, unknown, or naming what is not there."""


class ProfilesError(UsageError, ValueError):
    """Arrays that are not profiles: lengths, offsets, times or values that cannot be."""


class InputError(UsageError):
    """A file that cannot be opened or is of a kind that cartpk does not read."""


class OutputError(UsageError):
    """A place that cannot be written, or that holds what must not be replaced."""


class MissingExtraError(UsageError, ImportError):
    """An optional package is missing; the message names the extra that brings it."""


class MachineError(CartpkError):
    """Neither the use nor the data are wrong: the machine has not enough of something, or ended a process."""


class SamplesError(CartpkError):
    """The data have errors; `findings` holds all of them, and the warnings too."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__("\n".join(str(f) for f in findings if f.severity == "error"))
