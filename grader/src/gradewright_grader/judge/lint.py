"""What the text of an answer shows without running it: flags for people, never points.

The real ban is the box, which does not mount what an assignment does not allow; these findings
tell student and instructor where to look.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping

from gradewright.api.texts import filled
from gradewright.host import Assignment
from gradewright_grader.judge.record import Flag

BASE_MODULES = frozenset({"numpy", "gradewright", "IPython"}) | sys.stdlib_module_names
# Ways around a ban, or out of the notebook: each is legal Python that an answer seldom needs.
SUSPICIOUS = frozenset(
    [
        "eval",
        "exec",
        "compile",
        "__import__",
        "globals",
        "vars",
        "inspect",
        "ctypes",
        "subprocess",
        "importlib",
    ]
) | {"sys.modules", "os.system", "os.popen", "os.fork"}

BANNED = {"zh": "这道题不应使用 {name}。", "en": "{name} is not meant to be used in this question."}
NOT_ALLOWED = {
    "zh": "这份作业没有提供 {name}，评分时导入会失败。",
    "en": "{name} is not provided in this assignment; importing it fails when grading.",
}
UNUSUAL = {
    "zh": "答案中用到了 {name}，请老师看一看。",
    "en": "The answer uses {name}; worth a look.",
}
SYNTAX = {"zh": "单元格有语法错误：{message}", "en": "The cell has a syntax error: {message}"}


def lint_answers(assignment: Assignment, answers: Mapping[str, str]) -> list[Flag]:
    """Flags for the answers, given as question id ("q1") → source of its cells."""
    return [flag for q, source in answers.items() for flag in _lint(assignment, q, source)]


def _lint(assignment: Assignment, question: str, source: str) -> Iterator[Flag]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        yield Flag(kind="syntax", text=filled(SYNTAX, message=str(error)[:200]), question=question)
        return
    banned = _banned(assignment, question)
    allowed = BASE_MODULES | {name.lower().replace("-", "_") for name in assignment.manifest.allow}
    seen: set[tuple[str, str]] = set()
    for name, line, imported in _names_used(tree):
        kind = _kind(name, imported, banned, allowed)
        if kind and (kind, name) not in seen:
            seen.add((kind, name))
            template = {"banned": BANNED, "import": NOT_ALLOWED, "unusual": UNUSUAL}[kind]
            yield Flag(kind=kind, text=filled(template, name=name), question=question, line=line)


def _banned(assignment: Assignment, question: str) -> tuple[str, ...]:
    own = assignment.question(question).ban if question in _ids(assignment) else ()
    return (*assignment.manifest.ban, *own)


def _ids(assignment: Assignment) -> set[str]:
    return {q.id for q in assignment.manifest.questions}


def _kind(name: str, imported: bool, banned: tuple[str, ...], allowed: frozenset[str]) -> str:
    if any(name == ban or name.startswith(ban + ".") for ban in banned):
        return "banned"
    if imported and name.split(".")[0].lower() not in allowed:
        return "import"
    return "unusual" if name in SUSPICIOUS or name.split(".")[0] in {"ctypes", "inspect"} else ""


def _names_used(tree: ast.AST) -> Iterator[tuple[str, int, bool]]:
    """(dotted name as imported or written, line, whether by import); aliases are resolved."""
    aliases = dict(_aliases(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno, True) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((f"{module}.{alias.name}", node.lineno, True) for alias in names)
            case ast.Name(id=name) if name not in aliases:
                yield name, node.lineno, False
            case ast.Attribute():
                if dotted := _dotted(node, aliases):
                    yield dotted, node.lineno, False


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
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (left := _dotted(node.value, aliases)):
        return f"{left}.{node.attr}"
    return None
