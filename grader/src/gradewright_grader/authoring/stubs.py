"""Stubs: what the student sees of an object of the reference, its signature and its docstring.

A function keeps its decorators, its signature as the author wrote it and its docstring (in the
release's language where docstrings.toml has one), then raises NotImplementedError. A class keeps
its bases, its docstring and its annotated fields; its public methods become stubs, private ones
and plain class attributes go. Regions between `# keep` and `# end keep` stay, in both.
"""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections.abc import Mapping

from gradewright.host.errors import TopicError
from gradewright_grader.authoring.modules import END_KEEP, KEEP, Piece, first_line, keep_marks

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
RAISE = "raise NotImplementedError"


def stub(piece: Piece, docstrings: Mapping[str, str], place: str = "") -> str:
    """The stub of a function or class. Raises TopicError for anything else.

    `docstrings` maps names ("gini", "Tree.fit") to docstrings that replace the author's own.
    """
    node = ast.parse(piece.code).body[0]
    if not isinstance(node, Definition):
        raise TopicError(
            f'"{piece.code.splitlines()[0]}" is no function and no class, so it has no stub; name '
            "functions and classes only",
            place,
        )
    return "\n".join(_Stubber(piece.code, docstrings, place).definition(node, node.name))


def kept_lines(code: str, place: str = "") -> list[tuple[int, int]]:
    """The kept regions as (first, last) line between the marks. Raises TopicError if unpaired."""
    regions: list[tuple[int, int]] = []
    start = 0
    for line, mark in sorted(keep_marks(code).items()):
        if (mark == KEEP) == bool(start):
            raise _unpaired(mark, place)
        if mark == KEEP:
            start = line
        else:
            regions.append((start + 1, line - 1))
            start = 0
    if start:
        raise _unpaired(KEEP, place)
    return regions


def _unpaired(mark: str, place: str) -> TopicError:
    return TopicError(
        f'"{mark}" has no partner here: allowed are regions that begin with "{KEEP}" and end with '
        f'"{END_KEEP}", none inside another; add or remove a mark',
        place,
    )


class _Stubber:
    def __init__(self, code: str, docstrings: Mapping[str, str], place: str) -> None:
        self.code = code
        self.lines = code.split("\n")
        self.docstrings = docstrings
        self.regions = kept_lines(code, place)
        self.tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))

    def definition(self, node: Definition, name: str) -> list[str]:
        if isinstance(node, ast.ClassDef):
            return self.class_stub(node, name)
        head = [*self.header(node), *self.docstring(node, name)]
        return [*head, *self.kept_inside(node), self.indent(node) + RAISE]

    def class_stub(self, node: ast.ClassDef, name: str) -> list[str]:
        docstring = self.docstring(node, name)
        lines: list[str] = []
        shown: set[tuple[int, int]] = set()
        for statement in _without_docstring(node):
            region = self.region_around(statement)
            if region is None:
                lines += self.member(statement, name)
            elif region not in shown:
                shown.add(region)
                lines += ["", *self.lines[region[0] - 1 : region[1]]]
        if docstring and lines and lines[0]:
            docstring.append("")
        body = docstring + (lines if docstring or not lines or lines[0] else lines[1:])
        return [*self.header(node), *(body or [self.indent(node) + "pass"])]

    def member(self, statement: ast.stmt, name: str) -> list[str]:
        if isinstance(statement, ast.AnnAssign):
            last = statement.end_lineno or statement.lineno
            return self.lines[statement.lineno - 1 : last]
        if isinstance(statement, Definition) and _is_public(statement.name):
            return ["", *self.definition(statement, f"{name}.{statement.name}")]
        return []

    def header(self, node: Definition) -> list[str]:
        """From the first decorator to the colon of `def …:`, comments after it left out."""
        row, column = self.colon(node)
        lines = self.lines[first_line(node) - 1 : row]
        return [*lines[:-1], lines[-1][:column]]

    def colon(self, node: Definition) -> tuple[int, int]:
        depth = 0
        for token in self.tokens:
            if token.start >= (node.lineno, node.col_offset) and token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
                if token.string == ":" and depth == 0:
                    return token.end
        raise AssertionError("a definition that was parsed has a colon")

    def indent(self, node: Definition) -> str:
        column = node.body[0].col_offset
        own_line = node.body[0].lineno > self.colon(node)[0]
        return " " * (column if own_line else node.col_offset + 4)

    def docstring(self, node: Definition, name: str) -> list[str]:
        given = ast.get_docstring(node)
        text = self.docstrings.get(name, given)
        if text is None:
            return []
        if text == given and node.body[0].lineno > self.colon(node)[0]:
            return self.lines[node.body[0].lineno - 1 : node.body[0].end_lineno]
        return written_docstring(text, self.indent(node))

    def kept_inside(self, node: Definition) -> list[str]:
        """The kept regions of a function's body, at the depth of the body."""
        last = node.end_lineno or node.lineno
        inside = [r for r in self.regions if node.lineno < r[0] and r[1] < last + 1]
        texts = (textwrap.dedent("\n".join(self.lines[a - 1 : b])) for a, b in inside)
        kept = "\n".join(texts)
        return textwrap.indent(kept, self.indent(node)).splitlines()

    def region_around(self, node: ast.stmt) -> tuple[int, int] | None:
        first, last = first_line(node), node.end_lineno or node.lineno
        return next((r for r in self.regions if r[0] <= first and last <= r[1]), None)


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _without_docstring(node: Definition) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node) is not None else node.body


def written_docstring(text: str, indent: str) -> list[str]:
    """The lines of a docstring with this text, in triple quotes, at this depth."""
    text = textwrap.dedent(text).strip() if text.startswith(("\n", " ")) else _cleaned(text)
    if '"""' in text or text.endswith(('"', "\\")):
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        prefix = ""
    else:
        prefix = "r" if "\\" in text else ""
    lines = text.split("\n")
    body = [prefix + '"""' + lines[0], *lines[1:]]
    closing = ['"""'] if len(body) > 1 else []
    if not closing:
        body[0] += '"""'
    return [indent + line if line.strip() else "" for line in [*body, *closing]]


def _cleaned(text: str) -> str:
    """The text with the common indent of all lines but the first taken away."""
    first, _, rest = text.partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}".strip()
