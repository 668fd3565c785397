"""Words for people in the language of a report: `say`, looked up in one catalogue; English is the key.

Code holds the English text where it is needed and readers of the code see it;
`language/zh/*.toml` hold the same texts in Chinese, a file a room of the
house. Which language is in force is said for a stretch of code by `speaking`,
and for nothing beyond it. Names, data, machine-readable files and the terminal
are never translated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from cartpk.errors import UsageError

__all__ = [
    "LANGUAGES",
    "TAGS",
    "Phrase",
    "capital",
    "catalogue",
    "counted",
    "language",
    "listed",
    "paragraph",
    "phrase",
    "say",
    "speaking",
    "told",
    "uncapital",
    "unstopped",
]

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh": "中文"})
"""The languages a report can be in, each by its own name."""

TAGS: Mapping[str, str] = MappingProxyType({"en": "en", "zh": "zh-CN"})
"""What a browser calls them."""

_IN_FORCE: ContextVar[str] = ContextVar("language", default="en")


class Phrase(str):
    """An English text that remembers the words and the values it was made from, so that `say` can translate it later.

    Everywhere else it is the English text itself.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Phrase:
        """The English text of `template` with `values` filled in."""
        texts = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
        made = super().__new__(cls, template.format(**texts) if values else template)
        made.template, made.values = template, MappingProxyType(dict(values))
        return made

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, dict[str, object]]]:
        return Phrase, (self.template, dict(self.values))


def phrase(template: str, /, **values: object) -> Phrase:
    """A text of the catalogue with values in it, to be said later: in English now, in any language by `say`.

    >>> rule = phrase("Area from the infusion to day {day}", day=28)
    >>> print(rule)
    Area from the infusion to day 28
    >>> with speaking("zh"):
    ...     print(say(rule))
    输注至第28天的面积
    """
    return Phrase(template, values)


def say(text: str, /, **values: object) -> str:
    """`text` in the language in force, with `values` filled in: phrases among them said too, other texts are data.

    Of a tuple each member likewise, with commas between them.

    A text that the catalogue does not have stays English.

    >>> say("Subject"), say("day {day}", day=90)
    ('Subject', 'day 90')
    """
    if isinstance(text, Phrase):
        return say(text.template, **{**text.values, **values})
    said = catalogue(language()).get(text, text)
    return said.format(**{name: _told(value) for name, value in values.items()}) if values else said


def told(text: str) -> str:
    """A phrase in the language in force; any other text is data, and stays as it is."""
    return say(text) if isinstance(text, Phrase) else text


def _told(value: object) -> object:
    if isinstance(value, tuple):
        return _with_commas(value)
    return told(value) if isinstance(value, str) else value


def _with_commas(texts: Sequence[str]) -> str:
    return say(", ").join(map(told, texts))


def counted(n: int, one: str, many: str, /, **values: object) -> str:
    """`one` or `many` by number, as `say` says it; both may hold ``{n}``.

    >>> counted(1, "{n} subject", "{n} subjects"), counted(3, "{n} subject", "{n} subjects")
    ('1 subject', '3 subjects')
    """
    return say(one if n == 1 else many, n=n, **values)


def listed(texts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``, in the language in force; phrases among them are said, other texts are data.

    >>> listed(["flow", "qPCR", "ddPCR"])
    'flow, qPCR and ddPCR'
    """
    if len(texts) < 2:
        return _with_commas(texts)
    return say("{others} and {last}", others=_with_commas(texts[:-1]), last=texts[-1])


def paragraph(sentences: Sequence[str]) -> str:
    """Sentences one after another, with what the language in force has between them."""
    return say(" ").join(s for s in sentences if s)


def capital(text: str) -> str:
    """`text` with a capital first letter, the rest as it is.

    >>> capital("two LLOQs")
    'Two LLOQs'
    """
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """`text` within a sentence: with a small first letter, in a language where a sentence begins with a capital one.

    >>> uncapital("Dose level DL1")
    'dose level DL1'
    """
    return text[:1].lower() + text[1:] if language() == "en" else text


def unstopped(sentence: str) -> str:
    """A sentence without its full stop, to stand within another."""
    return sentence.rstrip(".。")


def language() -> str:
    """The language in force, a key of `LANGUAGES`."""
    return _IN_FORCE.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Put a language in force within a ``with``, for this thread alone: what is drawn or told in it is in that language.

    >>> with speaking("zh"):
    ...     print(say("Days after infusion"))
    输注后天数

    Args:
        name: ``en`` or ``zh``.

    Raises:
        UsageError: a language that the catalogue does not have.
    """
    if name not in LANGUAGES:
        raise UsageError(f"language {name!r} is not one of {', '.join(LANGUAGES)}")
    token = _IN_FORCE.set(name)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(name: str) -> Mapping[str, str]:
    """The texts of a language by the English ones; none for English itself."""
    if name == "en":
        return MappingProxyType({})
    room = files("cartpk.language") / name
    texts: dict[str, str] = {}
    for file in sorted((f for f in room.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        texts.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return MappingProxyType(texts)
