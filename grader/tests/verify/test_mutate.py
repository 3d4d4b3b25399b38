"""Automatic mutants: which slips are made, how they are shown, which of them are sampled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from grader.tests.judge.building import REFERENCE, tiny
from hypothesis import given
from hypothesis import strategies as st

from gradewright_grader.verify.mutate import Mutant, mutants_of, sampled

HEAD = '"""Sums."""\n\n\n'
MEAN = '\n\ndef mean(xs):\n    """The mean."""\n    return total(xs)\n'


def mutants(folder: Path, source: str) -> list[Mutant]:
    """Those of a reference whose `total` is this source."""
    return mutants_of(tiny(folder, {REFERENCE: HEAD + source + MEAN}))


def shown(folder: Path, source: str) -> set[str]:
    """The changed lines of `total`."""
    return {mutant.after for mutant in mutants(folder, source) if mutant.name == "total"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a + b", {"return a - b", "return a", "return b"}),
        ("return [a * b]", {"return [a / b]"}),
        ("return [a ** 2]", {"return [a * 2]", "return [a ** 3]", "return [a ** 1]"}),
        ("return a < b", {"return a <= b"}),
        ("return a == b", {"return a != b"}),
        ("return a and b", {"return a or b"}),
        ("return not a", {"return a"}),
        ("return -a", {"return a"}),
        ("return 0", {"return 1"}),
        ("return 1", {"return 2", "return 0"}),
        ("return 0.0", {"return 1.0"}),
        ("return 2.5", {"return 5.0"}),
        ("return 1e-12", {"return 0.0", "return 0.001"}),
        ("return True", {"return False"}),
        ("return a[:b]", {"return a[:b + 1]"}),
        ("return range(a)", {"return range(a - 1)"}),
        ("return range(a, b)", {"return range(a + 1, b)", "return range(a, b - 1)"}),
        ("return f(a, b)", {"return f(b, a)"}),
        ("return max(a, b)", {"return min(a, b)"}),
        ("return np.argmin(a)", {"return np.argmax(a)"}),
        ("return abs(a)", {"return a"}),
        ("return len(a)", {"return len(a) - 1"}),
        ("return f(a, axis=b)", {"return f(a)"}),
        ("return a if b else c", {"return a if not b else c", "return a", "return c"}),
        (
            "return [x for x in a if x]",
            {"return [x for x in a if not x]", "return [x for x in a if True]"},
        ),
        ("if a:\n        return b", {"if not a:"}),
        ("a += b", {"a -= b", "pass"}),
        ("a.append(b)", {"pass"}),
        ("a[b] = c", {"pass"}),
        ("raise ValueError('no ' + a)", {"pass"}),
        ("for x in a:\n        break", {"continue"}),
    ],
)
def test_a_slip_is_shown_as_the_line_it_makes(
    tmp_path: Path, body: str, expected: set[str]
) -> None:
    assert shown(tmp_path, f"def total(xs):\n    {body}\n") == expected


@pytest.mark.parametrize(
    "body",
    [
        '"""Words with 1 + 1."""',
        "return zip(xs, strict=True)",
        "return ['a' % xs]",
        "return round(xs, 12)",
        "return f'{xs + 1}'",
        "y: int = xs",
        "return max(xs, xs)",
    ],
)
def test_what_no_fair_check_can_see_is_left_alone(tmp_path: Path, body: str) -> None:
    assert shown(tmp_path, f"def total(xs: list = []) -> 'a' + 'b':\n    {body}\n") == (
        {"return min(xs, xs)"} if "max" in body else set()
    )


def test_parentheses_are_kept_where_they_matter(tmp_path: Path) -> None:
    lines = shown(tmp_path, "def total(xs, n):\n    return [1.5 / xs ** n]\n")
    assert "return [1.5 / (xs * n)]" in lines


def test_a_mutant_is_placed_and_whole(tmp_path: Path) -> None:
    source = (
        "def total(xs):\n    # 和：第一个也算\n    y = [\n        1,\n        *xs]\n    return y\n"
    )
    first = mutants(tmp_path, source)[0]
    assert (first.line, first.before, first.after) == (7, "1,", "2,")
    assert (first.module, first.name, first.questions) == ("sums", "total", ("q1",))
    assert first.source == source.rstrip("\n").replace("1,", "2,") + "\n"


def test_defaults_helpers_constants_and_methods_belong_to_the_questions_that_use_them(
    tmp_path: Path,
) -> None:
    source = (
        "_START = 0\n_UNUSED = 5\n\n\n"
        "@staticmethod\ndef _add(xs, start=_START):\n    return sum(xs, start)\n\n\n"
        "class _Sum:\n    def of(self, xs):\n        return _add(xs) or 0\n\n\n"
        "def total(xs):\n    return _Sum().of(xs)\n\n\n"
        "def other():\n    return 7\n"
    )
    found = {(mutant.name, mutant.questions) for mutant in mutants(tmp_path, source)}
    # `mean` uses `total`, but that is another question's work
    assert found == {("_START", ("q1",)), ("_add", ("q1",)), ("_Sum", ("q1",))}


EXPRESSIONS = st.recursive(
    st.sampled_from(["xs", "1", "0.5", "n"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "<", "and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda part: f"-{part}"),
        inner.map(lambda part: f"f({part}, n)"),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_every_mutant_is_another_program(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    source = f"def total(xs, n):\n    return [{text}]\n"
    right = ast.dump(ast.parse(source))
    made = [ast.dump(ast.parse(m.source)) for m in _of_total(tmp_path_factory.mktemp("t"), source)]
    assert right not in made
    assert len(set(made)) == len(made)


def _of_total(folder: Path, source: str) -> Iterator[Mutant]:
    return (mutant for mutant in mutants(folder, source) if mutant.name == "total")


def test_a_sample_is_the_same_for_a_seed_and_in_the_order_of_the_text(tmp_path: Path) -> None:
    body = "    return " + " + ".join(f"xs[{n}]" for n in range(2, 30)) + "\n"
    all_of_them = mutants(tmp_path, f"def total(xs):\n{body}")
    one, again, other = (sampled(all_of_them, 20, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == 20
    assert one == [mutant for mutant in all_of_them if mutant in one]
    assert sampled(all_of_them, None, 1) == all_of_them
    assert sampled(all_of_them, 0, 1) == []


def test_an_edit_elsewhere_keeps_the_rest_of_the_sample(tmp_path: Path) -> None:
    body = "def total(xs):\n    return " + " + ".join(f"xs[{n}]" for n in range(2, 30)) + "\n"
    before = {m.key for m in sampled(mutants(tmp_path / "a", body), 20, 0)}
    after = {m.key for m in sampled(mutants(tmp_path / "b", "X = 1\n\n\n" + body), 20, 0)}
    assert before == after
