"""What the supervisor sees of a running child, and that children see nothing of each other."""

import json
import os
import time

import pytest

from gradewright_grader.box import BoxError, Limits

LIMITS = Limits(cpu=5, wall=20, memory=256 << 20)


def ask(child, text):
    child.channel.send(text.encode())
    return json.loads(child.channel.recv(1 << 16))


@pytest.fixture
def server(zygote):
    with zygote.spawn(b"", "payloads.hogs:serve", LIMITS) as child:
        yield child


@pytest.fixture
def snapshot(zygote):
    with zygote.spawn(b"", "payloads.hogs:snapshot", LIMITS) as child:
        yield child


def fork(child, what):
    child.channel.send(what)
    return int(child.channel.recv(100))


def until(condition):
    """Wait for something that takes milliseconds; False after two seconds."""
    end = time.monotonic() + 2
    while not condition() and time.monotonic() < end:
        time.sleep(0.002)
    return condition()


def test_job_and_channel(zygote):
    job = os.urandom(1000)
    with zygote.spawn(job, "payloads.hogs:echo", LIMITS) as child:
        assert child.channel.recv(2000) == job


def test_large_job(full):
    with full.spawn(b"[1]" + b" " * 10_000_000, "payloads.hogs:answer", LIMITS) as child:
        assert child.channel.recv(100) == b"[1]"


def test_pid_is_real_and_first_in_its_box(full):
    with full.spawn(b"", "payloads.hogs:serve", LIMITS) as child:
        assert ask(child, "os.getpid()") == 1
        assert child.processes()[0].pid == child.pid
        assert child.processes()[0].pid_in_box == 1


def test_threads_are_counted_from_outside(server):
    assert server.threads() == 1
    ask(server, "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()")
    assert server.threads() == 2


def test_cpu_is_counted_over_all_processes(snapshot):
    before = snapshot.cpu_seconds()
    fork(snapshot, b"spin")
    fork(snapshot, b"spin")
    assert until(lambda: snapshot.cpu_seconds() - before > 0.1)
    assert len(snapshot.processes()) == 3


def test_fork_has_its_own_clock(snapshot):
    idle, busy = fork(snapshot, b"sleep"), fork(snapshot, b"spin")
    assert until(lambda: snapshot.fork_clock(busy) > 0.05)
    assert snapshot.fork_clock(idle) < 0.05


def test_fork_is_killed_alone(snapshot):
    first, second = fork(snapshot, b"sleep"), fork(snapshot, b"sleep")
    snapshot.kill_fork(first)
    living = lambda: {p.pid_in_box for p in snapshot.processes() if p.state not in "ZX"}  # noqa: E731
    assert until(lambda: first not in living())
    assert second in living()
    with pytest.raises(ProcessLookupError):
        snapshot.fork_clock(first)


def test_no_such_fork(server):
    with pytest.raises(ProcessLookupError, match=r"has no process 99999 in its box"):
        server.kill_fork(99999)


def test_supervisor_is_not_a_fork(snapshot):
    with pytest.raises(ProcessLookupError):
        snapshot.kill_fork(os.getpid())


def test_after_the_end(full):
    with full.spawn(b"1", "payloads.hogs:answer", LIMITS) as child:
        child.wait(5)
        assert child.processes() == []
        assert child.threads() == 0
        assert child.cpu_seconds() == child.wait().cpu > 0
        child.send_signal(2)


def test_siblings_are_strangers(zygote):
    with zygote.spawn(b"first", "payloads.hogs:greet_sibling", LIMITS) as first:
        assert json.loads(first.channel.recv(1000)) == []
        with zygote.spawn(b"second", "payloads.hogs:greet_sibling", LIMITS) as second:
            assert json.loads(second.channel.recv(1000)) == []


def test_kill_everybody_reaches_nobody(zygote):
    with zygote.spawn(b"", "payloads.hogs:serve", LIMITS) as sibling:
        with zygote.spawn(b"", "payloads.hogs:kill_everybody", LIMITS) as child:
            assert child.channel.recv(100) == b"still here"
        assert ask(sibling, "7") == 7


def test_user_inside(full):
    with full.spawn(b"", "payloads.hogs:serve", LIMITS) as child:
        assert ask(child, "[os.getuid(), os.getgid(), os.uname().nodename]") == [1000, 1000, "box"]
        own = os.stat(f"/proc/{child.pid}").st_uid
        assert own != 0


def test_a_host_short_of_memory_chooses_the_child(server):
    assert ask(server, "open('/proc/self/oom_score_adj').read()") == "1000\n"


def test_a_child_that_cannot_be_watched_is_ended(full, monkeypatch):
    def broken(root):
        raise PermissionError("no /proc for you")

    with full.spawn(b"", "payloads.hogs:sleep", LIMITS) as child:
        monkeypatch.setattr("gradewright_grader.box.clock.processes", broken)
        with pytest.raises(BoxError, match=r"could not be watched: .*no /proc for you"):
            child.wait(5)


def test_data_is_seen_and_read_only(server):
    text = ask(server, "open(os.environ['GRADEWRIGHT_DATA'] + '/numbers/a.txt').read()")
    assert text == "1 2 3"


def test_junk_on_every_descriptor_is_one_packet(zygote):
    with zygote.spawn(b"", "payloads.hogs:junk_everywhere", LIMITS) as child:
        assert child.wait(5).kind == "exit"
        assert child.channel.recv(100) == b"junk"
