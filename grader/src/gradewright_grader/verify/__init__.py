"""Does an assignment keep its promises? Every rule is tried through the real pipeline.

`rules` are the promises, one function each; `submissions` makes the notebooks that they hand in
(the reference, the blank release, constant answers, every misconception); `report` says the result
like a good linter. In a topic's own tests three lines are enough:

    from gradewright_grader.verify import verified_assignments

    test_promises = verified_assignments(Path(__file__).parents[1])
"""

from gradewright_grader.verify.pytesting import verified_assignments
from gradewright_grader.verify.report import AssignmentReport, RuleResult, as_plain
from gradewright_grader.verify.rules import verify_assignment

__all__ = [
    "AssignmentReport",
    "RuleResult",
    "as_plain",
    "verified_assignments",
    "verify_assignment",
]
