"""A notebook as a page: readable, self-contained, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from gradewright_grader.authoring.build import build_release
from gradewright_grader.authoring.preview import render_page

from .building import demo

PNG = (  # one grey pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def test_a_page_has_text_formulas_code_and_labels(tmp_path: Path) -> None:
    page = render_page(build_release(demo(tmp_path), "zh"))
    assert page.startswith('<!doctype html>\n<html lang="zh-Hans">')
    assert "<h3>演示</h3>" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in re.sub(r"(<math)[^>]*>", r"\1>", page)
    labels = '<span class="role">作答</span><span class="question">demo1.q1</span>'
    assert f'<section class="cell code answer"><div class="margin">{labels}</div>' in page
    assert '<span class="k">def</span>' in page
    assert "/*light*/" not in page
    assert "prefers-color-scheme: dark" in page


def test_a_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    page = render_page(build_release(demo(tmp_path), "en"))
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="http', page)
    assert max(map(len, page.splitlines())) < 1000  # the payload's line is cut


def test_html_of_authors_and_outputs_is_cleaned() -> None:
    dirty = '<b onclick="x()">bold</b><script>alert(1)</script><iframe src="//e"></iframe>'
    output = new_output("display_data", data={"text/html": dirty})
    cells = [new_code_cell("1", outputs=[output]), new_markdown_cell(dirty)]
    page = render_page(new_notebook(cells=cells))
    assert page.count("<b>bold</b>") == 2
    assert "alert" not in page


def test_cells_of_others_have_no_label_and_cannot_take_ours() -> None:
    tag = {"role": "kicker", "question": "<b>"}
    cells = [new_markdown_cell("a"), new_code_cell("b", metadata={"gradewright": tag})]
    page = render_page(new_notebook(cells=cells))
    assert '<section class="cell markdown"><div class="margin"></div>' in page
    assert '<section class="cell code"><div class="margin"></div>' in page


def test_a_raw_cell_and_an_empty_one_are_shown() -> None:
    page = render_page(new_notebook(cells=[new_raw_cell("a < b"), new_code_cell("")]))
    assert '<pre class="plain">a &lt; b</pre>' in page
    assert "(an empty cell)" in page


def test_outputs_of_every_kind_are_shown() -> None:
    outputs = [
        new_output("stream", name="stdout", text="a < b\n"),
        new_output("display_data", data={"image/png": PNG + "\n", "text/plain": "x"}),
        new_output("display_data", data={"image/svg+xml": "<svg/>"}),
        new_output("display_data", data={"text/markdown": "**strong**"}),
        new_output("display_data", data={"text/latex": "$y$"}),
        new_output("execute_result", data={"text/plain": "[1, 2]"}),
        new_output("error", ename="E", evalue="v", traceback=["\x1b[31mE: v\x1b[0m"]),
    ]
    page = render_page(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    for part in (
        "a &lt; b",
        f"data:image/png;base64,{PNG}",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "<strong>strong</strong>",
        "<mi>y</mi>",
        "[1, 2]",
        '<span class="ansi-red-fg">E: v</span>',
    ):
        assert part in page
