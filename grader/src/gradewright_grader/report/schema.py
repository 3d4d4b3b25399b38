"""What `grade --json` writes, and its published schema (docs/schema/grade.json).

The schema is generated from the records themselves; `python -m gradewright_grader.report FOLDER`
writes it anew, and a test fails when the published one is stale.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from gradewright_grader.engine.record import SCHEMA, SubmissionRecord, as_plain
from gradewright_grader.report.site import write_text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FILE: Final = "grade.json"


class Totals(msgspec.Struct, kw_only=True):
    """How many submissions there are of each status."""

    submissions: int
    graded: int
    refused: int
    error: int


class GradeDocument(msgspec.Struct, kw_only=True):
    """The whole output of `grade --json`; `run` names the run in the gradebook."""

    schema: int
    run: str
    submissions: list[SubmissionRecord]
    totals: Totals


def grade_document(run: str, records: Sequence[SubmissionRecord]) -> dict[str, Any]:
    """The output of `grade --json` as plain data: fractions are numbers, rounded once."""
    counts = {
        status: sum(record.status == status for record in records)
        for status in ("graded", "refused", "error")
    }
    return {
        "schema": SCHEMA,
        "run": run,
        "submissions": [as_plain(record) for record in records],
        "totals": {"submissions": len(records), **counts},
    }


def grade_schema() -> dict[str, Any]:
    """The JSON schema of that output: every field is always there, fractions are numbers."""
    made: dict[str, Any] = msgspec.json.schema(_struct(GradeDocument))
    made["$defs"]["GradeDocument"]["properties"]["schema"] = {"const": SCHEMA}
    return {"$schema": DIALECT, "title": "The output of gradewright grade --json", **made}


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(grade_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write_schema(folder: Path) -> Path:
    """Write the schema into a folder, which is made if need be; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FILE, schema_text())
    return folder / FILE


@cache
def _struct(record: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The record as it is written: no field has a default, fractions are numbers."""
    fields = [(field.name, _written(field.type)) for field in msgspec.structs.fields(record)]
    return msgspec.defstruct(
        record.__name__, fields, namespace={"__doc__": record.__doc__}, kw_only=True
    )


def _written(kind: Any) -> Any:
    """The type of a field as it is written."""
    if kind is Fraction:
        return Annotated[float, msgspec.Meta(ge=0)]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is None or origin is Literal:
        return kind
    shown = tuple(map(_written, parts))
    return Union[shown] if origin in (Union, UnionType) else origin[shown]  # noqa: UP007
