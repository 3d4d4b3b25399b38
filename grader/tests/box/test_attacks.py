"""Every attack fails at the levels that promise it, and each layer alone stops its own."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gradewright_grader.box import Limits
from gradewright_grader.box.call_numbers import TABLE, number

from .payloads.attacks import ATTACKS

SOURCES = str(Path(importlib.util.find_spec("gradewright_grader").origin).parents[1])


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What an attacker would love to know; with something to find behind each."""
    folder = tmp_path_factory.mktemp("host")
    folder.chmod(0o755)
    secret = folder / "hidden_check.py"
    secret.write_text("expected = 42")
    secret.chmod(0o644)
    abstract = f"gradewright-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX) as path,
    ):
        named.bind("\0" + abstract)
        named.listen()
        path.bind(str(folder / "s"))
        path.listen()
        yield {
            "secret": str(secret),
            "supervisor": os.getpid(),
            "numbers": {name: number(name) or 9999 for name in TABLE},
            "port": tcp.getsockname()[1],
            "abstract": abstract,
            "socket": str(folder / "s"),
            "other_distribution": importlib.util.find_spec("pytest").origin,
            "site_packages": str(Path(importlib.util.find_spec("pytest").origin).parents[1]),
        }


def attempt(zygote, names, told):
    job = json.dumps({**told, "names": names}).encode()
    with zygote.spawn(job, "payloads.attacks:run", Limits(cpu=5, wall=20)) as child:
        child.channel.settimeout(20)
        packet = child.channel.recv(1 << 16)
        assert packet, f"the attack ended its process: {child.wait(5)} {child.output()[-500:]!r}"
        return json.loads(packet)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_attack_fails(zygote, name, told):
    got = attempt(zygote, [name], told)[name]
    if name == "bounding_set" and zygote.level == "restricted" and os.geteuid() != 0:
        # emptying it takes a capability; without any, and no way to gain one, it means nothing
        assert got.startswith("CapBnd")
    else:
        assert got == ""


def test_attacks_succeed_without_a_box(told):
    """The attacks are real: outside, as we are, they get what they want."""
    names = ["read_secret", "list_secret_folder", "tcp", "connect_to_host", "signal_supervisor"]
    names += ["connect_to_host_abstract", "connect_to_host_path"]
    names += ["read_other_distributions", "trace_me", "personality", "hide_from_the_watch"]
    got = alone("pass", names, told)
    assert [name for name in names if not got[name]] == []


def alone(setup, names, told):
    """Run attacks in a plain process of ours after `setup` (source text)."""
    script = (
        f"import sys, json\nsys.path[:0] = [{SOURCES!r}, {str(Path(__file__).parent)!r}]\n"
        "from payloads.attacks import attempt\n"
        "told = json.loads(sys.stdin.read())\n"
        "from gradewright_grader.box import syscalls, seccomp, landlock, mounts, launcher\n"
        f"{setup}\n"
        "print(json.dumps({name: attempt(name, told) for name in told['names']}), flush=True)\n"
        "import os; os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", script],
        input=json.dumps({**told, "names": names}).encode(),
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


NO_NEW_PRIVS = "syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)\n"
SECCOMP = [
    *("tcp", "udp", "raw", "tcp6", "netlink", "packet", "vsock", "crypto", "tipc"),
    *("unshare", "setns", "clone_new_user", "clone3", "trace_me", "attach_to_supervisor"),
    *("read_supervisor_memory", "bpf", "keyctl", "userfaultfd", "io_uring_setup"),
    *("perf_event_open", "personality", "memfd_secret", "shmget", "call_of_the_future", "chroot"),
    *("steal_descriptor", "open_tree", "fsopen", "hide_from_the_watch", "connect_to_host"),
]


def test_seccomp_alone(told):
    setup = NO_NEW_PRIVS + "seccomp.install(seccomp.full_program())"
    assert alone(setup, SECCOMP, told) == dict.fromkeys(SECCOMP, "")


def test_landlock_alone(told):
    names = ["read_secret", "read_secret_through_proc", "list_secret_folder", "read_shadow"]
    names += ["environ_of_supervisor", "read_other_distributions", "write_standard_library"]
    names += ["write_system_library", "write_passwd", "write_cgroup", "write_host_name"]
    names += ["connect_to_host", "read_disk_device", "list_host_temporary_files"]
    setup = NO_NEW_PRIVS + "landlock.restrict([('/usr/share', landlock.READ)], landlock.abi())"
    assert alone(setup, names, told) == dict.fromkeys(names, "")


def test_namespaces_alone(told, tmp_path, full):
    names = ["read_secret", "list_secret_folder", "read_shadow", "read_disk_device"]
    names += ["signal_supervisor", "signal_supervisor_by_pidfd", "environ_of_supervisor"]
    names += ["connect_to_host", "connect_to_host_abstract", "connect_to_host_path"]
    names += ["write_standard_library", "write_passwd", "read_other_distributions"]
    setup = f"""
from gradewright_grader.box import view
import os
plan = view.full_view({{}}, {{}}, {{}}).plain()
launcher.enter_namespaces({{"staging": {str(tmp_path)!r}, "view": plan}})
if pid := os.fork():
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
mounts.finish_root()
"""
    assert alone(setup, names, told) == dict.fromkeys(names, "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to drop")
def test_dropped_capabilities_alone(told):
    names = ["umount2", "chroot", "sethostname", "make_device", "real_time", "capabilities"]
    names += ["set_groups", "read_kernel_log", "init_module", "kexec_load"]
    setup = "syscalls.drop_capabilities(syscalls.last_capability())"
    assert alone(setup, names, told) == dict.fromkeys(names, "")
