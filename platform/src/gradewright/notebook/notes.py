"""What a person should know about how a submission was read: found, restored, missing, doubtful.

A note never costs or gives points. Its `kind` is what programs look at; the words stand in `NOTES`,
where "missing.names" is one of several wordings of the kind "missing".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gradewright.api.texts import Text, filled


@dataclass(frozen=True, slots=True)
class Note:
    """One remark. `question` is a short id ("q1"), `cell` an index into the notebook, from 0.

    In the text cells are counted from 1, as a person counts them.
    """

    kind: str
    text: dict[str, str]
    question: str | None = None
    cell: int | None = None


def note(
    wording: str, /, about: str | None = None, cell: int | None = None, **fields: object
) -> Note:
    """The note with this wording; `about` is its question, `{cell}` in the text counts from 1."""
    number = 0 if cell is None else cell + 1
    text = filled(NOTES[wording], cell=number, **fields)
    return Note(wording.partition(".")[0], text, about, cell)


NOTES: Final[dict[str, Text]] = {
    # reading
    "repaired.id": {
        "zh": "第 {cell} 个单元格的 id（{value}）无效或重复，已换成新的；在 Jupyter "
        "中保存一次即可修复。",
        "en": "Cell {cell}: its id ({value}) is not valid or not its own; it got a new one. Saving "
        "the notebook in Jupyter mends that.",
    },
    "repaired.cell": {
        "zh": "第 {cell} 个单元格无法读取（{value}），已当作空单元格；请在 Jupyter "
        "中重新写这个单元格。",
        "en": "Cell {cell} cannot be read ({value}) and counts as empty; write it again in "
        "Jupyter.",
    },
    "repaired.tag": {
        "zh": "第 {cell} 个单元格的 gradewright 元数据已损坏，改用标记注释和函数名寻找答案。",
        "en": "Cell {cell}: its gradewright metadata are damaged; its answer is looked for by the "
        "marker comment and by names.",
    },
    "repaired.notebook_tag": {
        "zh": "notebook 的 gradewright 元数据已损坏，已忽略；作业由文件名或命令行决定。",
        "en": "The notebook's gradewright metadata are damaged and ignored; which assignment it is "
        "follows from the file's name or the command.",
    },
    "repaired.outputs": {
        "zh": "第 {cell} 个单元格的输出格式不对，已忽略；重新运行并保存即可修复。",
        "en": "Cell {cell}: its stored outputs are malformed and ignored; run it again and save.",
    },
    # finding answers
    "missing": {
        "zh": "没有找到 {question} 的答案单元格：请从下发的 notebook 中复制回来，并保留第一行 "
        "“# question: {question}”。",
        "en": "No answer cell for {question} was found: copy it back from the notebook that was "
        'handed out, with its first line "# question: {question}".',
    },
    "missing.names": {
        "zh": "{question} 的单元格里没有定义 {names}：请用题目要求的名字定义。",
        "en": "The cells of {question} do not define {names}: define it under exactly this name.",
    },
    "missing.manual": {
        "zh": "没有找到 {question} 的文字单元格：请从下发的 notebook 中复制回来，再写答案。",
        "en": "No text cell for {question} was found: copy it back from the notebook that was "
        "handed out and write the answer into it.",
    },
    "found_by_marker": {
        "zh": "{question}：单元格的元数据不在了，凭第一行的标记注释找到了答案（第 {cell} "
        "个单元格）。",
        "en": "{question}: the cell's metadata are gone; the answer was found by its marker "
        "comment (cell {cell}).",
    },
    "found_by_name": {
        "zh": "{question}：{names} 不在这道题的单元格里，在第 {cell} 个单元格中找到并采用；"
        "最好移回原处。",
        "en": "{question}: {names} was found in cell {cell}, not in the question's own cell, and "
        "counts; better move it there.",
    },
    "duplicate": {
        "zh": "{question}：{name} 在第 {cells} 个单元格中都有定义，以最后一个为准；请删去其余的。",
        "en": "{question}: {name} is defined in the cells {cells}; the last one counts. Remove the "
        "others.",
    },
    "retyped": {
        "zh": "{question} 的单元格（第 {cell} 个）被改成了 {type} 类型，不会运行："
        "请改回代码（code）类型。",
        "en": "The cell of {question} (cell {cell}) was turned into {type} and is not run: turn it "
        "back into code.",
    },
    "retyped.manual": {
        "zh": "{question} 的文字单元格（第 {cell} 个）被改成了 {type} 类型，内容仍会交给老师批改。",
        "en": "The text cell of {question} (cell {cell}) was turned into {type}; what it says is "
        "still graded by a person.",
    },
    "syntax": {
        "zh": "第 {cell} 个单元格第 {line} 行有语法错误（{why}），整个单元格都不能运行。",
        "en": "Cell {cell}, line {line}: a syntax error ({why}); the whole cell cannot run.",
    },
    "syntax.size": {
        "zh": "第 {cell} 个单元格有 {count} 个字符，太长，无法寻找其中的答案（最多 {limit}）："
        "请把数据放进"
        "文件。",
        "en": "Cell {cell} has {count} characters, too many to look for answers in (at most "
        "{limit}); put data into a file.",
    },
    "unknown_question": {
        "zh": "第 {cell} 个单元格标着 {value}，这份作业没有这道题（有 {known}）："
        "它当作普通代码运行。",
        "en": "Cell {cell} is marked {value}, which this assignment does not have (it has "
        "{known}); it runs as ordinary code.",
    },
    "other_assignment": {
        "zh": "这份 notebook 属于作业 {value}，现在按 {assignment} 批改：交错文件了吗？",
        "en": "This notebook belongs to the assignment {value} and is graded as {assignment}: is "
        "it the wrong file?",
    },
    "language": {
        "zh": "notebook 的语言是 {value}，批改使用 {language}：不影响得分。",
        "en": "The notebook's language is {value}, it is graded in {language}; that does not "
        "change the points.",
    },
    # running
    "restored": {
        "zh": "下发的代码单元格（{name}）被删除了，批改时已放回 notebook 的开头。",
        "en": "A cell of code that was handed out ({name}) was deleted; it was put back at the top "
        "for grading.",
    },
    "changed_given": {
        "zh": "下发的代码单元格（第 {cell} 个）被修改（{what}），批改时用原来的代码。",
        "en": "A cell of code that was handed out (cell {cell}) was changed ({what}); the original "
        "is used for grading.",
    },
    "changed_given.kept": {
        "zh": "下发的代码单元格（第 {cell} 个）被修改（{what}），批改时用原来的代码，你添加的 "
        "{names} 保留；"
        "最好写在自己的单元格里。",
        "en": "A cell of code that was handed out (cell {cell}) was changed ({what}); the original "
        "is used for grading, with the names you added ({names}). Better put those into a cell of "
        "your own.",
    },
    "rebound": {
        "zh": "{question}：{name} 后来在第 {cell} 个单元格中被重新赋值；"
        "批改用答案单元格中的定义。请换一个"
        "变量名。",
        "en": "{question}: {name} is given another value in cell {cell}; what the answer cell "
        "defined is graded. Use another name there.",
    },
    "explore_needed": {
        "zh": "第 {cell} 个单元格是自由探索用的，批改时本来不运行；但答案用到了其中的 {names}，"
        "所以运行了。"
        "请移到答案单元格中。",
        "en": "Cell {cell} is for exploring and is not run when grading; an answer uses {names} "
        "from it, so it was run after all. Move that into the answer cell.",
    },
    # looking
    "bidi.order": {
        "zh": "第 {cell} 个单元格第 {line} 行含有改变文字方向的字符 {value}："
        "显示的顺序与运行的不同，请删除。",
        "en": "Cell {cell}, line {line}: the character {value} changes the direction of text: what "
        "is shown is not what runs. Remove it.",
    },
    "bidi.invisible": {
        "zh": "第 {cell} 个单元格第 {line} 行含有不可见字符 {value}：请删除后重新输入这一行。",
        "en": "Cell {cell}, line {line}: there is an invisible character {value}; delete it and "
        "type the line again.",
    },
    "bidi.lookalike": {
        "zh": "第 {cell} 个单元格中的名字 {value} 看起来像 {like}，却含有其他字母表的字母："
        "请重新输入。",
        "en": "Cell {cell}: the name {value} looks like {like}, but has letters of another "
        "alphabet; type it again.",
    },
}
