"""Running the public checks of one question, as plain calls in the student's own kernel.

Theory of operation. The question's check source is executed in a fresh namespace; the fixture
`student` is a session on the live namespace through the value codec, the same as at grading, so
that an object which only claims to be equal does not pass here either. First come the gates: the
functions exist, with the right parameters. Then each check is called, and what it raises is sorted
as the judge sorts it: what the student can mend, what they have not begun, and what is our fault.

Nothing stays behind: generators, warnings and streams are put back after the question, and the
names of the namespace are only read. An interrupt ends the question, not the notebook.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from gradewright.api import Awarded, CheckFailed, StudentError, Text
from gradewright.api.texts import filled
from gradewright.notebook.payload import PublicCheck, PublicQuestion
from gradewright.student import words
from gradewright.student.guarding import captured, unchanged
from gradewright.student.results import (
    CheckResult,
    CheckState,
    QuestionResult,
    QuestionState,
    state_of,
)
from gradewright.student.tidying import one_line
from gradewright.student.tracebacks import CHECKS_FILE, short_traceback
from gradewright.values.codec import BrokenFrame, ValueRefused
from gradewright.values.local import local_session
from gradewright.values.session import OpaqueError, Session, Student

Namespace = MutableMapping[str, Any]
Scope = dict[str, Any]

PRINTED: Final = 2_000  # characters kept of what a student's code prints during one check


class Stopped(Exception):
    """A question that ends before its checks: a gate, or checks that cannot be loaded."""

    def __init__(self, state: QuestionState, message: Text) -> None:
        super().__init__(state)
        self.state = state
        self.message = message


def run_question(
    question: PublicQuestion, source: str, namespace: Namespace, language: str
) -> QuestionResult:
    """Run the checks that `source` defines on the names of `namespace`; raises nothing."""
    return _question_result(question, language, *_outcome(question, source, namespace))


def skip_question(question: PublicQuestion, language: str) -> QuestionResult:
    """The result of a question that was left out because an earlier one was interrupted."""
    if question.manual:
        return _question_result(question, language, "manual", words.MANUAL, ())
    return _question_result(question, language, "unrun", words.UNRUN, ())


def _outcome(
    question: PublicQuestion, source: str, namespace: Namespace
) -> tuple[QuestionState, Text, Sequence[CheckResult]]:
    if question.manual:
        return "manual", words.MANUAL, ()
    done: list[CheckResult] = []
    try:
        with unchanged():
            _gate(question, namespace)
            scope = _loaded(source)
            for check in question.checks:
                done.append(_run(check, scope, namespace))
    except Stopped as stop:
        return stop.state, stop.message, ()
    except KeyboardInterrupt:
        done += _not_run(question.checks[len(done) :])
        return "interrupted", {} if done else words.INTERRUPTED, done
    except Exception as error:  # a student's object can defeat even the look at its kind
        return "broken", _our_fault(error), ()
    return _summed_up(question, done)


def _summed_up(
    question: PublicQuestion, done: Sequence[CheckResult]
) -> tuple[QuestionState, Text, Sequence[CheckResult]]:
    if not done:
        return "unchecked", words.UNCHECKED, ()
    if all(check.state == "unanswered" for check in done):
        return "unanswered", words.NOT_ANSWERED, [replace(check, message={}) for check in done]
    return state_of(done), {}, _noted(question, done)


def _not_run(left: Sequence[PublicCheck]) -> list[CheckResult]:
    """The check that was interrupted, and those that would have come after it."""
    stopped = [_result(check, "interrupted", words.INTERRUPTED) for check in left[:1]]
    return [*stopped, *(_result(check, "unrun", words.UNRUN) for check in left[1:])]


def _noted(question: PublicQuestion, done: Sequence[CheckResult]) -> Sequence[CheckResult]:
    """While results are wrong, property checks that passed say that they do not count yet."""
    oracle = {f"{question.id}.{name}" for name in question.oracle}
    if all(check.state == "passed" for check in done if check.id in oracle):
        return done
    props = {check.id for check in question.checks if check.prop}
    return [
        replace(check, note=words.NEEDS_ORACLE)
        if check.id in props and check.state == "passed"
        else check
        for check in done
    ]


# --- the gates


def _gate(question: PublicQuestion, namespace: Namespace) -> None:
    session = local_session(namespace)
    found = session.names(question.functions)
    if absent := [name for name, kind in found.items() if kind is None]:
        raise Stopped("missing", filled(words.MISSING, names=", ".join(absent)))
    if values := [name for name, kind in found.items() if kind == "value"]:
        raise Stopped("failed", filled(words.NOT_CALLABLE, names=", ".join(values)))
    for name, wanted in question.signatures.items():
        _gate_parameters(session, name, parameter_names(wanted))


def _gate_parameters(session: Session, name: str, wanted: tuple[str, ...]) -> None:
    """Names are compared strictly, as at grading: checks call by name."""
    try:
        got = session.signature(name).names()
    except StudentError as error:
        raise Stopped("raised", _told(error)) from None
    if got != wanted:
        have, want = ", ".join(got), ", ".join(wanted)
        raise Stopped("failed", filled(words.PARAMETERS, name=name, want=want, have=have))


def parameter_names(signature: str) -> tuple[str, ...]:
    """The names in "(y, *, base=2.0)", in the order in which `inspect` tells them."""
    (function,) = ast.parse(f"def f{signature}: ...").body
    a = function.args  # type: ignore[attr-defined]
    listed = [*a.posonlyargs, *a.args, a.vararg, *a.kwonlyargs, a.kwarg]
    return tuple(item.arg for item in listed if item is not None)


# --- the checks


def _loaded(source: str) -> Scope:
    """The names that the source of a question's checks defines."""
    # The name is that of a module that exists: dataclasses look theirs up in sys.modules.
    scope: Scope = {"__name__": __name__}
    try:
        exec(compile(source, CHECKS_FILE, "exec", dont_inherit=True), scope)  # noqa: S102
    except ModuleNotFoundError as error:
        raise Stopped("broken", filled(words.NEEDS_MODULE, name=error.name or "?")) from None
    except Exception as error:
        raise Stopped("broken", _our_fault(error)) from None
    return scope


def _run(check: PublicCheck, scope: Scope, namespace: Namespace) -> CheckResult:
    session = local_session(namespace, seed=zlib.crc32(check.id.encode()))
    with captured(PRINTED + 1) as printed:
        raised = _raised_by(lambda: scope[f"test_{check.name}"](Student(session)))
    return _sorted(check, raised, session, _all_printed(session, printed.getvalue()))


def _raised_by(call: Callable[[], object]) -> BaseException | None:
    try:
        call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # exit() in a student's function must not end the kernel
        return error
    return None


def _all_printed(session: Session, beside: str) -> str:
    """What calls printed, then what was printed beside them."""
    whole = "".join(call.outcome.printed for call in session.calls) + beside
    return whole if len(whole) <= PRINTED else whole[:PRINTED] + "…"


def _sorted(
    check: PublicCheck, raised: BaseException | None, session: Session, printed: str
) -> CheckResult:
    """The outcome of what a check raised, as the judge would sort it."""
    errors = [call.outcome.error for call in session.calls if call.outcome.error is not None]
    state: CheckState
    text: Text
    trace, fraction = "", Fraction(0)
    match raised:
        case None:
            state, text, fraction = "passed", {}, Fraction(1)
        case _ if _is_stub(raised, errors):
            state, text = "unanswered", words.NOT_ANSWERED
        case Awarded():
            state, text, fraction = "partial", raised.message, raised.fraction
        case CheckFailed():
            state, text = "failed", raised.message
            trace = short_traceback(errors[0]) if raised.kind == "raised" and errors else ""
        case StudentError(type_name=ValueRefused.__name__):  # told by our own end of the wall
            state, text = "failed", filled(words.REFUSED, detail=one_line(raised.message))
        case StudentError():
            state, text, trace = "raised", _told(raised), short_traceback(raised)
        case _:
            state, text = _unexpected(raised, session)
    return _result(check, state, text, fraction=fraction, traceback=trace, printed=printed)


def _is_stub(raised: BaseException, errors: Sequence[StudentError]) -> bool:
    told = [*errors, raised] if isinstance(raised, StudentError) else errors
    return any(error.type_name == "NotImplementedError" for error in told)


def _unexpected(raised: BaseException, session: Session) -> tuple[CheckState, Text]:
    """What else can end a check: a value that tells nothing, or an exception of the check's own."""
    if isinstance(raised, OpaqueError):
        return "failed", filled(words.OPAQUE, name=_opaque_name(raised))
    if isinstance(raised, BrokenFrame):
        return "failed", words.UNREADABLE
    if isinstance(raised, ValueRefused):  # arguments that the student's code changed
        return "failed", filled(words.REFUSED, detail=one_line(str(raised)))
    if not isinstance(raised, Exception):
        return "failed", filled(words.ENDED, name=type(raised).__name__)
    if session.calls:
        # A release is only made when its checks pass on the reference: so it is the student's
        # value that this one cannot work with.
        return "failed", filled(words.WRONG_FORM, detail=_detail(raised))
    return "broken", _our_fault(raised)


def _opaque_name(error: OpaqueError) -> str:
    return str(error).removeprefix("an object of type ").split(" ")[0]


def _told(error: StudentError) -> Text:
    name = one_line(error.type_name, 80)
    if message := one_line(error.message):
        return filled(words.RAISED, name=name, message=message)
    return filled(words.RAISED_SILENTLY, name=name)


def _our_fault(error: BaseException) -> Text:
    return filled(words.BROKEN, detail=_detail(error))


def _detail(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {error}", 200)


def _result(
    check: PublicCheck,
    state: CheckState,
    message: Text,
    *,
    printed: str = "",
    traceback: str = "",
    fraction: Fraction = Fraction(0),
) -> CheckResult:
    return CheckResult(check.id, check.text, state, message, fraction, traceback, printed)


def _question_result(
    question: PublicQuestion,
    language: str,
    state: QuestionState,
    message: Text,
    checks: Sequence[CheckResult],
) -> QuestionResult:
    return QuestionResult(
        id=question.id,
        title=question.title,
        points=question.points,
        state=state,
        language=language,
        message=message,
        checks=tuple(checks),
    )
