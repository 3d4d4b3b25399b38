"""What `grade --json` writes, and its published schema (docs/schema/grade.json).

The schema is generated from the records themselves; `python -m gradewright_grader.report.schema
FOLDER` writes it anew, and a test fails when the published one is stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

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
    """The JSON schema of that output."""
    made: dict[str, Any] = msgspec.json.schema(GradeDocument, schema_hook=_number)
    for definition in _objects(made):
        definition["required"] = sorted(definition["properties"])
    title = "The output of gradewright grade --json"
    made["$defs"]["GradeDocument"]["properties"]["schema"] = {"const": SCHEMA}
    return {"$schema": DIALECT, "title": title, **made}


def schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(grade_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The definitions of records: all their fields are always there."""
    for definition in schema["$defs"].values():
        if "properties" in definition:
            for field in definition["properties"].values():
                field.pop("default", None)
            yield definition


def _number(type_: type) -> dict[str, Any]:
    if type_ is Fraction:
        return {"type": "number", "minimum": 0}
    raise NotImplementedError(f"a record cannot hold a {type_.__name__}")


def main(folder: str) -> None:
    """Write the schema into a folder, which is made if need be."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    write_text(target / FILE, schema_text())


if __name__ == "__main__":
    main(sys.argv[1])
