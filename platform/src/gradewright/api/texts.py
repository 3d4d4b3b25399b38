"""Texts in several languages: every text a person reads is a map language → string.

Choosing a language at the last moment keeps the record free of it: the same verdict can be shown
to a student in Chinese and to an instructor in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Text: TypeAlias = Mapping[str, str]


def in_language(text: Text, language: str) -> str:
    """The text in `language`, else in English, else in its first language; "" for no text.

    A course may use a language that a message of ours does not have: something readable is better
    than nothing, and an error here would hide the message that it was to carry.
    """
    if language in text:
        return text[language]
    if "en" in text:
        return text["en"]
    return next(iter(text.values()), "")


def filled(template: Text, /, **fields: object) -> dict[str, str]:
    """A template with `{name}` fields, filled in every language.

    A field that is itself a text map is put in language by language.
    """
    return {
        language: string.format(
            **{
                name: in_language(value, language) if isinstance(value, dict) else value
                for name, value in fields.items()
            }
        )
        for language, string in template.items()
    }


UNSPACED = ("zh", "ja")  # languages that set no space between sentences


def joined(*texts: Text) -> dict[str, str]:
    """Several sentences one after the other, in every language that any of them has."""
    return _put_together(texts, spaced=" ", unspaced="")


def listed(*texts: Text) -> dict[str, str]:
    """Several texts as a list: `a, b` and `a、b`."""
    return _put_together(texts, spaced=", ", unspaced="、")


def _put_together(texts: Iterable[Text], spaced: str, unspaced: str) -> dict[str, str]:
    given = [text for text in texts if text]
    languages = dict.fromkeys(language for text in given for language in text)
    return {
        language: (unspaced if language in UNSPACED else spaced).join(
            part for part in (in_language(text, language) for text in given) if part
        )
        for language in languages
    }
