"""A valid topic, as the rest of Gradewright sees it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradewright.host.errors import UsageError
from gradewright.host.topic import Assignment, find_topic_folder, load_topic

from .building import TopicOnDisk, write_topic

HOME = "assignments/toy1"


@pytest.fixture
def toy(tmp_path: Path) -> TopicOnDisk:
    return write_topic(tmp_path / "toy")


@pytest.fixture
def toy1(toy: TopicOnDisk) -> Assignment:
    return load_topic(toy.folder, "toy", "1.2").assignment("toy1")


def test_topic(toy: TopicOnDisk) -> None:
    topic = load_topic(toy.folder)
    assert (topic.id, topic.version, topic.languages) == ("toy", "0", ("zh", "en"))
    assert [assignment.id for assignment in topic.assignments] == ["toy1"]


def test_assignment(toy1: Assignment, toy: TopicOnDisk) -> None:
    assert (toy1.id, toy1.topic_id, toy1.topic_version) == ("toy1", "toy", "1.2")
    assert (toy1.points, toy1.auto_points, toy1.languages) == (100, 90, ("zh", "en"))
    assert toy1.manifest.budgets.check == 2.0
    assert toy1.manifest.budgets.notebook == 60.0
    assert toy1.reference_folder == toy.folder / "reference"
    assert [path.name for path in toy1.given_files()] == ["pairs.csv"]
    assert [item.points for item in toy1.rubric["q3"]] == [4, 6]
    assert toy1.docstrings["zh"]["double"] == "x 的两倍。\nid = 3\n"


def test_questions_are_found_by_short_and_by_whole_id(toy1: Assignment) -> None:
    assert toy1.question("q2") is toy1.question("toy1.q2")
    assert toy1.full_id("q2") == toy1.full_id("toy1.q2") == "toy1.q2"
    assert {name: question.id for name, question in toy1.functions().items()} == {
        "double": "q1",
        "quadruple": "q2",
        "halve": "q2",
    }


def test_checks_are_indexed_with_all_they_say(toy1: Assignment) -> None:
    six, oracle, zero = toy1.checks_of("q1")
    assert (six.id, six.question, six.name) == ("toy1.q1.six", "q1", "six")
    assert (six.hidden, six.weight, six.count, six.evidence) == (False, 1, 20, "value")
    assert six.text == {"zh": "3 的两倍是 6", "en": "twice 3 is 6"}
    assert (oracle.hidden, oracle.weight, oracle.of, oracle.has_cases) == (True, 2, "double", True)
    assert (oracle.fixtures, oracle.line) == (("student", "reference", "cases"), 17)
    assert (zero.prop, zero.weight, zero.of, zero.has_cases) == (True, Fraction(1, 2), None, False)
    (probe,) = toy1.checks_of("toy1.q2")
    assert (probe.evidence, probe.fresh, probe.per_student, probe.count) == (
        "probe",
        True,
        True,
        30,
    )
    assert probe.fixtures == ("student", "reference")
    assert toy1.checks_of("q3") == ()
    assert toy1.check("toy1.q1.zero") is zero


def test_oracles_are_those_named_or_by_name_or_all_that_are_no_property(toy: TopicOnDisk) -> None:
    def oracles() -> list[str]:
        assignment = load_topic(toy.folder).assignment("toy1")
        return [check.name for check in assignment.oracles_of("q1")]

    assert oracles() == ["oracle"]
    toy.edit(f"{HOME}/checks/q1.py", "test_oracle", "test_many")
    toy.edit(f"{HOME}/misconceptions.py", "q1.oracle", "q1.many")
    assert oracles() == ["many"]
    toy.edit(f"{HOME}/assignment.toml", '["double"]', '["double"]\noracle = ["many", "six"]')
    assert oracles() == ["six", "many"]


def test_misconceptions_are_indexed_with_what_they_replace(toy1: Assignment) -> None:
    square, halved, swap = toy1.index.misconceptions
    assert (square.id, square.match, square.replaces, square.line) == (
        "m1",
        "value",
        ("double",),
        5,
    )
    assert (halved.match, halved.replaces, halved.name) == (
        "none",
        ("quadruple", "halve"),
        "Halved",
    )
    assert (swap.transform, swap.replaces) == (True, ())
    assert swap.caught_by == "toy1.q1.std.no_mutation"
    assert toy1.misconceptions_of("q1") == (square, swap)
    assert square.feedback == {"zh": "这是平方", "en": "that is the square"}


def test_helpers_may_stand_beside_misconceptions(toy: TopicOnDisk) -> None:
    text = (toy.folder / HOME / "misconceptions.py").read_text(encoding="utf-8")
    toy.write(f"{HOME}/misconceptions.py", text + "\n\ndef helper(x):\n    return x\n")
    assert len(load_topic(toy.folder).assignment("toy1").index.misconceptions) == 3


def test_class_with_the_name_of_a_class_that_students_write_replaces_that(toy: TopicOnDisk) -> None:
    for name in ("reference/numbers.py", f"{HOME}/assignment.toml", f"{HOME}/misconceptions.py"):
        text = (toy.folder / name).read_text(encoding="utf-8")
        toy.write(name, text.replace("halve", "Halved").replace("def Halved(x)", "class Halved"))
    halved = load_topic(toy.folder).assignment("toy1").index.misconceptions[1]
    assert halved.replaces == ("Halved",)


def test_what_may_be_left_out(toy: TopicOnDisk) -> None:
    toy.remove(f"{HOME}/misconceptions.py")
    toy.remove(f"{HOME}/docstrings.toml")
    toy.remove(f"{HOME}/given/tables/pairs.csv")
    toy.edit(f"{HOME}/assignment.toml", "points = 40", "points = 50")
    toy.edit(f"{HOME}/assignment.toml", ASKED, "")
    toy.remove(f"{HOME}/rubric.toml")
    toy1 = load_topic(toy.folder).assignment("toy1")
    assert (toy1.rubric, toy1.docstrings, toy1.given_files()) == ({}, {}, ())
    assert toy1.index.misconceptions == ()


ASKED = """[[questions]]
id = "q3"
title = { zh = "讨论", en = "Discussion" }
points = 10
manual = true
"""


def test_assignment_with_a_part_of_the_languages(toy: TopicOnDisk) -> None:
    toy.edit(f"{HOME}/assignment.toml", "minutes = 30", 'minutes = 30\nlanguages = ["zh"]')
    toy.edit(f"{HOME}/checks/q1.py", ', en="twice 3 is 6"', "")
    assert load_topic(toy.folder).assignment("toy1").languages == ("zh",)


def test_question_with_a_region_instead_of_functions(toy: TopicOnDisk) -> None:
    toy.edit(f"{HOME}/assignment.toml", '["quadruple", "halve"]', "[]")
    toy.remove(f"{HOME}/misconceptions.py")
    assert load_topic(toy.folder).assignment("toy1").question("q2").functions == ()


def test_reference_module_that_is_a_package(toy: TopicOnDisk) -> None:
    toy.remove("reference/numbers.py")
    source = "def double(x): ...\ndef quadruple(x): ...\ndef halve(x): ...\n"
    toy.write("reference/numbers/__init__.py", source)
    assert load_topic(toy.folder).assignment("toy1").functions().keys() >= {"double", "halve"}


def test_public_check_may_use_what_students_have(toy: TopicOnDisk) -> None:
    source = (
        "import gradewright.api as gw\nfrom gradewright import api\nimport numpy.linalg as la\n"
        "if True:\n    HALF, THIRD = la.norm(1), api.T64\n\ndef helper(): return HALF\n"
    )
    toy.edit(f"{HOME}/checks/q1.py", "import math", f"import math\n{source}")
    toy.edit(f"{HOME}/checks/q1.py", "math.floor(3)", "helper() + gw.T64.rtol")
    assert len(load_topic(toy.folder).assignment("toy1").checks_of("q1")) == 3


def test_keyword_only_and_default_parameters_are_no_fixtures(toy: TopicOnDisk) -> None:
    toy.edit(f"{HOME}/checks/q1.py", "test_six(student)", "test_six(*, student, n=3, m=4)")
    toy.edit(f"{HOME}/checks/q1.py", "test_zero(student)", "test_zero(student, n=0, *, m=1)")
    six, _, zero = load_topic(toy.folder).assignment("toy1").checks_of("q1")
    assert six.fixtures == zero.fixtures == ("student",)


@pytest.mark.parametrize(
    ("written", "fixtures"),
    [
        ('("x, y", [(1, 2)])', ("student",)),
        ('(["x", "y"], [(1, 2)])', ("student",)),
        ('(argvalues=[(1, 2)], argnames=("x", "y"))', ("student",)),
        ("()", ("student", "x", "y")),
    ],
)
def test_parametrized_names_are_no_fixtures(
    toy: TopicOnDisk, written: str, fixtures: tuple[str, ...]
) -> None:
    toy.edit(f"{HOME}/checks/q2.py", '("x", [1, pytest.param(-2, id="negative")])', written)
    toy.edit(f"{HOME}/checks/q2.py", "(student, reference, x)", "(student, x, y)")
    (oracle,) = load_topic(toy.folder).assignment("toy1").checks_of("q2")
    assert oracle.fixtures == fixtures


def test_unknown_names_tell_what_is_near(toy1: Assignment) -> None:
    for ask, message in (
        (
            lambda: toy1.question("q9"),
            'unknown question "q9": did you mean "toy1.q3", "toy1.q2", "toy1.q1"?',
        ),
        (
            lambda: toy1.check("toy1.q1.zer"),
            'unknown check "toy1.q1.zer": did you mean "toy1.q1.zero", "toy1.q1.six", '
            '"toy1.q1.oracle"?',
        ),
    ):
        with pytest.raises(UsageError) as raised:
            ask()
        assert str(raised.value) == message


def test_topic_folder_is_found_in_a_project(toy: TopicOnDisk, tmp_path: Path) -> None:
    project = tmp_path / "project"
    inside = write_topic(project / "src" / "the_toy").folder
    assert find_topic_folder(toy.folder) == toy.folder
    assert find_topic_folder(project) == inside
    write_topic(project / "src" / "two")
    with pytest.raises(UsageError) as raised:
        find_topic_folder(project)
    assert str(raised.value) == (
        f'"{project}" is no topic: expected topic.toml in it, or one src/*/topic.toml, found 2 '
        '("the_toy", "two"); name the folder that holds topic.toml'
    )


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_folder_that_is_no_topic(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as raised:
        find_topic_folder(tmp_path / name)
    assert str(raised.value) == (
        f'"{tmp_path / name}" is no topic: expected topic.toml in it, or one src/*/topic.toml, '
        "found none; name the folder that holds topic.toml"
    )
