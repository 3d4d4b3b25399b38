"""Notebooks as students hand them in: cells by hand, and one whole honest notebook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gradewright.notebook import GivenCells, Note, Notebook, Plan, plan, read_notebook

SETUP = "import math\nfrom gradewright.student import load\n\ncheck, check_all = load('abc')"
PLOT = "def plot(values):\n    return sorted(values)"
STUBS = {
    "q1": 'def entropy(y, base=2):\n    """Bits."""\n    raise NotImplementedError',
    "q2": "def gini(y):\n    raise NotImplementedError\n\n\n"
    "class Tree:\n    def fit(self, X):\n        raise NotImplementedError",
}
ANSWERS = {
    "q1": "def entropy(y, base=2):\n    return math.log(len(y), base)",
    "q2": "def gini(y):\n    return 1.0\n\n\n"
    "class Tree:\n    def fit(self, X):\n        return self",
    "q3": "print(plot([entropy([1, 2])]))",
}


@dataclass(frozen=True)
class Question:
    id: str
    functions: tuple[str, ...] = ()
    manual: bool = False


@dataclass(frozen=True)
class Assignment:
    id: str = "tree1"
    languages: tuple[str, ...] = ("zh", "en")
    questions: tuple[Question, ...] = (
        Question("q1", ("entropy",)),
        Question("q2", ("gini", "Tree")),
        Question("q3"),
        Question("q4", manual=True),
    )


TREE1 = Assignment()
GIVEN = GivenCells(SETUP, (("tree1-given-1", PLOT),))


def cell(
    source: str | list[str],
    role: str | None = None,
    question: str = "",
    kind: str = "code",
    **more: Any,
) -> dict[str, Any]:
    tag = {} if role is None else {"gradewright": {"role": role, "question": question, "of": []}}
    made: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": tag}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made | more


def answer(question: str, source: str | None = None, **more: Any) -> dict[str, Any]:
    text = ANSWERS[question] if source is None else source
    whole = f"# question: tree1.{question}\n{text}"
    return cell(whole, "answer", f"tree1.{question}", **{"id": f"tree1-{question}"} | more)


def honest() -> list[dict[str, Any]]:
    """Every question answered in its cell; an own cell; checks and explorations in between."""
    return [
        cell("# 决策树", "text", kind="markdown", id="tree1-text-1"),
        cell(SETUP, "setup", id="tree1-setup"),
        cell(PLOT, "given", id="tree1-given-1"),
        answer("q1"),
        cell('check("tree1.q1")', "check", "tree1.q1", id="tree1-q1-check"),
        cell("helper = 熵 = 3", id="own"),
        answer("q2"),
        cell("tree = Tree()\nplot([gini([1])])", "explore", id="tree1-explore-1"),
        answer("q3"),
        cell("因为…", "manual", "tree1.q4", kind="markdown", id="tree1-q4"),
    ]


TAG = {"assignment": "tree1", "language": "zh", "topic": "trees", "version": "0.1"}


def document(cells: list[Any], **more: Any) -> dict[str, Any]:
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"gradewright": TAG}, "cells": cells}
    return made | more


def as_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def numbered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"c{n}"} | cell for n, cell in enumerate(cells)]


def read(cells: list[dict[str, Any]], **more: Any) -> Notebook:
    return read_notebook(as_bytes(document(numbered(cells), **more)))


def planned(cells: list[dict[str, Any]], **more: Any) -> Plan:
    return plan(read(cells, **more), TREE1, GIVEN)


def replaced(index: int, *cells: dict[str, Any]) -> list[dict[str, Any]]:
    """The honest notebook with cell `index` replaced by any number of cells."""
    return [*honest()[:index], *cells, *honest()[index + 1 :]]


def only(notes: tuple[Note, ...], kind: str) -> Note:
    """The one note of this kind, when there are no others."""
    assert [note.kind for note in notes] == [kind], notes
    return notes[0]


def same_text(note: Note, zh: str, en: str) -> None:
    assert note.text == {"zh": zh, "en": en}
