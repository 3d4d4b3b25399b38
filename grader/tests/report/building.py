"""Records and notebooks by hand: a small class with everything that a report must show."""

from __future__ import annotations

import base64
import struct
import zlib
from fractions import Fraction
from typing import Any

from gradewright.api import said
from gradewright_grader.engine.record import BoxUsed, CellRecord, SubmissionRecord
from gradewright_grader.judge.record import CheckRecord, Flag, QuestionRecord
from gradewright_grader.report import AssignmentInfo, GradedPage, QuestionInfo

NATS = {
    "zh": "你默认用了自然对数，得到的单位是奈特（nat）。本课以比特为单位：默认以 2 为底。",
    "en": "Your default is the natural logarithm, which gives nats. Here the unit is the bit.",
}
INFO = AssignmentInfo(
    "tree1",
    {"zh": "划分准则", "en": "Split criteria"},
    (
        QuestionInfo("tree1.q1", {"zh": "信息熵", "en": "Entropy"}, 30),
        QuestionInfo("tree1.q2", {"zh": "信息增益", "en": "Information gain"}, 30),
        QuestionInfo("tree1.q3", {"zh": "增益率", "en": "Gain ratio"}, 30),
        QuestionInfo(
            "tree1.q4",
            {"zh": "讨论：编号列为什么总赢", "en": "Discussion: why the ID column wins"},
            10,
            manual=True,
            rubric=((6, {"zh": "说出取值过多", "en": "names the many values"}),),
        ),
    ),
)


def png(width: int = 2, height: int = 2) -> str:
    """A grey PNG in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x90" * width) * height)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


def check(
    id: str, outcome: str = "passed", fraction: Fraction | int = 1, **more: Any
) -> CheckRecord:
    """A check's record; `id` is "q1.name"."""
    given: dict[str, Any] = {
        "weight": Fraction(1),
        "hidden": False,
        "text": {"zh": "默认以 2 为底", "en": "bits by default"},
    } | more
    share = Fraction(fraction) if outcome == "passed" or fraction != 1 else Fraction(0)
    return CheckRecord(
        id=f"tree1.{id}",
        question=id.partition(".")[0],
        outcome=outcome,  # type: ignore[arg-type]
        fraction=share,
        **given,
    )


def question(id: str, points: Fraction | int, most: int = 30, **more: Any) -> QuestionRecord:
    """A question's record; `id` is short."""
    return QuestionRecord(id=f"tree1.{id}", points=Fraction(points), max_points=most, **more)


def record(student: str = "wang", **more: Any) -> SubmissionRecord:
    """A graded submission: q1 partly right with a misconception, q2 right, q3 not answered."""
    given: dict[str, Any] = {
        "assignment": "tree1",
        "path": f"{student}/tree1.ipynb",
        "digest": "a1b2c3d4" * 8,
        "status": "graded",
        "language": "en",
        "box": BoxUsed(level="full", memory="cgroup"),
        "points": Fraction(45),
        "max_points": 100,
        "auto_max_points": 90,
        "manual_open": ["tree1.q4"],
        "questions": [
            question("q1", 15),
            question("q2", 30, via="reference"),
            question("q3", 0),
            question("q4", 0, 10, manual=True),
        ],
        "checks": [
            check("q1.fair_coin"),
            check(
                "q1.base_2_default",
                "failed",
                hidden=True,
                message={"zh": "结果差了一个常数倍。", "en": "Off by a constant factor."},
                misconception="m1",
                feedback=NATS,
                detail="expected 1.5849625",
            ),
            check("q2.weighted"),
            check("q3.std.signature"),
            check("q3.by_hand", "failed", kind="unanswered", message=said.NOT_ANSWERED),
            check("q3.oracle", "failed", kind="unanswered", message=said.NOT_ANSWERED),
        ],
        "cells": [CellRecord(index=4, question=None, ended_by="cpu")],
        "flags": [
            Flag(
                kind="rebound",
                text={
                    "zh": "q1：entropy 后来被重新赋值。",
                    "en": "q1: entropy is given another value.",
                },
                question="q1",
            )
        ],
        "verdict_digest": "0f1e2d3c" * 8,
    }
    return SubmissionRecord(student=student, **(given | more))


def refused(student: str = "late") -> SubmissionRecord:
    """A file that could not be taken."""
    return record(
        student,
        status="refused",
        points=Fraction(0),
        reason={"zh": "文件是空的。", "en": "the file is empty; hand it in again"},
        questions=[],
        checks=[],
        cells=[],
        flags=[],
        manual_open=[],
        final=True,
        box=None,
        verdict_digest="",
    )


def errored(student: str = "unlucky") -> SubmissionRecord:
    """A submission that our own fault left without a verdict."""
    broken = check("q1.oracle", "error", detail="ZeroDivisionError in the check <at line 3>")
    return record(
        student,
        status="error",
        points=None,
        reason={"zh": "评分出错。", "en": "Grading went wrong (tree1.q1.oracle: secret 42)."},
        checks=[broken],
    )


def code(source: str, *outputs: dict[str, Any], **tag: str) -> dict[str, Any]:
    """A code cell; keywords are its gradewright metadata."""
    metadata = {"gradewright": tag} if tag else {}
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": metadata,
        "execution_count": 1,
    }


def text(source: str, **tag: str) -> dict[str, Any]:
    """A Markdown cell."""
    metadata = {"gradewright": tag} if tag else {}
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def stream(printed: str, name: str = "stdout") -> dict[str, Any]:
    """What a cell printed."""
    return {"output_type": "stream", "name": name, "text": printed}


def shown(**data: Any) -> dict[str, Any]:
    """A display output; `text_html` is text/html."""
    kinds = {key.replace("_", "/", 1): value for key, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {}}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    """A notebook as nbformat's JSON."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def ordinary() -> dict[str, Any]:
    """A notebook as honest students hand in."""
    return notebook(
        text("# Split criteria\n\nThe entropy is $H(y) = -\\sum_k p_k \\log_2 p_k$.", role="text"),
        code("import math\nfrom collections import Counter", role="setup"),
        code(
            "# question: tree1.q1\ndef entropy(y, base=math.e):\n    return 0.0",
            role="answer",
            question="tree1.q1",
        ),
        code('check("tree1.q1")', role="check", question="tree1.q1"),
        code("while True: pass", stream("started\n"), role="explore"),
        text("Because it has **many** values.", role="manual", question="tree1.q4"),
    )


def page(**more: Any) -> GradedPage:
    """A submission with an ordinary notebook."""
    return GradedPage(record(**more), ordinary())
