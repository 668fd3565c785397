"""Inputs that are wrong in one way each: small files made by functions, and what must be told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["BadInput"]


@dataclass(frozen=True)
class BadInput:
    """One kind of wrong input.

    Attributes:
        name: what is wrong, in words.
        files: name -> bytes; all but ``plan.toml`` are given to the command, in this order.
        told: rule, row, column and value of each error.
        message: where the files cannot be read at all (status 2), words of the last line.
    """

    name: str
    files: Mapping[str, bytes]
    told: Sequence[tuple[str, int | None, str, str]] = ()
    message: str = ""

    @property
    def status(self) -> int:
        """How the command ends."""
        return 2 if self.message else 1
