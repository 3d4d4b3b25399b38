"""An empty gradebook whose clock counts calls."""

import itertools

import pytest

from gradewright_grader.gradebook import Gradebook


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gradebook.db"


@pytest.fixture
def book(path):
    clock = itertools.count(5000)
    with Gradebook.open(path, clock=lambda: float(next(clock))) as opened:
        yield opened
