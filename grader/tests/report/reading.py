"""Reading produced HTML again: what tags, classes, texts it has, and what of it could act."""

from __future__ import annotations

import re
from html.parser import HTMLParser

ACTIVE = {
    "script", "iframe", "object", "embed", "form", "input", "button", "link", "base", "video",
    "audio", "source", "template", "noscript", "frame", "applet", "foreignobject", "use", "image",
}  # fmt: skip
ADDRESSES = {"href", "src", "action", "data", "srcset", "background", "poster", "xlink:href"}
LOCAL = re.compile(r"#|data:image/(png|jpeg|gif|svg\+xml);base64,|students/")
VOID = {"br", "col", "hr", "img", "meta", "wbr"}


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.classes: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.found: list[str] = []
        self.unclosed: list[str] = []
        self.wrong: list[str] = []
        self._text: list[str] = []

    @property
    def text(self) -> str:
        """All text."""
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.unclosed.append(tag)
        if tag in ACTIVE:
            self.found.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or "javascript:" in value.lower():
            self.found.append(f"{tag} {name}={value}")
        if name in ADDRESSES and not LOCAL.match(value):
            self.found.append(f"{tag} {name}={value}")
        if name == "style" and re.search(r"url|position|expression", value):
            self.found.append(f"{tag} style={value}")
        if tag == "meta" and "url=" in value:
            self.found.append(f"meta {value}")
        if name == "class":
            self.classes |= set(value.split())
        if name == "id":
            self.ids.append(value)
        if name == "href":
            self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self._text.append(data)


def read(markup: str) -> Page:
    """The page, parsed."""
    page = Page()
    page.feed(markup)
    page.close()
    return page


def dangers(markup: str) -> list[str]:
    """What in the markup could run, load or lead elsewhere."""
    return read(markup).found
