"""The payload of an assignment: its public checks, cut out of checks/*.py.

A public check's file also holds hidden checks; the cut takes the public functions and what they
use, and nothing else.
"""

from __future__ import annotations

import ast

from gradewright.host.errors import TopicError, place_of
from gradewright.host.manifest import Question
from gradewright.host.topic import Assignment
from gradewright.notebook.payload import Payload, PublicCheck, PublicQuestion
from gradewright_grader.authoring.closure import cut
from gradewright_grader.authoring.library import Library


def build_payload(assignment: Assignment, language: str) -> Payload:
    """The payload of a notebook in this language. Raises TopicError for what cannot be cut."""
    return Payload(
        assignment=assignment.id,
        topic=assignment.topic_id,
        version=assignment.topic_version,
        language=language,
        title=dict(assignment.manifest.title),
        questions=tuple(_question(assignment, q) for q in assignment.questions),
        sources=_sources(assignment),
    )


def _question(assignment: Assignment, question: Question) -> PublicQuestion:
    public = [check for check in assignment.checks_of(question.id) if not check.hidden]
    shown = {check.name for check in public}
    oracles = () if question.manual else assignment.oracles_of(question.id)
    reference = Library(assignment.reference_folder)
    return PublicQuestion(
        id=assignment.full_id(question.id),
        title=dict(question.title),
        points=question.points,
        functions=question.functions,
        signatures={
            name: signature(reference, assignment.manifest.reference, name)
            for name in question.functions
        },
        manual=question.manual,
        # Names of hidden checks stay at home.
        oracle=tuple(check.name for check in oracles if check.name in shown),
        checks=tuple(
            PublicCheck(check.id, check.name, dict(check.text), str(check.weight), check.prop)
            for check in public
        ),
    )


def _sources(assignment: Assignment) -> dict[str, str]:
    library = Library(assignment.folder / "checks")
    sources = {}
    for question in assignment.questions:
        names = [f"test_{c.name}" for c in assignment.checks_of(question.id) if not c.hidden]
        if names:
            id = assignment.full_id(question.id)
            sources[id] = cut(library, [question.id], names).source + "\n"
    return sources


def signature(library: Library, modules: tuple[str, ...], name: str) -> str:
    """`(y, base=2.0)`: the parameters of a function, or of a class's `__init__`, without types."""
    home = library.find(modules, name)
    pieces = [piece for piece in home.module.pieces_of(home.name) if piece.is_definition]
    node = ast.parse(pieces[-1].code).body[0] if pieces else None
    if isinstance(node, ast.ClassDef):
        return _constructor(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return _parameters(node.args)
    raise TopicError(
        f'"{name}" is no function and no class: a student writes one of these; change functions '
        "in assignment.toml",
        place_of(home.module.path),
    )


def _constructor(node: ast.ClassDef) -> str:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            del (statement.args.posonlyargs or statement.args.args)[0]
            return _parameters(statement.args)
    fields = [s for s in node.body if isinstance(s, ast.AnnAssign)]
    parts = (
        ast.unparse(s.target) + (f"={ast.unparse(s.value)}" if s.value else "") for s in fields
    )
    return f"({', '.join(parts)})"


def _parameters(arguments: ast.arguments) -> str:
    for node in ast.walk(arguments):
        if isinstance(node, ast.arg):
            node.annotation = None
    return f"({ast.unparse(arguments)})"
