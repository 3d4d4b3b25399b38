"""docs/checks.md: every check passes on the right answer and tells the wrong one what it says."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

import gradewright.api as api
from gradewright.api import CheckFailed, spec_of
from gradewright.api.hiding import hiding
from gradewright.values import Student, local_session
from gradewright_grader.box.runner.figuredata import FigureLog

torch = pytest.importorskip("torch", reason="torch is not installed")
PAGE = Path(__file__).parents[1] / "docs" / "checks.md"
BLOCK = re.compile(r"^```(python|text) (check|right|wrong|en|zh)\n(.*?)^```$", re.M | re.S)
OTHERS = {"assert_array", "assert_each", "assert_raises", "assert_value"}  # see topic-format


@dataclass(frozen=True)
class Example:
    """A check of the page, two answers, and what the wrong one is told."""

    check: str
    right: str
    wrong: str
    en: str
    zh: str


def examples():
    blocks = [(match[2], match[3]) for match in BLOCK.finditer(PAGE.read_text("utf-8"))]
    assert [kind for kind, _ in blocks[:5]] == ["check", "right", "wrong", "en", "zh"]
    fives = [dict(blocks[i : i + 5]) for i in range(0, len(blocks), 5)]
    return [Example(**five) for five in fives]


def ran(answer):
    """The names, printed text and figures of an answer."""
    import matplotlib.pyplot as plt

    np.random.seed(7)
    torch.manual_seed(7)
    names = {"np": np, "torch": torch, "plt": plt, "__name__": "__main__"}
    log = FigureLog()
    log.start_cell()
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(answer, "<answer>", "exec"), names)
    for number in plt.get_fignums():
        log.note(plt.figure(number), 0)
    plt.close("all")
    saved = [[{"output_type": "stream", "text": printed.getvalue()}]]
    return names, saved, log.records()


def outcome(example, answer):
    """What the check raised on this answer, or None."""
    scope = {name: getattr(api, name) for name in api.__all__}
    scope |= {"np": np, "torch": torch, "Counter": Counter}
    exec(compile(example.check, "<check>", "exec"), scope)
    function = next(value for name, value in scope.items() if name.startswith("test_"))
    names, saved, figures = ran(answer)
    offered = {
        "student": Student(local_session(names, seed=5)),
        "reference": SimpleNamespace(**ran(example.right)[0]),
        "saved": saved,
        "figures": figures,
    }
    code = function.__code__
    try:
        with hiding(spec_of(function).hidden):
            function(**{name: offered[name] for name in code.co_varnames[: code.co_argcount]})
    except CheckFailed as failure:
        return failure.message
    return None


@pytest.fixture(autouse=True)
def _no_display():
    with mpl.rc_context({"backend": "agg"}):
        yield


@pytest.mark.parametrize("example", examples(), ids=lambda e: re.search(r"test_\w+", e.check)[0])
def test_each_check_of_the_page(example):
    assert outcome(example, example.right) is None
    assert outcome(example, example.wrong) == {"zh": example.zh.strip(), "en": example.en.strip()}


def test_the_page_uses_every_checker_for_machine_learning():
    modules = ("claims", "draws", "gradients", "invariances", "models", "spies", "training")
    offered = {
        name
        for name in api.__all__
        if name.startswith("assert_") and getattr(api, name).__module__.split(".")[-1] in modules
    }
    used = {
        node.func.id
        for example in examples()
        for node in ast.walk(ast.parse(example.check))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert offered - used == set()
    named = set(re.findall(r"\bassert_\w+", PAGE.read_text("utf-8")))
    assert named - offered == OTHERS
