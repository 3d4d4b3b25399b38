"""Fills in the template of a topic and writes it to a folder that is empty or not there yet.

A text of one language stands on a line of its own (`title.en = …`, `en="…",`), in a cell with
`lang="en"`, or in a file of its own; so leaving out a language means leaving those out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gradewright import __version__
from gradewright.host.errors import UsageError, quoted

LANGUAGES = ("zh", "en")
SUFFIX = ".tmpl"
ONLY_IN = {"docstrings.toml": "zh"}  # the reference's own docstrings are English
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OF_ONE_LANGUAGE = re.compile(r"\s*(?:\w+\.)?(zh|en) ?=")
_CELL = re.compile(r"(?m)^(?=# %%)")


def new_topic(
    name: str,
    folder: Path,
    languages: Sequence[str] = LANGUAGES,
    taken: Collection[str] = (),
) -> list[Path]:
    """Write the topic `name` into `folder` and return the files, relative to it.

    Raises UsageError for a name or language that cannot be, a name in `taken` (the ids of known
    topics and assignments), and a folder with something in it: nothing is ever overwritten.
    """
    _refuse_name(name, taken)
    _refuse_languages(languages)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f'"{folder}" is there already and not empty; nothing is overwritten: name another '
            "folder with -o, or remove it"
        )
    made = topic_files(name, languages)
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [Path(path) for path in made]


def topic_files(name: str, languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Relative path → text of every file of a new topic."""
    values = {
        "name": name,
        "distribution": f"gradewright-{name.replace('_', '-').strip('-')}",
        "api": _versions(),
        "languages": quoted(languages),
    }
    found = dict(sorted(_templates(files(__package__) / "files")))
    return {
        path.replace("NAME", name): _filled(_spoken(path, text, languages), values)
        for path, text in found.items()
        if ONLY_IN.get(Path(path).name, languages[0]) in languages
    }


def _refuse_name(name: str, taken: Collection[str]) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" cannot be a topic\'s name; write a small letter, then small letters, digits '
            "or _, at most 40 in all, for example linear_models"
        )
    for id in (name, f"{name}1"):
        if id in taken:
            raise UsageError(
                f'"{name}" cannot be used: "{id}" is the id of a topic or assignment that is '
                "installed; choose another name, see gradewright topics"
            )


def _refuse_languages(languages: Sequence[str]) -> None:
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown or not languages or len(set(languages)) < len(languages):
        raise UsageError(
            f'--lang "{",".join(languages)}": texts can be written in {quoted(LANGUAGES)}, each '
            "once, separated by a comma; add further languages in the files"
        )


def _versions() -> str:
    major, minor = map(int, __version__.split(".")[:2])
    return f">={major}.{minor},<{major}.{minor + 1}"


def _templates(folder: Traversable, below: str = "") -> list[tuple[str, str]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _templates(entry, f"{below}{entry.name}/")
        elif entry.name.endswith(SUFFIX):
            path = below + entry.name.removesuffix(SUFFIX)
            found.append((path, entry.read_text(encoding="utf-8")))
    return found


def _spoken(path: str, text: str, languages: Sequence[str]) -> str:
    """The text without the lines and cells of other languages."""
    others = [language for language in LANGUAGES if language not in languages]
    if path.endswith("notebook.py"):
        cells = [c for c in _CELL.split(text) if not _lang_of(c) or _lang_of(c) in languages]
        return "".join(cells).rstrip() + "\n"
    lines = text.splitlines(keepends=True)
    if path.endswith("docstrings.toml"):
        return text
    return "".join(line for line in lines if _line_lang(line) not in others)


def _lang_of(cell: str) -> str:
    found = re.search(r'lang="(\w+)"', cell.partition("\n")[0])
    return found[1] if found else ""


def _line_lang(line: str) -> str:
    found = _OF_ONE_LANGUAGE.match(line)
    return found[1] if found else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text
