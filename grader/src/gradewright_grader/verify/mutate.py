"""Automatic mutants: the reference with one small slip, for checks to notice.

`mutants_of` finds the definitions that belong to a question (its functions, and the helpers and
constants of their modules that they use), takes each change of `changes` once, and cuts it into the
definition's own text, so that a survivor can be shown as the line that an author knows. Which of
them die is the matter of `mutation_run`.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gradewright.host import Assignment
from gradewright_grader.verify.changes import changes

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


class Mutant(msgspec.Struct, frozen=True):
    """One slip: `line` of `module` reads `after` instead of `before`.

    `name` is the definition that changed, `source` its whole new text, as it stands at the top
    level of the module; `questions` are those ("q1") whose functions it is part of.
    """

    module: str
    name: str
    questions: tuple[str, ...]
    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it across edits elsewhere: the definition, the line, the changed line."""
        return self.name, self.before, self.after


@dataclass(frozen=True)
class Part:
    """A top-level definition of a reference module, and the questions that it belongs to."""

    module: str
    file: Path
    node: Definition
    questions: tuple[str, ...]


def mutants_of(assignment: Assignment) -> list[Mutant]:
    """All mutants of an assignment's reference, in the order of its modules and lines."""
    return [mutant for part in _parts(assignment) for mutant in _mutants(part)]


def sampled(mutants: Sequence[Mutant], count: int | None, seed: int) -> list[Mutant]:
    """`count` of them (None: all), the same for the same seed.

    Each has a rank of its own, so that an edit of one function leaves the others in the sample.
    """

    def rank(mutant: Mutant) -> bytes:
        told = "\x00".join((str(seed), *mutant.key))
        return hashlib.sha256(told.encode()).digest()

    chosen = set(sorted(mutants, key=rank)[:count])
    return [mutant for mutant in mutants if mutant in chosen]


# --- what belongs to a question


def _parts(assignment: Assignment) -> Iterator[Part]:
    names = assignment.manifest.reference
    files = {name: assignment.reference_folder / f"{name}.py" for name in names}
    modules = {name: _definitions(path) for name, path in files.items()}
    owners: dict[tuple[str, str], list[str]] = {}
    for question in assignment.questions:
        for home in _used(modules, question.functions, assignment.functions()):
            owners.setdefault(home, []).append(question.id)
    for name, definitions in modules.items():
        for defined, node in definitions.items():
            if (name, defined) in owners:
                yield Part(name, files[name], node, tuple(owners[name, defined]))


def _definitions(file: Path) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found[node.name] = node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found[name] = node
    return found


def _used(
    modules: Mapping[str, Mapping[str, Definition]],
    functions: Sequence[str],
    asked: Mapping[str, object],
) -> Iterator[tuple[str, str]]:
    """(module, name) of these functions and of all they use, but not of other questions' work."""
    waiting, seen = list(functions), set(functions)
    while waiting:
        name = waiting.pop(0)
        for module, definitions in modules.items():
            if name in definitions:
                yield module, name
                used = {n.id for n in ast.walk(definitions[name]) if isinstance(n, ast.Name)}
                further = sorted(used - seen - set(asked))
                seen.update(further)
                waiting += further


# --- one change


def _mutants(part: Part) -> Iterator[Mutant]:
    whole = part.file.read_bytes().splitlines(keepends=True)
    first = min([part.node.lineno, *(d.lineno for d in getattr(part.node, "decorator_list", []))])
    lines = whole[first - 1 : part.node.end_lineno]
    seen = {b"".join(lines)}
    for old, new in changes(part.node):
        start = _offset(lines, old.lineno - first, old.col_offset)  # type: ignore[attr-defined]
        end = _offset(lines, old.end_lineno - first, old.end_col_offset)  # type: ignore[attr-defined]
        source = _spliced(b"".join(lines), start, end, new)
        if source is not None and source not in seen:
            seen.add(source)
            yield _mutant(part, b"".join(lines), source, start, end, first)


def _offset(lines: Sequence[bytes], line: int, column: int) -> int:
    return sum(map(len, lines[:line])) + column


def _spliced(text: bytes, start: int, end: int, new: ast.AST) -> bytes | None:
    """The text with `new` in place, in parentheses only where they matter; None: no change."""
    words = ast.unparse(new).encode()
    bare = text[:start] + words + text[end:]
    if not isinstance(new, ast.expr) or isinstance(new, ast.Slice):
        return bare
    safe = text[:start] + b"(" + words + b")" + text[end:]
    meant = ast.dump(ast.parse(safe))
    if meant == ast.dump(ast.parse(text)):
        return None
    try:
        return bare if ast.dump(ast.parse(bare)) == meant else safe
    except SyntaxError:
        return safe


def _mutant(part: Part, text: bytes, source: bytes, start: int, end: int, first: int) -> Mutant:
    left = text.rfind(b"\n", 0, start) + 1
    tail = len(text) - end  # as much is left behind the change in either text
    right = text.find(b"\n", end)
    after_end = len(source) - (tail if right < 0 else len(text) - right)
    before_end = len(text) if right < 0 else right
    return Mutant(
        module=part.module,
        name=_name(part.node),
        questions=part.questions,
        file=str(part.file),
        line=first + text.count(b"\n", 0, start),
        before=_one_line(text[left:before_end]),
        after=_one_line(source[left:after_end]),
        source=source.decode(),
    )


def _one_line(text: bytes) -> str:
    return " ".join(text.decode().split())


def _name(node: Definition) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return getattr(node, "name", "")
