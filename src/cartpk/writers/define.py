"""``define.html``: data sets, variables and codes on one page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from cartpk.cdisc.vocabulary import STANDARDS, number_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["page"]

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--quiet:#6b7280}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:82rem;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}p,li{max-width:52rem}
.quiet{color:var(--quiet)}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;min-width:100%}
th{text-align:left;border-bottom:2px solid var(--line);white-space:nowrap}
td{border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word;max-width:26rem}
th,td{padding:.25rem .7rem .25rem 0}.n{text-align:right;white-space:nowrap}
""".strip()
_HEADS = {"sponsor_defined": "sponsor-defined", "c_code": "C-code"}


def page(study: str, contents: pd.DataFrame, variables: pd.DataFrame, codelists: pd.DataFrame) -> str:
    """The page as text, to be written as UTF-8; all that comes from the data is text in it.

    Args:
        study: STUDYID, ``""`` where there is none.
        contents, variables, codelists: of `cartpk.cdisc.define`.
    """
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")
    title = f"CDISC data sets{f' of {study}' if study else ''}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="cartpk">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *_standards(),
            "<h2>Data sets</h2>",
            *_table(contents),
            *_datasets(contents, variables),
            '<h2 id="codes">Codes</h2>',
            "<p>Codes that no terminology has are the sponsor's, and marked so.</p>",
            *_table(codelists),
            "</body></html>",
            "",
        ]
    )


def _standards() -> Iterator[str]:
    yield '<ul class="quiet">'
    yield from (f"<li>{escape(text)}</li>" for text in STANDARDS)
    yield "</ul>"


def _datasets(contents: pd.DataFrame, variables: pd.DataFrame) -> Iterator[str]:
    labels = dict(zip(contents["dataset"], contents["label"], strict=True))
    for name in dict.fromkeys(variables["dataset"]):
        yield f'<h2 id="{escape(name, quote=True)}">{escape(name)}: {escape(labels[name])}</h2>'
        yield from _table(variables[variables["dataset"] == name].drop(columns="dataset"))


def _table(frame: pd.DataFrame) -> Iterator[str]:
    """A frame as a table; a column without anything in it is left out."""
    columns = {name: frame[name].tolist() for name in frame.columns}
    shown = {name: cells for name, cells in columns.items() if any(_text(cell) for cell in cells)}
    yield '<div class="scroll"><table><thead><tr>'
    for name, cells in shown.items():
        numbers = all(_is_number(cell) for cell in cells if _text(cell))
        yield f"<th{' class=n' if numbers else ''}>{escape(_HEADS.get(name, name))}</th>"
    yield "</tr></thead><tbody>"
    for row in zip(*shown.values(), strict=True):
        yield "<tr>" + "".join(map(_cell, row)) + "</tr>"
    yield "</tbody></table></div>"


def _cell(value: Any) -> str:
    return f"<td{' class=n' if _is_number(value) else ''}><bdi>{escape(_text(value))}</bdi></td>"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else ""
    if isinstance(value, int | float | np.number):
        return number_text(float(value))
    return "" if value is None else str(value)
