"""System calls that the standard library lacks, by ctypes: one thin function each.

Every wrapper raises OSError whose text names the call and its arguments' meaning, so that a failed
step can be told in one line. Nothing here decides anything: order and policy live in `mounts`,
`launcher`, `zygote` and `inside`. Importing this is safe on any OS; calling is for Linux.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
from pathlib import Path

from gradewright_grader.box.call_numbers import number

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_CLONE_NAMES = {
    CLONE_NEWNS: "NEWNS",
    CLONE_NEWCGROUP: "NEWCGROUP",
    CLONE_NEWUTS: "NEWUTS",
    CLONE_NEWIPC: "NEWIPC",
    CLONE_NEWUSER: "NEWUSER",
    CLONE_NEWPID: "NEWPID",
    CLONE_NEWNET: "NEWNET",
}

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

# no root, no setuid fix-up, no keep-caps, no ambient caps: each bit with its lock, but KEEP_CAPS
# itself stays off.
SECUREBITS_LOCKED = 0b11101111

SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4

MADV_COLLAPSE = 25

F_ADD_SEALS = 1033
F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE = 1, 2, 4, 8

_libc = ctypes.CDLL(None, use_errno=True)
_raw = _libc.syscall
_raw.restype = ctypes.c_long
_raw.argtypes = [ctypes.c_long] * 7


def call(name: str, *arguments: int | bytes | ctypes.Structure, told: str = "") -> int:
    """Make the system call `name`; bytes and structures go by address. Raises OSError."""
    wanted = number(name)
    if wanted is None:
        raise OSError(errno.ENOSYS, f"{name}: no such system call on this architecture")
    keep = [_by_address(value) for value in arguments]
    words = [value if isinstance(value, int) else ctypes.addressof(value) for value in keep]
    result = int(_raw(wanted, *words, *[0] * (6 - len(words))))
    if result == -1:
        failed = ctypes.get_errno()
        raise OSError(failed, f"{name}({told}): {os.strerror(failed)}")
    return result


def _by_address(
    value: int | bytes | ctypes.Structure,
) -> int | ctypes.Structure | ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(value) if isinstance(value, bytes) else value


def unshare(flags: int) -> None:
    """Leave the namespaces named by CLONE_NEW* `flags` for fresh ones."""
    names = "|".join(name for bit, name in _CLONE_NAMES.items() if flags & bit)
    call("unshare", flags, told=names)


def setns(fd: int, kind: int) -> None:
    """Join the namespace behind `fd`; for NEWPID it counts for the children to come."""
    call("setns", fd, kind, told=_CLONE_NAMES.get(kind, str(kind)))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount file system `kind` (or bind `source`) on `target`."""
    texts = [text.encode() for text in (source, target, kind)]
    call("mount", *texts, flags, data.encode(), told=f"{kind or 'bind'} {source} on {target}")


def umount2(target: str, flags: int = MNT_DETACH) -> None:
    """Take the mount at `target` away."""
    call("umount2", target.encode(), flags, told=target)


def pivot_root(new: str, old: str) -> None:
    """Make the mount `new` the root and hang the former root on `old` (below `new`)."""
    call("pivot_root", new.encode(), old.encode(), told=f"{new}, {old}")


class _MountAttr(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def mount_setattr(path: str, attributes: int, *, recursive: bool) -> None:
    """Add MOUNT_ATTR_* `attributes` to the mount at `path`, or to all mounts below it too."""
    flags = _AT_RECURSIVE if recursive else 0
    attr = _MountAttr(attr_set=attributes)
    size = ctypes.sizeof(attr)
    call("mount_setattr", _AT_FDCWD, path.encode(), flags, attr, size, told=path)


def prctl(option: int, *arguments: int) -> int:
    """prctl(2); returns its value."""
    return call("prctl", option, *arguments, told=f"option {option}")


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = tuple((f"word{index}", ctypes.c_uint32) for index in range(6))


def drop_capabilities(last: int) -> None:
    """Empty the bounding set (capabilities 0…last), lock the securebits, drop every set.

    Without CAP_SETPCAP (an ordinary user) there is nothing to drop but the empty sets.
    """
    try:
        prctl(PR_SET_SECUREBITS, SECUREBITS_LOCKED)
        for capability in range(last + 1):
            prctl(PR_CAPBSET_DROP, capability)
    except PermissionError:
        if has_capabilities():
            raise
    prctl(PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    version_3 = 0x20080522
    call("capset", _CapHeader(version=version_3), _CapData(), told="empty sets")


def status_field(name: str, status: str = "/proc/self/status") -> str:
    """One field of a /proc status file, stripped; KeyError when it is not there."""
    for line in Path(status).read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    raise KeyError(name)


def has_capabilities() -> bool:
    """Whether this process holds any effective capability."""
    return int(status_field("CapEff"), 16) != 0


def last_capability() -> int:
    """The highest capability number of this kernel."""
    return int(Path("/proc/sys/kernel/cap_last_cap").read_text())


def really_root() -> bool:
    """True for uid 0 of the host (a full uid map), not for a container user called 0."""
    if os.geteuid() != 0:
        return False
    return Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install_filter(program: bytes) -> None:
    """Install an assembled BPF `program` as seccomp filter. Needs NO_NEW_PRIVS."""
    code = ctypes.create_string_buffer(program, len(program))
    packed = _FilterProgram(len(program) // 8, ctypes.addressof(code))
    flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW
    call("seccomp", SECCOMP_SET_MODE_FILTER, flags, packed, told="filter")


def collapse(address: int, length: int) -> None:
    """Turn `length` bytes at `address` into huge pages (Linux 6.1)."""
    call("madvise", address, length, MADV_COLLAPSE, told="MADV_COLLAPSE")


def anonymous_file(name: str, content: bytes = b"", *, sealed: bool = False) -> int:
    """A nameless file in memory holding `content`, at offset 0; sealed: never changes again."""
    fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    os.lseek(fd, 0, os.SEEK_SET)
    if sealed:
        seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
        fcntl.fcntl(fd, F_ADD_SEALS, seals)
    return fd


def read_all(fd: int) -> bytes:
    """The whole content of a file behind `fd`, whatever its offset."""
    size = os.fstat(fd).st_size
    parts: list[bytes] = []
    while size > 0 and (part := os.pread(fd, size, sum(map(len, parts)))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def close_all_but(keep: tuple[int, ...]) -> None:
    """Close every descriptor above 2 that is not in `keep`."""
    low = 3
    for fd in sorted(fd for fd in keep if fd > 2):
        if low < fd:
            os.closerange(low, fd) if _no_close_range() else _close_range(low, fd - 1)
        low = fd + 1
    os.closerange(low, 1 << 16) if _no_close_range() else _close_range(low, (1 << 32) - 1)


def _close_range(first: int, last: int) -> None:
    call("close_range", first, last, 0, told=f"{first}-{last}")


def _no_close_range() -> bool:
    return os.uname().sysname != "Linux"


def pid_behind(pidfd: int) -> int:
    """The pid, as this process sees it, of the process behind `pidfd`; -1 once it is reaped."""
    return int(status_field("Pid", f"/proc/self/fdinfo/{pidfd}"))
