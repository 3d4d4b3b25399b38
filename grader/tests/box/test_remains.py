"""Nothing is left behind: not after jobs, not after errors, not after the supervisor's death."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from gradewright_grader.box import Box, BoxError, Limits, Profile, StepError, clock

SOURCES = str(Path(importlib.util.find_spec("gradewright_grader").origin).parents[1])
PAYLOADS = Path(__file__).parent / "payloads"
LIMITS = Limits(cpu=5, wall=20)


def everything(box):
    """Counts of all that could leak."""
    groups = list(box.groups.folder.glob("child-*")) if box.groups else []
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
        "mounts": len(Path("/proc/self/mounts").read_text().splitlines()),
        "processes": len(clock.tree(os.getpid())),
        "groups": len(groups),
        "folders": sum(1 for _ in box._folder.rglob("child-*")),
    }


def settles(function, value):
    end = time.monotonic() + 3
    while function() != value and time.monotonic() < end:
        time.sleep(0.01)
    return function() == value


@pytest.mark.parametrize("payload", ["daemon", "echo"])
def test_hundred_jobs_leave_nothing(zygote, box, payload):
    before = everything(box)
    for _ in range(50):
        with zygote.spawn(b"x", f"payloads.hogs:{payload}", LIMITS) as child:
            child.channel.recv(100)
            child.wait(5)
    assert settles(lambda: everything(box), before), everything(box)
    assert no_process_says("4711")


def test_failed_spawn_leaves_nothing(zygote, box):
    before = everything(box)
    with pytest.raises(StepError):
        zygote.spawn(b"", "payloads.hogs:nothing_there", LIMITS)
    assert settles(lambda: everything(box), before), everything(box)


def test_forgotten_child_dies_when_its_zygote_is_closed(box, profile, full):
    zygote = box.start(profile, "full")
    child = zygote.spawn(b"", "payloads.hogs:sleep", LIMITS)
    pid = child.pid
    zygote.close()
    child.channel.close()
    assert clock.process(pid) is None
    with pytest.raises(BoxError, match=r"the zygote with imports .* ended"):
        zygote.spawn(b"", "payloads.hogs:sleep", LIMITS)


def test_zygote_killed_under_a_child_is_our_error(box, profile, full):
    with (
        box.start(profile, "full") as zygote,
        zygote.spawn(b"", "payloads.hogs:sleep", LIMITS) as child,
    ):
        os.kill(zygote._process.pid, signal.SIGKILL)
        with pytest.raises(BoxError, match=r"the zygote of child \d+ ended before"):
            child.wait(5)
        assert settles(lambda: clock.process(child.pid), None)


def lives(pid):
    """Not counting the dead whom the host's init has yet to reap."""
    found = clock.process(pid)
    return found is not None and found.state not in "ZX"


@pytest.mark.parametrize("level", ["full", "restricted"])
@pytest.mark.parametrize("from_a_thread", [False, True])
def test_supervisor_death_kills_all(level, from_a_thread, request):
    request.getfixturevalue(level)
    script = f"""
import sys, threading, time
sys.path.insert(0, {SOURCES!r})
from pathlib import Path
from gradewright_grader.box import Box, Limits, Profile
box = Box()
def start():
    global child
    zygote = box.start(Profile(extra_paths={{"payloads": Path({str(PAYLOADS)!r})}}), {level!r})
    child = zygote.spawn(b"stay", "payloads.hogs:daemon", Limits(wall=60))
    child.channel.recv(100)
if {from_a_thread}:
    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
else:
    start()
time.sleep(0.05)
print(child.pid, len(child.processes()), box._folder, flush=True)
time.sleep(8)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as supervisor:
        pid, living, folder = supervisor.stdout.readline().decode().split()
        below = clock.tree(supervisor.pid)
        assert int(living) >= 1  # it lives although the thread that started it ended
        assert int(pid) in below
        supervisor.kill()
    assert settles(lambda: [one for one in below if lives(one)], [])
    assert Path(folder).exists()
    Box().close()  # sweeps what the dead supervisor left
    assert not Path(folder).exists()


def test_dead_supervisors_groups_are_swept(box):
    if box.groups is None:
        assert box.memory_limit == "watchdog"
        return
    namespace = os.stat("/proc/self/ns/pid").st_ino
    parent = box.groups.folder.parent
    stale = parent / f"gradewright-999999-1-{namespace}-1"
    foreign = parent / "gradewright-999999-1-1-1"  # of a pid namespace that we do not see
    foreign.mkdir()
    stale.mkdir()
    (stale / "child-1-1").mkdir()
    Box().close()
    assert not stale.exists()
    assert foreign.exists()
    foreign.rmdir()
    assert box.groups.folder.exists()


def test_closed_box_leaves_no_folder():
    before = set(Path(tempfile.gettempdir()).glob("gradewright-box-*"))
    with Box() as box:
        folder = box._folder
        assert folder.exists()
    assert not folder.exists()
    assert set(Path(tempfile.gettempdir()).glob("gradewright-box-*")) <= before


def no_process_says(word):
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"sleep\0{word}\0".encode() in path.read_bytes():
                return False
    return True


def test_start_errors_name_their_step(box, profile, full):
    extra = {"payloads": PAYLOADS}
    cases = [
        (Profile(imports=("no_such_module",)), "box step 'import no_such_module' failed"),
        (
            Profile(extra_paths=extra, warm_up="payloads.hogs:warm_up_fails"),
            "box step 'warm-up payloads.hogs:warm_up_fails' failed .*no such optimizer",
        ),
        (
            Profile(extra_paths=extra, warm_up="payloads.hogs:start_a_thread"),
            "2 OS threads after the warm-up, allowed: 1",
        ),
        (Profile(data={"x": Path("/no/such/data")}), "bind /no/such/data"),
    ]
    for wrong, message in cases:
        with pytest.raises(StepError, match=message):
            box.start(wrong, "full")


def test_place_outside_the_payload_folder_is_refused(box, full):
    with pytest.raises(ValueError, match=r"payload entry '../etc' .* must be a relative path"):
        box.start(Profile(extra_paths={"../etc": PAYLOADS}), "full")


def test_nested_places(box, zygote, tmp_path):
    """The same file twice is harmless; another one would be bound into the host's folder."""
    hogs = PAYLOADS / "hogs.py"
    same = Profile(extra_paths={"payloads": PAYLOADS, "payloads/hogs.py": hogs})
    with (
        box.start(same, zygote.level) as own,
        own.spawn(b"1", "payloads.hogs:answer", LIMITS) as child,
    ):
        assert child.channel.recv(10) == b"1"
    other = Profile(extra_paths={"payloads": PAYLOADS, "payloads/new.py": hogs})
    with pytest.raises(ValueError, match=r"'/payload/payloads/new.py' .* lies inside '/payload/p"):
        box.start(other, zygote.level)
    assert not (PAYLOADS / "new.py").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's own files are readable to it")
def test_unreadable_data_is_named(box, full, tmp_path):
    secret = tmp_path / "closed"
    secret.mkdir(mode=0o700)
    with pytest.raises(StepError, match=r"'/data/x' is not readable .* chmod -R o\+rX"):
        box.start(Profile(data={"x": secret}), "full")


def test_warm_up_ran_before_the_fork(box, full):
    profile = Profile(
        extra_paths={"payloads": PAYLOADS}, warm_up="payloads.hogs:warm_up", environ={"A": "b"}
    )
    with box.start(profile, "full") as zygote:
        assert zygote.warm_up_seconds > 0
        job = b"[os.environ['WARMED'], os.environ['A']]"
        with zygote.spawn(job, "payloads.hogs:answer", LIMITS) as child:
            assert child.channel.recv(100) == b'["yes", "b"]'


def test_none_is_a_plain_fork(box, profile):
    with box.start(profile, "none") as zygote:
        with zygote.spawn(b"os.getuid()", "payloads.hogs:answer", LIMITS) as child:
            assert int(child.channel.recv(100)) == os.getuid()
            assert child.wait(5).exit_code == 0
        with zygote.spawn(b"", "payloads.hogs:spin", Limits(cpu=0.1, wall=5)) as child:
            assert child.wait(5).kind == "cpu"


def test_cgroup_demanded_but_not_there(monkeypatch):
    monkeypatch.setattr("gradewright_grader.box.memory.find", lambda: None)
    with pytest.raises(BoxError, match="memory limit 'cgroup' is not to be had here"):
        Box("cgroup")
