"""From what an instructor points at (a file, a folder, a zip) to immutable submissions.

It finds files, says whose they are, reads each once under caps, or refuses it with a reason. What
is inside a notebook is left to `gradewright.notebook`; storing is left to the gradebook.
"""

from gradewright_grader.intake.sources import collect
from gradewright_grader.intake.submissions import (
    DEFAULT_LIMITS,
    Flag,
    Found,
    Limits,
    Refusal,
)

__all__ = ["DEFAULT_LIMITS", "Flag", "Found", "Limits", "Refusal", "collect"]
