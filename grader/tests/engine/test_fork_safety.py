"""Many children of one warm zygote, each with its result; what notebooks leave behind hangs none.

The long run, 200 of each, is `benchmarks/fork_safety.py`.
"""

from __future__ import annotations

import pytest
from grader.tests.judge.building import tiny

from gradewright_grader.engine.station import Station, Work

from .torch_notebooks import ANSWERS, CNN, LEFT_BEHIND, MLP, NUMPY_MLP, torch_topic

pytest.importorskip("torch", reason="torch is not installed")
pytestmark = pytest.mark.xdist_group("box")

GRADIENTS = """
    import torch


    @check(hidden=True, en="gradients flow through it")
    def test_gradient(student):
        x = torch.arange(3.0, requires_grad=True)
        (2 * student.total(x)).backward()
        assert_value(x.grad, torch.full((3,), 2.0))
    """


@pytest.fixture(scope="module")
def station():
    with Station() as made:
        yield made


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def with_torch(tmp_path_factory):
    return torch_topic(tmp_path_factory.mktemp("torch"), GRADIENTS)


def printed(station, assignment, *sources):
    """What the last of these cells printed, stdout alone."""
    outputs = station.outputs(assignment, sources)[-1]
    assert [one["output_type"] for one in outputs] == ["stream"], outputs
    return outputs[0]["text"].strip()


def graded(station, assignment, cell):
    work = Work(list(enumerate([cell, *ANSWERS])))
    return station.grade(assignment, work)


def test_numpy_trainings_in_a_row(station, plain):
    losses = {printed(station, plain, NUMPY_MLP) for _ in range(100)}
    assert len(losses) == 1
    assert 0.0 < float(losses.pop()) < 0.5


def test_torch_perceptrons_in_a_row(station, with_torch):
    losses = {printed(station, with_torch, MLP) for _ in range(200)}
    assert len(losses) == 1
    assert 0.0 < float(losses.pop()) < 0.6


def test_torch_convolutions_in_a_row(station, with_torch):
    losses = {printed(station, with_torch, CNN) for _ in range(50)}
    assert len(losses) == 1
    assert 0.0 < float(losses.pop()) < 0.6


def test_one_thread_until_a_notebook_wants_more(station, with_torch):
    count = "import os, torch\nprint(torch.get_num_threads(), len(os.listdir('/proc/self/task')))"
    assert printed(station, with_torch, count) == "1 1"


def test_torch_is_warm(station, with_torch):
    told = printed(
        station,
        with_torch,
        "import sys, torch\nbefore = len(sys.modules)",
        "m = torch.nn.Linear(2, 1)\no = torch.optim.Adam(m.parameters())\n"
        "m(torch.ones(2)).backward()\no.step()\nrepr(m.weight)\nprint(len(sys.modules) - before)",
    )
    assert told == "0"


def test_torch_is_seeded_by_person(station, with_torch):
    def drawn(person):
        run = station.run(
            with_torch, Work([(0, "import torch\nprint(torch.rand(2))")], person=person)
        )
        run.child.kill()
        run.child.channel.close()
        return run.runs[0].outputs[0]["text"]

    assert drawn("ada") == drawn("ada") != drawn("leo")


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_checks_run_whatever_a_notebook_left_behind(name, station, with_torch):
    result = graded(station, with_torch, LEFT_BEHIND[name])
    assert [(c.id, c.outcome) for c in result.judgement.checks if c.outcome != "passed"] == []
    assert result.judgement.points == 80
    assert [cell.ended_by for cell in result.cells] == [None] * 3


def test_gradients_flow_through_the_real_wall(station, with_torch):
    wrong = "def total(xs):\n    return sum(x.item() if hasattr(x, 'item') else x for x in xs)"
    work = Work([(0, wrong), (1, ANSWERS[1])])
    outcomes = {c.id: c.outcome for c in station.grade(with_torch, work).judgement.checks}
    assert outcomes.pop("tiny1.q1.gradient") == "failed"
    assert set(outcomes.values()) == {"passed"}
