"""A TOML file read into a typed record, with errors that say where and what to do.

It knows files, lines and types; what the values mean is the matter of `manifest` and `rules`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from gradewright.host.errors import TopicError, near, place_of, quoted

Key = str | int
Record = TypeVar("Record")

UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`")
MISSING = re.compile(r"missing required field `(?P<name>.*?)`")
AT = re.compile(r" - at `(?P<path>\$.*)`$")
STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]|(\[\.\.\.\])")
HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
ASSIGNED = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[^\s=]+)*)\s*=""")
LONG = re.compile(r'"""|' + "'''")


@dataclass(frozen=True)
class TomlFile:
    """A file that was parsed: its place, its text (for line numbers) and its values."""

    path: Path
    text: str
    data: dict[str, Any]

    def fault(self, message: str, *keys: Key) -> TopicError:
        """The error about the value at `keys` (`"questions", 1, "points"`), to be raised."""
        return TopicError(message, place_of(self.path, line_of(self.text, keys)))

    def at(self, *keys: Key) -> Any:
        """The value at `keys`, or None where there is none."""
        value: Any = self.data
        for key in keys:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def convert(self, kind: type[Record], *keys: Key) -> Record:
        """The value at `keys` as a `kind`, strictly. Raises TopicError."""
        try:
            return msgspec.convert(self.at(*keys), kind, strict=True)
        except msgspec.ValidationError as error:
            raise self._explained(str(error), kind, keys) from None

    def _explained(self, text: str, kind: Any, keys: tuple[Key, ...]) -> TopicError:
        below = _steps(text)
        path, there = keys + below, _kind_at(kind, below)
        name = written(path)
        if found := UNKNOWN.search(text):
            key = found["name"]
            known = msgspec.structs.fields(there.kind)
            allowed = [field.encode_name for field in known]
            return self.fault(
                f'unknown key "{key}"{name and " in " + name}: allowed are {quoted(allowed)}; '
                f"{_correction(key, allowed)}",
                *path,
                key,
            )
        if found := MISSING.search(text):
            key = found["name"]
            return self.fault(
                f'the key "{key}" is missing{name and " in " + name}; add {key} = …', *path
            )
        wanted = there.words or _sentence(AT.sub("", text))
        return self.fault(
            f"{name} is {as_json(self.at(*path))}: {wanted}; correct this value", *path
        )


def read_toml(path: Path) -> TomlFile:
    """Read and parse a file. Raises TopicError when it is missing or is not TOML in UTF-8."""
    try:
        text = path.read_text(encoding="utf-8")
        return TomlFile(path, text, tomllib.loads(text))
    except FileNotFoundError:
        raise TopicError(
            f'there is no file "{path.name}" here; write it as docs/topic-format.md shows',
            place_of(path.parent),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise TopicError(
            f"cannot be read ({error}); make it a readable UTF-8 file", place_of(path)
        ) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = place_of(path, int(line[1]) if line else 0)
        raise TopicError(f"this is not TOML: {error}; correct this line", place) from None


def as_json(value: object) -> str:
    """A value as TOML and JSON write it, cut where it is long."""
    line = json.dumps(value, ensure_ascii=False, default=str)
    return line if len(line) <= 60 else line[:59] + "…"


def written(path: tuple[Key, ...]) -> str:
    """`questions[1].points`, with the first element counted as 0 as in Python."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return "".join(parts).lstrip(".")


def _correction(name: str, known: list[str]) -> str:
    guess = near(name, known)
    return guess if guess.startswith("did") else "remove it"


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _steps(text: str) -> tuple[Key, ...]:
    """The place that msgspec names, as keys; it ends where msgspec says `[...]` (any key)."""
    found = AT.search(text)
    steps: list[Key] = []
    for match in STEP.finditer(found["path"] if found else ""):
        if match[3]:
            break
        steps.append(match[1] if match[1] is not None else int(match[2]))
    return tuple(steps)


@dataclass(frozen=True)
class _Kind:
    kind: Any
    words: str = ""  # what is allowed, from `Meta(description=…)`


def _kind_at(kind: Any, path: tuple[Key, ...]) -> _Kind:
    """The type of the value at `path` inside a `kind`, and its description if it has one."""
    for key in path:
        bare = _bare(kind)
        kind = _field(bare, key) if isinstance(key, str) else get_args(bare)[0]
    metadata = getattr(_required(kind), "__metadata__", ())
    described = (getattr(meta, "description", None) for meta in metadata)
    return _Kind(_bare(kind), next((words for words in described if words), ""))


def _field(record: Any, key: str) -> Any:
    return get_type_hints(record, include_extras=True)[key]


def _bare(kind: Any) -> Any:
    """Without `… | None` and `Annotated[…]`."""
    kind = _required(kind)
    return kind.__origin__ if hasattr(kind, "__metadata__") else kind


def _required(kind: Any) -> Any:
    if get_origin(kind) in (UnionType, Union):
        return next(part for part in get_args(kind) if part is not NoneType)
    return kind


def line_of(text: str, keys: tuple[Key, ...]) -> int:
    """The line (from 1) of the value at `keys`, or of what stands around it; 0 if unknown."""
    best, line = 0, 0
    for path, number in _entries(text):
        shared = min(len(path), len(keys))
        if path[:shared] == keys[:shared] and shared > best:
            best, line = shared, number
    return line


def _entries(text: str) -> Iterator[tuple[tuple[Key, ...], int]]:
    """Every table header and every key of the file with its path and line."""
    table: tuple[Key, ...] = ()
    counts: dict[tuple[Key, ...], int] = {}
    inside = False  # a string of several lines, whose lines may look like anything
    for number, line in enumerate(text.splitlines(), 1):
        started_inside = inside
        inside ^= len(LONG.findall(line)) % 2 == 1
        if started_inside:
            continue
        if header := HEADER.match(line):
            table = _table_path(header[2], counts, repeated=header[1] == "[[")
            yield table, number
        elif assigned := ASSIGNED.match(line):
            yield table + _names(assigned[1]), number


def _table_path(
    name: str, counts: dict[tuple[Key, ...], int], *, repeated: bool
) -> tuple[Key, ...]:
    path: tuple[Key, ...] = _names(name)
    if not repeated:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
