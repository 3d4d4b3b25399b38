"""The host: finds topics, checks their files and says what they hold.

`manager` discovers topics (installed, or from a folder), `topic` loads one, `manifest` and `index`
are what its files say, `reference` loads its solutions for the judge, `extensions` collects further
commands. It runs no checks and no student's code; nothing here reads or writes a notebook.
"""

from gradewright.host.errors import GradewrightError, TopicError, UsageError
from gradewright.host.topic import Assignment, Topic, load_topic

__all__ = ["Assignment", "GradewrightError", "Topic", "TopicError", "UsageError", "load_topic"]
