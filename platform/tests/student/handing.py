"""Notebooks to hand in, made by hand: a setup cell with a payload, answers, a written question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gradewright.student.findings import Finding
from gradewright.student.handin import HandIn, read_handin

from .building import FAIR, PURE, RIGHT, line, manual, question

TAG = {"assignment": "tree1", "language": "en", "topic": "trees", "version": "1.0"}
STUB = "def entropy(y, base=2.0):\n    raise NotImplementedError"
PROMPT = "Say why.\n\n*Your answer:*"


def setup(language: str = "en") -> str:
    """The source of a setup cell: q1 with two checks, q2 without functions, q7 in words."""
    plot = question("tree1.q2", functions=(), signatures={}, title={"zh": "图", "en": "Plot"})
    questions = [question(source=FAIR + PURE), plot, manual()]
    packed = line(questions, {"tree1.q1": FAIR + PURE}, language)
    loads = f'check, check_all = load("{packed}")'
    return f"from gradewright.student import load\n{loads}"


def cell(source: str, role: str = "", question: str = "", **more: Any) -> dict[str, Any]:
    """A code cell that was never run."""
    tag = {"gradewright": {"role": role, "question": question, "of": []}} if role else {}
    made = {"cell_type": "code", "source": source, "metadata": tag, "outputs": []}
    return made | {"execution_count": None} | more


def written(text: str) -> dict[str, Any]:
    """The text cell of the manual question."""
    tag = {"gradewright": {"role": "manual", "question": "tree1.q7", "of": []}}
    return {"cell_type": "markdown", "source": text, "metadata": tag}


def answered(answer: str = RIGHT, *more: dict[str, Any], language: str = "en") -> list[Any]:
    """A notebook with every question answered, then `more` cells."""
    return [
        cell(setup(language), "setup"),
        cell(f"# question: tree1.q1\n{answer}", "answer", "tree1.q1"),
        cell('check("tree1.q1")', "check", "tree1.q1"),
        cell("# question: tree1.q2\nshown = [1]", "answer", "tree1.q2"),
        written(f"{PROMPT}\n\nBecause it is even."),
        *more,
    ]


def counted(cells: list[dict[str, Any]], *counts: int | None) -> list[dict[str, Any]]:
    """The same with execution counts: those given, else 1, 2, 3, …"""
    code = [one for one in cells if one["cell_type"] == "code"]
    numbers = counts or range(1, len(code) + 1)
    for one, count in zip(code, numbers, strict=True):
        one["execution_count"] = count
    return cells


def saved(folder: Path, cells: list[Any], name: str = "tree1.ipynb", **metadata: Any) -> Path:
    """Write a notebook file; `gradewright=None` leaves our metadata out."""
    tag = {"gradewright": TAG} | metadata
    whole = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {key: value for key, value in tag.items() if value is not None},
        "cells": [{"id": f"c{n}"} | one for n, one in enumerate(cells)],
    }
    path = folder / name
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def handin(folder: Path, cells: list[Any], **metadata: Any) -> HandIn:
    """Write a notebook and read it again."""
    return read_handin(saved(folder, cells, **metadata), "en")


def kinds(findings: Any) -> list[tuple[str, str]]:
    """(kind, level) of each finding."""
    return [(one.kind, one.level) for one in findings]


def only(findings: Any, kind: str) -> Finding:
    """The one finding of a kind."""
    (found,) = [one for one in findings if one.kind == kind]
    return found
