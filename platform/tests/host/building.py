"""A small valid topic to be written into a temporary folder, and broken in one place by a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TOPIC = """\
id = "toy"
api = ">=0.1,<0.2"
title = { zh = "玩具", en = "Toys" }
languages = ["zh", "en"]
order = 10
assignments = ["toy1"]
"""
ASSIGNMENT = """\
id = "toy1"
title = { zh = "倍数", en = "Multiples" }
minutes = 30
reference = ["numbers"]
allow = ["matplotlib"]
ban = ["scipy"]
data = ["pairs"]
needs = ["toy0"]

[budgets]
check = 2

[[files]]
pattern = "*.csv"
max_bytes = 1000

[[questions]]
id = "q1"
title = { zh = "两倍", en = "Twice" }
points = 50
functions = ["double"]

[[questions]]
id = "q2"
title = { zh = "四倍", en = "Four times" }
points = 40
functions = ["quadruple", "halve"]
needs = ["q1"]
oracle = ["oracle"]
ban = ["math.prod"]

[[questions]]
id = "q3"
title = { zh = "讨论", en = "Discussion" }
points = 10
manual = true
"""
NUMBERS = '''\
"""Multiples of numbers."""

from .constants import TWO


def double(x):
    """Twice x."""
    return TWO * x


def quadruple(x):
    """Four times x."""
    return double(double(x))


def halve(x):
    """Half of x."""
    return x / TWO
'''
CHECKS_1 = """\
import math

import scipy
from gradewright.api import args, assert_each, assert_value, check


def numbers(rng, i):
    return args(i)


@check(zh="3 的两倍是 6", en="twice 3 is 6")
def test_six(student):
    assert_value(student.double(math.floor(3)), 6)


@check(hidden=True, weight=2, of="double", cases=numbers, zh="两倍", en="twice")
def test_oracle(student, reference, cases):
    assert_each(student.double.each(cases), scipy.twice)


@check(hidden=True, prop=True, weight="1/2", zh="零", en="zero")
def test_zero(student):
    assert_value(student.double(0), 0)
"""
CHECKS_2 = """\
import pytest
from gradewright.api import assert_value, check


@check(hidden=True, evidence="probe", fresh=True, per_student=True, count=30, zh="四", en="four")
@pytest.mark.parametrize("x", [1, pytest.param(-2, id="negative")])
def test_oracle(student, reference, x):
    assert_value(student.quadruple(x), reference.quadruple(x))
"""
MISCONCEPTIONS = """\
from gradewright.api import misconception


@misconception("m1", caught_by="toy1.q1.oracle", zh="这是平方", en="that is the square")
def double(x):
    return x * x


@misconception("m2", caught_by="toy1.q2.oracle", match="none", zh="先一后二", en="one by one")
class Halved:
    def quadruple(x):
        return x

    def halve(x):
        return x


@misconception("m3", caught_by="toy1.q1.std.no_mutation", transform=True, zh="改", en="changed")
def swap(answers):
    return answers
"""
RUBRIC = """\
[[q3]]
points = 4
text = { zh = "想法", en = "the idea" }

[[q3]]
points = 6
text = { zh = "例子", en = "an example" }
"""
DOCSTRINGS = '''\
[zh]
double = """
x 的两倍。
id = 3
"""
'''
TOPIC_MODULE = """\
from pathlib import Path

from gradewright.api import TopicFolder, hookimpl


@hookimpl
def gradewright_topic():
    return TopicFolder(Path(__file__).parent)
"""
FILES = {
    "__init__.py": TOPIC_MODULE,
    "topic.toml": TOPIC,
    "reference/__init__.py": "",
    "reference/constants.py": "TWO = 2\n",
    "reference/numbers.py": NUMBERS,
    "assignments/toy1/assignment.toml": ASSIGNMENT,
    "assignments/toy1/checks/q1.py": CHECKS_1,
    "assignments/toy1/checks/q2.py": CHECKS_2,
    "assignments/toy1/misconceptions.py": MISCONCEPTIONS,
    "assignments/toy1/rubric.toml": RUBRIC,
    "assignments/toy1/docstrings.toml": DOCSTRINGS,
    "assignments/toy1/given/tables/pairs.csv": "1,2\n",
}


@dataclass(frozen=True)
class TopicOnDisk:
    """A topic's folder under construction."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        """Write a file, with its folders."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the first `old` by `new`; an `old` that is not there is the test's mistake."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new, 1))

    def remove(self, name: str) -> None:
        """Remove a file."""
        (self.folder / name).unlink()

    def rename(self, old: str, new: str) -> None:
        """Give the topic or the assignment another id, in all files."""
        for name in FILES:
            path = self.folder / name
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        if (self.folder / "assignments" / old).is_dir():
            (self.folder / "assignments" / old).rename(self.folder / "assignments" / new)


def write_topic(folder: Path) -> TopicOnDisk:
    """A valid topic "toy" with the assignment "toy1" of two coded questions and a manual one."""
    topic = TopicOnDisk(folder)
    for name, text in FILES.items():
        topic.write(name, text)
    return topic
