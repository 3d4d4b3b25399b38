"""The ledger: what verification leaves is found again until a file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.host import Assignment, load_topic
from gradewright.host.ledger import (
    MOST,
    Verified,
    cache_file,
    content_digest,
    remember,
    samples,
    verified,
)

from .building import write_topic

OUTCOME = Verified(ok=True, full=True, killed=9, made=10, exempt=1)


@pytest.fixture
def assignment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Assignment:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return load_topic(write_topic(tmp_path / "plugins" / "toy").folder).assignments[0]


def test_an_outcome_is_found_until_a_file_changes(assignment: Assignment) -> None:
    assert verified(assignment) is None
    remember(assignment, OUTCOME)
    assert verified(assignment) == OUTCOME
    (assignment.folder / "__pycache__").mkdir()
    (assignment.folder / "__pycache__" / "q1.pyc").write_bytes(b"")
    assert verified(assignment) == OUTCOME
    check = assignment.folder / "checks" / "q1.py"
    check.write_text(check.read_text("utf-8") + "\n# another\n", encoding="utf-8")
    assert verified(assignment) is None


def test_an_unreadable_or_unwritable_cache_is_no_outcome(assignment: Assignment) -> None:
    cache_file().parent.mkdir(parents=True)
    cache_file().write_text("{broken", encoding="utf-8")
    assert verified(assignment) is None
    remember(assignment, OUTCOME)
    assert verified(assignment) == OUTCOME
    cache_file().unlink()
    cache_file().mkdir()
    remember(assignment, OUTCOME)
    assert verified(assignment) is None
    assert [path.name for path in cache_file().parent.iterdir()] == ["verify.json"]


def test_the_oldest_outcomes_go(assignment: Assignment) -> None:
    topic = assignment.folder.parent.parent / "topic.toml"
    first = content_digest(assignment)
    text = topic.read_text("utf-8")
    for number in range(MOST + 1):
        topic.write_text(f"{text}\n# {number}\n", encoding="utf-8")
        remember(assignment, OUTCOME)
    assert verified(assignment) == OUTCOME
    assert first not in cache_file().read_text("utf-8")
    topic.write_text(f"{text}\n# 0\n", encoding="utf-8")
    assert verified(assignment) is None


def test_the_cache_lies_in_the_home_unless_told_otherwise() -> None:
    assert cache_file({}) == Path.home() / ".cache" / "gradewright" / "verify.json"
    assert cache_file({"XDG_CACHE_HOME": "/c"}) == Path("/c/gradewright/verify.json")


def test_the_sample_class_is_counted(assignment: Assignment, tmp_path: Path) -> None:
    assert samples(assignment) == 0
    for student in ("ada", "bob"):
        home = tmp_path / "examples" / f"class-{assignment.id}" / student
        home.mkdir(parents=True)
        (home / f"{assignment.id}.ipynb").write_text("{}", encoding="utf-8")
    assert samples(assignment) == 2
