"""What a student's exception tells: whether an answer is still a stub, and what is said of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradewright.api import StudentError, said
from gradewright.api.texts import Text, filled
from gradewright.values import Call, OpaqueError
from gradewright_grader.judge import messages

STUB = "NotImplementedError"


def met_stubs(calls: Sequence[Call]) -> bool:
    """Whether every call of a check came to a stub: its own, and not an earlier question's."""
    return bool(calls) and all(_is_stub(call) for call in calls)


def _is_stub(call: Call) -> bool:
    error = call.outcome.error
    if error is None or error.type_name != STUB:
        return False
    return last_function(error.traceback) in ("", call.function.rpartition(".")[2])


def raised_text(error: StudentError, hidden: bool, functions: Collection[str]) -> Text:
    """What a student reads; of a hidden check only what cannot tell the input: Python's name of
    the error, and where, if that is one of the assignment's `functions`."""
    if not hidden:
        return filled(said.RAISED, name=error.type_name, message=error.message[:300])
    where = last_function(error.traceback)
    return filled(
        messages.RAISED_HIDDEN,
        name=error.builtin,
        where=filled(messages.AT_LINE, function=where) if where in functions else "",
    )


def opaque_text(error: OpaqueError, hidden: bool) -> Text:
    """What a student reads of an object that is no plain value."""
    if hidden:
        return messages.OPAQUE_HIDDEN
    name = str(error).removeprefix("an object of type ").split(" ")[0]
    return filled(said.OPAQUE, name=name)


def last_function(trace: str) -> str:
    """The innermost function of a student's traceback, by the last line that names one."""
    named = [line.rpartition(", in ")[2] for line in trace.splitlines() if ", in " in line]
    return named[-1].strip()[:80] if named else ""
