"""What the judge itself tells a student: about answers that are missing, broken or too slow.

What a check found is said by the check's own checkers; these are for what happened around it.
"""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text

MISSING: Final[Text] = {
    "zh": "笔记本里没有定义 {names}。请在这道题的单元格中定义它（名字要完全一致）。",
    "en": "{names} is not defined in the notebook. Define it in this question's cell, under "
    "exactly this name.",
}
RAISED_HIDDEN: Final[Text] = {
    "zh": "你的代码对某些输入抛出了 {name}{where}。",
    "en": "Your code raises {name} for some inputs{where}.",
}
OPAQUE_HIDDEN: Final[Text] = {
    "zh": "返回了自己定义的类型的对象，这里需要普通的值（数、列表、数组等）。",
    "en": "An object of a type of your own came back where a plain value is needed (a number, "
    "a list, an array, …).",
}
AT_LINE: Final[Text] = {"zh": "（在 {function} 中）", "en": " (in {function})"}
BANNED: Final[Text] = {
    "zh": "这道题不能使用 {name}。",
    "en": "{name} is not allowed in this question.",
}
WRONG_FORM: Final[Text] = {
    "zh": "返回值的形式与题目要求不符，检查无法继续。",
    "en": "What came back has not the form that the question asks for, so the check could not go on.",
}
UNRUN: Final[Text] = {
    "zh": "没有运行：同一题中的另一项检查超时了。",
    "en": "Not run: another check of this question ran out of time.",
}
GATED: Final[Text] = {
    "zh": "没有运行：{why}",
    "en": "Not run: {why}",
}
OUR_FAULT: Final[Text] = {
    "zh": "检查本身出了错，这不是你的问题；老师会收到通知。",
    "en": "The check itself went wrong; this is not your fault, and your instructor is told.",
}
ENDED: Final[dict[str, Text]] = {
    "cpu": {
        "zh": "运行超过了时间限制。试着减少循环，用向量化的写法，或检查循环能否结束。",
        "en": "It ran out of time. Use fewer loops or whole-array operations, and make sure that "
        "every loop ends.",
    },
    "wall": {
        "zh": "等待太久没有结果。代码里有 sleep、input() 或不会结束的等待吗？",
        "en": "It waited too long. Is there a sleep, an input() or a wait that never ends?",
    },
    "memory": {
        "zh": "用掉了太多内存。",
        "en": "It used too much memory.",
    },
    "processes": {
        "zh": "启动了太多进程或线程。",
        "en": "It started too many processes or threads.",
    },
    "disk": {"zh": "写了太多文件。", "en": "It wrote too much to disk."},
    "output": {"zh": "打印了太多内容。", "en": "It printed too much."},
    "crash": {
        "zh": "Python 进程在检查时退出或崩溃了。",
        "en": "The Python process ended or crashed during the check.",
    },
}
FLAG_RAISED: Final[Text] = {
    "zh": "检查 {check} 在收到学生的值之后抛出了 {name}；同一检查对参考答案通过。",
    "en": "The check {check} raised {name} after the student's value had arrived; it passes on "
    "the reference.",
}
FLAG_JUNK: Final[Text] = {
    "zh": "提交的代码向评分通道写入了不属于任何请求的数据；这些数据没有被采用。",
    "en": "The submission wrote data to the grader's channel that answers no request; "
    "none of it was used.",
}
FLAG_BROKEN: Final[Text] = {
    "zh": "检查 {check} 收到的内容无法解码。",
    "en": "What the check {check} received could not be decoded.",
}


def ended_text(end: str) -> Text:
    """The text for an end; "crash (SIGSEGV)" is told like every crash."""
    return ENDED.get(end.split(" ")[0], ENDED["crash"])
