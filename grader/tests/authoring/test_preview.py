"""A notebook as a page: readable, self-contained, without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from gradewright_grader.authoring.build import build_release
from gradewright_grader.authoring.preview import markdown, render_page

from .building import demo


def test_a_page_has_text_formulas_code_and_labels(tmp_path: Path) -> None:
    page = render_page(build_release(demo(tmp_path), "zh"))
    assert page.startswith('<!doctype html>\n<html lang="zh">')
    assert "<h1>演示</h1>" in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in re.sub(r"(<math)[^>]*>", r"\1>", page)
    assert "<header>作答 demo1.q1</header>" in page
    assert '<span class="k">def</span>' in page
    assert "{{" not in page


def test_a_page_loads_and_runs_nothing(tmp_path: Path) -> None:
    page = render_page(build_release(demo(tmp_path), "en"))
    assert "default-src &#x27;none&#x27;" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="http', page)
    assert max(map(len, page.splitlines())) < 1000  # the payload's line is cut


def test_html_of_authors_and_outputs_is_cleaned() -> None:
    dirty = '<b onclick="x()">bold</b><script>alert(1)</script><iframe src="//e"></iframe>'
    assert markdown(dirty).strip() == "<p><b>bold</b></p>"
    output = new_output("display_data", data={"text/html": dirty})
    cell = new_code_cell("1", outputs=[output])
    page = render_page(new_notebook(cells=[cell]))
    assert "<b>bold</b>" in page
    assert "alert" not in page


def test_outputs_of_every_kind_are_shown() -> None:
    outputs = [
        new_output("stream", name="stdout", text="a < b\n"),
        new_output("display_data", data={"image/png": "aGk=\n", "text/plain": "x"}),
        new_output("display_data", data={"image/svg+xml": "<svg/>"}),
        new_output("display_data", data={"text/markdown": "**strong**"}),
        new_output("display_data", data={"text/latex": "$y$"}),
        new_output("execute_result", data={"text/plain": "[1, 2]"}),
        new_output("error", ename="E", evalue="v", traceback=["\x1b[31mE: v\x1b[0m"]),
    ]
    page = render_page(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    for part in (
        "a &lt; b",
        "data:image/png;base64,aGk=",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "<strong>strong</strong>",
        "<mi>y</mi>",
        "[1, 2]",
        '<span class="ansi-red-fg">E: v</span>',
    ):
        assert part in page


def test_formulas_in_display_and_environments_become_mathml() -> None:
    assert 'display="block"' in markdown("$$\n\\frac{a}{b}\n$$")
    assert "<mtable" in markdown("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}")


def test_aligned_equations_become_a_table() -> None:
    made = markdown("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$")
    assert made.count("<mtr>") == 2
    assert "&amp;" not in made


@pytest.mark.parametrize("formula", ["x^", r"\left( x", "a_b_c"])
def test_a_formula_that_cannot_be_converted_is_shown_as_written(formula: str) -> None:
    assert f"<code>{formula}</code>" in markdown(f"so ${formula}$ is broken")
