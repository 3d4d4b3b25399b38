"""IPython's syntax for looking at names: lines stay where they are, Python stays as it is."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.notebook.ipython import as_python
from gradewright.notebook.names import additions, globals_used, names_of


def bound(source: str) -> list[str]:
    return list(names_of(source).bound)


class TestAsPython:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("%matplotlib inline\nx = 1", "...\nx = 1"),
            ("!ls -l\nx = 1", "...\nx = 1"),
            ("if a:\n    !ls\n    x = 1", "if a:\n    ...\n    x = 1"),
            ("?len\nlen?\nlen??", "...\n...\n..."),
            ("files = !ls\nhere = %pwd", "files = ...\nhere = ..."),
            ("%time x = 1", "x = 1"),
            ("%pip install numpy\n!pip install a\npip install b", "pass\npass\npass"),
            ("!uv pip install \\\n   numpy\nx = 1", "pass\n\nx = 1"),
            ("%%time\nx = 1", "...\nx = 1"),
            ("\n%%bash\nx = 1\nls", "\n...\n\n"),
            ("%%\nx", "...\n"),
            ("x = (a\n% b)\n%magic", "x = (a\n% b)\n..."),
            ("x = '''\n%no magic\n'''\n%magic", "x = '''\n%no magic\n'''\n..."),
            ('x = "\\"("\n%magic', 'x = "\\"("\n...'),
            ("x = a \\\n% b\n%magic", "x = a \\\n% b\n..."),
            ("x = 1  # (\n%magic", "x = 1  # (\n..."),
            ("%time f(\n  1)\n!ls", "f(\n  1)\n..."),
            ("x = '\n%magic", "x = '\n..."),
        ],
    )
    def test_lines_of_ipython_become_statements(self, source: str, expected: str) -> None:
        assert as_python(source) == expected

    @given(st.text(alphabet="%!?ab=()'\"\\\n# ", max_size=40))
    @settings(max_examples=200, deadline=None)
    def test_no_line_moves(self, source: str) -> None:
        assert as_python(source).count("\n") == source.count("\n")

    def test_is_linear(self) -> None:
        for source in ("%x\n" * 50_000, "'" * 100_000, "(" * 100_000, "\\" * 100_000):
            assert as_python(source).count("\n") == source.count("\n")


class TestNames:
    def test_every_way_to_bind_a_name(self) -> None:
        source = (
            "import a.b, c as d\nfrom e import f, g as h\nfrom m import *\n"
            "def i(): pass\nasync def j(): pass\nclass k: pass\n"
            "l = m = 1\n(n, [o, *p]) = q.r = s[0] = 1\nt: int = 1\nu: int\nv += 1\n"
            "for w in []:\n    x = 1\nelse:\n    y = 1\n"
            "with open(z) as aa, b as (bb, cc): dd = 1\n"
            "try:\n    ee = 1\nexcept E:\n    ff = 1\nelse:\n    gg = 1\nfinally:\n    hh = 1\n"
            "while (ii := 1):\n    jj = [kk := 2 for _ in []]\n"
            "match q:\n    case {'a': [ll, *mm], **nn}:\n        oo = 1\n    case pp: pass\n"
            "if a:\n    pass\nelif b:\n    qq = 1\ndel rr\nss = lambda: (tt := 1)\n"
        )
        expected = "a d f h i j k l m n o p t v w x y aa bb cc dd ee ff gg hh jj ll mm nn pp oo qq"
        assert set(bound(source)) == {*expected.split(), "rr", "ss", "ii", "kk"}

    @pytest.mark.parametrize(
        ("source", "how"),
        [
            ("def f(x):\n    '''doc'''\n    raise NotImplementedError", "blank"),
            ("def f(x):\n    raise NotImplementedError('todo')", "blank"),
            ("def f(x):\n    ...", "blank"),
            ("def f(x):\n    pass", "blank"),
            ("class f:\n    a = 1\n    def g(self):\n        raise NotImplementedError", "blank"),
            ("def f(x):\n    if x: raise NotImplementedError", "defined"),
            ("def f(x):\n    raise ValueError", "defined"),
            ("class f:\n    def g(self): return 1", "defined"),
            ("f = lambda x: x", "defined"),
            ("f = 1", "value"),
            ("def f(): ...\nf = 1", "value"),
            ("def f(): ...\ndef f(): return 1", "defined"),
        ],
    )
    def test_how_a_name_is_bound(self, source: str, how: str) -> None:
        assert names_of(source).bound == {"f": how}

    @pytest.mark.parametrize(
        "source",
        [
            "check()",
            "check('a')\ncheck_all()",
            "%pip install x",
            "'only text'",
            "# comment",
            "pass",
        ],
    )
    def test_an_idle_cell(self, source: str) -> None:
        assert names_of(source).idle

    @pytest.mark.parametrize("source", ["x = check()", "%cd ..", "f()", "check", "1 +"])
    def test_a_cell_that_does_something(self, source: str) -> None:
        assert not names_of(source).idle

    @pytest.mark.parametrize(
        "source",
        [
            "x = (1\n",
            "a\x00b",
            "(" * 1000,
            "-" * 100_000 + "1",
            "+".join("a" * 60_000),
            "a" + ".a" * 60_000,
            "f" + "()" * 60_000,
            "x = " + "9" * 10_000,
            "\n".join(" " * n + "if 1:" for n in range(200)),
            "if 1: pass\n" + "elif 1: pass\n" * 9_000,
            "lambda: " * 20_000 + "1",
            "\ud800",
            "x" * 200_001,
        ],
        ids=lambda source: f"{source[:8]!r} {len(source)}",
    )
    def test_no_source_is_too_strange(self, source: str) -> None:
        names = names_of(source)
        assert names.fault is not None or names.bound == {} or "x" in names.bound
        assert isinstance(globals_used(source[:50_000]), frozenset)
        assert additions(source, ()) == additions(source, ())

    def test_the_place_of_a_fault_is_that_in_the_cell(self) -> None:
        fault = names_of("%matplotlib inline\nx = 1\ny = = 2").fault
        assert fault is not None
        assert (fault.line, fault.why) == (3, "invalid syntax")

    @given(st.text(max_size=40) | st.text(alphabet="ab=():\n \t#'\"%!@", max_size=40))
    @settings(max_examples=200, deadline=None)
    def test_any_source(self, source: str) -> None:
        try:
            ast.parse(source)
        except (SyntaxError, ValueError):
            return
        assert names_of(source).fault is None

    def test_globals_are_used_in_functions_too_but_locals_are_not(self) -> None:
        source = (
            "def f(x, y):\n    z = x\n    def g():\n        return z + deep\n    return helper(z)\n"
            "class C:\n    base = outer\n"
            "    def m(self):\n        global glob\n        return glob\n"
            "own = 1\nprint(own, top, [i for i in items])\n%time timed()"
        )
        used = globals_used(source)
        assert {"deep", "helper", "outer", "glob", "top", "items", "timed"} <= used
        assert used.isdisjoint({"x", "y", "z", "own", "f", "i", "self", "base"})


class TestAdditions:
    def test_keeps_what_is_new_on_its_lines(self) -> None:
        source = "import math\nimport os\nprint(1)\n@os.x\ndef mine():\n    return 1\nours = 2"
        kept, names = additions(source, ["math", "ours"])
        assert kept == "\nimport os\n\n@os.x\ndef mine():\n    return 1\n"
        assert names == ("os", "mine")

    @pytest.mark.parametrize("source", ["import os; ours = 1", "x = = 1", "ours = 1", "print(1)"])
    def test_keeps_nothing_when_in_doubt(self, source: str) -> None:
        assert additions(source, ["ours"])[1] == ()
