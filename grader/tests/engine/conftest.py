"""One warm station and the tiny assignment; waiting is short, so that idle code ends soon."""

import pytest
from grader.tests.judge.building import tiny

from gradewright_grader.box import find_level
from gradewright_grader.engine import Station, copies, notebook_run


@pytest.fixture(scope="session")
def assignment(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("topic"))


@pytest.fixture(scope="session")
def station():
    level = find_level().level
    if level == "none":
        pytest.skip("this kernel cannot give any box; see gradewright doctor")
    with pytest.MonkeyPatch.context() as patch, Station(level=level) as made:
        for module in (copies, notebook_run):
            patch.setattr(module, "WALL_EXTRA", 1.0)
        yield made
