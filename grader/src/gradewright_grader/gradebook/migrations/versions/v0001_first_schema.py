"""The first schema. It is frozen: what changes later is a migration of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    for create in (_run, _submission, _extra_file, _attempt, _result, _current, _refusal):
        create()
    _adjustment()


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer, nullable=False)


def _text(name: str, length: int | None = None, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=null)


def _number(name: str, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer, nullable=null)


def _time(name: str) -> "sa.Column[float]":
    return sa.Column(name, sa.Float, nullable=False)


def _bytes(name: str, null: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _run() -> None:
    op.create_table("run", _id(), _time("started"), _text("command"), _key("run", "id"))


def _submission() -> None:
    op.create_table(
        "submission",
        _id(),
        _text("student", 200),
        _text("assignment", 200),
        _text("digest", 64),
        _text("path"),
        _time("channel_time"),
        _time("last_time"),
        _bytes("data"),
        _text("flags"),
        _time("created"),
        _key("submission", "id"),
        _once("submission", "assignment", "student", "digest"),
    )


def _extra_file() -> None:
    op.create_table(
        "extra_file",
        _number("submission_id"),
        _text("name", 400),
        _bytes("data"),
        _key("extra_file", "submission_id", "name"),
        _refers("extra_file", "submission_id", "submission"),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        _id(),
        _number("submission_id"),
        _number("number"),
        _text("state", 10),
        _number("tries"),
        _text("reason"),
        _text("worker", 200, null=True),
        _text("lease_host", 255, null=True),
        _text("lease_boot", 200, null=True),
        _number("lease_pid", null=True),
        _text("lease_started", 40, null=True),
        _time("created"),
        _key("attempt", "id"),
        _once("attempt", "submission_id", "number"),
        _refers("attempt", "submission_id", "submission"),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'done', 'failed')", name=op.f("ck_attempt_state")
        ),
    )
    op.create_index("ix_attempt_state_id", "attempt", ["state", "id"])


def _result() -> None:
    op.create_table(
        "result",
        _id(),
        _number("attempt_id"),
        _number("run_id"),
        _bytes("record"),
        _bytes("notebook", null=True),
        _text("status", 20),
        _text("points", 100, null=True),
        _text("verdict_digest", 64),
        _time("created"),
        _key("result", "id"),
        _once("result", "attempt_id", "run_id"),
        _refers("result", "attempt_id", "attempt"),
        _refers("result", "run_id", "run"),
    )
    op.create_index("ix_result_run_id", "result", ["run_id"])


def _current() -> None:
    op.create_table(
        "current",
        _text("assignment", 200),
        _text("student", 200),
        _number("result_id"),
        _key("current", "assignment", "student"),
        _refers("current", "result_id", "result"),
    )


def _refusal() -> None:
    op.create_table(
        "refusal",
        _id(),
        _number("run_id"),
        _text("student", 200),
        _text("path", 1000),
        _text("kind", 40),
        _text("reason"),
        _time("created"),
        _key("refusal", "id"),
        _once("refusal", "run_id", "student", "path", "kind"),
        _refers("refusal", "run_id", "run"),
    )


def _adjustment() -> None:
    op.create_table(
        "adjustment",
        _id(),
        _text("assignment", 200),
        _text("student", 200),
        _text("question", 100),
        _text("points", 100),
        _text("why"),
        _text("who", 200),
        _time("created"),
        _key("adjustment", "id"),
    )
    op.create_index("ix_adjustment_assignment_student", "adjustment", ["assignment", "student"])
