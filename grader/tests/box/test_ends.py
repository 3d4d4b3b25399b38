"""Each forced end has its name; what only one process suffers stays inside."""

import errno
import json
import signal
import time

import pytest

from gradewright_grader.box import BoxError, Limits

MIB = 1 << 20


def limits(**changed):
    small = {"cpu": 2.0, "wall": 5.0, "memory": 128 * MIB, "disk": 16 * MIB, "inodes": 200}
    return Limits(**{**small, "processes": 24, "files": 64, "output": MIB, **changed})


def end(zygote, payload, job=b"", **changed):
    with zygote.spawn(job, f"payloads.hogs:{payload}", limits(**changed)) as child:
        return child.wait(10)


@pytest.mark.parametrize(
    ("payload", "kind", "changed"),
    [
        ("spin", "cpu", {"cpu": 0.2}),
        ("spin_in_grandchildren", "cpu", {"cpu": 0.5}),
        ("sleep", "wall", {"wall": 0.2}),
        ("heap", "memory", {}),
        ("heap_in_children", "memory", {}),
        ("shared_mapping", "memory", {}),
        ("memory_files", "memory", {}),
        ("forks", "processes", {}),
        ("many_threads", "processes", {"memory": 1024 * MIB}),
        ("fill_disk", "disk", {}),
        ("many_files", "disk", {}),
        ("print_much", "output", {}),
        ("crash", "crash", {}),
        ("foreign_call", "crash", {}),
        ("leave", "exit", {}),
        ("fail", "exit", {}),
    ],
)
def test_end_is_named(zygote, payload, kind, changed):
    assert end(zygote, payload, b"0", **changed).kind == kind


@pytest.fixture(scope="module")
def watched(watched_box, profile, full):
    with watched_box.start(profile, "full") as zygote:
        yield zygote


@pytest.mark.parametrize("payload", ["heap", "heap_in_children", "shared_mapping", "memory_files"])
def test_memory_is_limited_without_a_cgroup(watched, payload):
    assert end(watched, payload, memory=64 * MIB).kind == "memory"


def test_file_larger_than_the_disk(zygote):
    """An init gets an error where another process is ended by SIGXFSZ."""
    found = end(zygote, "large_file")
    assert found.kind == ("exit" if zygote.level == "full" else "disk")


def test_cpu_of_an_end_is_counted(full):
    found = end(full, "spin", cpu=0.2)
    assert 0.2 <= found.cpu < 0.6
    assert found.signal == signal.SIGKILL


def test_cpu_of_many_short_processes_is_counted(full):
    assert 0.5 <= end(full, "spin_in_grandchildren", cpu=0.5).cpu < 1.5


def test_exit_code(zygote):
    assert end(zygote, "leave", b"7").exit_code == 7


def test_crash_tells_its_signal(zygote):
    assert end(zygote, "crash").signal in (signal.SIGSEGV, signal.SIGBUS)
    assert end(zygote, "foreign_call").signal == signal.SIGSYS


def test_traceback_of_the_payload_is_kept(full):
    child = full.spawn(b"", "payloads.hogs:fail", limits())
    with child:
        assert child.wait(5).exit_code == 70
        assert b"ValueError: a student's mistake" in child.output()


def test_descriptors_run_out_inside_only(zygote):
    with zygote.spawn(b"", "payloads.hogs:descriptors", limits()) as child:
        count, number = json.loads(child.channel.recv(1000))
        assert child.wait(5).kind == "exit"
    assert count < 64
    assert number == errno.EMFILE


def test_resource_limits_are_set(full):
    with full.spawn(b"", "payloads.hogs:limits", limits(cpu=3, processes=20)) as child:
        found = json.loads(child.channel.recv(1000))
    assert found["CPU"] == [4, 4]
    assert found["NPROC"] == [20, 20]
    assert found["CORE"] == [0, 0]
    assert found["FSIZE"] == [16 * MIB] * 2
    assert found["NOFILE"] == [64, 64]


def test_killed_by_the_caller(zygote):
    with zygote.spawn(b"", "payloads.hogs:sleep", limits()) as child:
        child.kill()
        assert child.wait(5).kind == "killed"
        child.kill()  # again: nothing


def test_caller_names_the_budget_that_it_counts(full):
    with full.spawn(b"", "payloads.hogs:sleep", limits()) as child:
        child.kill("cpu")
        assert child.wait(5).kind == "cpu"


def test_wait_can_time_out(full):
    message = r"child \d+ still runs after 0.01 s"
    with (
        full.spawn(b"", "payloads.hogs:sleep", limits()) as child,
        pytest.raises(TimeoutError, match=message),
    ):
        child.wait(0.01)


def test_interrupt_reaches_the_payload(full):
    with full.spawn(b"", "payloads.hogs:sleep", limits()) as child:
        time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        assert child.wait(5).exit_code == 70
        assert b"KeyboardInterrupt" in child.output()


def test_many_children_at_once(zygote):
    children = [zygote.spawn(b"", "payloads.hogs:spin", limits(cpu=0.15)) for _ in range(6)]
    kinds = [child.wait(10).kind for child in children]
    for child in children:
        child.channel.close()
    assert kinds == ["cpu"] * 6


def test_the_next_child_is_as_good_as_new(zygote):
    for payload in ("forks", "fill_disk", "junk_everywhere", "crash"):
        end(zygote, payload, wall=1)
        with zygote.spawn(b"fine", "payloads.hogs:echo", limits()) as child:
            assert child.channel.recv(100) == b"fine"
            assert child.wait(5).exit_code == 0


def test_unknown_payload_is_our_error(zygote):
    with pytest.raises(BoxError, match=r"box step 'child' failed .*no_such_function"):
        zygote.spawn(b"", "payloads.hogs:no_such_function", limits())


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "3"])
def test_limits_refuse_nonsense(value):
    with pytest.raises(ValueError, match=r"limit 'cpu' is .*; allowed: a finite number above 0"):
        Limits(cpu=value)
