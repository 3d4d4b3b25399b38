"""What a verification leaves for `topics -v` to show."""

from __future__ import annotations

from gradewright.host import Assignment
from gradewright.host.ledger import Verified, remember
from gradewright_grader.verify.bench import Profile
from gradewright_grader.verify.report import AssignmentReport


def remember_report(assignment: Assignment, report: AssignmentReport, profile: Profile) -> None:
    """Keep the outcome beside the digest of what was verified."""
    verified = Verified(
        ok=report.ok,
        full=profile.sample is None,
        killed=report.mutants.killed,
        made=report.mutants.made,
        exempt=report.mutants.exempt,
    )
    remember(assignment, verified)
