"""The fixture `figures`: a check sees what its own question's cells drew, as data."""

from __future__ import annotations

import pytest
from grader.tests.engine.handing_in import hand_in
from grader.tests.judge.building import ASSIGNMENT, FILES, MEAN, TOTAL, tiny

pytestmark = pytest.mark.xdist_group("box")

DRAWN = """
    from gradewright.api import assert_shows


    @check(hidden=True, evidence="saved", en="a line is drawn")
    def test_drawn(student, figures):
        xs = [1, 2, 4]
        assert_shows(figures, [student.total(xs[: i + 1]) for i in range(3)])
    """
PLOT = "import matplotlib.pyplot as plt\n"


@pytest.fixture(scope="module")
def drawing(tmp_path_factory):
    manifest = FILES[ASSIGNMENT].replace(
        "minutes = 10", 'minutes = 10\n        allow = ["matplotlib"]'
    )
    return tiny(tmp_path_factory.mktemp("drawing"), {ASSIGNMENT: manifest}, DRAWN)


def drawn(graded):
    assert graded.record.status == "graded", graded.record.reason
    return next(check for check in graded.record.checks if check.id.endswith(".drawn"))


def test_a_figure_of_the_questions_cell_counts(station, drawing):
    check = drawn(hand_in(station, drawing, TOTAL + "\n" + PLOT + "plt.plot([1, 3, 7])", MEAN))
    assert (check.outcome, check.evidence) == ("passed", "saved")


@pytest.mark.parametrize("own", ["", PLOT + "plt.plot([1, 3, 8])"])
def test_no_figure_another_line_and_another_cells_figure_do_not(station, drawing, own):
    elsewhere = MEAN + "\n" + PLOT + "plt.plot([1, 3, 7])"
    check = drawn(hand_in(station, drawing, TOTAL + "\n" + own, elsewhere))
    assert check.outcome == "failed"
    told = "show no figure" if not own else "No line shows these data"
    assert told in check.message["en"]
