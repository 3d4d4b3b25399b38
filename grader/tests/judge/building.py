"""A tiny topic, written to a temporary folder: two questions with functions, one by hand.

`q2` needs `q1`. Tests replace whole files, or put further checks under those of `q1`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from gradewright.host import Assignment, load_topic

ASSIGNMENT = "assignments/tiny1/assignment.toml"
Q1 = "assignments/tiny1/checks/q1.py"
Q2 = "assignments/tiny1/checks/q2.py"
MISCONCEPTIONS = "assignments/tiny1/misconceptions.py"
REFERENCE = "reference/sums.py"
# A number that stands in expected values alone: it must never be seen outside of the judge.
CANARY = 86028121

FILES: dict[str, str] = {
    "topic.toml": """
        id = "tiny"
        api = ">=0.1"
        title = { en = "Tiny" }
        languages = ["en"]
        order = 1
        assignments = ["tiny1"]
        """,
    "reference/__init__.py": "",
    REFERENCE: '''
        """Sums."""


        def total(xs):
            """The sum of xs."""
            return sum(xs)


        def mean(xs):
            """The mean of xs; ValueError when there are none."""
            if not len(xs):
                raise ValueError("no values")
            return total(xs) / len(xs)
        ''',
    ASSIGNMENT: """
        id = "tiny1"
        title = { en = "Tiny one" }
        minutes = 10
        reference = ["sums"]
        ban = ["scipy", "sklearn"]

        [budgets]
        notebook = 6
        cell = 1.0
        check = 0.5

        [[questions]]
        id = "q1"
        title = { en = "Total" }
        points = 40
        functions = ["total"]

        [[questions]]
        id = "q2"
        title = { en = "Mean" }
        points = 40
        functions = ["mean"]
        needs = ["q1"]
        ban = ["statistics"]

        [[questions]]
        id = "q3"
        title = { en = "Discussion" }
        points = 20
        manual = true
        """,
    "assignments/tiny1/rubric.toml": """
        [[q3]]
        points = 20
        text = { en = "says it right" }
        """,
    Q1: f"""
        from gradewright.api import T64, args, assert_each, assert_value, check


        def lists(rng, i):
            return args([*rng.integers(0, 50, size=i % 4 + 1).tolist(), {CANARY} + 7 * i])


        @check(en="an easy sum")
        def test_easy(student):
            assert_value(student.total([1, 2]), 3)


        @check(hidden=True, weight=2, of="total", cases=lists, count=6, en="sums")
        def test_oracle(student, reference, cases):
            assert_each(student.total.each(cases), reference.total)
        """,
    Q2: """
        from gradewright.api import T64, args, assert_each, assert_value, check


        def lists(rng, i):
            return args(rng.normal(size=i % 4 + 2).tolist())


        @check(en="an easy mean")
        def test_easy(student):
            assert_value(student.mean([1.0, 3.0]), 2.0)


        @check(hidden=True, weight=2, of="mean", cases=lists, count=6, en="means")
        def test_oracle(student, reference, cases):
            assert_each(student.mean.each(cases), reference.mean, T64)
        """,
    MISCONCEPTIONS: """
        from gradewright.api import misconception


        @misconception("m1", caught_by="tiny1.q1.oracle", en="a sum starts with the first value")
        def total(xs):
            return sum(xs[1:])


        @misconception("m2", caught_by="tiny1.q2.oracle", en="divide by how many there are")
        def mean(xs):
            return total(xs)
        """,
    "assignments/tiny1/notebook.py": """
        # %% [markdown]
        # # Tiny

        # %% role="setup"
        import numpy as np

        # %% question="tiny1.q1" of="total"

        # %% check="tiny1.q1"

        # %% question="tiny1.q2" of="mean"

        # %% check="tiny1.q2"

        # %% [markdown] question="tiny1.q3" role="manual"
        # Say what a mean is good for.
        """,
}

TOTAL = "def total(xs):\n    return sum(xs)"
MEAN = (
    "def mean(xs):\n"
    "    if not len(xs):\n"
    "        raise ValueError('no values')\n"
    "    return total(xs) / len(xs)"
)


def text_of(source: str) -> str:
    """A source without its common indent and first newline."""
    return textwrap.dedent(source).lstrip("\n")


def tiny(folder: Path, changed: Mapping[str, str] | None = None, more: str = "") -> Assignment:
    """The assignment tiny1. `changed`: file → its whole text; `more`: further checks of q1."""
    files = {**FILES, **(changed or {})}
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        extra = "\n\n" + text_of(more) if name == Q1 and more else ""
        path.write_text(text_of(source) + extra, encoding="utf-8")
    return load_topic(folder).assignments[0]
