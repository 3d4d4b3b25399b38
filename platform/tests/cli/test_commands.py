"""`gradewright topics` and `gradewright show`: what they print and how they end."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from gradewright.cli import build_cli, run
from gradewright.cli.options import Finder


def load_building() -> Any:
    """The builder of the host's tests; by path, since test folders of one name share modules."""
    path = Path(__file__).parents[1] / "host" / "building.py"
    spec = spec_from_file_location("gradewright_test_building", path)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BROKEN = EntryPoint("odd", "nowhere_at_all", "gradewright.topics")
ERROR = "ModuleNotFoundError: No module named 'nowhere_at_all'"


class Terminal:
    """Runs commands on one topic, and keeps what they said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.points: list[EntryPoint] = []

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        given = [*arguments, "--topic", str(self.folder), "--lang", "en"]
        return self.plain(*given)

    def plain(self, *arguments: str) -> tuple[int, str, str]:
        code = run(build_cli(()), arguments, Finder(self.points))
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def json(self, *arguments: str) -> Any:
        code, out, err = self(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    load_building().write_topic(tmp_path / "toy")
    return Terminal(tmp_path / "toy", capsys)


def test_topics(terminal: Terminal) -> None:
    terminal.points = [BROKEN]
    assert terminal("topics") == (
        0,
        "topic  version  assignments  title\n"
        "toy    0        toy1         Toys\n"
        f"odd    0        -            broken: {ERROR}\n",
        "",
    )


def test_topics_in_chinese(terminal: Terminal) -> None:
    code, out, _ = terminal.plain("topics", "--topic", str(terminal.folder), "--lang", "zh")
    assert (code, out) == (0, "主题  版本  作业  标题\ntoy   0     toy1  玩具\n")


def test_topics_verbose(terminal: Terminal) -> None:
    code, out, _ = terminal("topics", "-v")
    assert code == 0
    assert out.splitlines()[2:] == [
        "",
        "toy1  Multiples  (30 minutes)",
        "  languages zh+en · questions 3 · checks 4 · misconceptions 3 · samples 0 · not verified",
        "  question  points  checks  hidden  misconceptions  title",
        "  q1            50       3       2  m1 m3           Twice",
        "  q2            40       1       1  m2              Four times",
        "  q3            10  manual       -  -               Discussion",
    ]


def test_no_topics(terminal: Terminal) -> None:
    assert terminal.plain("topics", "--lang", "en") == (
        0,
        "There are no topics; install one, or name its folder with --topic DIR.\n",
        "",
    )
    assert terminal.plain("topics", "--json") == (0, '{\n  "schema": 1,\n  "topics": []\n}\n', "")


def test_topics_json(terminal: Terminal) -> None:
    terminal.points = [BROKEN]
    record = terminal.json("topics")
    assert record["schema"] == 1
    toy, odd = record["topics"]
    assert (toy["id"], toy["version"], toy["ok"], toy["error"]) == ("toy", "0", True, None)
    (toy1,) = toy["assignments"]
    assert (toy1["id"], toy1["points"]) == ("toy1", 100)
    assert toy1["title"] == {"zh": "倍数", "en": "Multiples"}
    assert [(q["id"], q["points"], q["manual"]) for q in toy1["questions"]] == [
        ("toy1.q1", 50, False),
        ("toy1.q2", 40, False),
        ("toy1.q3", 10, True),
    ]
    assert (odd["ok"], odd["error"], odd["assignments"], odd["title"]) == (False, ERROR, [], {})


def test_show_topic(terminal: Terminal) -> None:
    assert terminal("show", "toy") == (
        0,
        "toy  Toys\n"
        "version    0\n"
        f"from       {terminal.folder}\n"
        "languages  zh, en\n"
        "\n"
        "assignment  points  minutes  title\n"
        "toy1           100       30  Multiples\n",
        "",
    )
    assert terminal.json("show", "toy")["topic"]["assignments"][0]["id"] == "toy1"


ASSIGNMENT = """\
toy1  Multiples
topic        toy
points       100
minutes      30
languages    zh, en
needs        toy0
allowed      matplotlib
banned       scipy
data         pairs
extra files  *.csv

question  points  needs  functions        title
q1            50  -      double           Twice
q2            40  q1     quadruple halve  Four times
q3            10  -      manual           Discussion

check           weight  kind              what is tested
toy1.q1.six          1  public            twice 3 is 6
toy1.q1.oracle       2  hidden            twice
toy1.q1.zero       1/2  hidden, property  zero

check           weight  kind           what is tested
toy1.q2.oracle       1  hidden, probe  four

rubric  points  criterion
q3           4  the idea
q3           6  an example
"""


def test_show_assignment(terminal: Terminal) -> None:
    assert terminal("show", "toy1") == (0, ASSIGNMENT, "")
    assert terminal("show", "toy/toy1") == (0, ASSIGNMENT, "")


def test_show_assignment_json(terminal: Terminal) -> None:
    record = terminal.json("show", "toy1")["assignment"]
    assert record["files"] == [{"pattern": "*.csv", "max_bytes": 1000}]
    assert (record["topic"], record["minutes"], record["needs"]) == ("toy", 30, ["toy0"])
    q1, _, q3 = record["questions"]
    assert q3["rubric"][1] == {"points": 6, "text": {"zh": "例子", "en": "an example"}}
    assert q1["oracle"] == ["toy1.q1.oracle"]
    assert q1["checks"][2] == {
        "id": "toy1.q1.zero",
        "text": {"zh": "零", "en": "zero"},
        "hidden": True,
        "weight": "1/2",
        "prop": True,
        "evidence": "value",
    }
    assert q1["misconceptions"][0]["id"] == "toy1.m1"


def test_show_question(terminal: Terminal) -> None:
    code, out, _ = terminal("show", "toy1.q2")
    assert code == 0
    assert out.splitlines()[:6] == [
        "toy1.q2  Four times",
        "points     40",
        "functions  quadruple, halve",
        "needs      q1",
        "banned     scipy, math.prod",
        "",
    ]
    assert terminal.json("show", "toy1.q2")["question"]["needs"] == ["toy1.q1"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "tyo"], 2, 'unknown topic or assignment "tyo": did you mean "toy"?'),
        (
            ["show", "zzz"],
            2,
            'unknown topic or assignment "zzz": there are "toy", "toy1", "odd"',
        ),
        (["show", "toy/toy2"], 2, 'unknown assignment "toy2" in topic "toy": did you mean "toy1"?'),
        (
            ["show", "toy1.q7"],
            2,
            'unknown question "q7": did you mean "toy1.q3", "toy1.q2", "toy1.q1"?',
        ),
        (["show", "odd"], 1, f'topic "odd" (nowhere_at_all) is broken: {ERROR}'),
        (["show"], 2, "Missing argument 'ID'. See: gradewright show --help"),
        (
            ["topics", "--lang", "fr"],
            2,
            "Invalid value for '--lang': 'fr' is not one of 'zh', 'en'. See: gradewright topics "
            "--help",
        ),
        (
            ["topics", "--topic", "nowhere"],
            2,
            '"{here}/nowhere" is no topic: expected topic.toml in it, or one src/*/topic.toml, '
            "found none; name the folder that holds topic.toml",
        ),
        (
            ["tpics"],
            2,
            "No such command 'tpics'. Did you mean 'topics'? See: gradewright --help",
        ),
    ],
)
def test_wrong_use_is_one_line(
    terminal: Terminal, arguments: list[str], code: int, message: str
) -> None:
    terminal.points = [BROKEN]
    given = arguments if arguments[0] != "show" else [*arguments, "--topic", str(terminal.folder)]
    said = f"gradewright: {message.format(here=terminal.folder.parent)}\n"
    assert terminal.plain(*given) == (code, "", said)
