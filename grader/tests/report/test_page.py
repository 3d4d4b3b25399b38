"""What strangers wrote, as HTML: right where it is honest, inert where it is not."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright_grader.page.code import code_html
from gradewright_grader.page.images import checked_uri, raster_uri, svg_uri
from gradewright_grader.page.markdown import markdown_html, math_html
from gradewright_grader.page.markup import Html, el, escaped, visible
from gradewright_grader.page.outputs import outputs_html
from gradewright_grader.page.terminal import terminal_html

from . import building as b
from .hostile import HOSTILE
from .reading import dangers, read


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_inert_everywhere(source: str) -> None:
    outputs = [
        b.shown(text_html=source),
        b.shown(text_markdown=source),
        b.shown(text_latex=source),
        b.shown(text_plain=source),
        b.stream(source),
        {"output_type": "error", "ename": source, "evalue": source, "traceback": [source]},
        {"output_type": "display_data", "data": {source: source, "image/png": source}},
    ]
    whole = markdown_html(source, "en") + code_html(source) + outputs_html(outputs, "en")
    assert not dangers(whole)
    assert not {"badge", "passed", "main"} & read(whole).classes


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "<", ">", '"', "$", "`", "\n\n", "* ", "a", "\ue000"])))
def test_pieces_of_hostile_text_are_inert_together(pieces: list[str]) -> None:
    source = "".join(pieces)
    whole = markdown_html(source, "en") + outputs_html([b.shown(text_html=source)], "en")
    assert not dangers(whole)


def test_markdown_keeps_what_teachers_write() -> None:
    made = markdown_html("# A\n\n**b** `c`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n- d\n", "en")
    assert {"h3", "strong", "code", "table", "td", "li"} <= read(made).tags
    assert "h1" not in read(made).tags  # the page's own headings stand above


def test_formulas_become_mathml() -> None:
    made = markdown_html(
        "$a < b$ and\n\n$$\\begin{aligned} x &= \\frac{1}{2} \\end{aligned}$$", "en"
    )
    assert {"math", "mfrac", "mtr"} <= read(made).tags
    assert "&lt;" in made or "&#x0003C;" in made
    assert "\ue000" not in made
    assert "mtr" in read(markdown_html("\\begin{align}a &= b \\\\ c &= d\\end{align}", "en")).tags


def test_formulas_in_environments_and_on_lines_of_their_own_become_mathml() -> None:
    assert 'display="block"' in markdown_html("$$\n\\frac{a}{b}\n$$", "en")
    matrix = markdown_html("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "en")
    assert "mtable" in read(matrix).tags
    aligned = markdown_html("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$", "en")
    assert aligned.count("<mtr>") == 2
    assert "&amp;" not in aligned


@pytest.mark.parametrize("source", ["\\arg\\max_x f", "\\arg \\min_x f"])
def test_arg_is_a_word_of_formulas(source: str) -> None:
    made = math_html(source, "inline")
    assert "<mo>arg</mo>" in made
    assert "\\" not in made


@pytest.mark.parametrize("source", ["\\frac", "{" * 900, "x" * 4000, "\\left(", "x^", "a_b_c"])
def test_a_formula_that_cannot_be_converted_is_shown_as_written(source: str) -> None:
    assert math_html(source, "inline") == f"<code>{source}</code>"


def test_links_are_text_with_their_address() -> None:
    made = markdown_html("[book](https://example.org/a)", "en")
    assert "book" in made
    assert "https://example.org/a" in read(made).text
    assert "href" not in made


def test_a_remote_picture_becomes_a_note() -> None:
    made = markdown_html("![curve](http://example.org/a.png)", "zh")
    assert "不从网上加载" in made
    assert "curve" in made
    assert "img" not in read(made).tags


def test_an_attachment_is_shown_and_a_missing_one_is_not() -> None:
    attached = {"a.png": {"image/png": b.png()}, "../b.png": {"image/png": "AAAA"}}
    made = markdown_html("![x](attachment:a.png) ![y](attachment:../b.png)", "en", attached)
    assert made.count("data:image/png") == 1
    assert not dangers(made)


def test_pictures_are_what_they_claim_to_be() -> None:
    good = raster_uri("image/png", b.png())
    assert good is not None
    assert checked_uri(good) == good
    assert raster_uri("image/jpeg", b.png()) is None
    assert raster_uri("image/gif", b.png()) is None
    assert raster_uri("image/png", "%%%") is None
    assert raster_uri("image/webp", b.png()) is None
    assert raster_uri("image/png", base64.b64encode(b"<svg onload=alert(1)>").decode()) is None
    assert checked_uri("data:text/html;base64,AAAA") is None


def test_a_picture_that_would_fill_memory_is_refused() -> None:
    head = base64.b64decode(b.png())
    bomb = head[:16] + b"\x00\x01\x00\x00" * 2 + head[24:]
    assert raster_uri("image/png", base64.b64encode(bomb).decode()) is None


def test_the_sizes_of_jpeg_and_gif_are_read() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00"
    gif = b"GIF89a\x03\x00\x02\x00rest"
    for kind, data in (("image/jpeg", jpeg), ("image/gif", gif)):
        assert raster_uri(kind, base64.b64encode(data).decode()) is not None
        assert raster_uri(kind, base64.b64encode(data[:7]).decode()) is None
    assert raster_uri("image/jpeg", base64.b64encode(b"\xff\xd8\xff\xe0\x00\x00").decode()) is None


def test_svg_is_a_picture_and_never_markup() -> None:
    source = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    made = outputs_html([b.shown(**{"image_svg+xml": source})], "en")
    assert read(made).tags == {"div", "img"}
    assert svg_uri("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>") is None
    assert svg_uri("no picture") is None


def test_scripts_and_widgets_are_named() -> None:
    data = {"application/javascript": "alert(1)", "text/plain": "<Figure>"}
    made = outputs_html([{"output_type": "display_data", "data": data}], "en")
    assert "needs a script (application/javascript)" in made
    assert "&lt;Figure&gt;" in made
    assert "alert" not in made


def test_a_table_of_pandas_stays_a_table() -> None:
    source = '<table border="1" class="dataframe"><thead><tr><th>a</th></tr></thead></table>'
    made = outputs_html([b.shown(text_html=source, text_plain="a")], "en")
    assert '<table class="dataframe">' in made


def test_greys_and_backgrounds_of_terminals_are_left_out() -> None:
    made = terminal_html("\x1b[38;2;90;90;90mgrey\x1b[0m\x1b[48;2;255;0;0mback\x1b[0m")
    assert made == "<span>grey</span><span>back</span>"


def test_terminal_colours_become_classes() -> None:
    made = terminal_html("\x1b[31mred\x1b[0m \x1b[38;5;46mgreen\x1b[0m \x1b]0;title\x07plain")
    assert 'class="ansi-red-fg">red' in made
    assert 'class="ansi-green-fg">green' in made
    assert made.endswith(" plain")
    assert "style=" not in made
    assert terminal_html("1 %\r2 %\r3 %\n") == "3 %\n"


def test_hidden_characters_are_shown_in_code() -> None:
    made = code_html("x = 1 \u202e# \u200b")
    assert '<mark class="odd">U+202E</mark>' in made
    assert '<mark class="odd">U+200B</mark>' in made
    assert "\u202e" not in made
    assert visible("a\u2066b\x1b") == "a⟨U+2066⟩b⟨U+001B⟩"


def test_the_line_of_the_public_checks_is_cut() -> None:
    made = code_html('load("' + "e" * 5000 + '")')
    assert len(made) < 1000
    assert "[4928]" in made


def test_outputs_are_capped_with_a_note() -> None:
    many = outputs_html([b.stream(f"{i}\n") for i in range(100)], "en")
    assert "40 more outputs of this cell are not shown." in many
    long = outputs_html([b.stream("a" * 50_000)], "en")
    assert "34000 characters are left out here" in long
    for source in ("<div>" * 5000, "a" * 200_000):
        heavy = outputs_html([b.shown(text_html=source, text_plain="plain")], "en")
        assert "too long or too deep" in heavy
        assert "plain" in heavy


def test_long_and_involved_markdown_is_shown_as_written() -> None:
    for source in ("a" * 40_000, "\\\\[" * 400, "<div>" * 2000):
        assert markdown_html(source, "en").startswith('<pre class="plain">')


def test_many_changes_of_colour_are_left_out() -> None:
    made = terminal_html("\x1b[31ma" * 2000)
    assert made == "a" * 2000


def test_very_long_code_is_not_highlighted_and_still_marked() -> None:
    made = code_html("x = 1  # \u202e\n" * 8000)
    assert "<span" not in made
    assert "⟨U+202E⟩" in made


@pytest.mark.parametrize("source", HOSTILE[:15])
def test_the_reader_of_these_tests_sees_dangers(source: str) -> None:
    assert dangers(source) or source.startswith(("<style", "<math"))


def test_fenced_code_is_coloured_when_it_is_python() -> None:
    made = markdown_html("```python\nimport math\n```\n\n```\nimport math\n```", "en")
    assert made.count('<span class="kn">import</span>') == 1
    assert made.count('<div class="highlight">') == 2


def test_text_that_the_parser_cannot_take_is_shown_as_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> str:
        raise RecursionError

    monkeypatch.setattr("gradewright_grader.page.markdown.MarkdownWithMath.render", fail)
    assert markdown_html("# not parsed", "en") == '<pre class="plain"># not parsed</pre>'


def test_cells_of_tables_keep_their_spans_and_nothing_else() -> None:
    source = '<table><tr><td colspan="2" style="x" onclick="y">a<td rowspan="9e9">b</table>'
    made = outputs_html([b.shown(text_html=source)], "en")
    assert '<td colspan="2">a</td><td>b</td>' in made


def test_output_that_shows_nothing_takes_no_room() -> None:
    assert outputs_html([b.stream(" \n")], "en") == ""
    assert "KeyError: 3" in outputs_html(
        [{"output_type": "error", "ename": "KeyError", "evalue": "3", "traceback": []}], "en"
    )


def test_broken_outputs_do_not_break_the_page() -> None:
    odd = [{}, {"output_type": "stream", "text": 3}, {"output_type": "display_data", "data": []}]
    assert "3" in outputs_html(odd, "en")
    assert not dangers(outputs_html([b.stream("\ud800")], "en").encode().decode())


def test_elements_escape_what_is_not_markup() -> None:
    made = el("p", "<b>", Html("<i>"), class_='"x"', hidden=True, title=None)
    assert made == '<p class="&quot;x&quot;" hidden>&lt;b&gt;<i></p>'
    assert escaped(escaped("&")) == "&amp;"
