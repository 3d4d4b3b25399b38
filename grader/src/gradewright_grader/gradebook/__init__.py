"""The gradebook: submissions, the queue of attempts, results, adjustments, in one database.

It stores bytes and hands them out; what a record means is left to the engine and the report, how
submissions are found to intake. A process killed at any moment leaves a gradebook on which the
same calls go on.
"""

from gradewright_grader.gradebook.errors import GradebookError
from gradewright_grader.gradebook.queries import Adjustment, Failure, RefusalRow, Row, Totals
from gradewright_grader.gradebook.queue import Attempt
from gradewright_grader.gradebook.store import Gradebook

__all__ = [
    "Adjustment",
    "Attempt",
    "Failure",
    "Gradebook",
    "GradebookError",
    "RefusalRow",
    "Row",
    "Totals",
]
