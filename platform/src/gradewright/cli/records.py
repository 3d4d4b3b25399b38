"""What `--json` prints about topics: versioned records of plain values, texts as language maps.

Fields are only ever added while `SCHEMA` stays the same.
"""

from __future__ import annotations

from typing import Any

from gradewright.host.entries import CheckEntry, MisconceptionEntry
from gradewright.host.listing import Listing
from gradewright.host.manifest import Question
from gradewright.host.topic import Assignment, Topic

SCHEMA = 1
Record = dict[str, Any]


def listing_record(listing: Listing) -> Record:
    """One topic of `topics --json`; a broken one has an error and no assignments."""
    topic = listing.topic
    return {
        "id": listing.id,
        "version": listing.version,
        "ok": listing.ok,
        "error": listing.error,
        "owner": listing.owner,
        "title": dict(topic.manifest.title) if topic else {},
        "languages": list(topic.languages) if topic else [],
        "assignments": assignments_record(topic) if topic else [],
    }


def assignments_record(topic: Topic) -> list[Record]:
    """The assignments of a topic with their questions, without checks."""
    return [
        {
            **_head(assignment),
            "questions": [_question_head(assignment, one) for one in assignment.questions],
        }
        for assignment in topic.assignments
    ]


def assignment_record(assignment: Assignment) -> Record:
    """All that `show` tells of an assignment."""
    manifest = assignment.manifest
    return {
        **_head(assignment),
        "topic": assignment.topic_id,
        "needs": list(manifest.needs),
        "allow": list(manifest.allow),
        "ban": list(manifest.ban),
        "data": list(manifest.data),
        "files": [{"pattern": one.pattern, "max_bytes": one.max_bytes} for one in manifest.files],
        "questions": [question_record(assignment, one) for one in assignment.questions],
    }


def question_record(assignment: Assignment, question: Question) -> Record:
    """All that `show` tells of a question."""
    entries = assignment.misconceptions_of(question.id)
    return {
        **_question_head(assignment, question),
        "ban": list(question.ban),
        "checks": [_check_record(check) for check in assignment.checks_of(question.id)],
        "oracle": [check.id for check in assignment.oracles_of(question.id)],
        "misconceptions": [_misconception_record(assignment, entry) for entry in entries],
        "rubric": [
            {"points": item.points, "text": dict(item.text)}
            for item in assignment.rubric.get(question.id, ())
        ],
    }


def _head(assignment: Assignment) -> Record:
    return {
        "id": assignment.id,
        "title": dict(assignment.manifest.title),
        "languages": list(assignment.languages),
        "minutes": assignment.manifest.minutes,
        "points": assignment.points,
    }


def _question_head(assignment: Assignment, question: Question) -> Record:
    return {
        "id": assignment.full_id(question.id),
        "title": dict(question.title),
        "points": question.points,
        "manual": question.manual,
        "functions": list(question.functions),
        "needs": [assignment.full_id(name) for name in question.needs],
    }


def _check_record(check: CheckEntry) -> Record:
    return {
        "id": check.id,
        "text": dict(check.text),
        "hidden": check.hidden,
        "weight": str(check.weight),
        "prop": check.prop,
        "evidence": check.evidence,
    }


def _misconception_record(assignment: Assignment, entry: MisconceptionEntry) -> Record:
    return {
        "id": f"{assignment.id}.{entry.id}",
        "caught_by": entry.caught_by,
        "feedback": dict(entry.feedback),
    }
