"""Attacks that a submission may try. Each returns text (what it got) when it succeeded and raises
OSError (or returns "") when the box held. Self-contained: runs inside the box.
"""

import contextlib
import ctypes
import glob
import json
import os
import resource
import signal
import socket
import subprocess
import sys

ATTACKS = {}
_libc = ctypes.CDLL(None, use_errno=True)


def attack(function):
    ATTACKS[function.__name__] = function
    return function


def run(channel, job):
    told = json.loads(job)
    channel.send(json.dumps({name: attempt(name, told) for name in told["names"]}).encode())


def attempt(name, told):
    """'' when the box held, else what the attack got."""
    try:
        return ATTACKS[name](told) or ""
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""


def call(number, *words):
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in words]
    result = _libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def read(path):
    with open(path, "rb") as file:
        return f"read {file.read(20)!r} of {path}"


def write(path):
    with open(path, "w") as file:
        file.write("x")
    return f"wrote {path}"


# -- files


@attack
def read_secret(told):
    return read(told["secret"])


@attack
def read_secret_through_proc(told):
    return read("/proc/self/root" + told["secret"]) or read("/proc/1/root" + told["secret"])


@attack
def list_secret_folder(told):
    return str(os.listdir(os.path.dirname(told["secret"])))


@attack
def read_shadow(told):
    return read("/etc/shadow")


@attack
def read_other_distributions(told):
    return read(told["other_distribution"])


@attack
def read_system_distributions(told):
    got = []
    for prefix in ("/usr/lib", "/usr/local/lib", sys.base_prefix + "/lib"):
        for path in glob.glob(prefix + "/python3*/*-packages/**/*.py", recursive=True):
            with contextlib.suppress(OSError):
                got.append(read(path))
    return str(got[:3]) if got else ""


@attack
def list_host_temporary_files(told):
    found = [name for name in os.listdir("/tmp") if name.startswith("gradewright-box")]
    return str(found) if found else ""


@attack
def read_kernel_log(told):
    return read("/proc/kmsg") or read("/dev/kmsg")


@attack
def read_disk_device(told):
    return read("/dev/vda")


@attack
def write_system_library(told):
    return write("/usr/lib/written")


@attack
def write_standard_library(told):
    return write(os.path.join(os.path.dirname(os.__file__), "written.py"))


@attack
def write_payload(told):
    return write(__file__)


@attack
def write_data(told):
    return write(os.path.join(os.environ["GRADEWRIGHT_DATA"], "numbers", "a.txt"))


@attack
def write_passwd(told):
    return write("/etc/passwd")


@attack
def write_host_name(told):
    return write("/proc/sys/kernel/hostname")


@attack
def write_core_pattern(told):
    return write("/proc/sys/kernel/core_pattern")


@attack
def write_cgroup(told):
    return write("/sys/fs/cgroup/memory/cgroup.procs") or write("/sys/fs/cgroup/cgroup.procs")


@attack
def write_own_id_map(told):
    return write("/proc/self/uid_map")


@attack
def make_device(told):
    os.mknod("device", 0o600 | 0o020000, os.makedev(1, 1))
    return "made /dev/mem"


@attack
def open_by_handle(told):
    return str(call(told["numbers"]["open_by_handle_at"], -100, 0, 0))


# -- other processes


@attack
def environ_of_supervisor(told):
    return read(f"/proc/{told['supervisor']}/environ")


@attack
def memory_of_supervisor(told):
    return read(f"/proc/{told['supervisor']}/maps")


@attack
def signal_supervisor(told):
    os.kill(told["supervisor"], 0)
    return "could signal"


@attack
def signal_supervisor_by_pidfd(told):
    signal.pidfd_send_signal(os.pidfd_open(told["supervisor"]), 0)
    return "could signal"


@attack
def signal_parent(told):
    if os.getppid() == 0:
        return ""
    os.kill(os.getppid(), 0)
    return "could signal the zygote"


@attack
def trace_me(told):
    return str(call(told["numbers"]["ptrace"], 0, 0, 0, 0))


@attack
def attach_to_supervisor(told):
    return str(call(told["numbers"]["ptrace"], 16, told["supervisor"], 0, 0))


@attack
def read_supervisor_memory(told):
    return str(call(told["numbers"]["process_vm_readv"], told["supervisor"], 0, 0, 0, 0, 0))


@attack
def steal_descriptor(told):
    pidfd = os.pidfd_open(os.getpid())
    return str(call(told["numbers"]["pidfd_getfd"], pidfd, 0, 0))


@attack
def hide_from_the_watch(told):
    return "undumpable" if _libc.prctl(4, 0) == 0 else ""


@attack
def inherited_descriptors(told):
    extra = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            if int(name) > 2 and not os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                extra.append(os.readlink(f"/proc/self/fd/{name}"))
    extra = [link for link in extra if not link.startswith("/proc/")]
    return str(extra) if extra else ""


@attack
def inherited_environment(told):
    return os.environ.get("GRADEWRIGHT_TEST_SECRET", "")


# -- network


def family(name, number, kind=socket.SOCK_STREAM, protocol=0):
    def open_it(told):
        socket.socket(number, kind, protocol).close()
        return f"a socket of family {number}"

    ATTACKS[name] = open_it


family("tcp", socket.AF_INET)
family("udp", socket.AF_INET, socket.SOCK_DGRAM)
family("raw", socket.AF_INET, socket.SOCK_RAW, 1)
family("tcp6", socket.AF_INET6)
family("netlink", 16, socket.SOCK_RAW)
family("packet", 17, socket.SOCK_RAW)
family("bluetooth", 31, socket.SOCK_RAW)
family("crypto", 38, 5)
family("vsock", 40)
family("tipc", 30)


@attack
def connect_to_host(told):
    socket.create_connection(("127.0.0.1", told["port"]), timeout=1).close()
    return "connected"


@attack
def connect_to_host_abstract(told):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect("\0" + told["abstract"])
    return "connected"


@attack
def connect_to_host_path(told):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(told["socket"])
    return "connected"


@attack
def pair_of_another_family(told):
    socket.socketpair(30, socket.SOCK_STREAM)
    return "a TIPC pair"


# -- kernel


def kernel(name, *words):
    def try_it(told):
        return f"{name} returned {call(told['numbers'][name], *words)}"

    ATTACKS[name] = try_it


kernel("unshare", 0x10000000)
kernel("setns", 0, 0)
kernel("mount", 0, 0, 0, 0, 0)
kernel("umount2", ctypes.c_char_p(b"/proc"), 2)
kernel("pivot_root", ctypes.c_char_p(b"/"), ctypes.c_char_p(b"/"))
kernel("chroot", ctypes.c_char_p(b"."))
kernel("fsopen", ctypes.c_char_p(b"tmpfs"), 0)
kernel("open_tree", -100, ctypes.c_char_p(b"/"), 1)
kernel("bpf", 0, 0, 0)
kernel("keyctl", 0, -3, 1)
kernel("userfaultfd", 0)
kernel("io_uring_setup", 1, ctypes.create_string_buffer(120))
kernel("perf_event_open", 0, 0, -1, -1, 0)
kernel("kexec_load", 0, 0, 0, 0)
kernel("init_module", 0, 0, 0)
kernel("personality", 0x0040000)
kernel("syslog", 3, 0, 0)
kernel("memfd_secret", 0)
kernel("shmget", 0, 4096, 0o1600)
kernel("landlock_create_ruleset", 0, 0, 1)
kernel("sethostname", ctypes.c_char_p(b"x"), 1)
kernel("clone3", 0, 0)


@attack
def clone_new_user(told):
    pid = call(told["numbers"]["clone"], 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return "cloned into a user namespace"


@attack
def call_of_the_future(told):
    for number in range(463, 480):
        try:
            call(number, 0, 0, 0)
        except OSError as error:
            if error.errno != 38:
                return f"call {number} is known: {error}"
    return ""


@attack
def terminal_input(told):
    import fcntl

    with open("/dev/null") as null:
        fcntl.ioctl(null, 0x5412, b"x")
    return "pushed"


# -- privileges


@attack
def become_root(told):
    os.setuid(0 if os.getuid() else 1)
    return "changed uid"


@attack
def set_groups(told):
    os.setgroups([0])
    return "changed groups"


@attack
def capabilities(told):
    return "".join(line for line in capability_sets() if not line.startswith("CapBnd"))


@attack
def bounding_set(told):
    return "".join(line for line in capability_sets() if line.startswith("CapBnd"))


def capability_sets():
    """Lines of the sets that are not empty."""
    with open("/proc/self/status") as file:
        return [line for line in file if line.startswith("Cap") and int(line.split()[1], 16)]


@attack
def setuid_program(told):
    out = subprocess.run(["su", "-c", "id -u"], input=b"", capture_output=True, timeout=5)
    return out.stdout.decode()


@attack
def be_nicer_to_me(told):
    os.nice(-5)
    return "raised priority"


@attack
def real_time(told):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    return "real time"


@attack
def raise_limit(told):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard + 1, hard + 1))
    return "raised"


@attack
def import_grader(told):
    try:
        import gradewright_grader.box.supervisor as grader
    except ImportError:
        return ""
    return str(grader)


@attack
def import_unlisted(told):
    sys.path.append(told["site_packages"])
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import sklearn
    except (ImportError, OSError):
        return ""
    return str(sklearn)
