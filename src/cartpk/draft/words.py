"""Text of a plan that is safe whatever stands in the data: keys, values, comments."""

from __future__ import annotations

import json
import re
import textwrap

__all__ = ["comment", "key", "number", "text", "visible", "wrapped"]

WIDTH = 116


def visible(words: str) -> str:
    r"""A text on one line, with what a terminal would act on written out.

    >>> print(visible("a\nb"))
    a\u000ab
    """
    return "".join(c if c.isprintable() else _escaped(c) for c in words)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def text(words: str) -> str:
    r"""A TOML string.

    >>> print(text('a"b'), text("µ\u202e"))
    "a\"b" "µ\u202e"
    """
    return visible(json.dumps(words, ensure_ascii=False))


def key(words: str) -> str:
    """A TOML key, in quotes where it needs them."""
    return words if re.fullmatch(r"[A-Za-z0-9_-]+", words, re.ASCII) else text(words)


def number(value: float) -> str:
    """A number as a plan writes it.

    >>> number(90.0), number(0.5)
    ('90', '0.5')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def comment(words: str) -> list[str]:
    """Words as lines of comment; what begins with blanks (a command) stays on one line."""
    words = visible(words)
    return [f"# {words}".rstrip()] if words.startswith(" ") else wrapped(words, "# ")


def wrapped(words: str, lead: str) -> list[str]:
    """Words as lines of comment that begin with `lead`."""
    lines = textwrap.wrap(visible(words), WIDTH - len(lead), break_long_words=False, break_on_hyphens=False)
    return [lead + line for line in lines]
