"""Building HTML so that forgetting to escape is impossible: all that is not `Html` is escaped.

Control characters, and those that reorder or hide text, are shown as their code points.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gradewright.notebook.lookalikes import INVISIBLE, ORDER

CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0\ufffe\uffff]")
VOID: Final = frozenset({"br", "col", "hr", "img", "meta"})


class Html(str):
    """Markup that may stand in a page as it is."""

    __slots__ = ()


def as_text(value: object) -> str:
    """Text from a notebook: a string or a list of strings, without lone surrogates."""
    parts = value if isinstance(value, list | tuple) else [value]
    whole = "".join(part if isinstance(part, str) else str(part) for part in parts)
    return whole.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")


def visible(text: str) -> str:
    """The text with invisible, reordering and control characters shown as ⟨U+202E⟩."""
    if text.isascii() and not CONTROLS.search(text):
        return text
    for pattern in (CONTROLS, ORDER, INVISIBLE):
        text = pattern.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
    return text


def escaped(text: str) -> Html:
    """Text as markup; markup stays as it is."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(visible(as_text(text))))


def joined(parts: Iterable[str], by: str = "") -> Html:
    """Parts one after the other, each escaped unless it is markup."""
    return Html(escaped(by).join(escaped(part) for part in parts))


def el(name: str, /, *children: str, **attributes: Any) -> Html:
    """An element. `class_` is class, `aria_label` is aria-label; None and False are left out."""
    head = f"<{name}{_attributes(attributes)}>"
    if name in VOID:
        return Html(head)
    return Html(f"{head}{joined(children)}</{name}>")


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {key.rstrip('_').replace('_', '-')}{_value(value)}"
        for key, value in attributes.items()
        if value is not None and value is not False
    )


def _value(value: object) -> str:
    if value is True:
        return ""
    text = html.escape(visible(as_text(value)), quote=False)
    return '="{}"'.format(text.replace('"', "&quot;"))
