"""Every example of docs/checks-across-the-wall.md runs as it stands there."""

from __future__ import annotations

import ast
import itertools
import random
import re
from pathlib import Path

import numpy as np
import pytest

from gradewright.api import T64, args, assert_each, assert_value
from gradewright.values import OpaqueError, Student, local_session

PAGE = Path(__file__).parents[3] / "docs" / "checks-across-the-wall.md"
BLOCK = re.compile(
    r"^```python (student|check|probe)( torch)?\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
BLOCKS = [(kind, bool(torch), code) for kind, torch, code in BLOCK.findall(PAGE.read_text("utf-8"))]
CHECKS = [i for i, (kind, _, _) in enumerate(BLOCKS) if kind == "check"]
NAMES = {
    "T64": T64,
    "args": args,
    "assert_each": assert_each,
    "assert_value": assert_value,
    "itertools": itertools,
    "np": np,
    "OpaqueError": OpaqueError,
    "pytest": pytest,
    "random": random,
}


def written(kind, torch):
    """All blocks of this kind that do without torch, or all."""
    return "\n".join(code for k, needs, code in BLOCKS if k == kind and (torch or not needs))


@pytest.mark.parametrize("number", CHECKS)
def test_an_example_runs(number):
    _, torch, code = BLOCKS[number]
    names = dict(NAMES)
    if torch:
        names["torch"] = pytest.importorskip("torch", reason="torch is not installed")
    submission: dict[str, object] = {"__name__": "__main__"}
    exec(compile(written("student", torch), "<student>", "exec", dont_inherit=True), submission)
    probe = written("probe", torch)
    probes = {f.name: probe for f in ast.parse(probe).body if isinstance(f, ast.FunctionDef)}
    names["student"] = Student(local_session(submission, probes=probes))
    exec(compile(code, f"<block {number} of {PAGE.name}>", "exec", dont_inherit=True), names)


def test_the_page_has_examples():
    assert len(CHECKS) == 10
    assert BLOCKS[CHECKS[-1]][0] == "check"
    assert len(re.findall(r"^```python", PAGE.read_text("utf-8"), re.MULTILINE)) == len(BLOCKS)
