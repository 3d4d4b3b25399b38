"""What stops a question before its checks: names that are missing or not as they should be."""

from __future__ import annotations

import pytest

from .building import FAIR, defining, result


def test_missing_name() -> None:
    found = result(FAIR, {})
    assert (found.state, found.checks) == ("missing", ())
    assert found.message == {
        "zh": "还没有定义 entropy。请先运行这道题的单元格；名字要与题目完全一致。",
        "en": "entropy is not defined yet. Run this question's cell first, and keep exactly "
        "this name.",
    }


def test_name_that_is_no_function() -> None:
    found = result(FAIR, {"entropy": 0.5})
    assert found.state == "failed"
    assert found.message == {
        "zh": "entropy 不是函数。也许后面的代码用同一个名字存了别的东西。",
        "en": "entropy is not a function. Perhaps later code uses the same name for something "
        "else.",
    }


def test_wrong_parameter_names() -> None:
    found = result(FAIR, defining("def entropy(labels, base=2.0):\n    return 1.0"))
    assert (found.state, found.checks) == ("failed", ())
    assert found.message == {
        "zh": "entropy 的参数应为 (y, base)，现在是 (labels, base)。请把参数名改回题目给出的样子。",
        "en": "entropy should have the parameters (y, base), but it has (labels, base). "
        "Give them the names that the question states.",
    }


@pytest.mark.parametrize(
    ("signature", "written"),
    [
        ("(y)", "y"),
        ("()", ""),
        ("(a, /, b, *rest, c=1, **named)", "a, /, b, *rest, c=2, **named"),
        ("(y=[1, (2, 3)], *, base='e')", "y=0, *, base"),
    ],
)
def test_parameters_are_compared_by_name_alone(signature: str, written: str) -> None:
    namespace = defining(f"def entropy({written}):\n    return 1.0")
    found = result("", namespace, signatures={"entropy": signature})
    assert found.state == "unchecked"


def test_object_without_readable_parameters() -> None:
    namespace = defining(
        "class Odd:\n    __signature__ = 3\n    def __call__(self): ...\nentropy = Odd()"
    )
    found = result(FAIR, namespace)
    assert found.state == "raised"
    assert found.message["en"].startswith("Your code raised TypeError: ")
    assert found.message["zh"].startswith("你的代码抛出了 TypeError：")


def test_object_that_defeats_the_look_at_its_kind() -> None:
    source = """
class Evil:
    @property
    def __class__(self):
        raise ValueError("no")
entropy = Evil()
"""
    found = result(FAIR, defining(source))
    assert found.state == "broken"
    assert "ValueError: no" in found.message["en"]
