"""The allow-list through which every piece of foreign HTML goes.

No link, no style, no id, and of classes only those of highlighted code and of tables of pandas:
what a stranger wrote can look like text, tables and pictures, and like nothing else.
"""

from __future__ import annotations

import re
from typing import Final

import nh3
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from gradewright_grader.page.images import checked_uri
from gradewright_grader.page.markup import Html, visible


def _words(text: str) -> set[str]:
    return set(text.split())


MOST_HTML: Final = 100_000  # characters
MOST_OPEN: Final = 1_000  # tags that are not closed: deep trees make parsers slow
MARKS: Final = re.compile("[\ue000-\ue0ff]")  # stand for formulas while HTML is cleaned
TAGS: Final = _words(
    "p br hr div span pre code blockquote ul ol li dl dt dd table caption thead tbody tfoot tr "
    "th td em strong b i u s del ins sub sup small kbd samp var h3 h4 h5 h6 abbr cite q img"
)
CONTENT_GOES: Final = _words(
    "script style template title noscript iframe object embed svg math textarea select noembed "
    "noframes xmp plaintext"
)
ATTRIBUTES: Final = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "img": {"src", "alt"},
}
CLASSES: Final = {
    "span": {name for name in STANDARD_TYPES.values() if name},
    "div": {"highlight"},
    "table": {"dataframe"},
    "code": {"address"},
}
MATHML: Final = _words(
    "math mrow mi mn mo mtext ms mspace mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts semantics"
)
MATH_ATTRIBUTES: Final = _words(
    "display mathvariant stretchy fence form separator lspace rspace width height depth accent "
    "accentunder displaystyle scriptlevel columnalign rowspacing columnspacing linethickness "
    "minsize maxsize movablelimits notation largeop symmetric"
)
_OPENED: Final = re.compile(r"<(?!br|hr|img|col|wbr|input|link|meta)[a-zA-Z]", re.IGNORECASE)


def is_heavy(fragment: str) -> bool:
    """Whether this HTML is too long or too deep to be shown."""
    if len(fragment) > MOST_HTML:
        return True
    return len(_OPENED.findall(fragment)) - fragment.count("</") > MOST_OPEN


def clean(fragment: str) -> Html:
    """Foreign HTML without anything that could act, load or pretend."""
    cleaned = nh3.clean(
        fragment,
        tags=TAGS,
        clean_content_tags=CONTENT_GOES,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
        url_schemes={"data"},
        link_rel=None,
    )
    return Html(visible(cleaned))


def clean_math(fragment: str) -> Html:
    """The MathML of a formula, without HTML and without links in it."""
    return Html(
        visible(
            nh3.clean(
                fragment,
                tags=MATHML,
                attributes={tag: set(MATH_ATTRIBUTES) for tag in MATHML},
                url_schemes=set(),
                link_rel=None,
            )
        )
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return checked_uri(value)
    if name in ("colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None
    return MARKS.sub("", value)
