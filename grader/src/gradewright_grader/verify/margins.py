"""The rules that look at the checks themselves: their time, cases, manners, and what they notice.

They read what the trial found (`trial`): every check on the reference, outside of any box, and the
mutants of the reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradewright.host import TopicError
from gradewright.host.errors import place_of
from gradewright_grader.judge.bank import LEAST_SEPARATING
from gradewright_grader.verify.bench import Bench, Progress
from gradewright_grader.verify.exemptions import FILE, read_exemptions, stale
from gradewright_grader.verify.mutate import Mutant
from gradewright_grader.verify.report import AssignmentReport, Mutants, Survivor

CHECK_PART, NOTEBOOK_PART = 5, 3  # the reference may use a fifth, and a third, of a budget
LEAST_KILLED = 90  # percent


def budgets(bench: Bench, progress: Progress) -> Iterator[str]:
    """A slower machine, and a slower but correct solution, must still pass."""
    allowed = bench.assignment.manifest.budgets
    for check, used in bench.tried.seconds.items():
        if used > allowed.check / CHECK_PART:
            yield (
                f"{check} uses {used:.2f} s of its {allowed.check:g} s on the reference; more than "
                f"1/{CHECK_PART} is no margin: raise budgets.check, or draw fewer cases"
            )
    for language, graded in bench.solutions.items():
        used = graded.record.timings.get("student_cpu", 0.0)
        if used > allowed.notebook / NOTEBOOK_PART:
            yield (
                f"{language}: the solution's notebook uses {used:.2f} s of its "
                f"{allowed.notebook:g} s; more than 1/{NOTEBOOK_PART} is no margin: raise "
                "budgets.notebook, or do less"
            )


def separation(bench: Bench, progress: Progress) -> Iterator[str]:
    """The cases tell every misconception from the reference, by far more than the tolerance."""
    if bench.tried.error:
        yield bench.tried.error
    for id, count in bench.tried.separating.items():
        if count < LEAST_SEPARATING:
            yield (
                f"{bench.assignment.full_id(id)} differs clearly on {count} cases of its check; "
                f"{LEAST_SEPARATING} are needed: construct such cases in the generator"
            )


def outside(bench: Bench, progress: Progress) -> Iterator[str]:
    """Checks need no network and no file but the topic's own."""
    yield from bench.tried.outside


def mutants(bench: Bench, report: AssignmentReport) -> Iterator[str]:
    """Nine of ten slips in the reference are noticed; fills `report.mutants`."""
    exempt = read_exemptions(bench.assignment)
    tried = list(zip(bench.sample, bench.tried.killers, strict=False))
    counted = [(mutant, killer) for mutant, killer in tried if mutant.key not in exempt]
    survivors = [mutant for mutant, killer in counted if not killer]
    made, killed = len(counted), len(counted) - len(survivors)
    shown = [_survivor(bench, mutant) for mutant in survivors]
    report.mutants = Mutants(killed, made, len(tried) - made, shown)
    yield from stale(exempt, bench.mutants, tried)
    if killed * 100 < LEAST_KILLED * made:
        yield (
            f"{killed} of {made} small slips in the reference are noticed, and {LEAST_KILLED} % "
            "should be; for each survivor below add a check or a case that sees it, or exempt it "
            f"in {FILE} with the reason why it does the same"
        )


def try_mutants(bench: Bench, report: AssignmentReport) -> Iterator[str]:
    """The findings of `mutants`; a malformed file of exemptions is one, too."""
    try:
        yield from mutants(bench, report)
    except TopicError as error:
        yield str(error)


def _survivor(bench: Bench, mutant: Mutant) -> Survivor:
    checks = [c for c in bench.tried.seconds if c.split(".")[1] in mutant.questions]
    place = place_of(bench.assignment.reference_folder / f"{mutant.module}.py", mutant.line)
    return Survivor(place, mutant.name, mutant.before, mutant.after, checks)
