"""The contract between Gradewright and its topics: the only module of ours that a topic imports.

It holds the hook (`gradewright_topic`), the decorators (`check`, `misconception`), what a check is
handed (`Case`, `Batch`) and the checkers that compare a student's value with an expected one and
say in the student's language what is wrong. It runs nothing, reads no files and imports neither
NumPy nor pytest; hosting, transport, judging and display live in the packages that import it.
"""

from gradewright.api.calls import Batch, Case, Opaque, Outcome, Signature, StudentError, args
from gradewright.api.checkers import (
    assert_array,
    assert_each,
    assert_finite,
    assert_raises,
    assert_same_calls,
    assert_text,
    assert_type,
    assert_value,
    expect,
)
from gradewright.api.checks import CheckSpec, ForbiddenCall, check, spec_of
from gradewright.api.compare import EXACT, GC, T32, T64, Difference, T64i, Tolerance, compare
from gradewright.api.hooks import TopicFolder, hookimpl
from gradewright.api.misconceptions import MisconceptionSpec, misconception
from gradewright.api.texts import Text, in_language
from gradewright.api.verdicts import Awarded, CheckFailed, award, fail

__all__ = [
    "EXACT",
    "GC",
    "T32",
    "T64",
    "Awarded",
    "Batch",
    "Case",
    "CheckFailed",
    "CheckSpec",
    "Difference",
    "ForbiddenCall",
    "MisconceptionSpec",
    "Opaque",
    "Outcome",
    "Signature",
    "StudentError",
    "T64i",
    "Text",
    "Tolerance",
    "TopicFolder",
    "args",
    "assert_array",
    "assert_each",
    "assert_finite",
    "assert_raises",
    "assert_same_calls",
    "assert_text",
    "assert_type",
    "assert_value",
    "award",
    "check",
    "compare",
    "expect",
    "fail",
    "hookimpl",
    "in_language",
    "misconception",
    "spec_of",
]
