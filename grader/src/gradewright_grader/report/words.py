"""Every word of a report, in zh and en. What checks found is said by the checks themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gradewright.api.texts import Text, filled, in_language

LANGUAGES: Final = ("zh", "en")

WORDS: Final[dict[str, Text]] = {
    # both pages
    "offline": {
        "zh": "本页可离线阅读，不含脚本，也不从网上加载任何内容。",
        "en": "This page works offline, runs no script and loads nothing from elsewhere.",
    },
    "points": {"zh": "得分", "en": "Points"},
    "question": {"zh": "题目", "en": "Question"},
    "verdict": {"zh": "结果", "en": "Verdict"},
    "of": {"zh": "{points} / {most}", "en": "{points} of {most}"},
    # a student's page
    "score_auto": {"zh": "/ {most} 分（自动评分部分）", "en": "of {most} automatic points"},
    "score_all": {"zh": "/ {most} 分", "en": "of {most} points"},
    "score_open": {
        "zh": "另有 {points} 分待老师评阅：{names}",
        "en": "{points} more points are open until a person has read {names}",
    },
    "score_final": {"zh": "所有题目都已评完。", "en": "Everything has been graded."},
    "score_refused": {"zh": "这份文件没能批改", "en": "This file could not be graded"},
    "score_error": {
        "zh": "还没有成绩：评分系统出了错，会重新批改，不影响你的分数。",
        "en": "No result yet: grading went wrong on our side and will be repeated. "
        "It does not cost you anything.",
    },
    "score_split": {
        "zh": "得到 {earned} 分，失去 {lost} 分，待评阅 {open} 分",
        "en": "{earned} points earned, {lost} lost, {open} open",
    },
    "overview": {"zh": "各题结果", "en": "Question by question"},
    "feedback": {"zh": "反馈", "en": "Feedback"},
    "notebook": {"zh": "你的笔记本", "en": "Your notebook"},
    "notebook_about": {
        "zh": "评分时从头到尾重新运行了一遍，下面的输出来自这次运行。",
        "en": "It was run from top to bottom for grading; the outputs are those of that run.",
    },
    "no_notebook": {"zh": "这里没有可显示的笔记本。", "en": "There is no notebook to show."},
    "teaching": {"zh": "这里的想法需要调整", "en": "The idea to look at again"},
    "next": {"zh": "下一步", "en": "What to do next"},
    "via": {
        "zh": "这道题用参考版本的前序函数评分，前面的错误没有在这里再扣分。",
        "en": "Graded with the reference version of the earlier functions it builds on, so an "
        "earlier mistake did not cost you points again here.",
    },
    "hidden": {"zh": "隐藏检查", "en": "hidden check"},
    "passed_checks": {"zh": "通过的检查", "en": "Checks that passed"},
    "other_checks": {"zh": "没有通过的检查", "en": "Checks to look at"},
    "share": {"zh": "得到 {points} 分", "en": "{points} points"},
    "unnamed_check": {"zh": "检查 {id}", "en": "check {id}"},
    "rubric": {"zh": "评阅要点", "en": "What the reader looks for"},
    "goto_cell": {"zh": "看我的答案", "en": "To my answer"},
    "cell": {"zh": "单元格 {number}", "en": "Cell {number}"},
    "left_out": {
        "zh": "笔记本太大，其余 {count} 个单元格没有显示。",
        "en": "The notebook is too large; {count} more cells are not shown.",
    },
    "not_run": {"zh": "评分时不运行", "en": "not run when grading"},
    "flags": {"zh": "请留意", "en": "Please note"},
    "reason": {"zh": "原因", "en": "Reason"},
    "digest": {"zh": "提交 {digest}", "en": "Submission {digest}"},
    "verdict_digest": {"zh": "结果 {digest}", "en": "verdict {digest}"},
    "box": {"zh": "运行环境 {level}", "en": "box {level}"},
    # the class
    "class_title": {"zh": "班级成绩概览", "en": "Class overview"},
    "submissions": {"zh": "提交", "en": "Submissions"},
    "median": {"zh": "中位数", "en": "Median"},
    "mean": {"zh": "平均", "en": "Mean"},
    "best": {"zh": "最高", "en": "Best"},
    "to_mark": {"zh": "待人工评阅", "en": "To be marked"},
    "not_graded": {"zh": "被拒或出错", "en": "Refused or in error"},
    "distribution": {"zh": "分数分布", "en": "How points are distributed"},
    "distribution_about": {
        "zh": "{count} 份提交，满分 {most}（不含待评阅部分）；虚线为中位数 {median}。",
        "en": "{count} submissions, out of {most} points without open ones; the dashed line is "
        "the median, {median}.",
    },
    "range": {"zh": "分数段", "en": "Points"},
    "students": {"zh": "学生", "en": "Students"},
    "student": {"zh": "学生", "en": "Student"},
    "as_table": {"zh": "用表格显示", "en": "The same as a table"},
    "success": {"zh": "各题完成情况", "en": "How each question went"},
    "mean_share": {"zh": "平均得分率", "en": "Mean"},
    "misconceptions": {"zh": "遇到的误解", "en": "Misconceptions met"},
    "misconceptions_about": {
        "zh": "这些想法值得在课上再讲一遍。学生的页面上已经有同样的说明。",
        "en": "Ideas worth another minute in class. Each student concerned reads the same words.",
    },
    "no_misconceptions": {
        "zh": "没有错误答案对应到已知的误解。",
        "en": "No wrong answer matched a known misconception.",
    },
    "most_failed": {"zh": "最常未通过的检查", "en": "Checks failed most"},
    "no_failed": {"zh": "没有未通过的检查。", "en": "No check failed."},
    "check": {"zh": "检查", "en": "Check"},
    "attention": {"zh": "需要你处理", "en": "Needs your attention"},
    "no_attention": {"zh": "没有需要处理的。", "en": "Nothing needs your attention."},
    "status": {"zh": "状态", "en": "Status"},
    "what": {"zh": "情况", "en": "What happened"},
    "line": {"zh": "第 {line} 行", "en": "line {line}"},
    "kind": {"zh": "类型", "en": "Kind"},
    "count": {"zh": "人数", "en": "Count"},
    "total": {"zh": "总分", "en": "Total"},
    "all_students": {"zh": "所有学生", "en": "All students"},
    "open_note": {"zh": "另有 {points} 分待评阅", "en": "{points} open"},
    "legend": {"zh": "图例", "en": "Key"},
    "empty_class": {"zh": "还没有提交。", "en": "There are no submissions yet."},
    "refused": {"zh": "被拒", "en": "refused"},
    "error": {"zh": "系统出错", "en": "error"},
    "graded": {"zh": "已评", "en": "graded"},
    "summary": {
        "zh": "{count} 份提交：{graded} 份已评，{refused} 份被拒，{error} 份出错",
        "en": "{count} submissions: {graded} graded, {refused} refused, {error} in error",
    },
    "error_advice": {
        "zh": "评分系统的问题：没有记分，请重新运行 grade；若再次出现，请查看 gradewright doctor。",
        "en": "A fault on our side, not scored: run grade again; if it comes back, see "
        "gradewright doctor.",
    },
    "between": {"zh": "、", "en": ", "},
}
STATES: Final[dict[str, Text]] = {
    "passed": {"zh": "通过", "en": "passed"},
    "partial": {"zh": "部分通过", "en": "partly passed"},
    "failed": {"zh": "未通过", "en": "failed"},
    "missing": {"zh": "没有找到", "en": "not found"},
    "unanswered": {"zh": "尚未作答", "en": "not answered"},
    "unrun": {"zh": "没有运行", "en": "not run"},
    "broken": {"zh": "检查本身出错", "en": "the check went wrong"},
    "open": {"zh": "待评阅", "en": "to be read"},
    "marked": {"zh": "已评阅", "en": "read and marked"},
}
NEXT: Final[dict[str, Text]] = {
    "open": {
        "zh": "这道题由老师阅读评分，现在不需要做什么。",
        "en": "A person reads and marks this answer; there is nothing to do now.",
    },
    "broken": {
        "zh": "这不是你的问题：老师会收到通知，这道题会重新评分。",
        "en": "This is not your fault: your instructor is told, and the question is graded again.",
    },
    "missing": {
        "zh": "把函数写进这道题的单元格（名字与题目完全一致），“重启并全部运行”确认能跑通，再提交。",
        "en": "Define it in this question's cell, under exactly the name asked for; then restart "
        "and run all cells before you hand in again.",
    },
    "unanswered": {
        "zh": '在这道题的单元格里写出你的答案，运行 check("{id}") 看看结果，再提交。',
        "en": 'Write your answer into this question\'s cell, run check("{id}") to see how it goes, '
        "and hand in again.",
    },
    "gated": {
        "zh": '先解决上面说的这一个问题，其余检查才会运行。改好后运行 check("{id}")。',
        "en": 'Solve this one problem first; the other checks wait for it. Then run check("{id}").',
    },
    "misconception": {
        "zh": '想一想上面的提示，先用纸笔算一个小例子，再改代码并运行 check("{id}")。',
        "en": "Think about the note above and work one small example by hand; then change the code "
        'and run check("{id}").',
    },
    "ended": {
        "zh": "先用很小的输入在自己的笔记本里运行一次，看看循环何时结束、用了多少内存。",
        "en": "Run it in your own notebook on a very small input first, and watch when its loops "
        "end and how much memory it takes.",
    },
    "hidden": {
        "zh": "公开检查都通过了。再试试边界情况：空输入、只有一类、相等的值、别的默认参数。",
        "en": "The public checks pass. Try the edges now: empty input, a single class, ties, other "
        "values of the default arguments.",
    },
    "public": {
        "zh": '在笔记本里运行 check("{id}")：那里能看到同样的公开检查和你的错误位置。',
        "en": 'Run check("{id}") in your notebook: it shows the same public checks, and where in '
        "your code they fail.",
    },
}
GATES: Final[dict[str, Text]] = {
    "missing": {"zh": "没有可以检查的函数。", "en": "There was nothing to check."},
    "signature": {
        "zh": "函数的参数与题目不一致，其余检查没有运行。",
        "en": "The parameters are not those asked for; the other checks did not run.",
    },
    "ban": {
        "zh": "用了这道题不允许的函数，因此没有得分。",
        "en": "It uses something that this question does not allow, so it earns no points.",
    },
    "error": {
        "zh": "代码一运行就出错，其余检查没有运行。",
        "en": "The code raises an error at once; the other checks did not run.",
    },
}
ENDS: Final[dict[str, Text]] = {
    "cpu": {
        "zh": "这个单元格超过了运行时间限制，被中断；它之后的代码照常运行。",
        "en": "This cell ran out of time and was stopped; the cells after it ran all the same.",
    },
    "wall": {
        "zh": "这个单元格等待太久，被中断。有 sleep、input() 或等不到的东西吗？",
        "en": "This cell waited too long and was stopped. Is there a sleep, an input() or "
        "something that never comes?",
    },
    "memory": {
        "zh": "这个单元格用掉了太多内存，被停止；其余部分不带它重新运行。",
        "en": "This cell used too much memory; the notebook was run again without it.",
    },
    "processes": {
        "zh": "这个单元格启动了太多进程或线程，被停止。",
        "en": "This cell started too many processes or threads and was stopped.",
    },
    "disk": {
        "zh": "这个单元格写了太多文件，被停止。",
        "en": "This cell wrote too much to disk and was stopped.",
    },
    "output": {
        "zh": "这个单元格打印了太多内容，多出的没有保留。",
        "en": "This cell printed too much; the rest was dropped.",
    },
    "crash": {
        "zh": "运行这个单元格时 Python 进程退出或崩溃了（{end}）；其余部分不带它重新运行。",
        "en": "The Python process ended or crashed in this cell ({end}); the notebook was run "
        "again without it.",
    },
    "error": {
        "zh": "这个单元格抛出了错误；它之后的单元格照常运行。",
        "en": "This cell raised an error; the cells after it ran all the same.",
    },
    "interrupted": {"zh": "这个单元格被中断了。", "en": "This cell was interrupted."},
}


def say(text: Text, language: str, /, **fields: object) -> str:
    """A text in one language, with its fields filled."""
    return in_language(filled(text, **fields), language)


def word(key: str, language: str, /, **fields: object) -> str:
    """One of `WORDS` in one language, with its fields filled."""
    return say(WORDS[key], language, **fields)


def end_text(end: str, language: str) -> str:
    """What is said of a cell that did not simply run to its end."""
    known = ENDS.get(end.split(" ")[0], ENDS["crash"])
    return say(known, language, end=end)


def listed(names: Sequence[str], language: str) -> str:
    """Names one after the other, as the language writes a list."""
    return word("between", language).join(names)
