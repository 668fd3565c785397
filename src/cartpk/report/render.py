"""The page as text: a template, a style sheet and a small script put into one file that asks nobody for anything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from cartpk.language import TAGS, counted, language, say
from cartpk.report.page import page_of
from cartpk.report.palette import colour_rules
from cartpk.report.words import fill, isolated, named

if TYPE_CHECKING:
    from cartpk.analysis import Analysis

__all__ = ["render"]


def render(analysis: Analysis, files: Sequence[tuple[str, str]] = ()) -> str:
    """One self-contained HTML page of a whole analysis.

    It needs no network and no other file: style, script, curves and the samples behind each
    number are in it, and a policy in its head forbids everything else. The same analysis gives
    the same text; there is no clock in it. Whatever an id, a header or a reason is made of, it
    is text. It is in the language in force.

    Args:
        analysis: what `cartpk.analyze` worked out.
        files: what else was written, (path relative to the run folder, what it is), for the links.

    Returns:
        HTML, to be written as UTF-8 with newlines as they are.
    """
    page = page_of(analysis, files)
    templates = _environment()
    sheets = ("page.css", *(["models.css"] if page.models else []), *(["zh.css"] if language() == "zh" else []))
    style = "".join(map(_resource, sheets)) + colour_rules(len(page.levels))
    script = templates.get_template("page.js").render()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return templates.get_template("page.html").render(
        page=page, policy=policy, style=Markup(style), script=Markup(script), lang=TAGS[language()]
    )


def _environment() -> Environment:
    """Templates beside this file; what they do not know is an error, and what they show in the page is escaped."""
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=_in_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"say": say, "counted": counted, "isolated": isolated, "named": named}
    environment.filters["fill"] = fill
    return environment


def _in_html(name: str | None) -> bool:
    """Whether a template is escaped: all but the script, whose only values are texts of the catalogue."""
    return name != "page.js"


def _resource(name: str) -> str:
    """A file of this folder as it is in the wheel, with newlines as \\n on every system."""
    text = resources("cartpk.report").joinpath(name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _hash(text: str) -> str:
    """The name under which the policy lets one inline style or script pass."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
