"""The contents of a folder of tables as a small page: every output with its number, title and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from cartpk.language import TAGS, language, say
from cartpk.writers.imprint import headed, writable

__all__ = ["page"]

_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0}"
    "thead th{border-top:1px solid;border-bottom:1px solid}tbody tr:last-child>*{border-bottom:1px solid}"
    "td{overflow-wrap:anywhere}td:first-child{white-space:nowrap}small{opacity:.75}"
)


def page(title: str, rows: Iterable[Mapping[str, str]]) -> str:
    """A page that lists outputs: rows with ``kind, number, title, subtitle, file``; files of one number stand together."""
    outputs: dict[tuple[str, str, str, str], list[str]] = {}
    for row in rows:
        outputs.setdefault((row["kind"], row["number"], row["title"], row["subtitle"]), []).append(row["file"])
    body = "\n".join(_row(*key, files) for key, files in outputs.items())
    name = escape(writable(title))
    heads = "".join(f"<th>{escape(say(head))}</th>" for head in ("Number", "Title", "Files"))
    return (
        f'<!doctype html>\n<html lang="{TAGS[language()]}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{name}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n<h1>{name}</h1>\n<table>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _row(kind: str, number: str, title: str, subtitle: str, files: Sequence[str]) -> str:
    links = " ".join(
        f'<a href="{escape(quote(file), quote=True)}">{escape(file.rpartition(".")[2])}</a>' for file in files
    )
    under = f"<br><small>{escape(writable(subtitle))}</small>" if subtitle else ""
    return f"<tr><td>{escape(headed(kind, number) if number else say(kind))}</td><td>{escape(writable(title))}{under}</td><td>{links}</td></tr>"
