"""The level is found by trying: here, as another user, and where parts are forbidden."""

import errno
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gradewright_grader.box import LevelReport, StepError, levels
from gradewright_grader.box.folders import open_to_all
from gradewright_grader.box.view import executable

from .payloads.attacks import ATTACKS

SOURCES = Path(importlib.util.find_spec("gradewright_grader").origin).parents[1]
PAYLOADS = Path(__file__).parent / "payloads"
USER = 54321


def test_report_names_every_step(level_report):
    assert isinstance(level_report, LevelReport)
    assert level_report.level == "full"
    assert level_report.memory in ("cgroup", "watchdog")
    names = [step.name for step in level_report.steps if step.ok]
    assert "full: built" in names
    assert "full: the network is out of reach" in names


def report_under(denied):
    """`find_level` in a process to which a container's filter denies some calls."""
    script = f"""
import sys, json
sys.path.insert(0, {str(SOURCES)!r})
from gradewright_grader.box import find_level, seccomp, syscalls
syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
seccomp.install(seccomp.program({denied!r}, (seccomp.Rule("clone", 0, "bits", (0x7E020000,)),)))
report = find_level()
print(json.dumps([report.level, [[s.name, s.ok, s.error, s.remedy] for s in report.steps]]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    level, steps = json.loads(done.stdout)
    return level, [levels.Step(*step) for step in steps]


DOCKER = ["unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr"]


def test_restricted_where_namespaces_are_denied():
    level, steps = report_under(DOCKER)
    assert level == "restricted"
    failed = [step for step in steps if step.name.startswith("full")]
    assert len(failed) == 1
    assert "(EPERM): unshare(NEW" in failed[0].error
    assert "\n" not in failed[0].error
    assert failed[0].remedy


def test_none_where_landlock_is_denied_too():
    level, steps = report_under([*DOCKER, "landlock_create_ruleset"])
    assert level == "none"
    assert any(step.name.startswith("restricted") and not step.ok for step in steps)


def test_full_needs_landlock():
    """Half a wall is not called full."""
    level, _ = report_under(["landlock_restrict_self"])
    assert level == "none"


def test_a_wall_that_does_not_hold_is_not_believed(monkeypatch):
    monkeypatch.setattr(levels, "_run_trial", lambda box, level: {"the network is far": False})
    report = levels.find_level()
    assert report.level == "none"
    assert report.steps[-1].error.endswith("does not hold: not true that the network is far")


def test_missing_cgroup_is_told(monkeypatch):
    monkeypatch.setattr("gradewright_grader.box.memory.find", lambda: None)
    report = levels.find_level()
    assert report.memory == "watchdog"
    assert "watched from outside" in report.steps[0].error
    assert "systemd-run" in report.steps[0].remedy


@pytest.mark.parametrize(
    ("file", "content", "command"),
    [
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", "apparmor_restrict"),
        ("proc/sys/kernel/unprivileged_userns_clone", "0\n", "unprivileged_userns_clone=1"),
        ("proc/sys/user/max_user_namespaces", "0\n", "user.max_user_namespaces="),
        (".dockerenv", "", "docker run --security-opt seccomp=unconfined"),
        ("run/.containerenv", "", "systempaths=unconfined"),
        ("unrelated", "", "gradewright doctor"),
    ],
)
def test_remedy_fits_the_machine(tmp_path, file, content, command):
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content)
    assert command in levels.remedy("namespaces", errno.EPERM, tmp_path)


def test_remedy_for_old_kernels(tmp_path):
    assert "lsm=landlock" in levels.remedy("landlock", errno.ENOSYS, tmp_path)
    assert "5.13" in levels.remedy("namespaces", errno.ENOSYS, tmp_path)


def test_step_error_is_one_line():
    error = StepError("mount proc", errno.EPERM, "mount(proc): not permitted")
    assert str(error) == "box step 'mount proc' failed (EPERM): mount(proc): not permitted"


SCRIPT = """
import sys, json, os, socket
sys.path[:0] = [{folder!r}]
from pathlib import Path
from gradewright_grader.box import Box, Limits, Profile, find_level
from gradewright_grader.box.call_numbers import TABLE, number
told = json.loads(sys.stdin.read())
told["supervisor"] = os.getpid()
report = find_level()
results = {{"level": report.level, "memory": report.memory, "uid": os.getuid()}}
limits = Limits(cpu=5, wall=20, memory=96 << 20, processes=24, disk=16 << 20)
with Box() as box:
    profile = Profile(
        extra_paths={{"payloads": Path({folder!r}, "payloads")}},
        data={{"numbers": Path({folder!r}, "numbers")}},
    )
    for level in ("full", "restricted"):
        with box.start(profile, level) as zygote:
            job = json.dumps(told).encode()
            with zygote.spawn(job, "payloads.attacks:run", limits) as child:
                child.channel.settimeout(20)
                results[level] = json.loads(child.channel.recv(1 << 16))
            for payload in ("heap_in_children", "memory_files", "forks", "fill_disk"):
                with zygote.spawn(b"", "payloads.hogs:" + payload, limits) as child:
                    results[level + payload] = child.wait(20).kind
            for twin in told["twins"]:
                with zygote.spawn(json.dumps({{"name": twin}}).encode(), "payloads.twins:run") as c:
                    results[level + twin] = c.channel.recv(1 << 16).decode() or str(c.wait())
print(json.dumps(results))
"""


@pytest.fixture
def open_folder():
    """A copy of the sources where any user can read them."""
    folder = Path(tempfile.mkdtemp(prefix="gradewright-user-"))
    box = folder / "gradewright_grader" / "box"
    box.mkdir(parents=True)
    shutil.copy(SOURCES / "gradewright_grader" / "__init__.py", box.parent)
    for source in (SOURCES / "gradewright_grader" / "box").glob("*.py"):
        shutil.copy(source, box)
    shutil.copytree(PAYLOADS, folder / "payloads")
    (folder / "numbers").mkdir()
    (folder / "numbers" / "a.txt").write_text("1 2 3")
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    yield folder
    shutil.rmtree(folder)


def interpreter():
    """One that an ordinary user may run."""
    for path in (executable(), "/usr/bin/python3"):
        if os.path.exists(path) and open_to_all(path) and _new_enough(path):
            return path
    return pytest.skip("no Python ≥ 3.11 here that an ordinary user may run")


def _new_enough(path):
    code = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([path, "-c", code], check=False).returncode == 0


def test_ordinary_user_has_the_same_walls(open_folder, tmp_path):
    """As another user when we are root, else as ourselves."""
    told = {
        "names": sorted(ATTACKS),
        "twins": ["files_in_working_folder", "threads", "programs", "data_set", "about_itself"],
        "secret": str(open_folder / "numbers" / ".." / "gradewright_grader" / "__init__.py"),
        "other_distribution": importlib.util.find_spec("pytest").origin,
        "site_packages": str(tmp_path),
        "numbers": numbers(),
        "port": 9,
        "abstract": "nobody",
        "socket": "/nowhere",
    }
    (open_folder / "run.py").write_text(SCRIPT.format(folder=str(open_folder)))
    change = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [interpreter(), "-B", open_folder / "run.py"],
        input=json.dumps(told).encode(),
        capture_output=True,
        timeout=60,
        cwd="/",
        env={"PATH": os.defpath},
        **change,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["level"] == "full"
    assert found["uid"] != 0
    for level in ("full", "restricted"):
        got = {name for name, got in found[level].items() if got}
        # emptying it takes a capability; without any, and no way to gain one, it means nothing
        assert got == ({"bounding_set"} if level == "restricted" else set())
        ends = [found[level + name] for name in ("heap_in_children", "memory_files", "forks")]
        assert ends == ["memory", "memory", "processes"]
        assert found[level + "fill_disk"] == "disk"
        assert [found[level + twin] for twin in told["twins"]] == ["works"] * len(told["twins"])


def numbers():
    from gradewright_grader.box.call_numbers import TABLE, number

    return {name: number(name) or 9999 for name in TABLE}
