"""What a boxed process sees of the file system, as a plan: no mount is made here.

At level `full` the plan is a read-only root made of binds (`mounts` builds it). At `restricted` and
`none` the host's root stays, import paths are folders of links, and the plan's `readable` list
becomes Landlock's. In both the child's import path is `site` (allowed distributions) and then
`payload` (our own code that runs in the child), and data sets are `data`/<name>.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_SYSTEM = (
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/share",
    "/usr/include",
)
_MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
_ETC = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts")
_ETC_LINKS = ("/etc/alternatives",)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
WRITABLE = ("/tmp", "/work", "/dev/shm")  # noqa: S108  (the child's own)
BIN = "/opt/bin"

_FILES = {
    "/etc/passwd": "student:x:1000:1000:student:/work:/bin/sh\n",
    "/etc/group": "student:x:1000:\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}
_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/etc/localtime": "/usr/share/zoneinfo/UTC",
}
_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")


@dataclass(frozen=True)
class View:
    """The plan. Paths in `binds`, `links` and `files` are keyed by what the child sees."""

    site: str
    payload: str
    data: str
    binds: dict[str, str] = field(default_factory=dict)
    covers: list[str] = field(default_factory=list)  # folders shown empty
    links: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    readable: list[str] = field(default_factory=list)
    listable: list[str] = field(default_factory=list)  # names below may be listed, not read
    asked: list[str] = field(default_factory=list)  # what the profile named: must be readable

    def plain(self) -> dict[str, Any]:
        """As a mapping that can be sent."""
        return asdict(self)


def full_view(
    site: Mapping[str, Path], payload: Mapping[str, Path], data: Mapping[str, Path]
) -> View:
    """The read-only root of level `full`."""
    asked = _asked(site, payload, data)
    parts = interpreter_parts()
    system = {path: path for path in (*_SYSTEM, *_ETC, *_ETC_LINKS) if os.path.exists(path)}
    system |= {path: path for path in parts if not _below_any(path, system)}
    links = _LINKS | {f"{BIN}/{name}": executable() for name in ("python", "python3")}
    for path in _MERGED:
        if os.path.islink(path):
            links[path] = os.readlink(path)
        elif os.path.isdir(path):
            system[path] = path
    return View(
        site="/site",
        payload="/payload",
        data="/data",
        binds=system | asked,
        covers=hidden_folders(),
        links=links,
        files=_FILES,
        listable=["/"],
        readable=[*_outermost(system), "/etc", "/opt", "/site", "/payload", "/data", "/proc"],
        asked=list(asked),
    )


def linked_view(
    folder: Path,
    site: Mapping[str, Path],
    payload: Mapping[str, Path],
    data: Mapping[str, Path],
) -> View:
    """The view of `restricted` and `none`: links below `folder`, which is made here."""
    asked = _asked(site, payload, data)
    for name in ("site", "payload", "data"):
        (folder / name).mkdir(parents=True)
    for inside, outside in asked.items():
        link = folder / inside.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(outside)
    system = [*_SYSTEM, *_MERGED, *_ETC, *_ETC_LINKS, "/etc/localtime", *interpreter_parts()]
    readable, listable = carve(filter(os.path.exists, system), hidden_folders())
    return View(
        site=str(folder / "site"),
        payload=str(folder / "payload"),
        data=str(folder / "data"),
        readable=[*readable, *_PROC, str(folder), *asked.values()],
        listable=listable,
        asked=list(asked.values()),
    )


def executable() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    base: str = getattr(sys, "_base_executable", sys.executable)
    return os.path.realpath(base)


def interpreter_parts() -> list[str]:
    """The interpreter's program and libraries; nothing more of its prefix (conda keeps other
    environments and package caches there).
    """
    prefixes = dict.fromkeys(
        os.path.realpath(one) for one in (sys.base_prefix, sys.base_exec_prefix)
    )
    libraries = [f"{prefix}/{name}" for prefix in prefixes for name in ("lib", "lib64")]
    return [executable(), *(path for path in libraries if os.path.isdir(path))]


def hidden_folders() -> list[str]:
    """Where interpreters we show keep installed distributions: these are not shown."""
    prefixes = {os.path.realpath(sys.base_prefix), "/usr", "/usr/local"}
    found: set[str] = set()
    for prefix in prefixes:
        for pattern in ("lib*/python3*/site-packages", "lib*/python3*/dist-packages"):
            found |= {str(path) for path in Path(prefix).glob(pattern) if path.is_dir()}
    return sorted({os.path.realpath(path) for path in found})


def carve(paths: Iterable[str], hidden: list[str]) -> tuple[list[str], list[str]]:
    """(readable, listable) so that all of `paths` can be read except what is below `hidden`."""
    readable: list[str] = []
    listable: list[str] = []
    waiting = list(dict.fromkeys(os.path.realpath(path) for path in paths))
    while waiting:
        path = waiting.pop()
        if path in hidden or not os.path.exists(path):
            continue
        if any(one.startswith(f"{path}/") for one in hidden):
            listable.append(path)
            waiting += [entry.path for entry in os.scandir(path)]
        else:
            readable.append(path)
    return readable, listable


def _asked(
    site: Mapping[str, Path], payload: Mapping[str, Path], data: Mapping[str, Path]
) -> dict[str, str]:
    """What the profile names, by its place in the box. ValueError for a place outside it."""
    found: dict[str, str] = {}
    for folder, entries in (("site", site), ("payload", payload), ("data", data)):
        for name, outside in entries.items():
            if not name or name.startswith("/") or ".." in name.split("/"):
                raise ValueError(
                    f"{folder} entry {name!r} for {outside} must be a relative path without '..'; "
                    f"give its place below /{folder}"
                )
            found[f"/{folder}/{name}"] = os.path.realpath(outside)
    return _without_nested(found)


def _without_nested(found: dict[str, str]) -> dict[str, str]:
    """Leave out what an outer entry shows already; two different things in one place are refused.

    Binding inside a bind would make the inner mount point in the host's own folder.
    """
    kept: dict[str, str] = {}
    for inside in sorted(found):
        outer = next((one for one in kept if inside.startswith(f"{one}/")), None)
        if outer is None:
            kept[inside] = found[inside]
        elif os.path.realpath(kept[outer] + inside.removeprefix(outer)) != found[inside]:
            raise ValueError(
                f"'{inside}' ({found[inside]}) lies inside '{outer}' ({kept[outer]}), which is "
                f"another folder; give it a place of its own"
            )
    return kept


def _below_any(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(paths):
        if not _below_any(path, kept) and not path.startswith("/etc/"):
            kept.append(path)
    return kept
