"""The system call filter: what a boxed process may not even ask the kernel.

Theory of operation. A deny-list, because numerical libraries use more calls than anybody lists; it
takes away what namespaces alone leave open (nested user namespaces, ptrace, bpf, io_uring, vsock,
packet and netlink sockets, …). Calls newer than our table answer ENOSYS, so that a new kernel opens
nothing; so does clone3, whose flags a filter cannot read (libc then falls back to clone, whose
flags it can). Another architecture's calls (i386 on x86_64, the x32 ABI) kill the process.

A program is a list of 8-byte BPF instructions; jumps count instructions forward. `program()`
assembles it, which takes long enough to do it once, in the zygote; children only install it.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

from gradewright_grader.box import syscalls
from gradewright_grader.box.call_numbers import MACHINES, NEWEST, machine, number

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_LOAD, _JEQ, _JGT, _JSET, _JUMP, _RETURN, _AND = 0x20, 0x15, 0x25, 0x45, 0x05, 0x06, 0x54
_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENTS = 0, 4, 16

_AF_UNIX = 1
_S_IFMT, _S_IFCHR, _S_IFBLK = 0o170000, 0o020000, 0o060000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW* that clone() takes
_MINUS_ONE = 0xFFFFFFFF

DENIED = [
    "_sysctl",
    "acct",
    "add_key",
    "adjtimex",
    "bpf",
    "chroot",
    "clock_adjtime",
    "clock_settime",
    "create_module",
    "delete_module",
    "fanotify_init",
    "fanotify_mark",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "ioperm",
    "iopl",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "landlock_add_rule",
    "landlock_create_ruleset",
    "landlock_restrict_self",
    "lookup_dcookie",
    "memfd_secret",
    "migrate_pages",
    "modify_ldt",
    "mount",
    "mount_setattr",
    "move_mount",
    "move_pages",
    "name_to_handle_at",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pidfd_getfd",
    "pivot_root",
    "process_madvise",
    "process_mrelease",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "quotactl_fd",
    "reboot",
    "request_key",
    "seccomp",
    "setdomainname",
    "sethostname",
    "setns",
    "settimeofday",
    "swapoff",
    "swapon",
    "sysfs",
    "syslog",
    "umount2",
    "unshare",
    "uselib",
    "userfaultfd",
    "ustat",
    "vhangup",
]

# Answered as if the kernel were older or built without them: callers have a fallback.
ABSENT = [
    "clone3",
    "listmount",
    "lsm_get_self_attr",
    "lsm_list_modules",
    "lsm_set_self_attr",
    "msgget",
    "semget",
    "shmget",
    "statmount",
]

_RESTRICTED_DENIED = ["socket", "setsid", "setpgid"]
_SIGNALS = [
    "kill",
    "tkill",
    "tgkill",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "pidfd_send_signal",
]


@dataclass(frozen=True)
class Rule:
    """Deny the call `name` with `error` depending on argument `argument` (its low 32 bits).

    `test`: "in" (value & mask one of values), "not in", or "bits" (any bit of values[0] set).
    """

    name: str
    argument: int
    test: str
    values: tuple[int, ...]
    error: int = errno.EPERM
    mask: int = _MINUS_ONE


_RULES = (
    Rule("clone", 0, "bits", (_NEW_NAMESPACES,)),
    Rule("mknod", 1, "in", (_S_IFCHR, _S_IFBLK), mask=_S_IFMT),
    Rule("mknodat", 2, "in", (_S_IFCHR, _S_IFBLK), mask=_S_IFMT),
    Rule("ioctl", 1, "in", (_TIOCSTI, _TIOCLINUX)),
    # The memory watchdog counts a process's nameless files; a process that makes itself
    # undumpable would hide them from an ordinary user's supervisor.
    Rule("prctl", 0, "in", (syscalls.PR_SET_DUMPABLE,)),
    Rule("socketpair", 0, "not in", (_AF_UNIX,), errno.EAFNOSUPPORT),
)
_LOCAL_SOCKETS = Rule("socket", 0, "not in", (_AF_UNIX,), errno.EAFNOSUPPORT)
_OWN_REAPER = Rule("prctl", 0, "in", (syscalls.PR_SET_DUMPABLE, syscalls.PR_SET_CHILD_SUBREAPER))
_NOT_EVERYBODY = Rule("kill", 0, "in", (_MINUS_ONE,))


def full_program(arch: str | None = None) -> bytes:
    """The filter of level `full`: local sockets only."""
    return program(DENIED, (*_RULES, _LOCAL_SOCKETS), arch)


def restricted_program(*, signals_scoped: bool, arch: str | None = None) -> bytes:
    """The filter of level `restricted`: no sockets but pairs, no new session or process group.

    Without Landlock's signal scope (`signals_scoped` false, before ABI 6) nothing else keeps a
    process from signalling strangers of the same uid, so no signal may be sent at all.
    """
    denied = [*DENIED, *_RESTRICTED_DENIED, *([] if signals_scoped else _SIGNALS)]
    rules = [rule for rule in _RULES if rule.name != "prctl"] + [_OWN_REAPER]
    if signals_scoped:
        rules.append(_NOT_EVERYBODY)
    return program(denied, tuple(rules), arch)


def program(
    denied: list[str] | tuple[str, ...], rules: tuple[Rule, ...], arch: str | None = None
) -> bytes:
    """Assemble a filter for `arch` (default: this machine) from names and rules."""
    arch = arch or machine()
    if arch not in MACHINES:
        raise OSError(errno.ENOSYS, f"no seccomp table for '{arch}'; known: {', '.join(MACHINES)}")
    code = _prologue(arch)
    code += _refuse(_numbers(ABSENT, arch), errno.ENOSYS)
    code += _refuse(_numbers(denied, arch), errno.EPERM)
    for rule in rules:
        code += _conditional(rule, arch)
    code.append(_op(_RETURN, _ALLOW))
    return b"".join(code)


def install(assembled: bytes) -> None:
    """Put the filter on this process for ever. NO_NEW_PRIVS must be set."""
    syscalls.install_filter(assembled)


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _prologue(arch: str) -> list[bytes]:
    """Kill foreign architectures, then load the number and refuse what is too new."""
    code = [
        _op(_LOAD, _AT_ARCH),
        _op(_JEQ, _AUDIT_ARCH[arch], 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, _AT_NUMBER),
    ]
    if arch == "x86_64":
        code += [_op(_JSET, _X32_BIT, 0, 1), _op(_RETURN, _KILL)]
    return [*code, _op(_JGT, NEWEST, 0, 1), _op(_RETURN, _ERRNO | errno.ENOSYS)]


def _numbers(names: list[str] | tuple[str, ...], arch: str) -> list[int]:
    found = (number(name, arch) for name in names)
    return sorted(value for value in found if value is not None)


def _refuse(numbers: list[int], error: int) -> list[bytes]:
    """Any of `numbers` returns `error`; the others go on behind this block."""
    last = len(numbers)
    tests = [_op(_JEQ, value, last - index, 0) for index, value in enumerate(numbers)]
    return [*tests, _op(_JUMP, 1), _op(_RETURN, _ERRNO | error)]


def _conditional(rule: Rule, arch: str) -> list[bytes]:
    """One call decided by an argument; other calls jump over the block."""
    wanted = number(rule.name, arch)
    if wanted is None:
        return []
    body = [_op(_LOAD, _AT_ARGUMENTS + 8 * rule.argument)]
    if rule.mask != _MINUS_ONE:
        body.append(_op(_AND, rule.mask))
    body += _decision(rule)
    return [_op(_JEQ, wanted, 0, len(body)), *body]


def _decision(rule: Rule) -> list[bytes]:
    """Tests whose hit jumps to the first of two returns' right one."""
    hit, miss = _op(_RETURN, _ERRNO | rule.error), _op(_RETURN, _ALLOW)
    if rule.test == "not in":
        hit, miss = miss, hit
    jump = _JSET if rule.test == "bits" else _JEQ
    last = len(rule.values)
    tests = [_op(jump, value, last - index, 0) for index, value in enumerate(rule.values)]
    return [*tests, miss, hit]
