"""What Gradewright writes into a notebook's metadata: a locator, never a verdict.

Points, locks and tests of a submission are ignored; these few fields only help to find answers
again. `authoring` writes them into a release, `answers` reads them from a submission, where any of
them may be lost, doubled or edited.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

KEY: Final = "gradewright"
SCHEMA: Final = 1

SETUP: Final = "setup"  # imports and the public checks; restored at grading
GIVEN: Final = "given"  # code handed to the student; restored at grading
ANSWER: Final = "answer"
CHECK: Final = "check"  # calls check(…); not executed at grading
TEXT: Final = "text"
MANUAL: Final = "manual"  # a written answer, graded by a person
EXPLORE: Final = "explore"  # the student's experiments; not executed at grading
ROLES: Final = (SETUP, GIVEN, ANSWER, CHECK, TEXT, MANUAL, EXPLORE)

# The first line of an answer cell: `# question: tree1.q1`. It survives tools that drop metadata.
MARKER: Final = re.compile(
    r"^[ \t]*#[ \t]*question:[ \t]*([a-z][a-z0-9_]*\.q[0-9]+)\b", re.MULTILINE
)


def marker(question: str) -> str:
    """The marker line of an answer cell."""
    return f"# question: {question}"


class CellTag(msgspec.Struct, frozen=True, omit_defaults=True):
    """`cell.metadata.gradewright`. `question` is a whole id ("tree1.q1"), `of` function names."""

    role: str
    question: str = ""
    of: tuple[str, ...] = ()


class NotebookTag(msgspec.Struct, frozen=True):
    """`notebook.metadata.gradewright`: which assignment, in which language, of which topic."""

    assignment: str
    language: str
    topic: str
    version: str
    schema: int = SCHEMA
