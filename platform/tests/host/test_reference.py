"""Fresh copies of a topic's reference."""

from __future__ import annotations

import dataclasses
import pickle
import sys
from pathlib import Path

import pytest

from gradewright.host.errors import TopicError
from gradewright.host.reference import load_reference, public_names, reference_modules, replace
from gradewright.host.topic import Assignment, load_topic

from .building import TopicOnDisk, write_topic


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TopicOnDisk:
    monkeypatch.chdir(tmp_path)
    # Files are rewritten within one second here, which would be told from each other by size only.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return write_topic(tmp_path / "toy")


def load(toy: TopicOnDisk) -> Assignment:
    return load_topic(toy.folder).assignment("toy1")


def add_second_module(toy: TopicOnDisk, source: str) -> None:
    toy.write("reference/more.py", source)
    toy.edit("assignments/toy1/assignment.toml", '["numbers"]', '["numbers", "more"]')


def test_public_names_of_the_reference(toy: TopicOnDisk) -> None:
    reference = load_reference(load(toy))
    assert reference.quadruple(3) == 12
    assert sorted(vars(reference)) == ["TWO", "double", "halve", "quadruple"]


def test_all_decides_what_is_public(toy: TopicOnDisk) -> None:
    add_second_module(toy, "__all__ = ['seven', '_six']\nseven, _six, five = 7, 6, 5\n")
    assert vars(load_reference(load(toy))).keys() >= {"seven", "_six"}
    assert not hasattr(load_reference(load(toy)), "five")


def test_imported_modules_are_no_names_of_the_reference(toy: TopicOnDisk) -> None:
    add_second_module(toy, "import math\nseven = math.floor(7.5)\n")
    reference = load_reference(load(toy))
    assert (reference.seven, hasattr(reference, "math")) == (7, False)


def test_copies_share_nothing(toy: TopicOnDisk) -> None:
    assignment = load(toy)
    first, second = reference_modules(assignment), reference_modules(assignment)
    assert first["numbers"].double is not second["numbers"].double
    first["numbers"].TWO = 5
    assert (first["numbers"].double(1), second["numbers"].double(1)) == (5, 2)


def test_replaced_function_is_seen_by_the_others(toy: TopicOnDisk) -> None:
    add_second_module(
        toy,
        "from . import numbers\nfrom .numbers import double as twice\n"
        "def eight(x): return twice(numbers.quadruple(x))\n",
    )
    modules = reference_modules(load(toy))
    replace(modules, "double", lambda x: x + 1)
    reference = public_names(modules.values())
    assert (reference.double(1), reference.quadruple(1), reference.eight(1)) == (2, 3, 4)
    assert load_reference(load(toy)).eight(1) == 8


def test_replaced_function_is_seen_in_modules_that_the_assignment_does_not_name(
    toy: TopicOnDisk,
) -> None:
    toy.edit("reference/numbers.py", "from .constants", "from . import more\nfrom .constants")
    toy.write("reference/more.py", "def one(x): return x\ndef two(x): return one(one(x))\n")
    toy.edit("reference/numbers.py", "def halve", "from .more import one, two\n\n\ndef halve")
    modules = reference_modules(load(toy))
    replace(modules, "one", lambda x: x + 1)
    assert modules["numbers"].two(1) == 3


def test_replacing_an_unknown_name(toy: TopicOnDisk) -> None:
    with pytest.raises(LookupError) as raised:
        replace(reference_modules(load(toy)), "tripel", None)
    assert str(raised.value) == '"tripel" is no public name of the modules "numbers"'


def test_names_stay_findable_after_loading(toy: TopicOnDisk) -> None:
    add_second_module(
        toy,
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n\n"
        "@dataclass\nclass Pair:\n    x: int\n\n\n"
        "def late():\n    from .constants import TWO\n    return TWO\n",
    )
    reference = load_reference(load(toy))
    pair = reference.Pair(3)
    assert pickle.loads(pickle.dumps(pair)) == pair == dataclasses.replace(pair)
    assert reference.late() == 2


@pytest.mark.parametrize(
    ("file", "source", "message"),
    [
        (
            "reference/numbers.py",
            "\ndef double(x): ...\ndef quadruple(x): ...\ndef halve(x): ...\n1 / 0\n",
            "toy/reference/numbers.py:5: the reference of toy1 cannot be loaded: "
            "ZeroDivisionError: division by zero; correct it, or install what it imports",
        ),
        (
            "reference/constants.py",
            "import nowhere_at_all\n",
            "toy/reference/constants.py:1: the reference of toy1 cannot be loaded: "
            "ModuleNotFoundError: No module named 'nowhere_at_all'; correct it, or install what "
            "it imports",
        ),
        (
            "reference/constants.py",
            "\nTWO = = 2\n",
            "toy/reference/constants.py:2: the reference of toy1 cannot be loaded: "
            "SyntaxError: invalid syntax (constants.py, line 2); correct it, or install what it "
            "imports",
        ),
    ],
)
def test_reference_that_cannot_be_loaded(
    toy: TopicOnDisk, file: str, source: str, message: str
) -> None:
    toy.write(file, source)
    before = set(sys.modules)
    with pytest.raises(TopicError) as raised:
        load_reference(load(toy))
    assert str(raised.value) == message
    assert not {name for name in set(sys.modules) - before if name.startswith("_gradewright")}


def test_reference_that_is_gone(toy: TopicOnDisk) -> None:
    assignment = load(toy)
    toy.remove("reference/__init__.py")
    with pytest.raises(TopicError) as raised:
        load_reference(assignment)
    place = toy.folder / "reference"
    assert str(raised.value) == (
        "toy/reference: the reference of toy1 cannot be loaded: FileNotFoundError: [Errno 2] No "
        f"such file or directory: '{place}/__init__.py'; correct it, or install what it imports"
    )
