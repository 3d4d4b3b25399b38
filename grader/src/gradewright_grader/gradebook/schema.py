"""The tables, as they are now. How a database gets there is told by `migrations`.

Times are seconds since 1970 (UTC). Points are exact fractions as text ("37/3"). `data` and
`notebook` are packed with zlib. Submissions, results, refusals and adjustments are only ever
added; `current` and the state of an attempt are all that changes (and `submission.last_time`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

STATES: Final = ("queued", "leased", "done", "failed")
NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", Float, nullable=False),
    Column("command", Text, nullable=False),
)

# One content that one student handed in for one assignment; `id` is the order of arrival.
# channel_time is that of the first arrival (lateness), last_time that of the latest (which counts).
submission = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", String(200), nullable=False),
    Column("assignment", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("channel_time", Float, nullable=False),
    Column("last_time", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("flags", Text, nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("assignment", "student", "digest"),
)

extra_file = Table(
    "extra_file",
    metadata,
    Column("submission_id", Integer, ForeignKey("submission.id"), primary_key=True),
    Column("name", String(400), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# The queue. A lease names the process that works on it: host, boot and pid namespace, pid, start.
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", Integer, ForeignKey("submission.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("worker", String(200)),
    Column("lease_host", String(255)),
    Column("lease_boot", String(200)),
    Column("lease_pid", Integer),
    Column("lease_started", String(40)),
    Column("created", Float, nullable=False),
    UniqueConstraint("submission_id", "number"),
    CheckConstraint(f"state IN {STATES!r}", name="state"),
    Index(None, "state", "id"),
)

result = Table(
    "result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", Integer, ForeignKey("attempt.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("notebook", LargeBinary),
    Column("status", String(20), nullable=False),
    Column("points", String(100)),
    Column("verdict_digest", String(64), nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("attempt_id", "run_id"),
    Index(None, "run_id"),
)

current = Table(
    "current",
    metadata,
    Column("assignment", String(200), primary_key=True),
    Column("student", String(200), primary_key=True),
    Column("result_id", Integer, ForeignKey("result.id"), nullable=False),
)

# What intake did not take: there is no submission then, but a row in the report.
refusal = Table(
    "refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("student", String(200), nullable=False),
    Column("path", String(1000), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", Float, nullable=False),
    UniqueConstraint("run_id", "student", "path", "kind"),
)

adjustment = Table(
    "adjustment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(200), nullable=False),
    Column("student", String(200), nullable=False),
    Column("question", String(100), nullable=False),
    Column("points", String(100), nullable=False),
    Column("why", Text, nullable=False),
    Column("who", String(200), nullable=False),
    Column("created", Float, nullable=False),
    Index(None, "assignment", "student"),
)
