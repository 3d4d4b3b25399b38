"""The box: where student code runs. Processes, walls around them, limits, ends.

It knows how to start a warm zygote behind the outer wall, to fork a child from it behind the inner
one, to count what the child uses and to end it; it leaves notebooks to `box.runner`, what crosses
between the processes to `wall`, and verdicts to `judge`. Names are loaded when first used, because
the zygote itself imports this package and must stay small.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradewright_grader.box.child import Child, End, Kind
    from gradewright_grader.box.clock import Process
    from gradewright_grader.box.distributions import code_paths
    from gradewright_grader.box.errors import BoxError, StepError
    from gradewright_grader.box.levels import LevelReport, Step, find_level
    from gradewright_grader.box.limits import Limits
    from gradewright_grader.box.profile import Level, Profile
    from gradewright_grader.box.spawner import Zygote
    from gradewright_grader.box.supervisor import Box

_HOMES = {
    "Box": "supervisor",
    "BoxError": "errors",
    "Child": "child",
    "End": "child",
    "Kind": "child",
    "Level": "profile",
    "LevelReport": "levels",
    "Limits": "limits",
    "Process": "clock",
    "Profile": "profile",
    "Step": "levels",
    "StepError": "errors",
    "Zygote": "spawner",
    "code_paths": "distributions",
    "find_level": "levels",
}

__all__ = [
    "Box",
    "BoxError",
    "Child",
    "End",
    "Kind",
    "Level",
    "LevelReport",
    "Limits",
    "Process",
    "Profile",
    "Step",
    "StepError",
    "Zygote",
    "code_paths",
    "find_level",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
