"""A page as a browser would read it, as far as the tests ask: elements with attributes and text, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cartpk.analysis import Analysis

HOSTILE = {
    "S01": "<script>alert(1)</script>",
    "S02": "</script><img src=x onerror=alert(2)>",
    "S03": "{{ 7*7 }}{% raw %}",
    "S04": "$x$ & \"q\" 's'",
    "S05": "\u202eabc \u05e9\u05dc\u05d5\u05dd",
    "S06": "L" * 300,
    "S07": "=cmd()",
    "S08": "../../x",
    "S09": "--><!-- ]]>",
}
"""Ids that are markup, templates, formulas, paths or just long, by the sample study's own."""

Work = Callable[..., Analysis]
"""Works out a few lines of CSV: ``work(text, plan, **rules)``."""

VOID = {"meta", "input", "br", "path", "circle"}


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    parts: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Every element below with this tag and these attributes (class_: one of its classes), in order."""
        found = []
        for part in self.parts:
            if isinstance(part, Element):
                if part.matches(tag, attributes):
                    found.append(part)
                found += part.all(tag, **attributes)
        return found

    def matches(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        for name, value in attributes.items():
            if name == "class_":
                if value not in self.attributes.get("class", "").split():
                    return False
            elif self.attributes.get(name.replace("_", "-")) != value:
                return False
        return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def parse(html: str) -> Element:
    """The page as a tree; an element that is closed wrongly or not at all fails the test."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
    return reader.root
