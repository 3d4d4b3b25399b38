"""The misconceptions of `misconceptions.py`, found by `ast`.

A function stands in for the reference's function of the same name. A class groups several such
functions, unless the class itself bears the name of one that students write. A transform changes
the notebook's answers and stands in for nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from gradewright.api.misconceptions import MATCHES
from gradewright.host.entries import MisconceptionEntry
from gradewright.host.errors import near, quoted
from gradewright.host.source import (
    Definition,
    SourceFile,
    decorator_called,
    literal,
    missing_languages,
    read_options,
)

KINDS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "caught_by": str,
    "match": str,
    "transform": bool,
}
ID = re.compile(r"[a-z][a-z0-9_]*")


def read_misconceptions(
    file: SourceFile,
    languages: tuple[str, ...],
    checks: Collection[str],
    functions: Collection[str],
) -> tuple[MisconceptionEntry, ...]:
    """The misconceptions of a file. `checks` are whole ids, `functions` what students write.

    Raises TopicError for the first defect.
    """
    entries: dict[str, MisconceptionEntry] = {}
    for definition in file.definitions():
        decorator = decorator_called(definition, "misconception")
        if decorator is None:
            continue
        entry = _entry(file, definition, decorator, languages, functions)
        for complaint in _complaints(entry, languages, checks, functions):
            raise file.fault(f'misconception "{entry.id}": {complaint}', decorator)
        if entry.id in entries:
            raise file.fault(
                f'a second misconception "{entry.id}": the first stands in line '
                f"{entries[entry.id].line}; give this one another id",
                definition,
            )
        entries[entry.id] = entry
    return tuple(entries.values())


def _entry(
    file: SourceFile,
    definition: Definition,
    decorator: ast.expr,
    languages: tuple[str, ...],
    functions: Collection[str],
) -> MisconceptionEntry:
    options = read_options(file, decorator, "misconception", KINDS, languages, positional=1)
    values = dict(options.values)
    if isinstance(decorator, ast.Call) and decorator.args:
        values["id"] = literal(file, "misconception", decorator.args[0], "id")
    for key in ("id", "caught_by"):
        if not isinstance(values.get(key), str):
            raise file.fault(
                f'@misconception on "{definition.name}": {key} is missing or no text; write '
                '@misconception("m1", caught_by="….q1.…", en="…")',
                decorator,
            )
    transform = values.get("transform", False)
    return MisconceptionEntry(
        id=values["id"],
        caught_by=values["caught_by"],
        match=values.get("match", "value"),
        transform=transform,
        feedback=options.text,
        replaces=() if transform else _replaced(definition, functions),
        name=definition.name,
        line=definition.lineno,
    )


def _replaced(definition: Definition, functions: Collection[str]) -> tuple[str, ...]:
    if not isinstance(definition, ast.ClassDef) or definition.name in functions:
        return (definition.name,)
    members = (member for member in definition.body if isinstance(member, Definition))
    return tuple(member.name for member in members)


def _complaints(
    entry: MisconceptionEntry,
    languages: tuple[str, ...],
    checks: Collection[str],
    functions: Collection[str],
) -> Iterator[str]:
    if ID.fullmatch(entry.id) is None:
        yield "an id has small letters, digits and _ and starts with a letter; rename it"
    if entry.match not in MATCHES:
        yield f'match is "{entry.match}"; choose one of {quoted(MATCHES)}'
    if lacking := missing_languages(entry.feedback, languages):
        yield f"its feedback lacks {quoted(lacking)}; add {lacking[0]}=…"
    if entry.caught_by not in checks:
        yield f'caught_by="{entry.caught_by}" is no check: {near(entry.caught_by, checks)}'
    if not entry.transform and not entry.replaces:
        yield "its class holds no function; write the wrong functions into it"
    for name in entry.replaces:
        if name not in functions:
            yield (
                f'"{name}" is no function that a question asks for: '
                f"{near(name, functions, 'rename it, or take it out of the misconception')}"
            )
