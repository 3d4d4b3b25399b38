"""Flags from the text of an answer: every kind, aliases, and texts made to break the reader."""

from __future__ import annotations

import pytest
from grader.tests.judge.building import ASSIGNMENT, FILES, tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright_grader.judge.lint import DEEPEST_NAME, LONGEST_NAME, MOST_FLAGS, lint_answers


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("topic"))


def flags(assignment, source, question="q1"):
    return [(f.kind, f.line) for f in lint_answers(assignment, {question: source})]


def named(assignment, source, question="q1"):
    return [(f.kind, f.text["en"]) for f in lint_answers(assignment, {question: source})]


BANNED = [
    "import scipy",
    "import scipy.stats",
    "import sklearn.tree as t",
    "from scipy import stats",
    "from scipy.stats import entropy as e",
    "import numpy, scipy",
    "def f():\n    import scipy",
    "__import__('scipy')",
    "import importlib\nimportlib.import_module('scipy.stats')",
    "from importlib import import_module as load\nload('sklearn')",
]


@pytest.mark.parametrize("source", BANNED)
def test_a_banned_module_is_found_however_it_is_imported(assignment, source):
    assert "banned" in [kind for kind, _ in flags(assignment, source)]


def test_the_flag_tells_question_line_and_name(assignment):
    (flag,) = lint_answers(assignment, {"q1": "x = 1\nimport scipy.stats"})
    assert (flag.kind, flag.question, flag.line) == ("banned", "q1", 2)
    assert flag.text["en"] == "scipy.stats is not meant to be used in this question."
    assert "scipy.stats" in flag.text["zh"]


def test_an_alias_is_followed_to_what_it_stands_for(assignment):
    source = "import sklearn.tree as t\nt.DecisionTreeClassifier()"
    assert any(
        "sklearn.tree.DecisionTreeClassifier" in told for _, told in named(assignment, source)
    )


def test_a_ban_of_one_question_holds_there_alone(assignment):
    assert flags(assignment, "import statistics", "q2") == [("banned", 1)]
    assert flags(assignment, "import statistics", "q1") == []


def test_names_that_only_begin_alike_are_not_banned(assignment):
    assert ("banned", 1) not in flags(assignment, "import scipyx")


def test_a_module_that_the_assignment_does_not_mount_is_told(assignment):
    ((kind, told),) = named(assignment, "import pandas as pd")
    assert kind == "import"
    assert "pandas is not provided in this assignment" in told


def test_an_allowed_distribution_may_be_imported_under_its_modules_name(tmp_path):
    changed = FILES[ASSIGNMENT].replace('ban = ["scipy", "sklearn"]', 'allow = ["scikit-learn"]')
    allowing = tiny(tmp_path, {ASSIGNMENT: changed})
    assert flags(allowing, "from sklearn.tree import plot_tree") == []


def test_a_use_is_told_once_and_whole(assignment):
    source = "import os\nos.system.__call__('ls')"
    assert [told for _, told in named(assignment, source)] == [
        "The code uses os.system.__call__; worth a look."
    ]


@pytest.mark.parametrize("module", ["numpy", "math", "os.path", "IPython.display", "gradewright"])
def test_what_is_always_there_is_no_finding(assignment, module):
    assert flags(assignment, f"import {module}") == []


UNUSUAL = ["eval('1')", "exec('')", "compile('', '', 'exec')", "globals()", "vars()"]
UNUSUAL += ["import inspect", "import ctypes", "import subprocess", "import importlib"]
UNUSUAL += ["from importlib import import_module", "from ctypes import CDLL"]
UNUSUAL += ["import os\nos.system('ls')", "from os import fork", "import sys as s\ns.modules"]
UNUSUAL += ["import os\ngetattr(os, 'popen')", "__import__('subprocess')"]


@pytest.mark.parametrize("source", UNUSUAL)
def test_ways_around_are_told(assignment, source):
    assert "unusual" in [kind for kind, _ in flags(assignment, source)]


@pytest.mark.parametrize(
    "source",
    ["def total(xs): return sum(xs)", "evaluate = 1", "x.eval()", "getattr(a, name)", "np.os"],
)
def test_usual_code_is_not_told(assignment, source):
    assert flags(assignment, source) == []


def test_a_syntax_error_is_told_with_its_message(assignment):
    ((kind, told),) = named(assignment, "def f(:\n    pass")
    assert kind == "syntax"
    assert "syntax error" in told


def test_each_name_is_told_once(assignment):
    assert flags(assignment, "import pandas\nimport pandas\nimport pandas") == [("import", 1)]


def test_there_is_an_end_to_findings_and_to_names(assignment):
    many = "\n".join(f"import module{i}" for i in range(500))
    assert len(flags(assignment, many)) == MOST_FLAGS
    ((_, told),) = named(assignment, f"import {'m' * 50_000}")
    assert len(told) < LONGEST_NAME + 100


HOSTILE = {
    "deep attributes": "a" + ".b" * 2_500,
    "deeper attributes": "a" + ".b" * 50_000,
    "deep brackets": "(" * 5_000 + ")" * 5_000,
    "deep minus": "-" * 20_000 + "1",
    "null byte": "a\0b",
    "surrogate": "x = '\ud800'",
    "long line": "x = " + "1 + " * 5_000 + "1",
    "no end": "'''",
    "huge number": "x = " + "9" * 10_000,
    "odd escape": "'\\d'",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_text_made_to_break_the_reader_does_not(assignment, source):
    assert {kind for kind, _ in flags(assignment, source)} <= {"syntax"}


def test_a_ban_deeper_than_any_name_is_not_looked_for(assignment):
    deep = "import scipy\nscipy" + ".x" * (DEEPEST_NAME + 1)
    assert flags(assignment, deep) == [("banned", 1)]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abimport.()[]:='\n \t#\\%!\ud800\0", max_size=80))
def test_no_text_breaks_the_reader(assignment, source):
    assert isinstance(flags(assignment, source), list)
