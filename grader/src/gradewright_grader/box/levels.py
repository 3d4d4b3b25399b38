"""Which level this machine can give, found by building the whole box once, from the best down.

A single call may succeed where the next one is refused (AppArmor lets `unshare` pass and then takes
every capability away), so nothing is inferred: a throw-away child goes through the whole sequence
and tries a few forbidden things. What failed is told in one line with the command that mends it.
"""

from __future__ import annotations

import errno as errnos
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradewright_grader.box import trial
from gradewright_grader.box.errors import BoxError, StepError
from gradewright_grader.box.limits import Limits
from gradewright_grader.box.profile import Level, Profile
from gradewright_grader.box.supervisor import Box

_APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_USERNS_CLONE = "/proc/sys/kernel/unprivileged_userns_clone"
_MAX_USERNS = "/proc/sys/user/max_user_namespaces"
_IN_CONTAINER = ("/.dockerenv", "/run/.containerenv")

_TRIAL = Limits(cpu=5.0, wall=20.0, memory=256 << 20, disk=16 << 20, inodes=64)
_ANSWER_SECONDS = 20.0


@dataclass(frozen=True)
class Step:
    """One thing that was tried: `error` and `remedy` are one line each, empty when ok."""

    name: str
    ok: bool
    error: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class LevelReport:
    """The best level that works here, how memory is limited, and all that was tried."""

    level: Level
    memory: Literal["cgroup", "watchdog"]
    steps: list[Step]


def find_level() -> LevelReport:
    """Try `full`, then `restricted`; `none` is what remains. Takes about half a second."""
    with Box() as box:
        steps = [_memory_step(box)]
        ladder: tuple[Level, ...] = ("full", "restricted")
        for level in ladder:
            tried = _try(box, level)
            steps += tried
            if all(step.ok for step in tried):
                return LevelReport(level, box.memory_limit, steps)
        return LevelReport("none", box.memory_limit, steps)


def _memory_step(box: Box) -> Step:
    if box.memory_limit == "cgroup":
        return Step("memory cgroup", True)
    return Step(
        "memory cgroup",
        False,
        "no memory cgroup that we may use; memory is watched from outside instead",
        "systemd-run --user --scope -p Delegate=yes gradewright …",
    )


def _try(box: Box, level: Level) -> list[Step]:
    """Steps of one level; a single failed one when the box could not be built."""
    try:
        answers = _run_trial(box, level)
    except StepError as error:
        return [Step(f"{level}: {error.step}", False, str(error), remedy(error.step, error.number))]
    except (BoxError, OSError, ValueError, AttributeError) as error:
        return [Step(f"{level}: start", False, str(error), remedy("start", 0))]
    built = Step(f"{level}: built", True)
    return [built, *(_probed(level, name, held) for name, held in answers.items())]


def _probed(level: Level, name: str, held: bool) -> Step:
    if held:
        return Step(f"{level}: {name}", True)
    error = f"the wall was built but does not hold: not true that {name}"
    return Step(f"{level}: {name}", False, error, remedy(name, 0))


def _run_trial(box: Box, level: Level) -> dict[str, bool]:
    """What the trial payload found. StepError or BoxError when the box cannot be built."""
    place = f"{trial.__name__.replace('.', '/')}.py"
    profile = Profile(extra_paths={place: Path(trial.__file__)})
    with tempfile.NamedTemporaryFile() as secret, box.start(profile, level) as zygote:
        Path(secret.name).chmod(0o644)
        job = json.dumps({"secret": secret.name, "level": level}).encode()
        with zygote.spawn(job, f"{trial.__name__}:probe", _TRIAL) as child:
            child.channel.settimeout(_ANSWER_SECONDS)
            packet = child.channel.recv(1 << 16)
            if not packet:
                raise BoxError(f"the trial ended without an answer: {child.wait()}")
            answers: dict[str, bool] = json.loads(packet)
            return answers


def remedy(step: str, number: int, root: Path = Path("/")) -> str:
    """The one command that most likely mends a failed step; `root` is where facts are read."""

    def fact(path: str) -> str:
        try:
            return (root / path.lstrip("/")).read_text().strip()
        except OSError:
            return ""

    if step == "landlock":
        return "use a Linux 5.13+ kernel booted with lsm=landlock,… in its command line"
    if number == errnos.ENOSYS:
        return "use a Linux 5.13+ kernel on x86_64 or aarch64"
    return _namespace_remedy(fact, root) or "gradewright doctor --json, and send it with a report"


def _namespace_remedy(fact: Callable[[str], str], root: Path) -> str:
    if fact(_APPARMOR) == "1":
        return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    if fact(_USERNS_CLONE) == "0":
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if fact(_MAX_USERNS) == "0":
        return "sudo sysctl -w user.max_user_namespaces=15000"
    if any((root / path.lstrip("/")).exists() for path in _IN_CONTAINER):
        return (
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
            "--security-opt systempaths=unconfined …"
        )
    return ""
