"""What is said when a file cannot be graded at all: one line, what it is and how to mend it.

`reading` decides; the words stand here. What comes from the file is shown by `shown`, so that a
name in it can neither break the line nor hide something.
"""

from __future__ import annotations

from typing import Final

from gradewright.api.texts import Text, filled

SHOWN = 60  # characters of a foreign text in a message


class RefusedNotebook(Exception):
    """The file is not graded. `kind` is a key of `REFUSALS`, `text` says why, zh and en."""

    def __init__(self, kind: str, /, **fields: object) -> None:
        self.kind = kind
        self.text = filled(REFUSALS[kind], **fields)
        super().__init__(self.text["en"])


def shown(text: str, most: int = SHOWN) -> str:
    """A foreign text as part of a line: cut, one line, nothing invisible, nothing that reorders."""
    cut = " ".join(text[: most + 1].split())
    visible = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut[:most])
    return visible + ("…" if len(text) > most else "")


REFUSALS: Final[dict[str, Text]] = {
    "size": {
        "zh": "文件有 {size} 字节，最多允许 {limit} 字节：请清除所有输出，保存后重新提交。",
        "en": "the file has {size} bytes, at most {limit} are allowed; clear all outputs, save "
        "and hand it in again",
    },
    "empty": {
        "zh": "文件是空的（0 字节或只有空白）：请在 Jupyter 中保存 notebook 后重新提交。",
        "en": "the file is empty; save the notebook in Jupyter and hand it in again",
    },
    "looks": {
        "zh": "这不是 notebook，看起来是{what}；需要 .ipynb 文件：请提交在 Jupyter、VS Code 或 "
        "Colab "
        "中保存（下载）的 .ipynb。",
        "en": "this is no notebook, it looks like {what}; an .ipynb file is needed: hand in what "
        "Jupyter, VS Code or Colab saves (downloads) as .ipynb",
    },
    "utf16": {
        "zh": "文件编码是 UTF-16，需要 UTF-8：请在 Jupyter 中打开并保存，或用编辑器另存为 UTF-8。",
        "en": "the file is in UTF-16, it must be in UTF-8; open and save it in Jupyter, or save it "
        "as UTF-8 in an editor",
    },
    "encoding": {
        "zh": "第 {line} 行第 {column} 列的字节 0x{byte} 不是 UTF-8（也许是 GBK 或 Latin-1）："
        "请用编辑器"
        "另存为 UTF-8，或在 Jupyter 中重新保存。",
        "en": "line {line}, column {column}: byte 0x{byte} is not UTF-8 (perhaps GBK or Latin-1); "
        "save the file as UTF-8 in an editor, or again in Jupyter",
    },
    "conflict": {
        "zh": "第 {line} 行有 git 合并冲突的标记（<<<<<<<）：请先解决冲突，在 Jupyter "
        "中打开确认后重新"
        "提交。",
        "en": "line {line} has git's conflict marks (<<<<<<<); resolve the conflict, open the "
        "notebook in Jupyter and hand it in again",
    },
    "json": {
        "zh": "第 {line} 行第 {column} 列不是合法的 JSON（{why}）：notebook 不能手工改坏，请在 "
        "Jupyter "
        "中打开、保存后重新提交。",
        "en": "line {line}, column {column}: not valid JSON ({why}); open the notebook in Jupyter, "
        "save it and hand it in again",
    },
    "cut": {
        "zh": "文件在第 {line} 行第 {column} 列中断（{why}），不是完整的 JSON：也许上传没有完成，"
        "请重新"
        "上传。",
        "en": "the file ends too early, at line {line}, column {column} ({why}): perhaps the "
        "upload was cut off; hand it in again",
    },
    "depth": {
        "zh": "JSON 嵌套了 {depth} 层，最多允许 {limit} 层：请清除所有输出，在 Jupyter "
        "中保存后重新提交。",
        "en": "the JSON is nested {depth} deep, at most {limit} is allowed; clear all outputs, "
        "save in Jupyter and hand it in again",
    },
    "values": {
        "zh": "文件中有 {count} 个 JSON 值，最多允许 {limit} 个：请清除所有输出，保存后重新提交。",
        "en": "the file holds {count} JSON values, at most {limit} are allowed; clear all outputs, "
        "save and hand it in again",
    },
    "twice": {
        "zh": "JSON 的同一个对象中 “{key}” 出现了两次，只允许一次：请在 Jupyter 中打开、"
        "检查并保存后重新"
        "提交。",
        "en": 'the key "{key}" stands twice in one JSON object, once is allowed; open the '
        "notebook in Jupyter, look at it, save it and hand it in again",
    },
    "object": {
        "zh": "这是一个 JSON {what}，notebook 应是带有 cells 的 JSON 对象：请提交 Jupyter 保存的 "
        ".ipynb。",
        "en": "this is a JSON {what}, a notebook is a JSON object with cells; hand in the .ipynb "
        "that Jupyter saves",
    },
    "version": {
        "zh": "nbformat 的值：{value}，这里能读 4.x：请在新版 Jupyter 或 Colab "
        "中打开并保存（会变成 "
        "4.5）后"
        "重新提交。",
        "en": "nbformat is {value}, 4.x can be read; open the notebook in a current Jupyter or "
        "Colab, save it (that makes it 4.5) and hand it in again",
    },
    "cells": {
        "zh": "cells 的值：{value}，应是单元格的列表：请在 Jupyter 中打开并保存后重新提交。",
        "en": "cells is {value}, it must be a list of cells; open the notebook in Jupyter, save "
        "it and hand it in again",
    },
    "count": {
        "zh": "notebook 有 {count} 个单元格，最多允许 {limit} 个：请删去多余的单元格后重新提交。",
        "en": "the notebook has {count} cells, at most {limit} are allowed; remove what is not "
        "needed and hand it in again",
    },
    "source": {
        "zh": "第 {cell} 个单元格的代码有 {count} 个字符，最多允许 {limit} 个："
        "请把粘贴的数据放进文件，或"
        "删去后重新提交。",
        "en": "cell {cell} has {count} characters of code, at most {limit} are allowed; put pasted "
        "data into a file or remove it, and hand the notebook in again",
    },
    "code": {
        "zh": "notebook 的代码共有 {count} 个字符，最多允许 {limit} 个："
        "请删去多余的代码后重新提交。",
        "en": "the notebook has {count} characters of code, at most {limit} are allowed; remove "
        "what is not needed and hand it in again",
    },
    "outputs": {
        "zh": "notebook 有 {count} 个输出，最多允许 {limit} 个：请清除所有输出，保存后重新提交。",
        "en": "the notebook has {count} outputs, at most {limit} are allowed; clear all outputs, "
        "save and hand it in again",
    },
}
