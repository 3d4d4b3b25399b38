"""The notebooks that verification hands in, as bytes, like a student's.

All of them start from the release, so that they go through reading, finding answers, box, wall and
judge exactly as a student's notebook does.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from gradewright.host import Assignment, TopicError
from gradewright.host.errors import near, quoted
from gradewright.notebook import roles
from gradewright_grader.authoring.build import answer_sources, to_bytes
from gradewright_grader.judge.mutants import wrong_source

FOLDER = "alternatives"
CELL = re.compile(r'^# %% question="([^"]*)" *\n', re.MULTILINE)
# What someone without an answer might return: neutral values of every kind, and the input itself.
CONSTANTS: Mapping[str, str] = {
    "0.0": "0.0",
    "1.0": "1.0",
    "0": "0",
    "-1": "-1",
    "None": "None",
    "True": "True",
    '""': '""',
    "[]": "[]",
    "{}": "{}",
    "the first argument": "",
}


def with_answers(release: NotebookNode, sources: Mapping[str, str]) -> bytes:
    """The release with these answers: whole question id → source of its answer cell."""
    notebook = copy.deepcopy(release)
    left = dict(sources)
    for cell in notebook.cells:
        tag = cell.metadata.get(roles.KEY, {})
        if tag.get("role") == roles.ANSWER and tag.get("question") in sources:
            # a question may have several answer cells: the first takes it all
            cell.source = left.pop(tag["question"], "")
    return to_bytes(notebook)


def misconception_notebook(
    assignment: Assignment, language: str, release: NotebookNode, id: str
) -> bytes:
    """The solution with one idea wrong: its definitions follow the right ones, and win.

    A transform is handed all answers and returns them changed.
    """
    sources = answer_sources(assignment, language)
    entry = next(m for m in assignment.index.misconceptions if m.id == id)
    wrong = wrong_source(assignment, id)
    if entry.transform:
        scope: dict[str, Any] = {}
        exec(compile(wrong, f"<{id}>", "exec", dont_inherit=True), scope)  # noqa: S102 - the author's
        return with_answers(release, scope[entry.name](sources))
    owner = assignment.functions()[entry.replaces[0]]
    question = assignment.full_id(owner.id)
    sources[question] += "\n\n\n" + wrong
    return with_answers(release, sources)


def alternative_notebook(
    assignment: Assignment, language: str, release: NotebookNode, file: Path
) -> bytes:
    """A solution in another style: cells that begin with `# %% question="tree1.q1"`.

    What stands before the first such line is a remark. Raises TopicError for a question that is
    none, or whose functions no cell answers.
    """
    _, *cells = CELL.split(file.read_text(encoding="utf-8"))
    found = dict(zip(cells[::2], cells[1::2], strict=True))
    asked = [assignment.full_id(q.id) for q in assignment.questions if q.functions]
    for id in found:
        if id not in asked:
            raise TopicError(f'"{id}" is no question with functions: {near(id, asked)}', str(file))
    if lacking := [id for id in asked if id not in found]:
        raise TopicError(
            f"the questions {quoted(lacking)} have no cell; begin one with "
            f'# %% question="{lacking[0]}"',
            str(file),
        )
    sources = answer_sources(assignment, language)
    return with_answers(release, sources | {id: code.strip() for id, code in found.items()})


def constant_notebook(
    assignment: Assignment, language: str, release: NotebookNode, value: str
) -> bytes:
    """Every function returns the same expression, whatever it is given."""
    solution = answer_sources(assignment, language)
    sources = {}
    for question in assignment.questions:
        id = assignment.full_id(question.id)
        definitions = _definitions(solution[id], question.functions)
        if definitions:
            sources[id] = "\n\n".join(_constant(node, value) for node in definitions)
    return with_answers(release, sources)


def _definitions(source: str, names: tuple[str, ...]) -> list[ast.stmt]:
    if not names:  # a written answer, or one that checks do not call
        return []
    kinds = ast.FunctionDef | ast.ClassDef
    return [n for n in ast.parse(source).body if isinstance(n, kinds) and n.name in names]


def _constant(node: ast.stmt, value: str) -> str:
    """The definition with every body replaced."""
    changed: Any = copy.deepcopy(node)
    functions = [n for n in ast.walk(changed) if isinstance(n, ast.FunctionDef)]
    for function in functions:
        names = [a.arg for a in function.args.posonlyargs + function.args.args]
        first = next((name for name in names if name != "self"), "None")
        result = "None" if function.name == "__init__" else value or first
        function.body = ast.parse(f"return {result}").body
    return "from __future__ import annotations\n" + ast.unparse(ast.fix_missing_locations(changed))
