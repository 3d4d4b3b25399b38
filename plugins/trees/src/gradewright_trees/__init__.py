"""The topic of decision trees: its content is data beside this file, nothing runs here."""

from __future__ import annotations

from pathlib import Path

from gradewright.api import TopicFolder, hookimpl


@hookimpl
def gradewright_topic() -> TopicFolder:
    """The folder of this topic."""
    return TopicFolder(Path(__file__).parent)
