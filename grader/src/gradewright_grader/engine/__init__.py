"""The engine: takes a submission through box, wall and judge to its result.

A `Station` owns this process's zygotes (one per set of imports) and judges (one per assignment).
`notebook_run` supervises one run of a notebook, `copies` the forks of its state that checks talk
to. It trusts nothing that comes out of a box; points are made by the judge alone. Reading files,
storing results and showing them are left to others.
"""

from gradewright_grader.engine.station import LevelRefused, Station
from gradewright_grader.engine.submission import GradedSubmission, grade_bytes

__all__ = ["GradedSubmission", "LevelRefused", "Station", "grade_bytes"]
