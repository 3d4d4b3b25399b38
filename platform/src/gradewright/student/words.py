"""Every word of ours that a student reads in a notebook or a terminal, in zh and en.

What a check found is said by the check's own checkers; these are for what happened around it. What
grading says too stands in `api.said`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from gradewright.api.said import (
    NEEDS_ORACLE,
    NOT_ANSWERED,
    NOT_CALLABLE,
    OPAQUE,
    PARAMETERS,
    RAISED,
    UNREADABLE,
)
from gradewright.api.texts import Text, filled, in_language

__all__ = [  # shared with grading; all else is defined here
    "NEEDS_ORACLE",
    "NOT_ANSWERED",
    "NOT_CALLABLE",
    "OPAQUE",
    "PARAMETERS",
    "RAISED",
    "UNREADABLE",
]

LANGUAGES: Final = ("zh", "en")

# The states of checks and questions, as one reads them beside a mark.
STATES: Final[dict[str, Text]] = {
    "passed": {"zh": "通过", "en": "passed"},
    "partial": {"zh": "部分通过", "en": "partly passed"},
    "failed": {"zh": "未通过", "en": "failed"},
    "raised": {"zh": "代码出错", "en": "error in your code"},
    "unanswered": {"zh": "尚未作答", "en": "not answered yet"},
    "missing": {"zh": "尚未定义", "en": "not defined yet"},
    "broken": {"zh": "检查本身出错", "en": "the check went wrong"},
    "interrupted": {"zh": "已中断", "en": "interrupted"},
    "unrun": {"zh": "没有运行", "en": "not run"},
    "unchecked": {"zh": "没有公开检查", "en": "no public checks"},
    "manual": {"zh": "人工评分", "en": "graded by a person"},
}
# A mark always stands beside its word: nothing is told by a shape or a colour alone.
MARKS: Final = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "raised": "✗",
    "unanswered": "○",
    "missing": "○",
    "broken": "!",
    "interrupted": "■",
    "unrun": "–",
    "unchecked": "–",
    "manual": "–",
}

MISSING: Final[Text] = {
    "zh": "还没有定义 {names}。请先运行这道题的单元格；名字要与题目完全一致。",
    "en": "{names} is not defined yet. Run this question's cell first, and keep exactly this name.",
}
RAISED_SILENTLY: Final[Text] = {"zh": "你的代码抛出了 {name}。", "en": "Your code raised {name}."}
ENDED: Final[Text] = {
    "zh": "你的代码用 {name} 结束了 Python。函数里不要调用 exit()、quit() 或 sys.exit()。",
    "en": "Your code ended Python with {name}. Do not call exit(), quit() or sys.exit() in a "
    "function.",
}
REFUSED: Final[Text] = {
    "zh": "返回的内容无法读取：{detail}。",
    "en": "What came back cannot be read: {detail}.",
}
WRONG_FORM: Final[Text] = {
    "zh": "返回值的形式与题目要求不符，检查无法继续（{detail}）。",
    "en": "What came back has not the form that the question asks for, so the check could not go "
    "on ({detail}).",
}
BROKEN: Final[Text] = {
    "zh": "检查本身出了错，这不是你的问题：{detail}。请把这一行告诉老师。",
    "en": "The check itself went wrong; this is not your fault: {detail}. Show your instructor "
    "this line.",
}
NEEDS_MODULE: Final[Text] = {
    "zh": "这里没有安装 {name}，这道题的检查需要它。请运行 %pip install {name} 并重启内核。",
    "en": "{name} is not installed here, and this question's checks need it. Run "
    "%pip install {name} and restart the kernel.",
}
INTERRUPTED: Final[Text] = {
    "zh": "你中断了这项检查。如果它一直不结束，请看看循环能否停下来。",
    "en": "You interrupted this check. If it went on for ever, make sure that every loop ends.",
}
UNRUN: Final[Text] = {
    "zh": "没有运行：检查被中断了。",
    "en": "Not run: the checks were interrupted.",
}
UNCHECKED: Final[Text] = {
    "zh": "这道题没有公开检查，评分时再检查。",
    "en": "This question has no public checks; it is checked when your work is graded.",
}
MANUAL: Final[Text] = {
    "zh": "这道题由人工评分，没有自动检查。",
    "en": "This question is graded by a person; there is nothing to check here.",
}
AWARDED: Final[Text] = {"zh": "得到这一项的 {percent}", "en": "{percent} of this check"}

UNKNOWN: Final[Text] = {
    "zh": "{assignment} 里没有题目 {given}。{offer}",
    "en": "There is no question {given} in {assignment}. {offer}",
}
NEAR: Final[Text] = {"zh": "你要找的是 {names} 吗？", "en": "Did you mean {names}?"}
HAS: Final[Text] = {"zh": "这里有：{names}。", "en": "It has: {names}."}
NO_LANGUAGE: Final[Text] = {
    "zh": "没有语言 {given}，可以用：{names}。",
    "en": "There is no language {given}; use one of: {names}.",
}

PROGRESS: Final[Text] = {
    "zh": "公开检查通过 {passed}/{total} 项",
    "en": "{passed} of {total} public checks passed",
}
POINTS: Final[Text] = {"zh": "{points} 分", "en": "{points} points"}
SUMMARY: Final[Text] = {
    "zh": "{total} 道题中有 {passed} 道通过了公开检查",
    "en": "{passed} of {total} questions pass their public checks",
}
HEAD_STATE: Final[Text] = {"zh": "状态", "en": "state"}
HEAD_QUESTION: Final[Text] = {"zh": "题目", "en": "question"}
HEAD_TITLE: Final[Text] = {"zh": "标题", "en": "title"}
HEAD_POINTS: Final[Text] = {"zh": "分值", "en": "points"}
HEAD_CHECKS: Final[Text] = {"zh": "公开检查", "en": "public checks"}
STILL_OPEN: Final[Text] = {"zh": "尚未作答：{names}", "en": "Not answered yet: {names}"}
BY_A_PERSON: Final[Text] = {"zh": "人工评分：{names}", "en": "Graded by a person: {names}"}
LOOK_AT: Final[Text] = {
    "zh": "运行 {calls} 查看哪里不对。",
    "en": "Run {calls} to see what is wrong.",
}
WITH_POINTS: Final[Text] = {"zh": "{name}（{points} 分）", "en": "{name} ({points} points)"}
PRINTED: Final[Text] = {"zh": "你的代码打印了：", "en": "Printed by your code:"}
TRACEBACK: Final[Text] = {"zh": "出错的位置：", "en": "Where it happened:"}
HEADLINE: Final[Text] = {"zh": "{question}：{state}", "en": "{question}: {state}"}
ADDED: Final[Text] = {"zh": "{what}（{more}）", "en": "{what} ({more})"}
FOOTER: Final[Text] = {
    "zh": "这里只有公开检查；隐藏检查在评分时运行。",
    "en": "Public checks only; hidden checks run when your work is graded.",
}
NAMES: Final[Text] = {"zh": "{names}", "en": "{names}"}
BETWEEN: Final[Text] = {"zh": "、", "en": ", "}


def say(text: Text, language: str, /, **fields: object) -> str:
    """A text in one language, with its fields filled."""
    return in_language(filled(text, **fields), language)


def listed(names: Sequence[str], language: str) -> str:
    """Names one after the other, as the language writes a list."""
    return in_language(BETWEEN, language).join(names)


def in_each(text: Text, *, names: Sequence[str]) -> dict[str, str]:
    """A text with a list of names, in every language."""
    return {language: say(text, language, names=listed(names, language)) for language in text}


def percent(fraction: Fraction) -> str:
    """A part of a whole, as "50 %"; rounded to a whole number, which only a display may do."""
    return f"{round(fraction * 100)} %"


def with_points(name: str, points: int, language: str) -> str:
    """A question's name and what it is worth."""
    return say(WITH_POINTS, language, name=name, points=points)
