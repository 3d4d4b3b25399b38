"""The promises of the topic's assignments, through the real pipeline, with a sample of mutants."""

from pathlib import Path

import pytest

from gradewright_grader.verify import verified_assignments

pytestmark = pytest.mark.xdist_group("box")

test_promises = verified_assignments(Path(__file__).parents[1])
