"""File names for students' pages: readable, safe on every file system, never the same twice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

UNSAFE: Final = re.compile(r"[^\w.-]+")
DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.IGNORECASE)
MOST_BYTES: Final = 120
SHORT: Final = 8  # hexadecimal digits that tell two names apart


class PageNames:
    """Gives each page of one report its name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, student: str, *more: str) -> str:
        """The file name for a student's page; `more` are further parts, an assignment's id."""
        whole = ".".join((student, *more))
        stem = safe_stem(whole)
        candidate, number = stem, 0
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{stem}-{_digest(f'{number} {whole}')}"
        self._taken.add(candidate.casefold())
        return f"{candidate}.html"


def safe_stem(text: str) -> str:
    """The text as the stem of a file name; what had to be changed is told apart by a digest."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    normal = unicodedata.normalize("NFKC", whole)
    stem = UNSAFE.sub("_", normal).strip("._-")
    cut = stem.encode()[:MOST_BYTES].decode("utf-8", "ignore")
    if not cut or cut != normal or DEVICES.match(cut):
        return f"{cut or 'student'}-{_digest(whole)}"
    return cut


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:SHORT]
