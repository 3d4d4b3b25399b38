"""Verification in a topic's own tests: one pytest test per assignment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gradewright.host import load_topic
from gradewright.host.topic import find_topic_folder
from gradewright_grader.engine import Station
from gradewright_grader.verify.report import as_lines
from gradewright_grader.verify.verifying import verify_assignment


def verified_assignments(topic: Path) -> Callable[[str], None]:
    """A test function for the topic in this folder, parametrized by assignment."""
    loaded = load_topic(find_topic_folder(topic))

    @pytest.mark.parametrize("assignment", [a.id for a in loaded.assignments])
    def test_promises(assignment: str) -> None:
        with Station() as station:
            report = verify_assignment(loaded.assignment(assignment), station)
        if not report.ok:
            pytest.fail("\n".join(as_lines(report)), pytrace=False)

    return test_promises
