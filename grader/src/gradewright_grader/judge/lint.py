"""What the text of an answer shows without running it: flags for people, never points.

The real ban is the box, which does not mount what an assignment does not allow; these findings
tell student and instructor where to look.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from gradewright.api.texts import filled
from gradewright.host import Assignment
from gradewright_grader.judge.record import Flag

BASE_MODULES = frozenset({"numpy", "gradewright", "ipython"}) | sys.stdlib_module_names
# An import that differs in name from its distribution, where topics use one.
IMPORT_NAMES = {"scikit-learn": "sklearn"}
# Ways around a ban, or out of the notebook: each is legal Python that an answer seldom needs.
SUSPICIOUS = frozenset(
    {"eval", "exec", "compile", "__import__", "globals", "vars"}
    | {"sys.modules", "os.system", "os.popen", "os.fork"}
    | {"inspect", "ctypes", "subprocess", "importlib"}
)
IMPORTERS = ("__import__", "importlib.import_module")
OWN_CELLS = ""  # stands for a question where the cells are a student's own
MOST_FLAGS = 20  # a question; more would only bury the others
LONGEST_NAME = 200
DEEPEST_NAME = 20  # attributes of attributes; what a ban names is never deeper

BANNED = {"zh": "这道题不应使用 {name}。", "en": "{name} is not meant to be used in this question."}
NOT_ALLOWED = {
    "zh": "这份作业没有提供 {name}，评分时导入会失败。",
    "en": "{name} is not provided in this assignment; importing it fails when grading.",
}
UNUSUAL = {
    "zh": "代码中用到了 {name}，请老师看一看。",
    "en": "The code uses {name}; worth a look.",
}
SYNTAX = {"zh": "单元格有语法错误：{message}", "en": "The cell has a syntax error: {message}"}


def lint_answers(assignment: Assignment, answers: Mapping[str, str]) -> list[Flag]:
    """Flags for the answers, given as question id ("q1") → source of its cells.

    Cells of a student's own (`OWN_CELLS`) may import and call what they like, within reason: there
    only what is unusual anywhere is told.
    """
    return [
        flag
        for question, source in answers.items()
        for flag in islice(_lint(assignment, question, source), MOST_FLAGS)
    ]


def _lint(assignment: Assignment, question: str, source: str) -> Iterator[Flag]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if question != OWN_CELLS:  # reading has told it of those
            text = filled(SYNTAX, message=str(error)[:200])
            yield Flag(kind="syntax", text=text, question=question)
        return
    banned = _banned(assignment, question)
    allowed = BASE_MODULES | {import_name(name).lower() for name in assignment.manifest.allow}
    seen: set[tuple[str, str]] = set()
    for name, line, imported in _names_used(tree):
        kind = _kind(name, imported, banned, allowed)
        if question == OWN_CELLS and kind != "unusual":
            continue
        if kind and (kind, name) not in seen:
            seen.add((kind, name))
            template = {"banned": BANNED, "import": NOT_ALLOWED, "unusual": UNUSUAL}[kind]
            text = filled(template, name=name[:LONGEST_NAME])
            yield Flag(kind=kind, text=text, question=question or None, line=line)


def _banned(assignment: Assignment, question: str) -> tuple[str, ...]:
    own = assignment.question(question).ban if question in _ids(assignment) else ()
    return (*assignment.manifest.ban, *own)


def _ids(assignment: Assignment) -> set[str]:
    return {q.id for q in assignment.manifest.questions}


def _kind(name: str, imported: bool, banned: tuple[str, ...], allowed: frozenset[str]) -> str:
    if _within(name, banned):
        return "banned"
    if imported and name.split(".")[0].lower() not in allowed:
        return "import"
    return "unusual" if _within(name, SUSPICIOUS) else ""


def _within(name: str, owners: Iterable[str]) -> bool:
    """Whether a dotted name is one of these or lies in one of them."""
    return any(name == owner or name.startswith(owner + ".") for owner in owners)


def import_name(distribution: str) -> str:
    """The module that a distribution brings: "scikit-learn" → "sklearn"."""
    return IMPORT_NAMES.get(distribution, distribution.replace("-", "_"))


def _names_used(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """(dotted name as imported or written, line, whether by import); aliases are resolved."""
    aliases = dict(_aliases(tree))
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno, True) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((f"{module}.{alias.name}", node.lineno, True) for alias in names)
            case ast.Name(id=name) if name not in aliases:
                yield name, node.lineno, False
            case ast.Attribute() if id(node) not in inner:
                if dotted := _dotted(node, aliases):
                    yield dotted, node.lineno, False
            case ast.Call(func=func, args=args):
                yield from _names_in_text(_dotted(func, aliases), args, aliases)


def _names_in_text(
    called: str | None, args: list[ast.expr], aliases: Mapping[str, str]
) -> Iterator[tuple[str, int, bool]]:
    """What `__import__("scipy")` imports and `getattr(np, "linalg")` names."""
    match args:
        case [ast.Constant(value=str(name)) as place, *_] if called in IMPORTERS:
            yield name, place.lineno, True
        case [owner, ast.Constant(value=str(name)) as place, *_] if called == "getattr":
            if dotted := _dotted(owner, aliases):
                yield f"{dotted}.{name}", place.lineno, False


def _aliases(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (
                    (alias.asname or alias.name.split(".")[0]),
                    (alias.name if alias.asname else alias.name.split(".")[0]),
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """The dotted name that an expression is; without recursion, as students write the depth."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or len(parts) > DEEPEST_NAME:
        return None
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])
