"""Every word that a student reads while handing in: `check`, `submit`, `submissions`; zh and en.

What reading and planning find is said by `notebook.notes` and `notebook.refusals`, the states of
questions and what a check found by `words`.
"""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text
from gradewright.student.words import LANGUAGES, say

__all__ = ["LANGUAGES", "say"]

# --- wrong use

NO_FILE: Final[Text] = {
    "zh": "{path} 不是普通文件，这里需要一个 .ipynb：请给出 notebook 文件本身。",
    "en": "{path} is no regular file, an .ipynb is needed: name the notebook itself",
}
UNREADABLE: Final[Text] = {
    "zh": "无法读取 {path}（{why}），这里需要一个可读的 .ipynb：请检查路径。",
    "en": "{path} cannot be read ({why}), a readable .ipynb is needed: look at the path",
}
SUFFIX: Final[Text] = {
    "zh": "{path} 的名字不以 .ipynb 结尾，只收 notebook：请提交 Jupyter、VS Code 或 Colab 保存的 "
    ".ipynb。",
    "en": "{path} does not end with .ipynb, only notebooks are taken: hand in the .ipynb that "
    "Jupyter, VS Code or Colab saves",
}
NO_DROP: Final[Text] = {
    "zh": "{path} 不是已有的文件夹，--to 需要老师指定的提交文件夹：请检查路径，或问老师。",
    "en": "{path} is no folder that exists, --to takes the one your instructor told you: look at "
    "the path, or ask",
}
NO_PLACE: Final[Text] = {
    "zh": "{path} 不是普通文件夹（可能是链接或文件），提交要存放在其中：请告诉老师。",
    "en": "{path} is no plain folder (a link or a file, perhaps) and submissions go into it: tell "
    "your instructor",
}
NOT_STORED: Final[Text] = {
    "zh": "没有交上：{path} 无法写入或读取（{why}），需要读写权限和空间：请再试一次，或告诉老师。",
    "en": "not handed in: {path} cannot be written or read ({why}), it needs the right to do so "
    "and space: try again, or tell your instructor",
}
BAD_STUDENT: Final[Text] = {
    "zh": "学号或名字 “{name}” 不能用（{why}），应是 1 到 {most} 个可见字符，不含斜杠等特殊符号："
    "请用 --student 给出。",
    "en": 'the student "{name}" cannot be used ({why}), it must be 1 to {most} visible characters '
    "without slashes and the like: name yourself by --student",
}
NO_USER: Final[Text] = {
    "zh": "系统没有给出用户名，需要它或 --student：请加上 --student 你的学号。",
    "en": "the system tells no user name, it or --student is needed: add --student and your id",
}
NO_ASSIGNMENT: Final[Text] = {
    "zh": "{path} 没有说明是哪份作业（元数据和第一个单元格里都没有）：请加上 --assignment 作业名。",
    "en": "{path} does not tell its assignment, neither in its metadata nor in its first cell: add "
    "--assignment and its id",
}
TWO_ASSIGNMENTS: Final[Text] = {
    "zh": "{path} 的元数据说是 {first}，第一个单元格说是 {second}，应是同一份作业：请用 "
    "--assignment 指明。",
    "en": "{path} is {first} by its metadata and {second} by its first cell, they must agree: say "
    "which by --assignment",
}
BAD_ASSIGNMENT: Final[Text] = {
    "zh": "作业名 “{name}” 不合规，应是小写字母、数字和下划线，最多 100 个（如 tree1）：请改正 "
    "--assignment。",
    "en": 'the assignment "{name}" is no id, these are up to 100 lower-case letters, digits and '
    "underscores (tree1): correct --assignment",
}
WHY_NAME: Final[dict[str, Text]] = {
    "empty": {"zh": "没有可见字符", "en": "nothing visible is in it"},
    "long": {"zh": "太长", "en": "it is too long"},
    "hidden": {"zh": "含不可见字符或换行", "en": "it has invisible characters or line breaks"},
    "special": {"zh": "含特殊符号 {what}", "en": "it has {what}"},
    "edge": {"zh": "首尾有空格或句点", "en": "it begins or ends with a blank or a dot"},
    "reserved": {"zh": "这个名字另有用途", "en": "that name has another use"},
}

# --- what was found

FINDINGS: Final[dict[str, Text]] = {
    "payload": {
        "zh": "第一个单元格里装着公开检查的那一行不见了或已损坏，无法核对各题：请从下发的 notebook "
        "中复制回来。",
        "en": "The line with the public checks in the first cell is gone or damaged, so the "
        "questions cannot be looked at: copy it back from the notebook that was handed out.",
    },
    "unanswered": {
        "zh": "{question} 尚未作答，还是下发时的样子：{what}。",
        "en": "{question} is not answered yet; still as handed out: {what}.",
    },
    "manual": {
        "zh": "{question} 由人工评分，但还没有写答案（第 {cell} 个单元格）。",
        "en": "{question} is graded by a person, and nothing is written yet (cell {cell}).",
    },
    "unexecuted": {
        "zh": "第 {cells} 个单元格从未运行过：请重启内核、全部运行，再保存。",
        "en": "Not run before saving: cell(s) {cells}. Restart the kernel, run all and save.",
    },
    "unexecuted.all": {
        "zh": "整个 notebook 都没有运行的记录：请全部运行再保存，老师就能看到你的输出。",
        "en": "No cell has been run, or all outputs were cleared: run all and save, so that your "
        "outputs can be seen.",
    },
    "stale": {
        "zh": "单元格不是在新内核里从上到下运行的（编号 {counts}），保存的输出可能已过时："
        "请重启内核、全部运行，再保存。",
        "en": "The cells were not last run top to bottom in a fresh kernel (their numbers are "
        "{counts}), so stored outputs may be out of date: restart, run all and save.",
    },
    "order": {
        "zh": "第 {cell} 个单元格用到了 {name}，而它到第 {later} 个单元格才定义：在开着的内核里能用，"
        "从上到下运行就会出错。请把定义移到前面。",
        "en": "Cell {cell} uses {name}, which is only defined further down, in cell {later}: that "
        "works in an open kernel, but not from top to bottom. Move the definition up.",
    },
    "undefined": {
        "zh": "第 {cell} 个单元格用到了 {name}，但没有任何单元格定义它：定义它的单元格也许被删掉了。",
        "en": "Cell {cell} uses {name}, which no cell defines: perhaps the cell that did was "
        "deleted.",
    },
    "error": {
        "zh": "第 {cell} 个单元格出错（{where}）：{error}",
        "en": "Cell {cell} fails ({where}): {error}",
    },
    "error.explore": {
        "zh": "第 {cell} 个单元格出错（{where}）：{error}。评分时不运行这个单元格。",
        "en": "Cell {cell} fails ({where}): {error}. It is not run when your work is graded.",
    },
    "error.unanswered": {
        "zh": "第 {cell} 个单元格停在尚未作答的函数上（{where}）。",
        "en": "Cell {cell} stops at a function that is not answered yet ({where}).",
    },
    "check": {
        "zh": "{question} {state}：{tested} —— {message}",
        "en": "{question} {state}: {tested} — {message}",
    },
    "question": {"zh": "{question} {state}：{message}", "en": "{question} {state}: {message}"},
    "time": {
        "zh": "{limit} 秒还没有运行完，已停止；当时正在运行{place}。看看循环能否结束，"
        "或用 --time 放宽时限。",
        "en": "It had not ended after {limit} seconds and was stopped while {place} ran. Make sure "
        "that every loop ends, or allow more by --time.",
    },
    "crash": {
        "zh": "运行{place}时 Python 进程结束了（{how}）：不要调用 os._exit()；也可能是内存不足。",
        "en": "The Python process ended while {place} ran ({how}): do not call os._exit(); perhaps "
        "memory ran out.",
    },
    "local": {
        "zh": "导入了 notebook 旁边的文件 {names}：只有下发的或作业允许一并提交的文件，"
        "评分时才会有。其余的请写进 notebook。",
        "en": "It imports {names} from files beside the notebook: when it is graded, only files "
        "that were handed out, or that the assignment takes along, are there. Put the rest into "
        "the notebook.",
    },
}
MORE_CHECKS: Final[Text] = {
    "zh": "（另有 {count} 项未通过）",
    "en": "({count} more did not pass)",
}
CELL: Final[Text] = {"zh": "第 {cell} 个单元格", "en": "cell {cell}"}
CHECKS_OF: Final[Text] = {"zh": "{question} 的公开检查", "en": "the public checks of {question}"}
START: Final[Text] = {"zh": "准备工作", "en": "the preparation"}
WHERE: Final[Text] = {"zh": "第 {line} 行", "en": "line {line}"}
WHERE_OTHER: Final[Text] = {
    "zh": "在第 {other} 个单元格第 {line} 行",
    "en": "in cell {other}, line {line}",
}
WHERE_OUTSIDE: Final[Text] = {"zh": "在库函数中", "en": "in a library"}
EXIT_CODE: Final[Text] = {"zh": "退出码 {code}", "en": "exit code {code}"}
SIGNAL: Final[Text] = {"zh": "信号 {name}", "en": "signal {name}"}

# --- the report

REFUSED: Final[Text] = {"zh": "不能提交：{reason}", "en": "cannot be handed in: {reason}"}
RAN: Final[Text] = {
    "zh": "{path} · 从头运行了 {count} 个代码单元格，共 {seconds} 秒",
    "en": "{path} · {count} code cells run from the top in {seconds} s",
}
NOT_RUN: Final[Text] = {
    "zh": "{path} · 没有运行，只看了内容",
    "en": "{path} · not run, only looked at",
}
SLOWEST: Final[Text] = {"zh": "最慢的单元格：{cells}", "en": "Slowest cells: {cells}"}
SLOW: Final[Text] = {"zh": "第 {cell} 个 {seconds} 秒", "en": "{cell} ({seconds} s)"}
TO_MEND: Final[Text] = {"zh": "要改的（{count}）", "en": "To mend ({count})"}
TO_LOOK: Final[Text] = {"zh": "要留意的（{count}）", "en": "To look at ({count})"}
MORE: Final[Text] = {
    "zh": "……还有 {count} 条，用 --json 可看全部",
    "en": "… and {count} more, all of them in --json",
}
READY: Final[Text] = {
    "zh": "可以提交了：gradewright submit {path} --to 提交文件夹",
    "en": "Ready to hand in: gradewright submit {path} --to FOLDER",
}
NOT_READY: Final[Text] = {
    "zh": "还有 {count} 处要改；改好后请再运行一次。",
    "en": "{count} to mend; then run this again.",
}

# --- the slip

TAKEN: Final[Text] = {"zh": "已交上", "en": "Handed in"}
AGAIN: Final[Text] = {
    "zh": "这份文件已在 {time} 交过，无须再交",
    "en": "This very file was handed in already, at {time}",
}
STUDENT: Final[Text] = {"zh": "学生", "en": "student"}
ASSIGNMENT: Final[Text] = {"zh": "作业", "en": "assignment"}
TIME: Final[Text] = {"zh": "时间", "en": "time"}
DIGEST: Final[Text] = {"zh": "摘要", "en": "digest"}
SIZE: Final[Text] = {"zh": "字节", "en": "bytes"}
FILE: Final[Text] = {"zh": "文件", "en": "file"}
STATE: Final[Text] = {"zh": "状态", "en": "state"}
WARNED: Final[Text] = {
    "zh": "已交上，但有 {count} 处值得改；改好后可以再交，以最新的为准",
    "en": "Handed in, with {count} to mend: you can hand in again, the newest counts",
}
NOTHING: Final[Text] = {
    "zh": "{path} 里还没有 {student} 的提交。",
    "en": "There are no submissions of {student} in {path} yet.",
}
STATES: Final[dict[str, Text]] = {
    "counts": {"zh": "以此为准", "en": "counts"},
    "older": {"zh": "较早", "en": "older"},
    "damaged": {"zh": "已损坏，请重新提交", "en": "damaged, hand it in again"},
}
