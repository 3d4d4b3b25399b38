"""What `topics --json` and `verify --json` write, as JSON schemas (docs/schema/).

The structs here describe the documents for programs that read them; tests hold the commands to
them. `python -m gradewright_grader.cli.schemas docs/schema` writes the schemas anew, and a test
fails when the published ones are stale. That of `grade --json` is made by `report.schema`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from gradewright.cli.records import SCHEMA as TOPICS
from gradewright_grader.verify.report import SCHEMA as VERIFY

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Words = dict[str, str]


class QuestionHead(msgspec.Struct, kw_only=True):
    """One question: its whole id ("tree1.q1"), title by language, points, what it builds on."""

    id: str
    title: Words
    points: int
    manual: bool
    functions: list[str]
    needs: list[str]


class AssignmentHead(msgspec.Struct, kw_only=True):
    """One assignment: title by language, working time in minutes, points in all."""

    id: str
    title: Words
    languages: list[str]
    minutes: int
    points: int
    questions: list[QuestionHead]


class TopicEntry(msgspec.Struct, kw_only=True):
    """One topic; a broken one has an error and no assignments. `owner` is its distribution."""

    id: str
    version: str
    ok: bool
    error: str | None
    owner: str
    title: Words
    languages: list[str]
    assignments: list[AssignmentHead]


class TopicsDocument(msgspec.Struct, kw_only=True):
    """The whole output of `topics --json`."""

    schema: int
    topics: list[TopicEntry]


class RuleEntry(msgspec.Struct, kw_only=True):
    """One promise; `detail` has a line for each finding and is empty where it is kept."""

    rule: str
    ok: bool
    detail: str
    seconds: float


class MisconceptionCounts(msgspec.Struct, kw_only=True):
    """How many are caught by the check they name, and how many get their own feedback."""

    caught: int
    named: int
    total: int


class SurvivorEntry(msgspec.Struct, kw_only=True):
    """A slip in the reference that no check noticed: the line, and what it was changed to."""

    place: str
    function: str
    line: str
    change: str
    checks: list[str]


class MutantCounts(msgspec.Struct, kw_only=True):
    """Automatic mutants: `made` were tried beside the exempt ones, `killed` were noticed."""

    killed: int
    made: int
    exempt: int
    survivors: list[SurvivorEntry]


class VerifiedAssignment(msgspec.Struct, kw_only=True):
    """All promises of one assignment; `separating`: misconception → cases that tell it apart."""

    id: str
    ok: bool
    rules: list[RuleEntry]
    misconceptions: MisconceptionCounts
    separating: dict[str, int]
    mutants: MutantCounts
    seconds: float


class VerifyDocument(msgspec.Struct, kw_only=True):
    """The whole output of `verify --json`."""

    schema: int
    ok: bool
    assignments: list[VerifiedAssignment]


DOCUMENTS: Final[dict[str, tuple[type[msgspec.Struct], int]]] = {
    "topics": (TopicsDocument, TOPICS),
    "verify": (VerifyDocument, VERIFY),
}


def schema_of(command: str) -> dict[str, Any]:
    """The JSON schema of "topics" or "verify": every field is always there."""
    document, version = DOCUMENTS[command]
    made: dict[str, Any] = msgspec.json.schema(document)
    made["$defs"][document.__name__]["properties"]["schema"] = {"const": version}
    return {"$schema": DIALECT, "title": f"The output of gradewright {command} --json", **made}


def schema_text(command: str) -> str:
    """The schema as it is published."""
    return json.dumps(schema_of(command), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main(folder: Path) -> None:
    """Write both schemas into a folder."""
    for command in DOCUMENTS:
        (folder / f"{command}.json").write_text(schema_text(command), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
