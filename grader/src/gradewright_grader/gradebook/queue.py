"""Submissions and attempts, the queue: what goes in, who works on it, how it ends.

Theory of operation. Each function is one writing transaction of its caller, so each happens whole
or not at all. An attempt is queued, leased, done or failed. A lease falls when its process is
dead; it has cost a try then, so that a submission which ends the grader each time is not tried
for ever. A result is written once a (attempt, run). `current` points at the newest result of the
newest submission that has one; an error of ours never takes the place of a verdict on the same
submission. It is computed from the rows alone, whatever the order in which they came.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection, Table, case, func, insert, select, update

from gradewright_grader.gradebook.processes import Holder
from gradewright_grader.gradebook.schema import attempt, current, extra_file, result, submission

NO_LEASE: Final = dict.fromkeys(
    ("worker", "lease_host", "lease_boot", "lease_pid", "lease_started"), None
)
DIED: Final = "the grading process ended {tries} times while it worked on this submission"


class FlagLike(Protocol):
    """A flag of intake."""

    @property
    def kind(self) -> str:
        """What kind."""

    @property
    def text(self) -> Mapping[str, str]:
        """Its words by language."""


class FoundLike(Protocol):
    """A submission as intake finds it; see `intake.Found`."""

    @property
    def student(self) -> str:
        """Normalised."""

    @property
    def path(self) -> str:
        """For people."""

    @property
    def data(self) -> bytes:
        """The notebook."""

    @property
    def digest(self) -> str:
        """SHA-256 in hex, of the notebook and its extra files."""

    @property
    def channel_time(self) -> float:
        """Seconds since 1970."""

    @property
    def assignment(self) -> str | None:
        """What it was taken for."""

    @property
    def extra(self) -> Sequence[tuple[str, bytes]]:
        """Files beside the notebook."""

    @property
    def flags(self) -> Sequence[FlagLike]:
        """What an instructor should see."""


@dataclass(frozen=True)
class Attempt:
    """A leased attempt with all that grading needs. `tries` counts this one."""

    id: int
    number: int
    tries: int
    student: str
    assignment: str
    digest: str
    path: str
    channel_time: float
    data: bytes
    extra: tuple[tuple[str, bytes], ...] = ()
    flags: tuple[tuple[str, dict[str, str]], ...] = ()


class _Head(msgspec.Struct):
    """What the gradebook itself reads of a record."""

    status: str
    verdict_digest: str
    points: str | None = None


def add(
    db: Connection, found: FoundLike, assignment: str, now: float, *, again: bool = False
) -> int:
    """Store a submission once and queue it; the id of its newest attempt."""
    known = db.execute(
        select(submission.c.id, submission.c.last_time).where(
            submission.c.assignment == assignment,
            submission.c.student == found.student,
            submission.c.digest == found.digest,
        )
    ).first()
    if known is None:
        return _queue(db, _insert_submission(db, found, assignment, now), 1, now)
    if found.channel_time > known.last_time:  # handed in again after another one: it counts again
        where = submission.c.id == known.id
        db.execute(update(submission).where(where).values(last_time=found.channel_time))
        _repoint(db, assignment, found.student)
    newest = db.execute(
        select(attempt.c.id, attempt.c.number, attempt.c.state)
        .where(attempt.c.submission_id == known.id)
        .order_by(attempt.c.number.desc())
        .limit(1)
    ).one()
    if again and newest.state in ("done", "failed"):
        return _queue(db, known.id, newest.number + 1, now)
    return int(newest.id)


def lease(
    db: Connection, worker: str, holder: Holder, tries: int, assignment: str | None
) -> Attempt | None:
    """The oldest queued attempt, now held by `holder`; None when there is none."""
    _reclaim(db, holder.host, tries)
    queued = (
        select(attempt.c.id.label("attempt"), attempt.c.number, attempt.c.tries, submission)
        .join(submission)
        .where(attempt.c.state == "queued")
        .order_by(attempt.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=attempt)
    )
    if assignment is not None:
        queued = queued.where(submission.c.assignment == assignment)
    row = db.execute(queued).first()
    if row is None:
        return None
    held = {f"lease_{key}": value for key, value in asdict(holder).items()}
    _set(db, row.attempt, state="leased", tries=row.tries + 1, worker=worker, **held)
    return _attempt(db, row)


def release(db: Connection, attempt_id: int) -> None:
    """Give a leased attempt back, as if it had never been taken."""
    row = _state(db, attempt_id)
    if row.state == "leased":
        _set(db, attempt_id, state="queued", tries=row.tries - 1, **NO_LEASE)


def fail(db: Connection, attempt_id: int, reason: str, tries: int) -> str:
    """A try that ended by an error of ours: queued again, or failed after `tries`; the state."""
    row = _state(db, attempt_id)
    if row.state != "leased":
        return str(row.state)
    state = "queued" if row.tries < tries else "failed"
    _set(db, attempt_id, state=state, reason=reason, **NO_LEASE)
    return state


def finish(
    db: Connection, attempt_id: int, run_id: int, record: bytes, notebook: bytes | None, now: float
) -> int:
    """Add the result of (attempt, run), once; the result's id. A second call changes nothing."""
    head = _head(record)
    _state(db, attempt_id)
    known = db.execute(
        select(result.c.id).where(result.c.attempt_id == attempt_id, result.c.run_id == run_id)
    ).scalar()
    if known is not None:
        return int(known)
    values = {
        "attempt_id": attempt_id,
        "run_id": run_id,
        "record": record,
        "notebook": None if notebook is None else zlib.compress(notebook),
        "created": now,
        **msgspec.structs.asdict(head),
    }
    added = inserted(db, result, values)
    _set(db, attempt_id, state="failed" if head.status == "error" else "done", **NO_LEASE)
    owner = select(submission.c.assignment, submission.c.student).join(attempt)
    _repoint(db, *db.execute(owner.where(attempt.c.id == attempt_id)).one())
    return added


def _insert_submission(db: Connection, found: FoundLike, assignment: str, now: float) -> int:
    flags = [[one.kind, dict(one.text)] for one in found.flags]
    values = {
        "student": found.student,
        "assignment": assignment,
        "digest": found.digest,
        "path": found.path,
        "channel_time": found.channel_time,
        "last_time": found.channel_time,
        "data": zlib.compress(found.data),
        "flags": json.dumps(flags, ensure_ascii=False),
        "created": now,
    }
    added = inserted(db, submission, values)
    for name, data in found.extra:
        packed = zlib.compress(data)
        db.execute(insert(extra_file).values(submission_id=added, name=name, data=packed))
    return added


def _queue(db: Connection, submission_id: int, number: int, now: float) -> int:
    values = {"submission_id": submission_id, "number": number, "created": now}
    return inserted(db, attempt, {**values, "state": "queued", "tries": 0, "reason": ""})


def _reclaim(db: Connection, host: str, tries: int) -> None:
    """Free the attempts whose process is dead; other hosts' are left alone."""
    held = select(attempt).where(attempt.c.state == "leased", attempt.c.lease_host == host)
    for row in db.execute(held).all():
        if Holder(host, row.lease_boot, row.lease_pid, row.lease_started).dead():
            reason = DIED.format(tries=row.tries) if row.tries >= tries else row.reason
            state = "failed" if row.tries >= tries else "queued"
            _set(db, row.id, state=state, reason=reason, **NO_LEASE)


def _attempt(db: Connection, row: Any) -> Attempt:
    files = select(extra_file.c.name, extra_file.c.data).order_by(extra_file.c.name)
    extra = db.execute(files.where(extra_file.c.submission_id == row.id)).all()
    return Attempt(
        id=row.attempt,
        number=row.number,
        tries=row.tries + 1,
        student=row.student,
        assignment=row.assignment,
        digest=row.digest,
        path=row.path,
        channel_time=row.channel_time,
        data=zlib.decompress(row.data),
        extra=tuple((name, zlib.decompress(data)) for name, data in extra),
        flags=tuple((kind, text) for kind, text in json.loads(row.flags)),
    )


def _repoint(db: Connection, assignment: str, student: str) -> None:
    mine = (submission.c.assignment == assignment, submission.c.student == student)
    best = db.execute(
        select(result.c.id)
        .join(attempt, result.c.attempt_id == attempt.c.id)
        .join(submission)
        .where(*mine)
        .order_by(
            submission.c.last_time.desc(),
            submission.c.id.desc(),
            case((result.c.status == "error", 1), else_=0),
            result.c.id.desc(),
        )
        .limit(1)
    ).scalar()
    if best is None:
        return
    key = (current.c.assignment == assignment, current.c.student == student)
    if db.execute(select(func.count()).select_from(current).where(*key)).scalar_one():
        db.execute(update(current).where(*key).values(result_id=best))
    else:
        row = {"assignment": assignment, "student": student, "result_id": best}
        db.execute(insert(current).values(row))


def _state(db: Connection, attempt_id: int) -> Any:
    where = attempt.c.id == attempt_id
    row = db.execute(select(attempt.c.state, attempt.c.tries).where(where)).first()
    if row is None:
        raise ValueError(f"attempt {attempt_id} is unknown; use an id that `add` or `lease` gave")
    return row


def _set(db: Connection, attempt_id: int, **values: Any) -> None:
    db.execute(update(attempt).where(attempt.c.id == attempt_id).values(values))


def _head(record: bytes) -> _Head:
    try:
        return msgspec.json.decode(record, type=_Head)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"the record is not one ({error}): it must be JSON with status, points as text and "
            "verdict_digest, as `write_record` gives it"
        ) from None


def inserted(db: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert one row; its id."""
    key: Any = db.execute(insert(table).values(values)).inserted_primary_key
    return int(key[0])
