"""What `check("q1")` comes to, for every way in which an answer can be right, wrong or missing."""

from __future__ import annotations

import signal
from fractions import Fraction
from typing import Any

import pytest

from .building import FAIR, PURE, RIGHT, defining, question, result

NOT_YET = "def entropy(y, base=2.0):\n    raise NotImplementedError\n"


def only(found: Any) -> Any:
    """The single check of a question's result."""
    (check,) = found.checks
    return check


def test_right_answer_passes() -> None:
    found = result(FAIR + PURE, defining(RIGHT))
    assert found.passed
    assert [(c.id, c.state, c.fraction) for c in found.checks] == [
        ("tree1.q1.fair", "passed", 1),
        ("tree1.q1.pure", "passed", 1),
    ]
    assert found.passed_checks == 2


def test_wrong_value_says_what_was_expected_and_what_came() -> None:
    found = result(FAIR + PURE, defining("def entropy(y, base=2.0):\n    return 0.0"))
    assert found.state == "failed"
    assert not found.passed
    assert [c.state for c in found.checks] == ["failed", "passed"]
    assert found.checks[0].message["en"].endswith("Expected 1.0, got 0.0.")
    assert found.checks[0].message["zh"] == "返回值数值不对。期望 1.0，得到 0.0。"


def test_each_check_sees_the_names_as_they_are_now() -> None:
    namespace = defining("def entropy(y, base=2.0):\n    return 0.0")
    assert not result(FAIR, namespace).passed
    namespace.update(defining(RIGHT))
    assert result(FAIR, namespace).passed


# --- not answered


def test_stub_is_not_answered_rather_than_wrong() -> None:
    found = result(FAIR + PURE, defining(NOT_YET))
    assert found.state == "unanswered"
    assert [c.state for c in found.checks] == ["unanswered", "unanswered"]
    assert found.message == {
        "zh": "这道题还没有作答（函数仍是 raise NotImplementedError）。",
        "en": "This question is not answered yet (the function still raises NotImplementedError).",
    }


EACH = """
@check(zh="一批", en="a batch")
def test_batch(student):
    assert_each(student.entropy.each([args(["a"]), args([])]), [0.0, 0.0], T64)
"""


def test_stub_in_a_batch_is_not_answered() -> None:
    assert result(EACH, defining(NOT_YET)).state == "unanswered"


def test_one_of_two_functions_is_still_a_stub() -> None:
    both = (
        FAIR + '@check(zh="另一个", en="the other")\ndef test_other(student):\n    student.other()'
    )
    found = result(both, defining(RIGHT + "\ndef other():\n    raise NotImplementedError"))
    assert [c.state for c in found.checks] == ["passed", "unanswered"]
    assert found.state == "unanswered"
    assert found.checks[1].message["en"].startswith("This question is not answered yet")


# --- what a check can end with


def test_partial_credit() -> None:
    source = """
@check(zh="形状", en="the shape")
def test_shape(student):
    student.entropy([])
    award(0.25, zh="几乎", en="nearly")
"""
    found = result(source, defining(RIGHT.replace("list(y)", "list(y or [1])")))
    assert (found.state, only(found).state) == ("partial", "partial")
    assert only(found).fraction == Fraction(1, 4)
    assert only(found).message == {"zh": "几乎", "en": "nearly"}


def test_error_in_the_students_code_shows_their_lines_alone() -> None:
    source = "def helper(y):\n    return y[7]\ndef entropy(y, base=2.0):\n    return helper(y)\n"
    check = only(result(FAIR, defining(source)))
    assert check.state == "raised"
    assert check.message == {
        "zh": "你的代码抛出了 IndexError：list index out of range",
        "en": "Your code raised IndexError: list index out of range",
    }
    assert check.traceback == (
        "line 4, in entropy\nline 2, in helper\nIndexError: list index out of range"
    )


def test_error_without_a_message() -> None:
    check = only(result(FAIR, defining("def entropy(y, base=2.0):\n    raise ValueError")))
    assert check.message == {
        "zh": "你的代码抛出了 ValueError。",
        "en": "Your code raised ValueError.",
    }


def test_frames_of_libraries_are_left_out_and_deep_ones_cut() -> None:
    first = "import json\ndef f0():\n    return json.loads('{')\n"
    others = "".join(f"def f{i}():\n    return f{i - 1}()\n" for i in range(1, 9))
    source = first + others + "def entropy(y, base=2.0):\n    return f8()\n"
    *frames, error = only(result(FAIR, defining(source))).traceback.splitlines()
    assert frames == ["…", *(f"line {3 + 2 * i}, in f{i}" for i in (3, 2, 1, 0))]
    assert error.startswith("JSONDecodeError: Expecting property name")


def test_error_in_one_case_of_a_batch_has_its_traceback() -> None:
    check = only(
        result(EACH, defining("def entropy(y, base=2.0):\n    return 0.0 if y else 1 / 0"))
    )
    assert check.state == "failed"
    assert "ZeroDivisionError: division by zero" in check.message["en"]
    assert check.traceback == "line 2, in entropy\nZeroDivisionError: division by zero"


def test_source_lines_of_a_file_are_shown(tmp_path: Any) -> None:
    file = tmp_path / "answers.py"
    file.write_text("def entropy(y, base=2.0):\n    return y / 2\n")
    namespace: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    trace = only(result(FAIR, namespace)).traceback
    assert trace.splitlines()[:2] == ["answers.py, line 2, in entropy", "    return y / 2"]


def test_cells_of_older_notebooks_have_their_number() -> None:
    namespace: dict[str, Any] = {}
    code = compile("def entropy(y, base=2.0):\n    1 / 0", "<ipython-input-12-0a1b2c>", "exec")
    exec(code, namespace)
    assert only(result(FAIR, namespace)).traceback.startswith("In[12], line 2, in entropy\n")


@pytest.mark.parametrize("end", ["raise SystemExit", "import sys; sys.exit(3)"])
def test_exit_does_not_end_the_kernel(end: str) -> None:
    check = only(result(FAIR, defining(f"def entropy(y, base=2.0):\n    {end}")))
    assert check.state == "failed"
    assert check.message == {
        "zh": "你的代码用 SystemExit 结束了 Python。函数里不要调用 exit()、quit() 或 sys.exit()。",
        "en": "Your code ended Python with SystemExit. Do not call exit(), quit() or sys.exit() "
        "in a function.",
    }


LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    def __float__(self): return 1.0
    def __bool__(self): return True
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None
class Number(float):
    def __eq__(self, other): return True
    __hash__ = None
"""


@pytest.mark.parametrize("value", ["Liar()", "[Liar()]", "Number(7.0)"])
def test_object_that_claims_to_be_equal_does_not_pass(value: str) -> None:
    found = result(FAIR, defining(LIAR + f"def entropy(y, base=2.0):\n    return {value}"))
    assert found.state == "failed"


def test_opaque_object_where_a_value_is_needed() -> None:
    source = (
        '@check(zh="比较", en="compares")\ndef test_c(student):\n    student.entropy([]) == 1\n'
    )
    namespace = defining(LIAR + "def entropy(y, base=2.0):\n    return Liar()")
    assert only(result(source, namespace)).message == {
        "zh": "返回了 Liar 类型的对象，这里需要普通的值（数、列表、数组等）。",
        "en": "An object of type Liar came back where a plain value is needed (a number, a list, "
        "an array, …).",
    }


def test_error_beside_a_call_is_the_students_too() -> None:
    source = '@check(zh="长度", en="length")\ndef test_l(student):\n    len(student.entropy([]))\n'
    check = only(result(source, defining(LIAR + "def entropy(y, base=2.0):\n    return Liar()")))
    assert check.state == "raised"
    assert "has no len()" in check.message["en"]


@pytest.mark.parametrize(
    "body", ["y.append(y)\n    return 1.0", "x = []\n    x.append(x)\n    return x"]
)
def test_value_that_cannot_cross_says_why(body: str) -> None:
    endless = f"def entropy(y, base=2.0):\n    {body}"
    message = only(result(FAIR, defining(endless))).message
    assert message["en"].startswith("What came back cannot be read: the value")
    assert message["zh"].startswith("返回的内容无法读取：the value")


POINT = """
from dataclasses import dataclass
@dataclass
class Point:
    x: "int"
@check(zh="点", en="a point")
def test_point(student):
    assert_value(student.entropy(Point(3)).x, 3)
"""


def test_checks_may_define_dataclasses_with_written_annotations() -> None:
    assert result(POINT, defining("def entropy(y, base=2.0):\n    return y")).passed


def test_value_of_a_class_that_the_student_defined_anew_cannot_be_read() -> None:
    other = "class Point:\n    pass\ndef entropy(y, base=2.0):\n    return y"
    check = only(result(POINT, defining(other)))
    assert check.state == "failed"
    assert check.message == {
        "zh": "返回的内容无法读取：太大、嵌套太深或格式不对。",
        "en": "What came back could not be read: too large, nested too deeply or malformed.",
    }


def test_value_in_a_form_that_the_check_cannot_work_with() -> None:
    source = """
@check(zh="有 mean", en="has a mean")
def test_mean(student):
    student.entropy([]).mean()
"""
    check = only(result(source, defining("def entropy(y, base=2.0):\n    return 3")))
    assert check.state == "failed"
    assert check.message == {
        "zh": "返回值的形式与题目要求不符，检查无法继续（AttributeError: 'int' object has no "
        "attribute 'mean'）。",
        "en": "What came back has not the form that the question asks for, so the check could "
        "not go on (AttributeError: 'int' object has no attribute 'mean').",
    }


def test_check_that_is_broken_is_not_the_students_fault() -> None:
    source = '@check(zh="坏", en="broken")\ndef test_bad(student):\n    1 / 0\n'
    check = only(result(source, defining(RIGHT)))
    assert check.state == "broken"
    assert check.message == {
        "zh": "检查本身出了错，这不是你的问题：ZeroDivisionError: division by zero。"
        "请把这一行告诉老师。",
        "en": "The check itself went wrong; this is not your fault: ZeroDivisionError: division "
        "by zero. Show your instructor this line.",
    }


def test_source_of_checks_that_cannot_be_loaded() -> None:
    found = result("raise OSError('gone')\n" + FAIR, defining(RIGHT))
    assert found.state == "broken"
    assert "OSError: gone" in found.message["en"]


def test_checks_that_need_a_library_say_so() -> None:
    found = result("import no_such_library\n" + FAIR, defining(RIGHT))
    assert found.state == "broken"
    assert found.message == {
        "zh": "这里没有安装 no_such_library，这道题的检查需要它。请运行 %pip install "
        "no_such_library 并重启内核。",
        "en": "no_such_library is not installed here, and this question's checks need it. Run "
        "%pip install no_such_library and restart the kernel.",
    }


def test_property_checks_say_that_they_do_not_count_yet() -> None:
    prop = '@check(prop=True, zh="非负", en="not negative")\ndef test_sign(student):\n    pass\n'
    zero = defining("def entropy(y, base=2.0):\n    return 0.0")
    found = result(FAIR + prop, zero, oracle=("fair",))
    assert found.checks[1].state == "passed"
    assert found.checks[1].note == {
        "zh": "这一项已通过，但它只在结果正确时计分。",
        "en": "This passed, but it counts only once the results are right.",
    }
    right = result(FAIR + prop, defining(RIGHT), oracle=("fair",))
    assert [c.note for c in right.checks] == [None, None]


def test_question_without_public_checks() -> None:
    found = result("", defining(RIGHT))
    assert found.state == "unchecked"
    assert found.message == {
        "zh": "这道题没有公开检查，评分时再检查。",
        "en": "This question has no public checks; it is checked when your work is graded.",
    }


# --- interrupts


def test_interrupt_says_so_and_leaves_the_rest_unrun() -> None:
    source = "import signal\ndef entropy(y, base=2.0):\n    signal.raise_signal(signal.SIGINT)\n"
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found = result(FAIR + PURE + EACH, defining(source))
    finally:
        signal.signal(signal.SIGINT, before)
    assert found.state == "interrupted"
    assert [c.state for c in found.checks] == ["interrupted", "unrun", "unrun"]
    assert found.checks[0].message == {
        "zh": "你中断了这项检查。如果它一直不结束，请看看循环能否停下来。",
        "en": "You interrupted this check. If it went on for ever, make sure that every loop ends.",
    }
    assert found.checks[1].message == {
        "zh": "没有运行：检查被中断了。",
        "en": "Not run: the checks were interrupted.",
    }


def test_interrupt_while_the_checks_are_loaded() -> None:
    source = "raise KeyboardInterrupt\n"
    found = result(source, defining(RIGHT), checks=question(source=FAIR).checks)
    assert [c.state for c in found.checks] == ["interrupted"]
    assert result(source, defining(RIGHT)).message["en"].startswith("You interrupted this check")
