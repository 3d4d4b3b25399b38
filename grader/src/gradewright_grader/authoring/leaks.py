"""Does a release give a solution away? Looked for in all its text and in the decoded payload.

Every statement of the answers is searched for without regard to blanks and kinds of quotes; short
ones, imports and docstrings say nothing. What the author hands out on purpose (given cells, the
setup, kept regions) is no leak.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from copy import copy

from nbformat import NotebookNode

from gradewright.host.errors import place_of
from gradewright.host.topic import Assignment
from gradewright.notebook import roles
from gradewright.notebook.payload import PayloadError, decode_payload
from gradewright_grader.authoring.modules import read_module
from gradewright_grader.authoring.rendering import MAGIC, Rendered, render
from gradewright_grader.authoring.stubs import kept_lines

SHORTEST = 20  # characters without blanks; shorter lines are found in any code
PAYLOAD_PLACE = "the payload"
PAYLOAD = re.compile(r'\bload\("([^"\\\s]+)"\)')


Place = tuple[str, str]  # its name and its squeezed text


def find_leaks(release: NotebookNode, assignment: Assignment) -> list[str]:
    """What the release gives away, one line each; an empty list when there is nothing.

    `release` is a notebook made by `build_release` or a file read back.
    """
    language = release.metadata.get(roles.KEY, {}).get("language", assignment.languages[0])
    places = _places(release)
    found = [
        f'{place} holds "{line}", a line of the solution of {question}; take it out'
        for question, line in _solution_lines(assignment, language)
        for place, text in places
        if _squeezed(line) in text
    ]
    return list(dict.fromkeys([*found, *_hidden_checks(assignment, places)]))


def _places(release: NotebookNode) -> list[Place]:
    """Where to look, each with its squeezed text: cells, and the payload's sources and texts."""
    places = []
    for cell in release.cells:
        places.append((f"cell {cell.id}", _searchable(cell.source, cell.cell_type == "code")))
        for line in PAYLOAD.findall(cell.source):
            try:
                payload = decode_payload(line)
            except PayloadError:
                continue  # not ours to judge; it cannot be read by a student either
            shown = repr(payload.questions) + repr(payload.title)
            places.append((f"{PAYLOAD_PLACE}'s list of checks", _squeezed(shown)))
            for question, source in payload.sources.items():
                places.append((f"{PAYLOAD_PLACE} of {question}", _searchable(source, code=True)))
    return places


def _searchable(text: str, code: bool) -> str:
    """The text as written and, where it is Python, as normalised by the parser too."""
    if code:
        try:
            tree = ast.parse(MAGIC.sub("", text))
        except SyntaxError:
            return _squeezed(text)
        return _squeezed(text) + "\n" + _squeezed(ast.unparse(tree))
    return _squeezed(text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).replace('"', "'")


def _solution_lines(assignment: Assignment, language: str) -> Iterator[tuple[str, str]]:
    """(question, statement) of every telling statement of the answers."""
    rendered = render(assignment, language, solution=True)
    open_roles = (roles.GIVEN, roles.SETUP)
    handed_out = {
        line for item in rendered if item.cell.role in open_roles for line in _lines(item.source)
    }
    handed_out |= {*_kept(assignment), *_constants(render(assignment, language, solution=False))}
    for item in rendered:
        if item.cell.role == roles.ANSWER:
            for line in _lines(item.source):
                if line not in handed_out:
                    yield item.cell.question, line


def _kept(assignment: Assignment) -> Iterator[str]:
    """The statements of kept regions in what the student writes: they stand in the stubs."""
    functions = assignment.functions()
    for path in sorted(assignment.reference_folder.rglob("*.py")):
        for piece in read_module(path, path.stem).pieces:
            if piece.is_definition and not piece.binds.isdisjoint(functions):
                lines = piece.code.split("\n")
                for first, last in kept_lines(piece.code, place_of(path, piece.line)):
                    yield from _lines("\n".join(lines[first - 1 : last]), indented=True)


def _lines(source: str, indented: bool = False) -> Iterator[str]:
    """Every telling statement, normalised; of a compound one its header only."""
    text = MAGIC.sub("", source)
    tree = ast.parse(f"if True:\n{text}" if indented else text)
    contract = set(_contract(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node not in contract:
            line = ast.unparse(_header(node)).strip()
            if len(_squeezed(line)) > SHORTEST:
                yield line


def _contract(tree: ast.AST) -> Iterator[ast.AST]:
    """What belongs to the contract and not to the algorithm: a student may see it.

    Signatures, imports, error messages, docstrings, the annotated fields of classes.
    """
    for node in ast.walk(tree):
        if isinstance(node, SIGNATURES) or _is_text(node):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from (field for field in node.body if isinstance(field, ast.AnnAssign))


SIGNATURES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Raise,
)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _header(node: ast.stmt) -> ast.stmt:
    """A compound statement without the statements inside it."""
    header = copy(node)
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        if hasattr(header, name):
            setattr(header, name, [])
    return header


def _constants(rendered: Iterable[Rendered]) -> Iterator[str]:
    """Plain assignments that stubs need for their signatures: aliases of types, defaults."""
    for item in rendered:
        if item.cell.role == roles.ANSWER:
            for node in ast.parse(MAGIC.sub("", item.source)).body:
                if isinstance(node, ast.Assign | ast.AnnAssign):
                    yield ast.unparse(node)


def _hidden_checks(assignment: Assignment, places: list[Place]) -> Iterator[str]:
    """Ids and function names of hidden checks anywhere; their texts where checks are listed."""
    for check in assignment.index.checks:
        if not check.hidden:
            continue
        for place, text in places:
            names = [check.id, f"test_{check.name}"]
            texts = check.text.values() if PAYLOAD_PLACE in place else ()
            signs = [name for name in names if re.search(re.escape(name) + r"(?!\w)", text)]
            signs += [t for t in texts if f"'{_squeezed(t)}'" in text]
            for sign in signs:
                yield f'{place} holds "{sign}" of the hidden check {check.id}; take it out'
