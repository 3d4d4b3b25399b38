"""The hook that a topic implements.

A topic is a distribution with one entry point in the group `gradewright.topics`, naming a module
whose only content is the implementation of `gradewright_topic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pluggy

PROJECT = "gradewright"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True)
class TopicFolder:
    """The folder that holds a topic's `topic.toml`, `reference/` and `assignments/`."""

    path: Path


@hookspec
def gradewright_topic() -> TopicFolder | None:
    """Name the folder of this topic.

    When: once, when the host is asked for its topics; never at import. Order: entry points are
    loaded sorted by name, each on its own, so an implementation must not rely on another topic.
    Return `None` to offer no topic on this machine (it is then listed nowhere). An exception is
    caught: the topic is listed as broken with the error, and the others work.

    Implement it in the topic's `__init__.py`, and nothing else there:

        from pathlib import Path
        from gradewright.api import TopicFolder, hookimpl

        @hookimpl
        def gradewright_topic() -> TopicFolder:
            return TopicFolder(Path(__file__).parent)
    """
