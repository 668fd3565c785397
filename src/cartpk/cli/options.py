"""Flags that several commands share, and the kinds of value they take."""

from __future__ import annotations

import re
from typing import Any, Never

import click

__all__ = ["DAYS", "HORIZON", "WORDS", "json_flag", "not_in_this_version", "only_one_job", "plan_flag", "quiet_flag"]  # fmt: skip

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", re.ASCII)


class Days(click.ParamType):
    """A number of days, written plainly."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; what it may be is for the rules to say."""
        if isinstance(value, str) and not _NUMBER.fullmatch(value):
            self.fail(f"{value!r} is not a number of days such as 90", param, ctx)
        return float(value)


class Horizon(click.ParamType):
    """``NAME=DAYS``."""

    name = "name=days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Name and days."""
        if isinstance(value, tuple):
            return value
        name, equals, days = str(value).partition("=")
        if not equals or not _NUMBER.fullmatch(days):
            self.fail(f"{value!r} is not NAME=DAYS such as 0_m6=180", param, ctx)
        return name, float(days)


class Words(click.ParamType):
    """Words joined by commas."""

    name = "a,b,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The words; which of them there are is for the rules to say."""
        if isinstance(value, tuple):
            return value
        return tuple(word.strip() for word in str(value).split(","))


DAYS, HORIZON, WORDS = Days(), Horizon(), Words()


def not_in_this_version(what: str) -> Never:
    """End with wrong use: a later version knows it, this one does not."""
    raise click.UsageError(f"{what} is not in this version")


def refuse_later(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """The callback of a flag that a later version knows."""
    if value:
        not_in_this_version(param.opts[-1])


def only_one_job(ctx: click.Context, param: click.Parameter, value: int) -> int:
    """The callback of ``--jobs``."""
    if value != 1:
        not_in_this_version(f"--jobs {value}")
    return value


plan_flag = click.option("--plan", metavar="FILE", help="Plan (TOML) to follow; flags beat it.")
json_flag = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
quiet_flag = click.option("--quiet", "-q", is_flag=True, help="Print errors only.")
