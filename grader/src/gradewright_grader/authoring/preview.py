"""A notebook as one self-contained page, for authors to read as a student would.

nbconvert's filters turn Markdown, code and terminal colours into HTML; the page around them is
ours, since a whole nbconvert template costs ten times as much. Formulas become MathML, so the page
needs no script; a policy in the page forbids scripts and everything from elsewhere.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import nh3
from latex2mathml.converter import convert
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from gradewright.notebook import roles

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mfrac", "msqrt", "mroot", "msub",
    "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle",
    "mpadded", "mphantom", "menclose", "mmultiscripts", "mprescripts", "semantics",
}  # fmt: skip
MATH_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "lspace", "rspace", "width",
    "height", "depth", "accent", "accentunder", "displaystyle", "scriptlevel", "columnalign",
    "rowspacing", "columnspacing", "linethickness", "minsize", "maxsize", "movablelimits",
    "notation", "largeop", "symmetric", "xmlns",
}  # fmt: skip
LABELS: Mapping[str, Mapping[str, str]] = {
    roles.ANSWER: {"zh": "作答", "en": "Answer"},
    roles.MANUAL: {"zh": "书面作答", "en": "Written answer"},
    roles.GIVEN: {"zh": "已给出", "en": "Given"},
    roles.CHECK: {"zh": "自测", "en": "Check"},
    roles.EXPLORE: {"zh": "探索", "en": "Explore"},
    roles.SETUP: {"zh": "准备", "en": "Setup"},
}
IMAGES = ("image/png", "image/jpeg", "image/gif")
LONG_LINE = re.compile(r'(load\("[^"]{40})[^"]+(")')


def render_page(notebook: NotebookNode) -> str:
    """The notebook as an HTML page. Cells without our metadata are shown without a label."""
    tag = notebook.metadata.get(roles.KEY, {})
    language = str(tag.get("language", "en"))
    title = str(tag.get("assignment", "notebook"))
    body = "\n".join(_cell(cell, language) for cell in notebook.cells)
    template = files(__package__).joinpath("preview.html").read_text(encoding="utf-8")
    values = {
        "language": html.escape(language),
        "title": html.escape(title),
        "policy": html.escape(POLICY),
        "code_light": HtmlFormatter(style="default").get_style_defs(".highlight"),
        "code_dark": HtmlFormatter(style="github-dark").get_style_defs(".highlight"),
        "body": body,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], template)


def _cell(cell: NotebookNode, language: str) -> str:
    role = str(cell.metadata.get(roles.KEY, {}).get("role", ""))
    words = LABELS.get(role, {})
    label = html.escape(words.get(language, words.get("en", "")))
    question = html.escape(str(cell.metadata.get(roles.KEY, {}).get("question", "")))
    caption = f"<header>{label} {question}</header>" if label else ""
    content = _code(cell) if cell.cell_type == "code" else markdown(cell.source)
    kind = html.escape(role or cell.cell_type)
    return f'<section class="cell {kind}">{caption}{content}</section>'


def _code(cell: NotebookNode) -> str:
    shown = LONG_LINE.sub(r"\1…\2", cell.source)  # nobody reads the payload
    source = str(highlight(shown, PythonLexer(), HtmlFormatter()))
    return source + "".join(f'<div class="output">{_output(o)}</div>' for o in cell.outputs)


def _output(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return f"<pre>{_terminal(output['text'])}</pre>"
    if output["output_type"] == "error":
        return f'<pre class="error">{_terminal(chr(10).join(output["traceback"]))}</pre>'
    return _data(output["data"])


def _terminal(text: str) -> str:
    return str(ansi2html(text))  # type: ignore[no-untyped-call]


def _data(data: Mapping[str, Any]) -> str:
    """The richest form of a display output that a page without scripts can show."""
    for kind in IMAGES:
        if kind in data:
            packed = "".join(str(data[kind]).split())
            return f'<img alt="" src="data:{kind};base64,{html.escape(packed)}">'
    if "image/svg+xml" in data:
        packed = base64.b64encode(str(data["image/svg+xml"]).encode()).decode()
        return f'<img alt="" src="data:image/svg+xml;base64,{packed}">'
    if "text/html" in data:
        return _clean(str(data["text/html"]))
    if "text/markdown" in data:
        return markdown(str(data["text/markdown"]))
    if "text/latex" in data:
        return markdown(str(data["text/latex"]))
    return f"<pre>{html.escape(str(data.get('text/plain', '')))}</pre>"


def markdown(source: str) -> str:
    """Markdown with formulas as clean HTML and MathML."""
    renderer = _MathRenderer(escape=False, exclude_anchor_links=True)
    return _clean(str(MarkdownWithMath(renderer=renderer).render(source)))


def _clean(fragment: str) -> str:
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = attributes.get("*", set()) | {"class"}
    for tag in MATHML:
        attributes[tag] = MATH_ATTRIBUTES
    return nh3.clean(
        fragment,
        tags=nh3.ALLOWED_TAGS | MATHML,
        attributes=attributes,
        url_schemes={"data", "https"},
    )


class _MathRenderer(IPythonRenderer):
    """nbconvert's renderer with formulas made at once, not left to a script."""

    def inline_math(self, body: str) -> str:
        return math(body, "inline")

    def block_math(self, body: str) -> str:
        return f"<p>{math(body, 'block')}</p>"

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


ALIGNED = re.compile(r"(\\(?:begin|end))\{(?:aligned|split|gathered)\}")


def math(source: str, display: str) -> str:
    """A formula as MathML; what cannot be converted is shown as it was written."""
    # The converter knows the outer environments only.
    known = ALIGNED.sub(r"\1{align*}", source.strip())
    try:
        return str(convert(known, display=display))
    except Exception:  # the converter raises many kinds, and a page must still be made
        return f"<code>{html.escape(source)}</code>"
