"""Judging one submission: through its questions, check by check, to a `Judgement`.

For each question: the gates (the functions exist, with the right parameters), then its checks. When
a needed earlier question is not right, the question is tried once more with the reference's
functions standing in (called back to this process; they never enter the box), and the better
result counts. What a check raises is sorted here into the three outcomes: the student's fault is
`failed`, ours is `error`.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from gradewright.api import Awarded, CheckFailed, StudentError, said
from gradewright.api.hiding import hiding
from gradewright.api.texts import Text, filled
from gradewright.host.manifest import Question
from gradewright.values import BrokenFrame, Call, OpaqueError, Session, Student, Transport
from gradewright_grader.judge import messages
from gradewright_grader.judge.collect import Checks, CollectedCheck
from gradewright_grader.judge.matching import matching_misconception
from gradewright_grader.judge.raised import last_function, met_stubs, opaque_text, raised_text
from gradewright_grader.judge.record import CheckRecord, Flag, Judgement, QuestionRecord
from gradewright_grader.judge.score import Mark, earned
from gradewright_grader.judge.seeds import derived_seed
from gradewright_grader.judge.supply import SubmissionEnded, Supply
from gradewright_grader.judge.warm import Known

OUT_OF_TIME = ("cpu", "wall")
LONGEST_TEXT = 2_000  # characters of a message, whatever of the student's stands in it
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


@dataclass
class Tried:
    """One check after it ran: its record so far, and the calls it made."""

    check: CollectedCheck
    record: CheckRecord
    calls: Sequence[Call] = ()
    gate: str | None = None


@dataclass
class Attempted:
    """One way through a question: its checks, its gate, its points."""

    tried: list[Tried]
    via: str = "student"
    gate: str | None = None
    message: Text = field(default_factory=dict)
    points: Fraction = Fraction(0)


class Judging:
    """The judging of one submission."""

    def __init__(self, checks: Checks, known: Known, supply: Supply, walled: bool) -> None:
        self._checks = checks
        self._known = known
        self._supply = supply
        self._walled = walled
        self._flags: list[Flag] = []
        self._passed: set[str] = set()  # questions with full points on the student's own
        self._endless: set[str] = set()  # questions whose functions ran out of time
        self._transport: Transport | None = None
        self._found: tuple[dict[str, str | None], Text] | None = None

    def judge(self) -> Judgement:
        """Try every question and put the results together."""
        started = time.process_time()
        manifest = self._checks.assignment.manifest
        results = [(q, self._best(q)) for q in manifest.questions if not q.manual]
        records = {q.id: self._question_record(q, best) for q, best in results}
        return Judgement(
            questions=[records.get(q.id) or self._open_record(q) for q in manifest.questions],
            checks=[tried.record for _, best in results for tried in best.tried],
            flags=self._flags,
            cpu_seconds=time.process_time() - started,
        )

    # --- a question

    def _best(self, question: Question) -> Attempted:
        if self._endless & set(question.needs):
            # with the student's own it would only run out of time again, check after check
            best = self._attempt_with_reference(question)
        else:
            best = self._attempt(question)
            if best.points == question.points:
                self._passed.add(question.id)
            elif not set(question.needs) <= self._passed and not _unanswered(best):
                helped = self._attempt_with_reference(question)
                best = max(best, helped, key=_worth)
        if any(tried.record.ended_by in OUT_OF_TIME for tried in best.tried):
            self._endless.add(question.id)
        self._name_misconceptions(question, best)
        return best

    def _attempt_with_reference(self, question: Question) -> Attempted:
        names = [
            name
            for needed in question.needs
            if needed not in self._passed
            for name in self._checks.assignment.question(needed).functions
        ]
        standing_in = {name: getattr(self._checks.stage.reference, name) for name in names}
        attempt = self._attempt(question, standing_in)
        attempt.via = "reference"
        return attempt

    def _attempt(
        self, question: Question, standing_in: Mapping[str, object] | None = None
    ) -> Attempted:
        checks = self._checks.of(question.id)
        gate, message = self._missing(question)
        attempt = Attempted([], gate=gate, message=message)
        for check in checks:
            attempt.tried.append(self._one(check, attempt, standing_in or {}))
            attempt.gate = attempt.gate or attempt.tried[-1].gate
        self._score(question, attempt)
        return attempt

    def _missing(self, question: Question) -> tuple[str | None, Text]:
        if self._found is None:
            self._found = self._look_for_names()
        found, trouble = self._found
        if trouble:
            return "missing", trouble
        absent = [name for name in question.functions if found[name] is None]
        if absent:
            return "missing", filled(messages.MISSING, names=", ".join(absent))
        values = [name for name in question.functions if found[name] == "value"]
        if values:
            return "missing", filled(said.NOT_CALLABLE, names=", ".join(values))
        return None, {}

    def _look_for_names(self) -> tuple[dict[str, str | None], Text]:
        """What the submission has of the names asked for, or why it cannot say; asked once."""
        try:
            session = Session(self._connected())
            self._supply.begin("names", self._budget)
            return session.names(list(self._checks.assignment.functions())), {}
        except SubmissionEnded:
            self._transport = None
            return {}, messages.ended_text(self._supply.ended_by())
        except BrokenFrame:
            self._transport = None
            return {}, said.UNREADABLE

    # --- a check

    def _one(
        self, check: CollectedCheck, attempt: Attempted, standing_in: Mapping[str, object]
    ) -> Tried:
        if attempt.gate is not None:
            why = filled(messages.GATED, why=dict(attempt.message))
            return Tried(check, self._failed(check, "gated", why))
        if any(tried.record.ended_by in OUT_OF_TIME for tried in attempt.tried):
            return Tried(check, self._failed(check, "unrun", messages.UNRUN))
        tried = self._run(check, standing_in)
        if tried.gate is not None:
            attempt.message = tried.record.message
        return tried

    def _run(self, check: CollectedCheck, standing_in: Mapping[str, object]) -> Tried:
        if check.spec.fresh:
            self._transport = None
        seed = derived_seed(self._known.secret, check.id) % 2**64
        random.seed(seed)
        try:
            session = Session(
                self._connected(), seed=seed, given=self._known.given, probes=self._known.probes
            )
        except SubmissionEnded:
            return self._sorted(check, SubmissionEnded(), [])
        self._supply.begin(check.id, self._budget)
        self._checks.stage.student = Student(session)
        try:
            with hiding(check.spec.hidden), session.standing_in(standing_in):
                raised = self._checks.run(check)
        except (SubmissionEnded, BrokenFrame) as error:
            raised = error
        # a check that expects an error must not take the end of the process for one
        return self._sorted(check, session.fault or raised, session.calls, session.answers > 0)

    @property
    def _budget(self) -> float:
        return self._checks.assignment.manifest.budgets.check

    def _connected(self) -> Transport:
        if self._transport is None:
            self._transport = self._supply.fresh()
        return self._transport

    def _sorted(
        self,
        check: CollectedCheck,
        raised: BaseException | None,
        calls: list[Call],
        answered: bool = False,
    ) -> Tried:
        """The outcome of what a check raised; `answered`: after the student had answered."""
        if check.id in self._known.broken:
            # also where it failed: a check that the reference fails says nothing of a student
            return self._our_fault(check, self._known.broken[check.id])
        match raised:
            case CheckFailed() if met_stubs(calls):
                return Tried(check, self._failed(check, "unanswered", said.NOT_ANSWERED), calls)
            case None if check.spec.prop and met_stubs(calls):
                # a stub changes no argument and gives no NaN; nobody wants to read that it passed
                return Tried(check, self._failed(check, "unanswered", said.NOT_ANSWERED), calls)
            case None:
                return Tried(check, self._record(check, "passed"), calls)
            case Awarded(fraction=fraction, kind=kind, message=text):
                return Tried(check, self._failed(check, kind, text, fraction), calls)
            case CheckFailed(kind=kind, message=text):
                gate = "signature" if check.id.endswith(".std.signature") else None
                return Tried(check, self._failed(check, kind, text), calls, gate)
            case StudentError(type_name="ForbiddenCall"):
                text = filled(messages.BANNED, name=raised.message[:100])
                return Tried(check, self._failed(check, "ban", text), calls, "ban")
            case StudentError(type_name="ValueRefused"):
                return Tried(check, self._failed(check, "unreadable", said.UNREADABLE), calls)
            case StudentError(type_name="NotImplementedError") if self._is_own(check, raised):
                return Tried(check, self._failed(check, "unanswered", said.NOT_ANSWERED), calls)
            case StudentError():
                told = raised_text(raised, check.spec.hidden, self._checks.assignment.functions())
                return Tried(check, self._failed(check, "raised", told), calls)
            case SubmissionEnded():
                return self._ended(check, calls)
            case BrokenFrame():
                self._flag(check, "broken frame", messages.FLAG_BROKEN)
                self._transport = None
                return Tried(check, self._failed(check, "unreadable", said.UNREADABLE), calls)
            case OpaqueError():
                return Tried(
                    check,
                    self._failed(check, "opaque", opaque_text(raised, check.spec.hidden)),
                    calls,
                )
        return self._exception_of_ours(check, raised, calls, answered)

    def _is_own(self, check: CollectedCheck, error: StudentError) -> bool:
        """Whether it was not an earlier question's function that raised."""
        owner = self._checks.assignment.functions().get(last_function(error.traceback))
        return owner is None or owner.id == check.question

    def _ended(self, check: CollectedCheck, calls: list[Call]) -> Tried:
        self._transport = None
        end = self._supply.ended_by()
        record = self._failed(check, "ended", messages.ended_text(end))
        record.ended_by = end
        return Tried(check, record, calls)

    def _exception_of_ours(
        self, check: CollectedCheck, raised: BaseException, calls: list[Call], answered: bool
    ) -> Tried:
        """A bug of the check, unless it only happens on this student's values."""
        if not answered:
            return self._our_fault(check, f"{type(raised).__name__}: {raised}")
        self._flag(check, "check raised", messages.FLAG_RAISED, name=type(raised).__name__)
        record = self._failed(check, "form", messages.WRONG_FORM)
        record.detail = _steady(f"{type(raised).__name__}: {raised}"[:500])
        return Tried(check, record, calls)

    def _our_fault(self, check: CollectedCheck, detail: str) -> Tried:
        record = self._record(check, "error", "ours", messages.OUR_FAULT)
        record.detail = detail[:500]
        return Tried(check, record, gate="error")

    def _flag(self, check: CollectedCheck, kind: str, template: Text, **more: str) -> None:
        text = filled(template, check=check.id, **more)
        self._flags.append(Flag(kind=kind, text=text, question=check.question))

    def _failed(
        self, check: CollectedCheck, kind: str, message: Text, fraction: Fraction = Fraction(0)
    ) -> CheckRecord:
        record = self._record(check, "failed", kind, message)
        record.fraction = fraction
        return record

    def _record(
        self, check: CollectedCheck, outcome: str, kind: str = "", message: Text | None = None
    ) -> CheckRecord:
        return CheckRecord(
            id=check.id,
            question=check.question,
            outcome=outcome,  # type: ignore[arg-type]
            kind=kind,
            fraction=Fraction(outcome == "passed"),
            weight=check.spec.weight,
            hidden=check.spec.hidden,
            evidence=check.spec.evidence,
            walled=self._walled,
            text=dict(check.spec.text),
            message=_told_steadily(message or {}),
        )

    # --- points, misconceptions, records

    def _score(self, question: Question, attempt: Attempted) -> None:
        oracle = self._known.oracle[question.id]
        marks = [
            Mark(
                id=t.check.id,
                weight=Fraction(0)
                if t.check.id.endswith(".std.signature")
                else t.check.spec.weight,
                hidden=t.check.spec.hidden,
                prop=t.check.spec.prop,
                oracle=t.check.id in oracle,
                fraction=t.record.fraction,
            )
            for t in attempt.tried
        ]
        points = earned(marks, question.points)
        for tried in attempt.tried:
            tried.record.points = Fraction(0) if attempt.gate else points[tried.check.id]
            if (
                tried.record.outcome == "passed"
                and tried.check.spec.prop
                and not tried.record.points
            ):
                tried.record.message = tried.record.message or dict(said.NEEDS_ORACLE)
        attempt.points = sum((t.record.points for t in attempt.tried), Fraction(0))

    def _name_misconceptions(self, question: Question, attempt: Attempted) -> None:
        """At most one hint a question: naming more would narrow the search to nothing."""
        for tried in attempt.tried:
            if tried.record.outcome != "failed" or attempt.gate:
                continue
            logs = self._known.logs.get(tried.check.id)
            if logs is None:
                continue
            id = matching_misconception(tried.calls, logs.right, logs.wrong)
            if id is not None:
                tried.record.misconception = id
                tried.record.feedback = dict(self._known.feedback[id])
                return

    def _question_record(self, question: Question, attempt: Attempted) -> QuestionRecord:
        return QuestionRecord(
            id=self._checks.assignment.full_id(question.id),
            points=attempt.points,
            max_points=question.points,
            gated_by=attempt.gate,
            via=attempt.via,  # type: ignore[arg-type]
            message=_told_steadily(attempt.message),
        )

    def _open_record(self, question: Question) -> QuestionRecord:
        return QuestionRecord(
            id=self._checks.assignment.full_id(question.id),
            points=Fraction(0),
            max_points=question.points,
            manual=True,
        )


def _told_steadily(text: Text) -> dict[str, str]:
    return {language: _steady(told[:LONGEST_TEXT]) for language, told in text.items()}


def _steady(text: str) -> str:
    """The text without addresses, which differ from run to run and would change the digest."""
    sound = text.encode("utf-8", "replace").decode()  # a lone surrogate could not be stored
    return _ADDRESS.sub("0x…", sound)


def _unanswered(attempt: Attempted) -> bool:
    """Whether nothing but the question's own stubs was met: help for them is no use."""
    failed = [tried.record for tried in attempt.tried if tried.record.outcome != "passed"]
    return bool(failed) and all(record.kind == "unanswered" for record in failed)


def _worth(attempt: Attempted) -> tuple[Fraction, int]:
    """By points, then by checks passed: the better one also explains more."""
    return attempt.points, sum(tried.record.outcome == "passed" for tried in attempt.tried)
