"""Does an assignment keep its promises? Every rule is tried, most through the real pipeline.

`verifying` goes through the rules. `rules` and `misconceptions` hand in notebooks (`submissions`
makes them: the reference, the blank release, constant answers, alternatives, misconceptions);
`margins` looks at the checks themselves, as the process of `trial` found them, `packaging` at the
wheel. `mutate` and `mutation_run` make small slips in the reference and see which are noticed.
`report` says the result like a good linter. In a topic's own tests three lines are enough:

    from gradewright_grader.verify import verified_assignments

    test_promises = verified_assignments(Path(__file__).parents[1])
"""

from gradewright_grader.verify.bench import Profile
from gradewright_grader.verify.pytesting import verified_assignments
from gradewright_grader.verify.report import AssignmentReport, RuleResult, as_plain
from gradewright_grader.verify.verifying import verify_assignment

__all__ = [
    "AssignmentReport",
    "Profile",
    "RuleResult",
    "as_plain",
    "verified_assignments",
    "verify_assignment",
]
