"""What the rules work with: an assignment, its notebooks, a warm station, a running trial.

Submissions are independent of each other, so several go through the pipeline at once; what more
than one rule looks at (the graded solutions) is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

from gradewright.host import Assignment
from gradewright_grader.authoring.build import build_release, build_solution, to_bytes
from gradewright_grader.engine import GradedSubmission, Station, grade_bytes
from gradewright_grader.engine.record import SubmissionRecord
from gradewright_grader.verify.mutate import Mutant, mutants_of, sampled
from gradewright_grader.verify.trial import Trial, Tried

AT_ONCE = 2
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Profile:
    """How much is tried: mutants in the sample (None: all, 0: none), and the sample's seed."""

    sample: int | None = 60
    seed: int = 0


class Bench:
    """One assignment under verification; made by `open_bench`."""

    def __init__(
        self, assignment: Assignment, station: Station, profile: Profile, trial: Trial
    ) -> None:
        self.assignment = assignment
        self.profile = profile
        self._station = station
        self._trial = trial
        self.releases: Mapping[str, NotebookNode] = {
            language: build_release(assignment, language) for language in assignment.languages
        }

    @property
    def first(self) -> tuple[str, NotebookNode]:
        """The first language and its release: for what no language changes."""
        return next(iter(self.releases.items()))

    @property
    def level(self) -> str:
        """The level of the box that notebooks run in."""
        return self._station.level

    @cached_property
    def solutions(self) -> dict[str, GradedSubmission]:
        """The graded solution of every language."""
        made = [to_bytes(build_solution(self.assignment, lang)) for lang in self.releases]
        return dict(zip(self.releases, self._graded(made), strict=True))

    def grade_all(
        self, notebooks: Sequence[bytes], progress: Progress = lambda line: None
    ) -> list[SubmissionRecord]:
        """Each through the real pipeline; the records in the same order."""
        records = []
        for graded in self._graded(notebooks):
            records.append(graded.record)
            progress(f"{len(records)} of {len(notebooks)}")
        return records

    def _graded(self, notebooks: Sequence[bytes]) -> Iterator[GradedSubmission]:
        with ThreadPoolExecutor(AT_ONCE, "verify") as pool:
            yield from pool.map(self._grade, notebooks)

    def _grade(self, data: bytes) -> GradedSubmission:
        return grade_bytes(self._station, self.assignment, data, student="verify")

    @cached_property
    def mutants(self) -> list[Mutant]:
        """All mutants of the reference."""
        return mutants_of(self.assignment)

    @property
    def sample(self) -> list[Mutant]:
        """Those that the profile asks for, in the order of `tried.killers`."""
        return sampled(self.mutants, self.profile.sample, self.profile.seed)

    @property
    def tried(self) -> Tried:
        """What the checks did on the reference and its mutants."""
        return self._trial.answer()


@contextmanager
def open_bench(assignment: Assignment, station: Station, profile: Profile) -> Iterator[Bench]:
    """A bench whose trial and judge warm up at once; both started processes end with it.

    Raises TopicError or JudgeDied for an assignment that cannot be built or judged.
    """
    with Trial(assignment, profile.sample, profile.seed) as trial:
        judge = station.judge(assignment)
        bench = Bench(assignment, station, profile, trial)
        judge.wait_ready()
        yield bench
