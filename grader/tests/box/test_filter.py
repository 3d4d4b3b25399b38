"""The filter's instructions, run by a small machine of ours: also for the other architecture."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright_grader.box import seccomp
from gradewright_grader.box.call_numbers import NEWEST, TABLE, number

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
PROGRAMS = {
    (arch, level): program
    for arch in AUDIT
    for level, program in {
        "full": seccomp.full_program(arch),
        "restricted": seccomp.restricted_program(signals_scoped=True, arch=arch),
        "unscoped": seccomp.restricted_program(signals_scoped=False, arch=arch),
    }.items()
}


def verdict(program, audit, call, *arguments):
    """'allow', 'kill' or the errno."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", call, audit, 0, *(word & (1 << 64) - 1 for word in words))
    place = value = 0
    while True:
        code, yes, no, k = struct.unpack_from("=HBBI", program, 8 * place)
        place += 1
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, k)
        elif code == 0x54:
            value &= k
        elif code == 0x05:
            place += k
        elif code == 0x06:
            return {0x80000000: "kill", 0x7FFF0000: "allow"}.get(k, k & 0xFFFF)
        else:
            hit = {0x15: value == k, 0x25: value > k, 0x45: bool(value & k)}[code]
            place += yes if hit else no


def ask(arch, level, name, *arguments):
    return verdict(PROGRAMS[arch, level], AUDIT[arch], number(name, arch), *arguments)


pytestmark = pytest.mark.parametrize("arch", AUDIT)


def test_every_denied_call_is_denied(arch):
    for level in ("full", "restricted", "unscoped"):
        for name in seccomp.DENIED:
            if number(name, arch) is not None:
                assert ask(arch, level, name) == errno.EPERM, name
        for name in seccomp.ABSENT:
            assert ask(arch, level, name) == errno.ENOSYS, name


def test_calls_denied_by_argument(arch):
    unix, inet, vsock = 1, 2, 40
    assert ask(arch, "full", "socket", unix) == "allow"
    assert ask(arch, "full", "socket", inet) == errno.EAFNOSUPPORT
    assert ask(arch, "full", "socket", vsock) == errno.EAFNOSUPPORT
    assert ask(arch, "restricted", "socket", unix) == errno.EPERM
    assert ask(arch, "restricted", "socketpair", unix) == "allow"
    assert ask(arch, "full", "socketpair", 30) == errno.EAFNOSUPPORT
    assert ask(arch, "full", "clone", 17) == "allow"
    assert ask(arch, "full", "clone", 0x10000000 | 17) == errno.EPERM
    assert ask(arch, "full", "mknodat", 0, 0, 0o010600) == "allow"
    assert ask(arch, "full", "mknodat", 0, 0, 0o020600) == errno.EPERM
    assert ask(arch, "full", "prctl", 4) == errno.EPERM
    assert ask(arch, "full", "prctl", 36) == "allow"
    assert ask(arch, "restricted", "prctl", 36) == errno.EPERM
    assert ask(arch, "full", "ioctl", 0, 0x5412) == errno.EPERM


def test_signals_without_a_scope(arch):
    assert ask(arch, "full", "kill", 5, 9) == "allow"
    assert ask(arch, "restricted", "kill", 5, 9) == "allow"
    assert ask(arch, "restricted", "kill", -1, 9) == errno.EPERM
    assert ask(arch, "unscoped", "kill", 5, 9) == errno.EPERM
    assert ask(arch, "unscoped", "tgkill", 5, 5, 6) == errno.EPERM


def test_foreign_architectures_are_killed(arch):
    program = PROGRAMS[arch, "full"]
    assert verdict(program, 0x40000003, 1) == "kill"
    if arch == "x86_64":
        assert verdict(program, AUDIT[arch], 0x40000000 | 39) == "kill"


@given(st.integers(NEWEST + 1, (1 << 30) - 1))
def test_unknown_calls_do_not_exist(arch, call):
    assert verdict(PROGRAMS[arch, "full"], AUDIT[arch], call) == errno.ENOSYS


@given(st.integers(0, NEWEST))
def test_calls_not_named_are_allowed(arch, call):
    known = {number(name, arch) for name in TABLE}
    if call not in known:
        assert verdict(PROGRAMS[arch, "full"], AUDIT[arch], call) == "allow"


def test_unknown_machine_is_refused(arch):
    with pytest.raises(OSError, match="no seccomp table for 'riscv64'; known: x86_64, aarch64"):
        seccomp.full_program("riscv64")
    with pytest.raises(OSError, match="no system call numbers for 'riscv64'"):
        number("mount", "riscv64")
