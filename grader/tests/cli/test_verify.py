"""`verify` from the command line: its options, its exit codes, what `topics -v` shows after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from grader.tests.judge.building import MISCONCEPTIONS, tiny

from gradewright.cli import build_cli
from gradewright.host.errors import UsageError

pytestmark = pytest.mark.xdist_group("box")

SAME = """
    from gradewright.api import misconception


    @misconception("m1", caught_by="tiny1.q1.oracle", en="the same")
    def total(xs):
        return sum(xs)
    """


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(folder: Path, *arguments: str) -> Result:
    command = [*arguments, "--topic", str(folder)]
    return CliRunner().invoke(build_cli(), command, catch_exceptions=False, standalone_mode=False)


def ledger(folder: Path) -> str:
    shown = run(folder, "topics", "-v", "--lang", "en").stdout.splitlines()
    return shown[next(i for i, line in enumerate(shown) if line.startswith("tiny1")) + 1].strip()


def test_the_ledger_follows_verify_and_edits(tmp_path: Path) -> None:
    topic = tmp_path / "topic"
    tiny(topic)
    counted = "languages en · questions 3 · checks 4 · misconceptions 2 · samples 0"
    assert ledger(topic) == f"{counted} · not verified"
    result = run(topic, "verify", "tiny1", "--full", "--json")
    said = json.loads(result.stdout)
    (one,) = said["assignments"]
    mutants = one["mutants"]
    outcome = "verified" if one["ok"] else "broken promises"
    assert result.return_value == (0 if said["ok"] else 1)
    assert ledger(topic) == (
        f"{counted} · {outcome} · mutants {mutants['killed']}/{mutants['made']} (0 exempt)"
    )
    with (topic / "topic.toml").open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    assert ledger(topic) == f"{counted} · not verified"


def test_without_mutants_and_with_times(tmp_path: Path) -> None:
    topic = tmp_path / "topic"
    tiny(topic)
    result = run(topic, "verify", "tiny", "--no-mutants", "-v")
    assert result.return_value == 0
    assert "  mutants: none tried" in result.stdout
    assert "✓ constant answers earn nothing  (" in result.stdout
    assert ledger(topic).endswith("samples 0 · verified")


def test_a_broken_promise_is_exit_code_1(tmp_path: Path) -> None:
    topic = tmp_path / "topic"
    tiny(topic, {MISCONCEPTIONS: SAME})
    result = run(topic, "verify", "tiny/tiny1", "--no-mutants")
    assert result.return_value == 1
    assert "✗ it can be built and judged" in result.stdout
    assert ledger(topic).endswith("broken promises")


def test_all_mutants_and_none_contradict_each_other(tmp_path: Path) -> None:
    tiny(tmp_path / "topic")
    with pytest.raises(UsageError, match="leave one of them out"):
        run(tmp_path / "topic", "verify", "tiny1", "--full", "--no-mutants")
