"""Which questions `check` and `check_all` run, and what they say to what they do not know."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from gradewright.notebook.payload import PayloadError
from gradewright.student import load
from gradewright.student.results import Notice, Overview, QuestionResult, Several

from .building import FAIR, RIGHT, defining, line, loaded, manual, question

QUESTIONS = [
    question("tree1.q1", FAIR),
    question("tree1.q2", FAIR, functions=("gini", "gini_split"), signatures={}),
    question("tree1.q3", functions=(), signatures={}),
    manual("tree1.q7"),
]
SOURCES = {"tree1.q1": FAIR, "tree1.q2": FAIR}


def asking(namespace: dict[str, Any] | None = None, language: str = "en") -> Any:
    """`check` of an assignment with four questions."""
    return load(line(QUESTIONS, SOURCES, language), namespace or defining(RIGHT))[0]


@pytest.mark.parametrize("name", ["tree1.q1", "q1", "Q1", " tree1.Q1 "])
def test_names_of_a_question(name: str) -> None:
    found = asking()(name)
    assert isinstance(found, QuestionResult)
    assert (found.id, found.state) == ("tree1.q1", "passed")


def test_list_of_questions() -> None:
    found = asking()(["q1", "q9", "tree1.q7"])
    assert isinstance(found, Several)
    kinds = [type(item).__name__ for item in found.items]
    assert kinds == ["QuestionResult", "Notice", "QuestionResult"]
    assert not found.passed
    assert asking()(("q1",)).passed


def test_nothing_means_all() -> None:
    check, check_all = load(line(QUESTIONS, SOURCES), defining(RIGHT))
    for found in (check(), check_all()):
        assert isinstance(found, Overview)
        states = [q.state for q in found.questions]
        assert states == ["passed", "missing", "unchecked", "manual"]
        assert not found.passed
        assert [q.id for q in found.checked] == ["tree1.q1", "tree1.q2"]


def test_all_pass_when_every_question_with_public_checks_does() -> None:
    _, check_all = loaded(FAIR, defining(RIGHT))
    assert check_all().passed


def entropy() -> None:
    """A function with the name that a question asks for."""


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (
            "tree2.q1",
            'tree1 里没有题目 "tree2.q1"。你要找的是 "tree1.q1" 吗？',
            'There is no question "tree2.q1" in tree1. Did you mean "tree1.q1"?',
        ),
        (
            "gini_split",
            'tree1 里没有题目 "gini_split"。你要找的是 "tree1.q2" 吗？',
            'There is no question "gini_split" in tree1. Did you mean "tree1.q2"?',
        ),
        (
            entropy,
            'tree1 里没有题目 entropy。你要找的是 "tree1.q1" 吗？',
            'There is no question entropy in tree1. Did you mean "tree1.q1"?',
        ),
        (
            "q22",
            'tree1 里没有题目 "q22"。你要找的是 "tree1.q2" 吗？',
            'There is no question "q22" in tree1. Did you mean "tree1.q2"?',
        ),
        (
            "zzz",
            'tree1 里没有题目 "zzz"。这里有："tree1.q1"、"tree1.q2"、"tree1.q3"、"tree1.q7"。',
            'There is no question "zzz" in tree1. '
            'It has: "tree1.q1", "tree1.q2", "tree1.q3", "tree1.q7".',
        ),
    ],
)
def test_unknown_question_names_the_near_ones(given: object, zh: str, en: str) -> None:
    for language, text in (("zh", zh), ("en", en)):
        found = asking(language=language)(given)
        assert isinstance(found, Notice)
        assert not found.passed
        assert repr(found) == text


@pytest.mark.parametrize("given", [3.5, object(), {"q1": 1}, "x" * 10_000, "a\nb\x1b[31m"])
def test_whatever_is_asked_gives_one_short_line(given: object) -> None:
    text = repr(asking()(given))
    assert len(text) < 250
    assert "\n" not in text
    assert "\x1b" not in text


def test_language_of_the_notebook_and_another_one() -> None:
    check, check_all = loaded(FAIR, {}, language="zh")
    assert check("q1").language == "zh"
    assert check("q1", lang="en").language == "en"
    assert check_all(lang="en").language == "en"
    assert "尚未定义" in repr(check("q1"))
    assert "not defined yet" in repr(check("q1", lang="en"))


def test_unknown_language() -> None:
    check, check_all = loaded(FAIR, {}, language="zh")
    message = '没有语言 "fr"，可以用："en"、"zh"。'
    assert [repr(check("q1", lang="fr")), repr(check_all(lang="fr"))] == [message] * 2
    english, _ = loaded(FAIR, {})
    assert repr(english(lang="fr")) == 'There is no language "fr"; use one of: "en", "zh".'


def test_interrupt_ends_all_questions() -> None:
    stopping = defining("def entropy(y, base=2.0):\n    raise KeyboardInterrupt")
    found = load(line(QUESTIONS, SOURCES), stopping)[1]()
    states = [q.state for q in found.questions]
    assert states == ["interrupted", "unrun", "unrun", "manual"]
    assert not found.passed


def test_namespace_is_that_of_the_module_that_calls_load() -> None:
    scope = defining(RIGHT) | {
        "load": load,
        "payload": line([question(source=FAIR)], {"tree1.q1": FAIR}),
    }
    exec("check, check_all = load(payload)", scope)
    assert scope["check"]("q1").passed
    scope["entropy"] = lambda y, base=2.0: 0.0
    assert not scope["check"]("q1").passed


def test_damaged_payload_says_what_to_do() -> None:
    good = line(QUESTIONS, SOURCES)
    with pytest.raises(PayloadError, match="download the notebook again"):
        load(good[:-10], {})


def test_import_is_light() -> None:
    heavy = {"numpy", "torch", "pandas", "IPython", "nbformat", "pytest", "click"}
    code = "import sys, gradewright.student; print(*{m.partition('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(done.stdout.split())
