"""Landlock: which paths a process may read or write, with what this kernel offers.

Theory of operation. A ruleset names the rights it handles; whatever it handles and no rule grants
is denied, for this process and all its descendants, and can never be widened. Rights came version
by version (ABI 1: files; 2: moving between folders; 3: truncating; 4: TCP; 5: device ioctls;
6: signals and abstract sockets); we handle all that the kernel knows. A rule names an open file
or folder: it holds for that inode and everything below, on whatever mount it is reached.

It says nothing about `stat`, and nothing about what was open before.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat

from gradewright_grader.box import syscalls

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_SYM = (1 << bit for bit in (7, 8, 9, 10, 12))
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ALL_FILES = (1 << 13) - 1  # ABI 1
_BY_ABI = ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV))
_ALL_TCP = 0b11  # ABI 4: bind and connect
_ALL_SCOPES = 0b11  # ABI 6: abstract sockets and signals
_SCOPES_SINCE = 6

READ = _EXECUTE | _READ_FILE | _READ_DIR
LIST = _READ_DIR
DEVICE = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
WRITE = (READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK) | (
    _MAKE_FIFO | _MAKE_SYM | _REFER | _TRUNCATE
)
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("tcp", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The Landlock version of this kernel; 0 when it has none or it is switched off."""
    try:
        return syscalls.call("landlock_create_ruleset", 0, 0, _VERSION_FLAG, told="version")
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            return 0
        raise


def scopes_signals(version: int) -> bool:
    """Whether version `version` can keep signals inside the domain."""
    return version >= _SCOPES_SINCE


def restrict(rules: list[tuple[str, int]], version: int) -> None:
    """Confine this process to `rules`: (path, rights) pairs. Paths that do not exist are skipped.

    NO_NEW_PRIVS must be set. Raises OSError(ENOSYS) for version 0.
    """
    if version < 1:
        raise OSError(errno.ENOSYS, "landlock: not in this kernel, or switched off at boot")
    handled = _handled(version)
    ruleset = _create(handled, version)
    for path, rights in rules:
        _allow(ruleset, path, rights & handled)
    syscalls.call("landlock_restrict_self", ruleset, 0, told="ruleset")
    os.close(ruleset)


def _handled(version: int) -> int:
    handled = _ALL_FILES
    for since, right in _BY_ABI:
        if version >= since:
            handled |= right
    return handled


def _create(handled: int, version: int) -> int:
    attributes = _Ruleset(files=handled)
    size = 8
    if version >= 4:
        attributes.tcp, size = _ALL_TCP, 16
    if scopes_signals(version):
        attributes.scoped, size = _ALL_SCOPES, 24
    return syscalls.call("landlock_create_ruleset", attributes, size, 0, told="ruleset")


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return  # not there, or not ours to see: then there is nothing to allow
    if not stat.S_ISDIR(os.fstat(parent).st_mode):
        rights &= _OF_A_FILE
    rule = _PathBeneath(access=rights, parent=parent)
    syscalls.call("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, rule, 0, told=path)
    os.close(parent)
