"""What a file that is no notebook looks like, so that its refusal can say so.

Only the beginning is read. It decides nothing: whatever begins like JSON goes on to `strictjson`.
"""

from __future__ import annotations

import codecs
from typing import Final

from gradewright.api.texts import Text

HEAD = 4096  # bytes that are looked at

SIGNATURES: Final[tuple[tuple[bytes, Text], ...]] = (
    (b"%PDF", {"zh": " PDF 文件", "en": "a PDF"}),
    (
        b"PK\x03\x04",
        {"zh": " zip 压缩包或 Office 文档", "en": "a zip archive or an Office document"},
    ),
    (b"\x1f\x8b", {"zh": " gzip 压缩包", "en": "a gzip archive"}),
    (b"Rar!", {"zh": " rar 压缩包", "en": "a rar archive"}),
    (b"7z\xbc\xaf", {"zh": " 7z 压缩包", "en": "a 7z archive"}),
    (b"\xd0\xcf\x11\xe0", {"zh": "旧版 Office 文档", "en": "an old Office document"}),
    (b"\x89PNG", {"zh": "图片", "en": "a picture"}),
    (b"\xff\xd8\xff", {"zh": "图片", "en": "a picture"}),
    (b"\x80\x04", {"zh": " pickle 文件", "en": "a pickle"}),
    (b"{\\rtf", {"zh": " RTF 文档", "en": "an RTF document"}),
    (b"version https://git-lfs", {"zh": " Git LFS 指针", "en": "a Git LFS pointer"}),
)
HTML: Final[Text] = {"zh": "网页（HTML）", "en": "a web page (HTML)"}
XML: Final[Text] = {"zh": " XML 文件", "en": "an XML file"}
PYTHON: Final[Text] = {"zh": " Python 程序（.py）", "en": "a Python program (.py)"}
PLAIN: Final[Text] = {"zh": "普通文本", "en": "plain text"}
BINARY: Final[Text] = {"zh": "二进制文件", "en": "a binary file"}
PYTHON_STARTS = (b"import ", b"from ", b"def ", b"class ", b"#", b'"""', b"@", b"if ", b"print(")
JSON_STARTS = b'["-0123456789tfnNI'


def looks_like(data: bytes) -> Text | None:
    """What `data` (not empty) looks like if not JSON, else None."""
    head = data[:HEAD].removeprefix(codecs.BOM_UTF8)
    for signature, text in SIGNATURES:
        if head.startswith(signature):
            return text
    return _text(head.strip())


def is_utf16(data: bytes) -> bool:
    """Whether the file begins as UTF-16 (or UTF-32) text does, with or without a BOM."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return len(data) > 3 and data[:2] in (b"{\x00", b"\x00{")


def _text(head: bytes) -> Text | None:
    if head.startswith(b"{"):
        return None
    lowered = head[:200].lower()
    if lowered.startswith((b"<!doctype html", b"<html")) or b"<html" in lowered:
        return HTML
    if lowered.startswith(b"<?xml"):
        return XML
    if b"\x00" in head:
        return BINARY
    if any(line.startswith(PYTHON_STARTS) for line in head.splitlines()[:40]):
        return PYTHON
    return None if head[:1] and head[:1] in JSON_STARTS else PLAIN
