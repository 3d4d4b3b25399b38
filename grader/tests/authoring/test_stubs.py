"""What the student sees of a function or class of the reference."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gradewright.host.errors import TopicError
from gradewright_grader.authoring.modules import read_module
from gradewright_grader.authoring.stubs import stub, written_docstring

from .building import text_of


def stub_of(folder: Path, source: str, **docstrings: str) -> str:
    path = folder / "a.py"
    path.write_text(text_of(source), encoding="utf-8")
    return stub(read_module(path, "a").pieces[-1], docstrings, "a.py:1")


def test_signature_layout_and_docstring_stay_and_the_body_goes(tmp_path: Path) -> None:
    made = stub_of(
        tmp_path,
        '''
        # How it is done: by magic.
        @decorated(lambda x: {1: 2}[x])
        def f(
            X,  # n × d
            *,
            key=lambda row: row[0:1],
        ) -> dict[str, int]:  # secretly sorted
            # sort first
            """What it gives.

            Raises ValueError.
            """
            return magic(X)
        ''',
    )
    assert made == text_of(
        '''
        @decorated(lambda x: {1: 2}[x])
        def f(
            X,  # n × d
            *,
            key=lambda row: row[0:1],
        ) -> dict[str, int]:
            """What it gives.

            Raises ValueError.
            """
            raise NotImplementedError'''
    )


def test_a_docstring_of_the_language_replaces_the_authors(tmp_path: Path) -> None:
    made = stub_of(tmp_path, 'def f(x):\n  """en"""\n  return x\n', f="熵。\n\n    见讲义。\n")
    assert made == 'def f(x):\n  """熵。\n\n  见讲义。\n  """\n  raise NotImplementedError'


@pytest.mark.parametrize(
    "source",
    [
        "def f(x): return x",
        'def f(x): "Doc."; return x',
        "async def f(x):\n    return x",
        "class C: pass",
        "class C:\n    a = 1",
        "class C(Base, metaclass=M):\n    def _only_private(self): ...",
    ],
)
def test_short_forms_give_stubs_that_parse(source: str, tmp_path: Path) -> None:
    made = stub_of(tmp_path, source)
    (node,) = ast.parse(made).body
    assert ast.get_docstring(node) == ("Doc." if "Doc" in source else None)  # type: ignore[arg-type]
    assert made.endswith("pass" if source.startswith("class") else "raise NotImplementedError")


def test_a_class_keeps_fields_and_public_methods_only(tmp_path: Path) -> None:
    made = stub_of(
        tmp_path,
        '''
        @dataclass
        class Tree(Base):
            """A tree."""

            size: int
            left: "Tree | None" = None
            SECRET = 17

            # keep
            LIMIT = 3

            def kept(self):
                return self.size
            # end keep

            @property
            def depth(self):
                """How deep."""
                return self._walk()

            def _walk(self):
                return 1

            def __len__(self):
                return self.size

            class Inner:
                """Inside."""

                def go(self): return 5
        ''',
        **{"Tree.depth": "深度。"},
    )
    assert made == text_of(
        '''
        @dataclass
        class Tree(Base):
            """A tree."""

            size: int
            left: "Tree | None" = None

            LIMIT = 3

            def kept(self):
                return self.size

            @property
            def depth(self):
                """深度。"""
                raise NotImplementedError

            def __len__(self):
                raise NotImplementedError

            class Inner:
                """Inside."""

                def go(self):
                    raise NotImplementedError'''
    )


def test_a_kept_region_inside_a_method_stays(tmp_path: Path) -> None:
    made = stub_of(
        tmp_path,
        """
        class Layer:
            def __init__(self, d):
                # keep
                super().__init__()
                self.d = d
                # end keep
                self.w = secret(d)

            def forward(self, x):
                if x:
                    # keep
                    y = x
                    # end keep
                return y * 2
        """,
    )
    assert made == text_of(
        """
        class Layer:
            def __init__(self, d):
                super().__init__()
                self.d = d
                raise NotImplementedError

            def forward(self, x):
                y = x
                raise NotImplementedError"""
    )


@pytest.mark.parametrize(
    ("body", "mark"),
    [
        ("    # keep\n    x = 1", "# keep"),
        ("    x = 1\n    # end keep", "# end keep"),
        ("    # keep\n    # keep\n    x = 1\n    # end keep", "# keep"),
    ],
)
def test_unpaired_keep_marks_are_refused(body: str, mark: str, tmp_path: Path) -> None:
    with pytest.raises(TopicError) as caught:
        stub_of(tmp_path, f"def f():\n    y = 0\n{body}\n    return y\n")
    assert str(caught.value) == (
        f'a.py:1: "{mark}" has no partner here: allowed are regions that begin with "# keep" and '
        'end with "# end keep", none inside another; add or remove a mark'
    )


def test_a_constant_has_no_stub(tmp_path: Path) -> None:
    with pytest.raises(TopicError) as caught:
        stub_of(tmp_path, "LIMIT = 3\n")
    assert str(caught.value) == (
        'a.py:1: "LIMIT = 3" is no function and no class, so it has no stub; name functions and '
        "classes only"
    )


@pytest.mark.parametrize(
    "text", ["plain", "two\nlines", 'ends with "', r"\frac{1}{2}", 'has """ inside', "ends with \\"]
)
def test_any_docstring_is_written_so_that_python_reads_it_back(text: str) -> None:
    lines = written_docstring(text, "    ")
    (node,) = ast.parse("\n".join(["def f():", *lines])).body
    assert ast.get_docstring(node) == text  # type: ignore[arg-type]
