"""Cutting code out of modules: what is cut runs alone and does the same."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradewright.host.errors import TopicError
from gradewright_grader.authoring.closure import Present, cut
from gradewright_grader.authoring.library import Library
from gradewright_grader.authoring.modules import Import

from .building import write_modules


def cut_source(folder: Path, *wanted: str, module: str = "a", **modules: str) -> str:
    return cut(Library(write_modules(folder, **modules)), [module], wanted).source


def run(source: str) -> dict[str, Any]:
    """Run a cut like a notebook's cell, in a module of its own (dataclasses look for theirs)."""
    module = ModuleType("cut_under_test")
    sys.modules[module.__name__] = module
    exec(compile(source, "<cut>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def error_of(folder: Path, *wanted: str, **modules: str) -> str:
    with pytest.raises(TopicError) as caught:
        cut_source(folder, *wanted, **modules)
    return str(caught.value).replace(f"{folder}/", "")


def test_helpers_constants_and_imports_come_along_and_nothing_else(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "area",
        a="""
        import math
        import os
        from collections import Counter, OrderedDict

        PI = math.pi
        OTHER = 3


        def _square(x):
            return x * x


        def unrelated():
            return Counter(), os.sep


        def area(r):
            return PI * _square(r)
        """,
    )
    assert source == (
        "import math\n\nPI = math.pi\n\n\ndef _square(x):\n    return x * x\n\n\n"
        "def area(r):\n    return PI * _square(r)"
    )


def test_comments_decorators_and_layout_stay_as_written(tmp_path: Path) -> None:
    code = """
        import functools


        # Far away: not part of it.

        # What it does,
        # in two lines.
        @functools.cache   # remembered
        def twice(  x,   # a number
                    y = 2):
            return (x
                    * y)   # done
        """
    source = cut_source(tmp_path, "twice", a=code)
    assert source == (
        "import functools\n\n\n# What it does,\n# in two lines.\n@functools.cache   # remembered\n"
        "def twice(  x,   # a number\n            y = 2):\n    return (x\n            * y)   # done"
    )


def test_a_local_name_does_not_pull_in_the_modules_object_of_that_name(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "f",
        a="""
        def secret():
            return 1


        def g():
            return 2


        def f(secret):
            g = [g for g in [secret]]
            return g
        """,
    )
    assert "def secret" not in source
    assert "def g" not in source
    assert run(source)["f"](5) == [5]


def test_names_of_every_kind_of_scope_are_followed(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "Best",
        "outer",
        a="""
        from dataclasses import dataclass, field
        from typing import TypeAlias

        _START = 3
        _STEP = _START + 1
        Number: TypeAlias = int | float


        def _register(cls):
            cls.registered = True
            return cls


        def _empty():
            return []


        class _Base:
            def hello(self):
                return _greeting()


        def _greeting():
            return "hello"


        @_register
        @dataclass
        class Best(_Base):
            size: Number = _STEP
            items: list = field(default_factory=_empty)


        def _leaf(x):
            return x + 1


        def outer(x, step=_STEP):
            def inner(y):
                return lambda: [_leaf(z) for z in range(y)]

            return inner(x)()
        """,
    )
    made = run(source)
    assert made["Best"].registered
    assert made["Best"]().hello() == "hello"
    assert (made["Best"]().size, made["Best"]().items) == (4, [])
    assert made["outer"](2) == [1, 2]


def test_statements_that_fill_or_change_a_constant_belong_to_it(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "look",
        a="""
        TABLE = {}
        OTHER = {}
        TABLE["a"] = 1
        OTHER["b"] = 2
        TABLE.update(c=3)
        COUNT = 1
        COUNT += 1


        def look(key):
            return TABLE[key] + COUNT
        """,
    )
    assert "OTHER" not in source
    assert run(source)["look"]("c") == 5


def test_relative_imports_are_followed_and_inlined_under_their_names(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "top",
        a="""
        from .b import middle as m
        from .c import BASE


        def top(x):
            return m(x) + BASE
        """,
        b="""
        import math as maths

        from .c import BASE


        def middle(x):
            return maths.floor(x) * BASE
        """,
        c="BASE = 10\n",
    )
    assert "from ." not in source
    assert source.count("BASE = 10") == 1
    assert "m = middle" in source
    assert run(source)["top"](2.5) == 30


def test_a_name_that_is_only_passed_on_is_cut_where_it_is_defined(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "shown",
        a="from .b import hidden as shown\n",
        b="def hidden():\n    return 7\n",
    )
    assert run(source)["shown"]() == 7


def test_quoted_and_postponed_annotations_keep_their_imports(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "f",
        a="""
        from __future__ import annotations

        import typing
        from collections.abc import Iterable, Mapping, Sequence
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from decimal import Decimal
            from fractions import Fraction

            from .b import Tree


        def f(a: Sequence[int], b: "Mapping[str, Later] | None" = None) -> Fraction:
            return (a, b)


        class Later:
            def f(self, tree: Tree) -> typing.Literal["Iterable"]: ...
        """,
        b="class Tree: ...\n",
    )
    assert source.startswith("from __future__ import annotations\n\n")
    assert "if TYPE_CHECKING:\n    from fractions import Fraction" in source
    assert "from collections.abc import Mapping, Sequence" in source
    assert "Decimal" not in source
    assert "import Iterable" not in source
    assert "class Tree" in source
    made = run(source)
    assert made["f"]([1]) == ([1], None)
    assert made["Later"]


def test_conditional_definitions_and_all_are_handled(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "f",
        a="""
        __all__ = ["f", "g"]

        try:
            from no_such_module_here import fast
        except ImportError:
            def fast(x):
                return x

        a = 1; b = 2; c = 3


        def f():
            return fast(b)


        if __name__ == "__main__":
            print(f())
        """,
    )
    assert "__all__" not in source
    assert "a = 1" not in source
    assert "__main__" not in source
    assert run(source)["f"]() == 2


def test_submodules_of_one_import_are_all_kept(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "f",
        a="""
        import os.path
        import xml.dom
        import xml.sax


        def f():
            return xml.dom.Node, xml.sax.parse, os.path.sep
        """,
    )
    assert "import os.path\nimport xml.dom\nimport xml.sax\n" in source
    assert run(source)["f"]()


def test_what_is_present_is_not_cut_again(tmp_path: Path) -> None:
    folder = write_modules(
        tmp_path,
        a="""
        import math


        def given():
            return math.pi


        def f():
            return given() + math.e
        """,
    )
    present = Present(names={"given"}, imports={Import("math", "", "math")})
    made = cut(Library(folder), ["a"], ["f"], present=present)
    assert made.source == "def f():\n    return given() + math.e"
    assert made.names == {"f"}


def test_keep_marks_go_but_strings_that_look_like_them_stay(tmp_path: Path) -> None:
    source = cut_source(
        tmp_path,
        "f",
        a='''
        def f():
            # keep
            x = 1
            # end keep
            return """
        # keep
        """, x
        ''',
    )
    assert source == 'def f():\n    x = 1\n    return """\n# keep\n""", x'


def test_form_feeds_and_other_odd_line_ends_in_strings_do_not_shift_the_cut(tmp_path: Path) -> None:
    docstring = '    """One\x0ctwo\u2028three."""\n'
    code = f"def f():\n{docstring}    # keep\n    x = 1\n    # end keep\n    return x"
    source = cut_source(tmp_path, "f", a=f"\x0cimport os\n\n\n{code}\n\n\ndef g(): ...\n")
    assert source == code.replace("    # keep\n", "").replace("    # end keep\n", "")


@st.composite
def graphs(draw: st.DrawFn) -> Mapping[str, list[str]]:
    """Helpers f0 … fn, each using some earlier ones: name → the names that it uses."""
    size = draw(st.integers(1, 9))
    names = [f"f{i}" for i in range(size)]
    return {
        name: draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else []
        for i, name in enumerate(names)
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graph=graphs(), data=st.data())
def test_a_cut_of_any_graph_gives_what_the_modules_give(
    tmp_path_factory: pytest.TempPathFactory, graph: Mapping[str, list[str]], data: st.DataObject
) -> None:
    """Helpers spread over three modules, as functions, constants, classes or default values."""
    home = {name: data.draw(st.sampled_from("abc")) for name in graph}
    # A module may only use modules before it, as Python itself asks for.
    edges = {n: [u for u in used if home[u] <= home[n]] for n, used in graph.items()}
    modules = {"a": "", "b": "", "c": ""}
    for number, (name, used) in enumerate(edges.items()):
        text = "".join(f"from .{home[u]} import {u}\n" for u in used if home[u] != home[name])
        value = " + ".join([str(number + 1), *(f"{u}()" for u in used)])
        form = data.draw(st.sampled_from(["def", "default", "constant", "class"]))
        text += {
            "def": f"def {name}():\n    return {value}\n",
            "default": f"def {name}(x={value}):\n    return x\n",
            "constant": f"_c{number} = {value}\ndef {name}():\n    return _c{number}\n",
            "class": f"class _K{number}:\n  x = {value}\ndef {name}():\n  return _K{number}.x\n",
        }[form]
        modules[home[name]] += text
    wanted = data.draw(st.sampled_from(list(graph)))
    folder = tmp_path_factory.mktemp("graph")
    source = cut_source(folder, wanted, module=home[wanted], **modules)

    def value_of(name: str) -> int:
        return int(name[1:]) + 1 + sum(map(value_of, edges[name]))

    def needed(name: str) -> set[str]:
        return {name}.union(*map(needed, edges[name]))

    assert run(source)[wanted]() == value_of(wanted)
    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert defined == needed(wanted)


ERRORS = {
    "unresolvable": (
        "def f():\n    return lost + 1\n",
        'a.py:1: the name "lost" is used here, but neither defined nor imported at the top of this '
        "module; define or import it there",
    ),
    "star": (
        "from math import *\ndef f(): ...\n",
        'a.py:1: "from math import *" hides which names are used: allowed are named imports; write '
        "from … import the names that this module needs",
    ),
    "syntax": (
        "def f(:\n",
        "a.py:1: is not valid Python (invalid syntax); correct this line",
    ),
    "whole module": (
        "from . import b\ndef f():\n    return b.g()\n",
        'a.py:1: "from . import b" imports a whole module, which cannot be cut out: allowed are '
        "names that a module here defines; write from .module import name",
    ),
    "no such file": (
        "from .nowhere import g\ndef f():\n    return g()\n",
        'a.py:1: "from .nowhere import g" leads to no file below FOLDER; import from a module that '
        "lies there",
    ),
    "above the folder": (
        "from ..b import g\ndef f():\n    return g()\n",
        'a.py:1: "from ..b import g" leads to no file below FOLDER; import from a module that '
        "lies there",
    ),
    "no such name": (
        "from .b import missing\ndef f():\n    return missing()\n",
        'a.py:1: "from .b import missing" names nothing that a module here defines: allowed are '
        "names that a module here defines; write from .module import name",
    ),
    "round in a circle": (
        "from .c import g\ndef f():\n    return g()\n",
        'd.py:1: "from .c import g" names nothing that a module here defines: allowed are names '
        "that a module here defines; write from .module import name",
    ),
    "the topic by name": (
        "from gradewright_demo.reference import g\ndef f():\n    return g()\n",
        'a.py:1: "from gradewright_demo.reference import g" needs a topic or the grader to be '
        "installed: allowed are names that a module here defines; write from .module import name",
    ),
    "two of one name": (
        "from .b import g as h\ndef g(): ...\ndef f():\n    return g(), h()\n",
        'a.py:2: "g" is a.g here and b.g elsewhere, but one notebook has one namespace; rename one '
        "of the two",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_cannot_be_cut_is_told_with_file_and_line(case: str, tmp_path: Path) -> None:
    source, message = ERRORS[case]
    circle = {"c": "from .d import g\n", "d": "from .c import g\n"}
    told = error_of(tmp_path, "f", a=source, b="def g():\n    return 1\n", **circle)
    assert told == message.replace("FOLDER", str(tmp_path))


def test_an_unknown_name_and_an_unknown_module_are_told(tmp_path: Path) -> None:
    told = error_of(tmp_path, "entrpy", a="def entropy(): ...\n")
    assert told.endswith(
        '"entrpy" is in none of the modules "a": did you mean "entropy"?; correct the name'
    )
    with pytest.raises(TopicError, match=r'there is no module "z\.y" here; write z/y\.py'):
        cut(Library(tmp_path), ["z.y"], ["f"])


def test_two_cuts_for_one_notebook_may_not_disagree_on_a_name(tmp_path: Path) -> None:
    folder = write_modules(
        tmp_path,
        a="from math import log\ndef f():\n    return log(1)\n",
        b="from cmath import log\ndef g():\n    return log(1)\n",
    )
    claims: dict[str, str] = {}
    cut(Library(folder), ["a"], ["f"], claims=claims)
    with pytest.raises(TopicError, match=r'"log" is cmath\.log here and math\.log elsewhere'):
        cut(Library(folder), ["b"], ["g"], claims=claims)
