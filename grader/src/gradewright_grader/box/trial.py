"""The payload of a trial run: a boxed process tries a handful of forbidden things on itself.

It answers with one JSON packet, name → True where the wall held. Only `levels` runs it, to learn
whether walls that could be built also hold here; the whole list of attacks is in the tests.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import socket
from collections.abc import Callable


def probe(channel: socket.socket, job: bytes) -> None:
    """`job`: JSON with `secret`, a host file that must stay out of reach, and `level`."""
    told = json.loads(job)
    answers = {
        "host files are out of reach": _refused(lambda: open(told["secret"]).close()),
        "writing outside is refused": _refused(lambda: open("/usr/written", "w").close()),
        "the network is out of reach": _refused(_internet),
        "a new user namespace is refused": _no_user_namespace(),
    }
    if told["level"] == "full":
        answers["other processes are out of sight"] = _alone()
        answers["the own folder is writable"] = not _refused(_write_here)
    channel.send(json.dumps(answers).encode())


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _internet() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _no_user_namespace() -> bool:
    new_user = 0x10000000
    return bool(ctypes.CDLL(None).unshare(new_user) == -1)


def _alone() -> bool:
    return [name for name in os.listdir("/proc") if name.isdigit()] == [str(os.getpid())]


def _write_here() -> None:
    with open("trial", "w") as file:
        file.write("x")
    with contextlib.suppress(FileNotFoundError):
        os.unlink("trial")
