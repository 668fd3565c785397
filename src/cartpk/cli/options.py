"""Flags that several commands share, and the kinds of value they take."""

from __future__ import annotations

import re

import click

__all__ = ["json_flag", "plan_flag", "quiet_flag", "read_days", "read_horizons", "read_words"]  # fmt: skip

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", re.ASCII)


def read_days(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """The callback of a flag that takes a number of days; what it may be is for the rules to say."""
    if value is not None and not _NUMBER.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not a number of days such as 90", ctx, param)
    return None if value is None else float(value)


def read_horizons(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    """The callback of ``NAME=DAYS``, repeated."""
    horizons: dict[str, float] = {}
    for value in values:
        name, equals, days = value.partition("=")
        if not equals or not _NUMBER.fullmatch(days):
            raise click.BadParameter(f"{value!r} is not NAME=DAYS such as 0_m6=180", ctx, param)
        if name in horizons:
            raise click.BadParameter(f"{name} is given twice", ctx, param)
        horizons[name] = float(days)
    return horizons


def read_words(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """The callback of words joined by commas; which of them there are is for the rules to say."""
    return None if value is None else tuple(word.strip() for word in value.split(","))


plan_flag = click.option("--plan", metavar="FILE", help="Plan (TOML) to follow; flags beat it.")
json_flag = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
quiet_flag = click.option("--quiet", "-q", is_flag=True, help="Print errors only.")
