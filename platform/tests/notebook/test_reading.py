"""Reading a submission: what is accepted, what is repaired, and every refusal in both languages."""

from __future__ import annotations

import codecs
from typing import Any

import pytest

from gradewright.notebook import CellTag, Limits, RefusedNotebook, read_notebook

from .making import as_bytes, cell, document, honest, only, read, same_text

GOOD = as_bytes(document(honest()))


def refused(data: bytes, limits: Limits | None = None) -> RefusedNotebook:
    with pytest.raises(RefusedNotebook) as caught:
        read_notebook(data, limits or Limits())
    for text in caught.value.text.values():
        assert len(text.splitlines()) == 1
        assert len(text) < 400
    assert str(caught.value) == caught.value.text["en"]
    return caught.value


class TestAccepted:
    def test_an_honest_notebook_needs_no_notes(self) -> None:
        notebook = read(honest())
        assert notebook.notes == ()
        assert notebook.version == (4, 5)
        assert notebook.tag is not None
        assert notebook.tag.assignment == "tree1"
        assert notebook.cells[3].tag == CellTag("answer", "tree1.q1")
        assert [cell.index for cell in notebook.cells] == list(range(10))
        assert notebook.cells[3].id == "tree1-q1"

    def test_utf8_with_a_byte_order_mark(self) -> None:
        assert read_notebook(codecs.BOM_UTF8 + GOOD) == read_notebook(GOOD)

    def test_the_source_may_be_a_list_of_lines(self) -> None:
        assert read([cell(["a = 1\n", "b = 2"])]).cells[0].source == "a = 1\nb = 2"

    @pytest.mark.parametrize("minor", [0, 1, 2, 3, 4])
    def test_older_notebooks_have_no_ids_and_get_some(self, minor: int) -> None:
        cells = [cell("1"), cell("2")]
        notebook = read_notebook(as_bytes(document(cells, nbformat_minor=minor)))
        assert notebook.notes == ()
        assert len({cell.id for cell in notebook.cells}) == 2

    def test_outputs_are_handed_on_as_they_are(self) -> None:
        output = {"output_type": "stream", "name": "stdout", "text": ["1\n"], "odd": None}
        assert read([cell("1", outputs=[output])]).cells[0].outputs == (output,)

    def test_numbers_that_are_no_json_become_null(self) -> None:
        numbers = b'{"nan": NaN, "inf": [-Infinity, 1e400], "long": ' + b"9" * 5000 + b"}"
        data = GOOD.replace(b'"outputs": []', b'"outputs": [' + numbers + b"]", 1)
        outputs = read_notebook(data).cells[1].outputs
        assert outputs == ({"nan": None, "inf": [None, None], "long": None},)

    def test_half_surrogates_become_replacement_characters(self) -> None:
        cells = [cell("x"), cell("y", outputs=[{"k": "z"}])]
        data = as_bytes(document(cells)).replace(b'"x"', rb'"a\ud800b\ud83d\ude00"')
        data = data.replace(b'"z"', rb'["\uDFFF"]').replace(b'"k"', rb'"\udc00"')
        notebook = read_notebook(data)
        assert notebook.cells[0].source == "a\ufffdb\U0001f600"
        assert notebook.cells[1].outputs == ({"\ufffd": ["\ufffd"]},)

    def test_tags_of_other_tools_and_points_change_nothing(self) -> None:
        plain = read(honest())
        edited = honest()
        for number, each in enumerate(edited):
            each["metadata"] |= {"tags": ["skip-execution"], "points": 100, "nbgrader": {}}
            if each["cell_type"] == "code":
                each["execution_count"] = number
        assert read(edited) == plain


class TestRepaired:
    def test_a_missing_id(self) -> None:
        notebook = read_notebook(as_bytes(document([cell("1")])))
        assert notebook.cells[0].id == "cell-0"
        same_text(
            only(notebook.notes, "repaired"),
            "第 1 个单元格的 id（缺失）无效或重复，已换成新的；在 Jupyter 中保存一次即可修复。",
            "Cell 1: its id (missing) is not valid or not its own; it got a new one. Saving the "
            "notebook in Jupyter mends that.",
        )

    def test_an_id_that_stands_twice(self) -> None:
        notebook = read([cell("1", id="cell-1"), cell("2", id="cell-1")])
        assert [cell.id for cell in notebook.cells] == ["cell-1", "cell-1-"]
        assert "'cell-1'" in only(notebook.notes, "repaired").text["zh"]

    @pytest.mark.parametrize("id", ["a.b", "", "x" * 65, 7, ["a"], "a\nb", "a\u200b"])
    def test_an_id_that_is_not_valid(self, id: object) -> None:
        notebook = read([cell("1", id=id)])
        assert notebook.cells[0].id == "cell-0"
        assert len(only(notebook.notes, "repaired").text["en"].splitlines()) == 1

    @pytest.mark.parametrize(
        ("broken", "zh", "en"),
        [
            (5, "不是 JSON 对象", "it is no JSON object"),
            (cell("1", id="a") | {"cell_type": "cake"}, "cell_type：'cake'", "cell_type: 'cake'"),
            (cell("1", id="a") | {"cell_type": []}, "cell_type：一个 JSON 列表", "a JSON list"),
            (cell("1", id="a") | {"source": {}}, "source：一个 JSON 对象", "source: a JSON object"),
            (cell("1", id="a") | {"source": ["a", 1]}, "source：一个 JSON 列表", "a JSON list"),
            ({"cell_type": "code"}, "source：缺失", "source: missing"),
        ],
    )
    def test_a_cell_that_cannot_be_read_costs_itself(self, broken: Any, zh: str, en: str) -> None:
        notebook = read_notebook(as_bytes(document([broken, cell("2", id="b")])))
        assert [(c.type, c.source) for c in notebook.cells] == [("raw", ""), ("code", "2")]
        note = only(notebook.notes, "repaired")
        assert zh in note.text["zh"]
        assert "已当作空单元格；请在 Jupyter 中重新写" in note.text["zh"]
        assert en in note.text["en"]
        assert "counts as empty; write it again in Jupyter" in note.text["en"]
        assert note.cell == 0

    @pytest.mark.parametrize(
        "tag", [5, [], {}, {"role": 1}, {"role": "king"}, {"role": "given", "of": 1}]
    )
    def test_a_damaged_tag_is_dropped(self, tag: object) -> None:
        notebook = read([cell("1", metadata={"gradewright": tag})])
        assert notebook.cells[0].tag is None
        same_text(
            only(notebook.notes, "repaired"),
            "第 1 个单元格的 gradewright 元数据已损坏，改用标记注释和函数名寻找答案。",
            "Cell 1: its gradewright metadata are damaged; its answer is looked for by the marker "
            "comment and by names.",
        )

    @pytest.mark.parametrize("metadata", [None, [], "x", 3])
    def test_metadata_of_another_type_are_none(self, metadata: object) -> None:
        assert read([cell("1", metadata=metadata)], metadata=metadata).notes == ()

    def test_a_damaged_tag_of_the_notebook(self) -> None:
        notebook = read([cell("1")], metadata={"gradewright": {"assignment": 1}})
        assert notebook.tag is None
        same_text(
            only(notebook.notes, "repaired"),
            "notebook 的 gradewright 元数据已损坏，已忽略；作业由文件名或命令行决定。",
            "The notebook's gradewright metadata are damaged and ignored; which assignment it is "
            "follows from the file's name or the command.",
        )

    @pytest.mark.parametrize("outputs", [5, "x", {}, [1], [[]]])
    def test_malformed_outputs_are_dropped(self, outputs: object) -> None:
        notebook = read([cell("1", outputs=outputs)])
        assert notebook.cells[0].outputs == ()
        same_text(
            only(notebook.notes, "repaired"),
            "第 1 个单元格的输出格式不对，已忽略；重新运行并保存即可修复。",
            "Cell 1: its stored outputs are malformed and ignored; run it again and save.",
        )


REFUSALS: list[tuple[bytes, str, str, str]] = [
    (b"", "empty", "文件是空的", "the file is empty"),
    (b" \n", "empty", "保存 notebook 后重新提交", "save the notebook in Jupyter"),
    (b"%PDF-1.7 ...", "looks", "看起来是 PDF 文件", "it looks like a PDF"),
    (b"PK\x03\x04abc", "looks", "zip 压缩包或 Office", "a zip archive or an Office document"),
    (b"\x1f\x8babc", "looks", "gzip 压缩包", "a gzip archive"),
    (b"Rar!abc", "looks", "rar 压缩包", "a rar archive"),
    (b"7z\xbc\xaf'", "looks", "7z 压缩包", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0\xa1", "looks", "旧版 Office 文档", "an old Office document"),
    (b"\x89PNG\r\n", "looks", "图片", "a picture"),
    (b"\xff\xd8\xff\xe0", "looks", "图片", "a picture"),
    (b"\x80\x04\x95", "looks", "pickle 文件", "a pickle"),
    (b"{\\rtf1", "looks", "RTF 文档", "an RTF document"),
    (b"version https://git-lfs.github.com", "looks", "Git LFS 指针", "a Git LFS pointer"),
    (b"<!DOCTYPE html><p>", "looks", "网页（HTML）", "a web page (HTML)"),
    (b"\n<HTML lang='zh'>", "looks", "网页（HTML）", "a web page (HTML)"),
    (b"<?xml version='1.0'?><a/>", "looks", "XML 文件", "an XML file"),
    (b"# %%\nimport math\n", "looks", "Python 程序（.py）", "a Python program (.py)"),
    (b"x = 1\n\ndef f(): pass", "looks", "Python 程序（.py）", "a Python program (.py)"),
    ("我的作业".encode(), "looks", "普通文本", "plain text"),
    (b"\x7fELF\x00\x01", "looks", "二进制文件", "a binary file"),
    (
        GOOD.decode().encode("utf-16"),
        "utf16",
        "编码是 UTF-16，需要 UTF-8",
        "is in UTF-16, it must be",
    ),
    (GOOD.decode().encode("utf-16-le"), "utf16", "另存为 UTF-8", "save it as UTF-8"),
    (GOOD.decode().encode("utf-16-be"), "utf16", "另存为 UTF-8", "save it as UTF-8"),
    (
        '{"a":\n "é"}'.encode("latin-1"),
        "encoding",
        "第 2 行第 3 列的字节 0xE9 不是 UTF-8（也许是 GBK 或 Latin-1）",
        "line 2, column 3: byte 0xE9 is not UTF-8 (perhaps GBK or Latin-1)",
    ),
    (GOOD.decode().encode("gb18030"), "encoding", "另存为 UTF-8", "save the file as UTF-8"),
    (b'{"a": "\xed\xa0\x80"}', "encoding", "0xED", "0xED"),
    (
        b'{\n<<<<<<< HEAD\n "a": 1',
        "conflict",
        "第 2 行有 git 合并冲突的标记",
        "line 2 has git's conflict marks",
    ),
    (
        b'{"a": 1,\n "b" 2}',
        "json",
        "第 2 行第 6 列不是合法的 JSON（Expecting ':' delimiter）",
        "line 2, column 6: not valid JSON (Expecting ':' delimiter)",
    ),
    (GOOD + b"{}", "json", "在 Jupyter 中打开、保存", "not valid JSON (Extra data)"),
    (b"{'a': 1}", "json", "第 1 行第 2 列", "line 1, column 2"),
    (b'{"a": "\x00"}', "json", "第 1 行第 8 列", "Invalid control character at"),
    (b'{"a": "\n"}', "json", "第 1 行第 8 列", "Invalid control character at"),
    (b"{" + b" " * 5000 + b"\x00}", "json", "第 1 行第 5002 列", "line 1, column 5002"),
    (b'{"a": [1, 2', "cut", "在第 1 行第 12 列中断", "ends too early, at line 1, column 12"),
    (b'{"a": "unfinis', "cut", "也许上传没有完成", "perhaps the upload was cut off"),
    (b'{"cells": [], "cells": []}', "twice", "“cells” 出现了两次", 'the key "cells" stands twice'),
    (b"[]", "object", "这是一个 JSON 列表", "this is a JSON list, a notebook is a JSON object"),
    (b"3", "object", "JSON 数", "this is a JSON number"),
    (b"1.5", "object", "JSON 数", "this is a JSON number"),
    (b'"text"', "object", "JSON 字符串", "this is a JSON string"),
    (b"true", "object", "JSON 布尔值", "this is a JSON boolean"),
    (b"NaN", "object", "JSON 空值（null）", "this is a JSON null"),
    (b'{"name": "x"}', "object", "带有 cells 的 JSON 对象", "a JSON object with cells"),
    (
        b'{"nbformat": 3}',
        "version",
        "nbformat 的值：3，这里能读 4.x",
        "nbformat is 3, 4.x can be read",
    ),
    (b'{"nbformat": 5, "nbformat_minor": 99}', "version", "5.99", "nbformat is 5.99, 4.x can be"),
    (b'{"nbformat": 4, "nbformat_minor": -1}', "version", "4.-1", "4.-1"),
    (b'{"nbformat": true}', "version", "True", "nbformat is True"),
    (b'{"nbformat": "4"}', "version", "'4'", "nbformat is '4'"),
    (b'{"nbformat": [4]}', "version", "一个 JSON 列表", "nbformat is a JSON list"),
    (b'{"nbformat": 4, "nbformat_minor": {}}', "version", "4", "nbformat is 4"),
    (b'{"cells": []}', "version", "缺失", "nbformat is missing"),
    (
        b'{"nbformat": 4}',
        "cells",
        "cells 的值：缺失，应是单元格的列表",
        "cells is missing, it must be",
    ),
    (b'{"nbformat": 4, "cells": {}}', "cells", "一个 JSON 对象", "cells is a JSON object"),
]


class TestRefused:
    @pytest.mark.parametrize(("data", "kind", "zh", "en"), REFUSALS)
    def test_says_what_is_wrong_and_what_to_do(
        self, data: bytes, kind: str, zh: str, en: str
    ) -> None:
        refusal = refused(data)
        assert refusal.kind == kind
        assert zh in refusal.text["zh"]
        assert en in refusal.text["en"]

    @pytest.mark.parametrize(
        ("limits", "zh", "en"),
        [
            (
                Limits(file_bytes=99),
                f"{len(GOOD)} 字节，最多允许 99 字节",
                "at most 99 are allowed",
            ),
            (Limits(depth=3), "最多允许 3 层", "nested 6 deep, at most 3 is allowed"),
            (
                Limits(values=20),
                "个 JSON 值，最多允许 20 个",
                "JSON values, at most 20 are allowed",
            ),
            (
                Limits(cells=9),
                "有 10 个单元格，最多允许 9 个",
                "has 10 cells, at most 9 are allowed",
            ),
            (
                Limits(cell_code=20),
                "最多允许 20 个：请把粘贴的数据",
                "at most 20 are allowed; put pasted",
            ),
            (Limits(code=50), "的代码共有 ", "characters of code, at most 50 are allowed; remove"),
        ],
    )
    def test_more_than_the_limits(self, limits: Limits, zh: str, en: str) -> None:
        refusal = refused(GOOD, limits)
        assert zh in refusal.text["zh"]
        assert en in refusal.text["en"]

    def test_too_many_outputs(self) -> None:
        data = as_bytes(document([cell("1", outputs=[{}] * 3)]))
        refusal = refused(data, Limits(outputs=2))
        assert "有 3 个输出，最多允许 2 个：请清除所有输出" in refusal.text["zh"]
        assert "has 3 outputs, at most 2 are allowed; clear all outputs" in refusal.text["en"]

    def test_the_line_with_the_public_checks_is_no_code_to_count(self) -> None:
        line = f'check, check_all = load("{"x" * 1000}")'
        assert read_notebook(as_bytes(document([cell(line)])), Limits(cell_code=500)).cells
        assert refused(as_bytes(document([cell("#" + line)])), Limits(cell_code=500))

    def test_what_comes_from_the_file_cannot_break_the_line_or_reorder_it(self) -> None:
        key = "a\\n\\u202e" + "b" * 200
        refusal = refused(f'{{"{key}": 1, "{key}": 2}}'.encode())
        assert "a <U+202E>bbb" in refusal.text["en"]
        assert "b…" in refusal.text["en"]
