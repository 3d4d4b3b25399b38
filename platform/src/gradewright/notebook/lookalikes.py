"""Characters that make code look like other code: reordering, invisible, from other alphabets.

They are flags for people. Chinese names, Greek letters, emoji and text in scripts that need joiners
are honest, so only what deceives the eye counts: see Trojan Source (Boucher and Anderson, 2021).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gradewright.notebook.names import identifiers
from gradewright.notebook.notes import Note, note
from gradewright.notebook.refusals import shown

ORDER: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Joiners (200C, 200D) between other letters or emoji are honest: only beside ASCII they hide.
INVISIBLE: Final = re.compile(
    "[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
    "|(?<=[\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f])"
)
# Letters whose shape in usual fonts is that of a Latin letter: Cyrillic, then Greek.
LATIN: Final = str.maketrans(
    "асԁеһіјӏорԛѕԝхуАВСЕНІЈКМОРԚЅТԜХΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ",
    "acdehijlopqswxyABCEHIJKMOPQSTWXABEZHIKMNOPTYXoc",
)
FOREIGN: Final = re.compile("[" + "".join(map(chr, LATIN)) + "]")


def find_lookalikes(index: int, source: str) -> Iterator[Note]:
    """At most one note of each sort about the code of cell `index`."""
    if source.isascii():
        return
    for wording, pattern in (("bidi.order", ORDER), ("bidi.invisible", INVISIBLE)):
        if found := pattern.search(source):
            line = source.count("\n", 0, found.start()) + 1
            yield note(wording, cell=index, line=line, value=_called(found[0]))
    if FOREIGN.search(source):
        yield from _names(index, source)


def _names(index: int, source: str) -> Iterator[Note]:
    """Names of mixed alphabets that could be taken for plain ASCII ones."""
    for name in sorted(identifiers(source)):
        latin = name.translate(LATIN)
        mixed = any(c.isascii() and c.isalpha() for c in name)
        if mixed and latin != name and latin.isascii():
            yield note("bidi.lookalike", cell=index, value=shown(name), like=shown(latin))
            return


def _called(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
