"""A first hostile set through the whole pipeline: forging, reading, exhausting.

After every attack the canaries are as they were and an honest submission gets its usual verdicts.
"""

from __future__ import annotations

import os
import socket
import threading

import pytest
from grader.tests.engine.handing_in import hand_in, points, shown
from grader.tests.judge.building import CANARY, MEAN, TOTAL, tiny

from gradewright_grader.box import find_level
from gradewright_grader.engine import Station, copies, notebook_run
from gradewright_grader.engine.record import write_record
from tests.hostile_basics import EXHAUSTING, FORGING, HONEST, READING

pytestmark = pytest.mark.xdist_group("box")

WHOLE = "canary-in-a-file-6b1f"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return tiny(tmp_path_factory.mktemp("topic"))


@pytest.fixture(scope="module")
def canaries(tmp_path_factory):
    """A file that anyone may read, a variable, a server on the loopback: path and port."""
    file = tmp_path_factory.mktemp("host") / "canary.txt"
    file.write_text(WHOLE)
    server = socket.create_server(("127.0.0.1", 0))
    seen = []

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            seen.append(connection)
            connection.sendall(WHOLE.encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    os.environ["GRADEWRIGHT_CANARY"] = WHOLE
    yield file, server.getsockname()[1], seen
    del os.environ["GRADEWRIGHT_CANARY"]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


@pytest.fixture(scope="module")
def station(canaries):
    level = find_level().level
    if level != "full":
        pytest.skip(f"this kernel gives the box level {level}; these promises are those of full")
    with pytest.MonkeyPatch.context() as patch, Station(level=level) as made:
        for module in (copies, notebook_run):
            patch.setattr(module, "WALL_EXTRA", 0.5)
        yield made


@pytest.fixture(scope="module")
def usual(station, assignment):
    """The digest that an honest submission gets."""
    return hand_in(station, assignment, TOTAL, MEAN).record.verdict_digest


@pytest.fixture
def attacked(station, assignment, canaries, usual):
    """Hand in hostile cells; afterwards the canaries and the next submission are looked at."""
    file, _, seen = canaries

    def attack(*cells):
        graded = hand_in(station, assignment, *cells)
        told = shown(graded) + write_record(graded.record).decode()
        assert WHOLE not in told
        assert str(CANARY) not in told
        return graded

    yield attack
    assert file.read_text() == WHOLE
    assert seen == []
    assert hand_in(station, assignment, TOTAL, MEAN).record.verdict_digest == usual


@pytest.mark.parametrize("attack", FORGING.values(), ids=FORGING)
def test_forging_earns_nothing(attacked, attack):
    assert points(attacked(*attack.cells)) == attack.keeps


@pytest.mark.parametrize("source", READING.values(), ids=READING)
def test_reading_finds_no_secret(attacked, canaries, assignment, source):
    file, port, _ = canaries
    reference = assignment.reference_folder / "sums.py"
    places = [str(file), str(reference), str(assignment.folder / "checks/q1.py"), "/etc/shadow"]
    places += [os.path.expanduser("~/.bashrc"), __file__]
    named = {"{places}": str(places), "{port}": str(port), "{pid}": str(os.getpid())}
    for name, value in named.items():
        source = source.replace(name, value)
    graded = attacked(TOTAL, MEAN, source.replace("{{", "{").replace("}}", "}"))
    assert "FOUND" not in shown(graded)
    assert [run.ended_by for run in graded.runs] == [None] * len(graded.runs)
    assert points(graded) == (40, 40)


@pytest.mark.parametrize("attack", EXHAUSTING.values(), ids=EXHAUSTING)
def test_exhausting_costs_what_it_attacks(attacked, attack):
    graded = attacked(*attack.cells)
    assert points(graded) == attack.keeps
    assert len(write_record(graded.record)) < 100_000
    assert len(shown(graded)) < 16_000_000


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_what_honest_notebooks_do_works(attacked, source):
    graded = attacked(TOTAL, MEAN, source)
    assert "DONE" in shown(graded)
    assert points(graded) == (40, 40)
