"""Correct solutions of tree1 written in different manners, as sources of answer cells.

`answers("vectorised")` is a dict question → source, as a student would have typed it; helpers and
imports stand in the first answer.
"""

from __future__ import annotations

import ast
from pathlib import Path

from .standin import functions_of

FOLDER = Path(__file__).parent / "solutions"
STYLES = ("vectorised", "plain", "recursive")
QUESTIONS = ("q1", "q2", "q3", "q4", "q5", "q6")


def answers(style: str) -> dict[str, str]:
    """The answers of one style: "tree1.q1" → the source of its cell."""
    source = (FOLDER / f"{style}.py").read_text("utf-8")
    parts = {question: functions_of(question) for question in QUESTIONS}
    asked = {name: question for question, names in parts.items() for name in names}
    cells: dict[str, list[str]] = {question: [] for question in QUESTIONS}
    for node in ast.parse(source).body:
        name = node.name if isinstance(node, ast.FunctionDef) else ""
        cells[asked.get(name, "q1")].append(ast.get_source_segment(source, node) or "")
    return {f"tree1.{question}": "\n\n\n".join(cell) for question, cell in cells.items()}
