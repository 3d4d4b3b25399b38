"""Results as HTML and as text."""

from __future__ import annotations

import io
import sys
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.student import load
from gradewright.student.columns import width, wrapped

from .building import FAIR, PURE, RIGHT, defining, line, loaded, manual, question, result

VOID = {"br", "hr", "img", "meta", "input"}


class Page(HTMLParser):
    """Parses strictly: every element closed in order; keeps elements, classes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def html(shown: Any) -> str:
    """The fragment that a notebook shows."""
    return str(shown._repr_html_())


HOSTILE = "<script>alert('x')</script><img src=x onerror=\"y\">&lt;</style></div>"
ALLOWED = {"div", "span", "style", "ul", "li", "pre", "details", "summary"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


def hostile_overview() -> Any:
    """Hostile strings wherever a topic or a student can put one."""
    checks = f"""
HOSTILE = {HOSTILE!r}
@check(zh="z", en="e")
def test_a(student):
    student.entropy([])
@check(zh="z", en="e")
def test_b(student):
    fail(zh=HOSTILE, en=HOSTILE)
@check(zh="z", en="e")
def test_c(student):
    award("1/3", zh=HOSTILE, en=HOSTILE)
"""
    answer = (
        f"def entropy(y, base=2.0):\n    print({HOSTILE!r} * 30)\n"
        f"    raise type({HOSTILE!r}, (Exception,), {{}})({HOSTILE!r})"
    )
    texts = {"zh": HOSTILE, "en": HOSTILE}
    asked = question("tree1.q1", checks, title=texts)
    checks_told = tuple(
        type(c)(c.id + HOSTILE, c.name, texts, c.weight, c.prop) for c in asked.checks
    )
    asked = question("tree1.q1", checks, title=texts, checks=checks_told)
    odd = manual("tree1.<b>q7</b>")
    return load(line([asked, odd], {"tree1.q1": checks}), defining(answer))


@pytest.mark.parametrize("call", ["one", "all", "some", "unknown"])
def test_what_others_wrote_is_escaped(call: str) -> None:
    check, check_all = hostile_overview()
    shown = {
        "one": lambda: check("q1"),
        "all": check_all,
        "some": lambda: check(["q1", HOSTILE]),
        "unknown": lambda: check(HOSTILE),
    }[call]()
    page = Page(html(shown))
    assert set(page.elements) <= ALLOWED | TABLE
    assert page.elements.count("style") == 1
    assert {name for name, _ in page.attributes} <= {
        "class",
        "lang",
        "open",
        "scope",
        "aria-hidden",
    }
    assert "alert('x')" in page.text
    assert "<script" not in html(shown)


def test_style_stays_within_its_class() -> None:
    style = html(result(FAIR, {})).partition("<style>")[2].partition("</style>")[0]
    rules = style.replace("@media (prefers-color-scheme:dark){", "").split("}")
    selectors = [s.strip() for r in rules if "{" in r for s in r.partition("{")[0].split(",")]
    assert selectors
    assert all(s.startswith(".gw") or s.endswith(" .gw") for s in selectors)
    assert "url(" not in style
    assert style.count("{") == style.count("}")


def test_html_tells_everything_in_words() -> None:
    wrong = defining("def entropy(y, base=2.0):\n    print('seen')\n    return 0.0")
    page = Page(html(result(FAIR + PURE, wrong)))
    for part in (
        "failed tree1.q1 Entropy 1 of 2 public checks passed · 15 points",
        "a fair coin carries one bit failed",
        "Expected 1.0, got 0.0.",
        "Printed by your code: seen",
        "one class has entropy 0 passed",
        "Public checks only; hidden checks run when your work is graded.",
    ):
        assert part in page.text
    assert ("lang", "en") in page.attributes


def test_html_in_chinese() -> None:
    shown = result(FAIR, defining(RIGHT), language="zh")
    page = Page(html(shown))
    assert "✓ 通过 tree1.q1 熵 公开检查通过 1/1 项 · 15 分" in page.text
    assert "这里只有公开检查；隐藏检查在评分时运行。" in page.text
    assert ("lang", "zh-Hans") in page.attributes
    assert "passed tree1.q1" in Page(html(shown.in_language("en"))).text


def test_long_output_waits_for_a_click_and_short_does_not() -> None:
    many = defining("def entropy(y, base=2.0):\n    [print(i) for i in range(9)]\n    return 1.0")
    few = defining("def entropy(y, base=2.0):\n    print(0)\n    return 1.0")
    assert "<details>" in html(result(FAIR, many))
    assert "<details open>" in html(result(FAIR, few))


def overview(language: str = "en") -> Any:
    """One question passed, one failed, one not answered, one missing, one for a person."""
    other = FAIR.replace("student.entropy", "student.gini")
    stub = FAIR.replace("student.entropy", "student.gain")
    questions = [
        question("tree1.q1", FAIR),
        question("tree1.q2", other, functions=("gini",), signatures={}, points=5),
        question("tree1.q3", stub, functions=("gain",), signatures={}),
        question("tree1.q4", functions=("nothing",), title={"zh": "基尼", "en": "Gini"}),
        manual(),
    ]
    sources = {"tree1.q1": FAIR, "tree1.q2": other, "tree1.q3": stub}
    more = "\ndef gini(y):\n    return 0.0\ndef gain(y):\n    raise NotImplementedError\n"
    return load(line(questions, sources, language), defining(RIGHT + more))[1]()


def test_overview_as_html() -> None:
    page = Page(html(overview()))
    assert page.elements.count("tr") == 6
    for part in (
        "tree1 Split criteria 1 of 4 questions pass their public checks",
        "state question title public checks points",
        "✓ passed tree1.q1 Entropy 1/1 15",
        "✗ failed tree1.q2 Entropy 0/1 5",
        "– graded by a person tree1.q7 Discussion 10",
        "Not answered yet: tree1.q3, tree1.q4",
        "Graded by a person: tree1.q7 (10 points)",
        "Expected 1.0, got 0.0.",
    ):
        assert part in page.text
    chinese = Page(html(overview("zh"))).text
    assert "尚未作答：tree1.q3、tree1.q4" in chinese
    assert "人工评分：tree1.q7（10 分）" in chinese


# --- text


def test_question_as_text() -> None:
    wrong = defining("def entropy(y, base=2.0):\n    print('seen')\n    return 0.0")
    assert repr(result(FAIR + PURE, wrong)).splitlines() == [
        "✗ tree1.q1  Entropy: failed (1 of 2 public checks passed)",
        "  ✗ a fair coin carries one bit (failed)",
        "      the result has the wrong value. Expected 1.0, got 0.0.",
        "      Printed by your code:",
        "      | seen",
        "  ✓ one class has entropy 0",
        "      Printed by your code:",
        "      | seen",
        "Public checks only; hidden checks run when your work is graded.",
    ]


def test_traceback_as_text_in_chinese() -> None:
    lines = repr(result(FAIR, defining("def entropy(y, base=2.0):\n    1 / 0"), language="zh"))
    assert lines.splitlines() == [
        "✗ tree1.q1  熵：代码出错（公开检查通过 0/1 项）",
        "  ✗ 均匀硬币的熵是 1 比特（代码出错）",
        "      你的代码抛出了 ZeroDivisionError：division by zero",
        "      出错的位置：",
        "      | line 2, in entropy",
        "      | ZeroDivisionError: division by zero",
        "这里只有公开检查；隐藏检查在评分时运行。",
    ]


def test_partial_credit_and_notes_are_told() -> None:
    source = (
        '@check(zh="一", en="one")\ndef test_one(student):\n    award(0.5, zh="几", en="near")\n'
    )
    prop = '@check(prop=True, zh="非负", en="sign")\ndef test_sign(student):\n    pass\n'
    shown = result(source + prop, defining(RIGHT), oracle=("one",))
    for text in (repr(shown), Page(html(shown)).text):
        assert "partly passed" in text
        assert "50 % of this check" in text
        assert "it counts only once the results are right" in text
    chinese = repr(shown.in_language("zh"))
    assert "得到这一项的 50 %" in chinese
    assert "部分通过" in chinese


def test_overview_as_text_is_aligned_in_both_scripts() -> None:
    for language in ("zh", "en"):
        lines = repr(overview(language)).splitlines()
        table = lines[2:8]
        starts = {width(row[: row.index("tree1.")]) for row in table[1:]}
        assert len(starts) == 1
        ends = {width(row.rstrip()) for row in (table[1], table[2], table[3])}
        assert len(ends) == 1
    assert lines[0] == "tree1  Split criteria"
    assert table[1] == "✓  passed              tree1.q1  Entropy         15  1/1"
    assert lines[-5:] == [
        "1 of 4 questions pass their public checks",
        'Run check("tree1.q2") to see what is wrong.',
        "Not answered yet: tree1.q3, tree1.q4",
        "Graded by a person: tree1.q7 (10 points)",
        "Public checks only; hidden checks run when your work is graded.",
    ]


def test_several_as_text() -> None:
    check, _ = loaded(FAIR, defining(RIGHT))
    lines = repr(check(["q1", "zz"])).splitlines()
    assert lines[0].startswith("✓ tree1.q1")
    assert 'There is no question "zz" in tree1. It has: "tree1.q1".' in lines
    assert lines[-1].startswith("Public checks only")
    page = Page(html(check(["q1", "zz"])))
    assert page.text.count("Public checks only") == 1
    assert 'There is no question "zz"' in page.text
    assert "Public checks only" in Page(html(check([]))).text


def test_states_without_checks_as_text() -> None:
    assert "○ tree1.q1  Entropy: not defined yet" in repr(result(FAIR, {}))
    check, _ = load(line([manual()], {}), {})
    assert repr(check("q7").in_language("zh")).splitlines()[:2] == [
        "– tree1.q7  讨论：人工评分",
        "  这道题由人工评分，没有自动检查。",
    ]
    assert "nothing to check here" in repr(check("q7"))


class Terminal(io.StringIO):
    """A stdout that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = result(FAIR, defining(RIGHT))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b" not in repr(shown)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert repr(shown).startswith("\x1b[32m✓\x1b[0m tree1.q1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in repr(shown)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in repr(shown)


def test_old_console_gets_marks_that_it_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Terminal()
    console.encoding = "ascii"
    monkeypatch.setattr(sys, "stdout", console)
    monkeypatch.setenv("NO_COLOR", "1")
    repr(result(FAIR, {})).encode("ascii")


def test_terminal_text_carries_no_escapes_of_others() -> None:
    nasty = "\\x1b[2J\\x1b]0;title\\x07\\u202ehello\\x00\\ud800\\r"
    source = f"def entropy(y, base=2.0):\n    print('{nasty}')\n    raise ValueError('{nasty}')"
    text = repr(result(FAIR, defining(source)))
    assert all(c == "\n" or c.isprintable() for c in text)
    text.encode("utf-8")
    html(result(FAIR, defining(source))).encode("utf-8")


def test_long_output_is_cut_in_a_terminal() -> None:
    many = defining("def entropy(y, base=2.0):\n    [print(i) for i in range(50)]\n    return 1.0")
    lines = repr(result(FAIR, many)).splitlines()
    assert lines.count("      | …") == 1
    assert len(lines) < 20


@given(
    st.text(alphabet="ab c，。（熵划分é\u0301）\n.", max_size=80),
    st.integers(min_value=2, max_value=30),
)
def test_wrapping_keeps_the_text_and_the_width(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(row) <= columns for row in lines)


def test_wrapping_breaks_between_wide_characters_but_not_before_a_stop() -> None:
    assert wrapped("决策树的划分。", 12) == ["决策树的划", "分。"]
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("x" * 10, 4) == ["xxxx", "xxxx", "xx"]
