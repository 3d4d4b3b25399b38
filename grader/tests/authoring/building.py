"""Small topics written to a folder, for tests to build notebooks of and to break."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from gradewright.host.topic import Assignment, load_topic

FILES: dict[str, str] = {
    "topic.toml": """
        id = "demo"
        api = ">=0.1"
        title = { zh = "演示", en = "Demo" }
        languages = ["zh", "en"]
        order = 1
        assignments = ["demo1"]
        """,
    "reference/__init__.py": "",
    "reference/tools.py": '''
        """Helpers."""
        import math

        LIMIT = 10


        # How often each value occurs.
        def _counts(values):
            """Private: how often."""
            return {value: values.count(value) for value in values}


        def _unused():
            return math.inf
        ''',
    "reference/stats.py": '''
        """Means and the like."""
        from collections.abc import Sequence
        from dataclasses import dataclass

        import numpy as np

        from .tools import LIMIT, _counts

        _SCALE = 2.0  # private


        def mean(values: Sequence[float], scale: float = _SCALE) -> float:
            """The mean of values, times scale."""
            total = sum(values) * scale  # the trick
            return float(np.float64(total / len(values)))


        def modes(values: Sequence[float]) -> list[float]:
            """All values that occur most often."""
            counts = _counts(list(values)[:LIMIT])
            most = max(counts.values(), default=0) + 0 * mean([1.0])
            return [value for value in counts if counts[value] == most]


        @dataclass
        class Box:
            """A box that remembers."""

            size: int = 3
            secret = 42

            def __init__(self, size: int = 3) -> None:
                # keep
                self.size = size * 1 + 0 * len("kept on purpose")
                # end keep
                self.filled_up_to = size * 17 + 4

            def grown(self, by: int) -> int:
                """The size when it has grown."""
                return self._helped_growing(by) + by * 1000

            def _helped_growing(self, by: int) -> int:
                return self.size + by
        ''',
    "assignments/demo1/assignment.toml": """
        id = "demo1"
        title = { zh = "演示一", en = "Demo one" }
        minutes = 10
        reference = ["stats"]

        [[questions]]
        id = "q1"
        title = { zh = "均值", en = "Mean" }
        points = 40
        functions = ["mean"]

        [[questions]]
        id = "q2"
        title = { zh = "众数", en = "Modes" }
        points = 40
        functions = ["modes", "Box"]
        needs = ["q1"]

        [[questions]]
        id = "q3"
        title = { zh = "讨论", en = "Discussion" }
        points = 10
        manual = true

        [[questions]]
        id = "q4"
        title = { zh = "试验", en = "Experiment" }
        points = 10
        functions = []
        """,
    "assignments/demo1/rubric.toml": """
        [[q3]]
        points = 10
        text = { zh = "说得对", en = "says it right" }
        """,
    "assignments/demo1/docstrings.toml": """
        [zh]
        mean = "values 的均值，乘以 scale。"
        "Box.grown" = "长大之后的大小。"
        """,
    "assignments/demo1/checks/q1.py": """
        import numpy as np
        from gradewright.api import T64, args, assert_each, assert_value, check

        EXPECTED = 4.0
        HIDDEN_TABLE = {"secret": 1234567}


        def helper(x):
            return x


        def draw(rng, i):
            return args([HIDDEN_TABLE["secret"], i])


        @check(zh="两个数的均值", en="the mean of two numbers")
        def test_two(student):
            assert_value(student.mean([1.0, 3.0]), helper(EXPECTED), T64)


        @check(hidden=True, of="mean", cases=draw, zh="随机输入", en="random input")
        def test_oracle(student, reference, cases):
            assert_each(student.mean.each(cases), reference.mean, T64)
        """,
    "assignments/demo1/checks/q2.py": """
        from gradewright.api import assert_value, check


        def helper(x):
            return list(x)


        @check(weight="1/2", prop=True, zh="空列表", en="an empty list")
        def test_empty(student):
            assert_value(student.modes([]), helper([]))


        @check(hidden=True, zh="隐藏的检查", en="a hidden one")
        def test_oracle(student, reference):
            assert_value(student.modes([1]), reference.modes([1]))
        """,
    "assignments/demo1/checks/q4.py": """
        from gradewright.api import assert_value, check


        @check(hidden=True, zh="试验的结果", en="the experiment's result")
        def test_answer(student):
            assert_value(student.get("answer"), 42)
        """,
    "assignments/demo1/notebook.py": """
        # %% [markdown] lang="zh"
        # # 演示
        # 公式 $x^2$

        # %% [markdown] lang="en"
        # # Demo
        # Formula $x^2$

        # %% role="setup"
        import numpy as np

        # %% role="given"
        table = [1, 2, 2]

        # %% question="demo1.q1" of="mean"

        # %% check="demo1.q1"

        # %% question="demo1.q2" of="modes"

        # %% question="demo1.q2" of="Box"

        # %% check="demo1.q2"

        # %% role="explore"
        shown = np.array(table).sum()

        # %% question="demo1.q4"
        start = 1
        if start:
            ### BEGIN SOLUTION
            answer = start * 41 + len([start])
            ### END SOLUTION

        # %% [markdown] question="demo1.q3" role="manual" lang="zh"
        # 写下你的想法。

        # %% [markdown] question="demo1.q3" role="manual" lang="en"
        # Write what you think.
        """,
}
MASTER = "assignments/demo1/notebook.py"
STATS = "reference/stats.py"


def text_of(source: str) -> str:
    """A source without its common indent and first newline."""
    return textwrap.dedent(source).lstrip("\n")


def write_topic(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    """Write the demo topic, with some files replaced, and return its folder."""
    for name, source in {**FILES, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(source), encoding="utf-8")
    return folder


def demo(folder: Path, **edits: tuple[str, str]) -> Assignment:
    """The demo assignment. `master=(old, new)`, `stats=(old, new)` … edit one file each."""
    names = {"master": MASTER, "stats": STATS, "q1": "assignments/demo1/checks/q1.py"}
    changed = {}
    for key, (old, new) in edits.items():
        source = text_of(FILES[names[key]])
        assert old in source, old
        changed[names[key]] = source.replace(old, new, 1)
    return load_topic(write_topic(folder, changed)).assignments[0]


def write_modules(folder: Path, **modules: str) -> Path:
    """Reference modules alone: `write_modules(tmp, a="…", b="…")`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(text_of(source), encoding="utf-8")
    return folder
