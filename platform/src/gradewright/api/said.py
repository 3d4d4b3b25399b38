"""What a student is told both in the own kernel and at grading, in the same words.

Checkers say what a check found; these are for what happened around it. Words that only one side
needs stand with that side (`student.words`, `judge.messages` in the grader).
"""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text

NOT_ANSWERED: Final[Text] = {
    "zh": "这道题还没有作答（函数仍是 raise NotImplementedError）。",
    "en": "This question is not answered yet (the function still raises NotImplementedError).",
}
NOT_CALLABLE: Final[Text] = {
    "zh": "{names} 不是函数。也许后面的代码用同一个名字存了别的东西。",
    "en": "{names} is not a function. Perhaps later code uses the same name for something else.",
}
PARAMETERS: Final[Text] = {
    "zh": "{name} 的参数应为 ({want})，现在是 ({have})。请把参数名改回题目给出的样子。",
    "en": "{name} should have the parameters ({want}), but it has ({have}). "
    "Give them the names that the question states.",
}
RAISED: Final[Text] = {
    "zh": "你的代码抛出了 {name}：{message}",
    "en": "Your code raised {name}: {message}",
}
UNREADABLE: Final[Text] = {
    "zh": "返回的内容无法读取：太大、嵌套太深或格式不对。",
    "en": "What came back could not be read: too large, nested too deeply or malformed.",
}
OPAQUE: Final[Text] = {
    "zh": "返回了 {name} 类型的对象，这里需要普通的值（数、列表、数组等）。",
    "en": "An object of type {name} came back where a plain value is needed (a number, a list, "
    "an array, …).",
}
NEEDS_ORACLE: Final[Text] = {
    "zh": "这一项已通过，但它只在结果正确时计分。",
    "en": "This passed, but it counts only once the results are right.",
}
