"""Memory limits: where cgroups are looked for, and what the watchdog adds up."""

import os
import time

from gradewright_grader.box import clock, memory, syscalls, watchdog

MIB = 1 << 20


def fake_proc(folder, cgroup, mountinfo):
    (folder / "cgroup").write_text(cgroup)
    (folder / "mountinfo").write_text(mountinfo)
    return folder


def test_version_1_and_2_are_found(tmp_path):
    proc = fake_proc(
        tmp_path,
        "4:memory:/job/a\n1:cpu:/\n0::/user.slice\n",
        "35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory\n"
        "36 31 0:33 / /cg/cpu rw - cgroup cgroup rw,cpu\n"
        "37 31 0:34 / /cg/unified rw - cgroup2 cgroup2 rw\n",
    )
    found = [(str(path), version) for path, version in memory.candidates(proc)]
    assert found == [("/cg/memory/job/a", 1), ("/cg/unified/user.slice", 2)]


def test_container_sees_its_own_group_as_root(tmp_path):
    proc = fake_proc(
        tmp_path,
        "4:memory:/docker/abc\n",
        "35 31 0:32 /docker/abc /cg/memory rw - cgroup cgroup rw,memory\n",
    )
    assert [str(path) for path, _ in memory.candidates(proc)] == ["/cg/memory"]


def test_version_2_group_of_ours(tmp_path):
    """The files written, in a folder that looks like a delegated scope with memory passed on."""
    (tmp_path / "cgroup.subtree_control").write_text("memory pids\n")
    group = memory.Cgroup(tmp_path / "child", 2)
    group.limit(64 * MIB)
    assert (group.path / "memory.max").read_text() == str(64 * MIB)
    assert (group.path / "memory.oom.group").read_text() == "1"
    (group.path / "memory.events").write_text("max 3\noom 1\noom_kill 1\n")
    assert group.over([])
    (group.path / "memory.events").write_text("max 3\noom 0\noom_kill 0\n")
    assert not group.over([])


def test_version_2_scope_that_is_ours_alone(tmp_path):
    (tmp_path / "cgroup.subtree_control").write_text("")
    (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n")
    memory.pass_memory_on(tmp_path)
    leaf = tmp_path / "gradewright.supervisor" / "cgroup.procs"
    assert leaf.read_text() == str(os.getpid())
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory"


def test_version_2_scope_shared_with_others_is_left_alone(tmp_path):
    (tmp_path / "cgroup.subtree_control").write_text("")
    (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n1\n")
    memory.pass_memory_on(tmp_path)
    assert not (tmp_path / "gradewright.supervisor").exists()


def forked(use):
    """A child of ours that holds something until its pipe closes."""
    ready, told = os.pipe()
    waiting, release = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(release)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # as every boxed process does
        kept = use()
        os.write(told, b"x")
        os.read(waiting, 1)
        os._exit(0 if kept is not None else 1)
    os.read(ready, 1)
    for fd in (ready, told, waiting):
        os.close(fd)
    return pid, release


def held(use, inherited):
    pid, release = forked(use)
    try:
        return watchdog.Watchdog(1, inherited).held([pid])
    finally:
        os.close(release)
        os.waitpid(pid, 0)


def memory_file():
    fd = os.memfd_create("x")
    os.write(fd, bytes(20 * MIB))
    return fd


def test_what_the_watchdog_counts():
    own = watchdog.anonymous("self")
    assert held(lambda: 1, own) < 8 * MIB
    assert 30 * MIB <= held(lambda: bytearray(b"x") * (30 * MIB), own) < 45 * MIB
    assert 20 * MIB <= held(memory_file, own) < 35 * MIB


def test_a_process_that_hides_counts_as_over(monkeypatch):
    def closed(pids):
        raise PermissionError

    monkeypatch.setattr(watchdog, "_memory_files", closed)
    assert watchdog.Watchdog(1 << 40, 0).over([clock.process(os.getpid())])


def test_gone_processes_hold_nothing():
    assert watchdog.Watchdog(1, 0).held([2**22 + 1]) == 0
    assert clock.process(2**22 + 1) is None
    assert clock.tree(2**22 + 1) == []


def test_tree_clock_never_runs_backwards():
    def process(pid, cpu, ended=0.0):
        return clock.Process(pid, pid, 1, 1, cpu, ended, 5, "R")

    total = clock.TreeClock()
    assert total.update([process(1, 0.25), process(2, 1.0)]) == 1.25
    assert total.update([process(1, 0.5)]) == 1.5  # a child vanished: not forgotten
    assert total.update([process(1, 0.5, ended=1.5)]) == 2.0  # its parent tells more


def test_own_clock_runs():
    before = clock.process(os.getpid()).cpu
    end = time.process_time() + 0.02
    while time.process_time() < end:
        pass
    assert clock.process(os.getpid()).cpu - before >= 0.015
