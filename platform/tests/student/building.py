"""Small assignments for the tests: payloads from the source of their checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gradewright.notebook.payload import Payload, PublicCheck, PublicQuestion, encode_payload
from gradewright.student import load
from gradewright.student.checker import Check, CheckAll

HEAD = """
from gradewright.api import (
    T64, args, assert_each, assert_raises, assert_value, award, check, expect, fail
)
"""
FAIR = """
@check(zh="均匀硬币的熵是 1 比特", en="a fair coin carries one bit")
def test_fair(student):
    assert_value(student.entropy(["h", "t"]), 1.0, T64)
"""
PURE = """
@check(zh="只有一个类时熵为 0", en="one class has entropy 0")
def test_pure(student):
    assert_value(student.entropy(["h"]), 0.0, T64)
"""
_TEXTS = re.compile(
    r'@check\((?P<how>.*?)zh="(?P<zh>.*?)", en="(?P<en>.*?)"\)\ndef test_(?P<name>\w+)'
)


def question(id: str = "tree1.q1", source: str = "", **more: Any) -> PublicQuestion:
    """A question on `entropy` with the checks in `source`; whatever is given in `more` wins."""
    found = list(_TEXTS.finditer(source))
    checks = tuple(
        PublicCheck(
            f"{id}.{m['name']}", m["name"], {"zh": m["zh"], "en": m["en"]}, prop="prop" in m["how"]
        )
        for m in found
    )
    fields = {
        "id": id,
        "title": {"zh": "熵", "en": "Entropy"},
        "points": 15,
        "functions": ("entropy",),
        "signatures": {"entropy": "(y, base=2.0)"},
        "checks": checks,
    }
    return PublicQuestion(**fields | more)


def manual(id: str = "tree1.q7") -> PublicQuestion:
    """A question for a person."""
    title = {"zh": "讨论", "en": "Discussion"}
    return PublicQuestion(id, title, 10, manual=True)


def line(questions: list[PublicQuestion], sources: Mapping[str, str], language: str = "en") -> str:
    """The payload line of an assignment with these questions."""
    title = {"zh": "划分准则", "en": "Split criteria"}
    written = {id: HEAD + source for id, source in sources.items()}
    payload = Payload("tree1", "trees", "1.0", language, title, tuple(questions), written)
    return encode_payload(payload)


def loaded(
    source: str, namespace: dict[str, Any], *, language: str = "en", **more: Any
) -> tuple[Check, CheckAll]:
    """`check, check_all` of an assignment with the single question tree1.q1."""
    only = question("tree1.q1", source, **more)
    return load(line([only], {"tree1.q1": source}, language), namespace)


def result(source: str, namespace: dict[str, Any], *, language: str = "en", **more: Any) -> Any:
    """What `check("q1")` gives for these checks."""
    return loaded(source, namespace, language=language, **more)[0]("q1")


def defining(source: str) -> dict[str, Any]:
    """A namespace in which this source ran, as a cell would."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


RIGHT = """
import math
def entropy(y, base=2.0):
    counts = [list(y).count(v) for v in set(y)]
    return abs(sum(c / len(y) * math.log(c / len(y), base) for c in counts))
"""
