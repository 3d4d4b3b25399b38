"""Releases and solutions as whole notebooks."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from gradewright.host.errors import TopicError, UsageError
from gradewright.host.topic import load_topic
from gradewright.notebook.payload import Payload, decode_payload
from gradewright.notebook.roles import MARKER
from gradewright_grader.authoring.build import (
    answer_sources,
    build_release,
    build_solution,
    to_bytes,
    write,
)

from .building import FILES, MASTER, demo, text_of, write_topic

IDS = [
    "demo1-text-1",
    "demo1-setup",
    "demo1-given-1",
    "demo1-q1",
    "demo1-q1-check",
    "demo1-q2",
    "demo1-q2-2",
    "demo1-q2-check",
    "demo1-explore-1",
    "demo1-q4",
    "demo1-q3",
]


def cell(notebook: Any, id: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == id)


def payload_of(notebook: Any) -> Payload:
    found = re.search(r'^check, check_all = load\("(.*)"\)$', notebook.cells[1].source, re.M)
    assert found is not None
    return decode_payload(found[1])


def run_cells(notebook: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run every code cell in one namespace, with a student package that only counts checks."""
    asked: list[str] = []
    student = ModuleType("gradewright.student")
    student.load = lambda line: (asked.append, asked.clear)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gradewright.student", student)
    main = ModuleType("notebook_under_test")
    monkeypatch.setitem(sys.modules, main.__name__, main)
    for item in notebook.cells:
        if item.cell_type == "code":
            exec(compile(item.source, item.id, "exec", dont_inherit=True), main.__dict__)
    return {**main.__dict__, "asked": asked}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("build", [build_release, build_solution])
def test_a_notebook_is_valid_with_fixed_ids_and_metadata(
    build: Any, language: str, tmp_path: Path
) -> None:
    notebook = build(demo(tmp_path), language)
    nbformat.validate(notebook)
    assert [c.id for c in notebook.cells] == IDS
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.metadata["gradewright"] == {
        "assignment": "demo1",
        "language": language,
        "topic": "demo",
        "version": "0",
        "schema": 1,
    }
    assert cell(notebook, "demo1-q2-2").metadata["gradewright"] == {
        "role": "answer",
        "question": "demo1.q2",
        "of": ["Box"],
    }
    assert cell(notebook, "demo1-text-1").metadata["gradewright"] == {"role": "text"}


def test_a_release_is_in_one_language(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    zh, en = build_release(assignment, "zh"), build_release(assignment, "en")
    assert zh.cells[0].source == "# 演示\n公式 $x^2$"
    assert en.cells[0].source == "# Demo\nFormula $x^2$"
    assert zh.cells[1].source.startswith(
        "# 在 Colab 上删去下一行的 #\n# %pip install -q gradewright\n"
    )
    assert en.cells[1].source.startswith("# Colab: remove the # of the next line\n# %pip install")
    assert '"""values 的均值，乘以 scale。"""' in cell(zh, "demo1-q1").source
    assert '"""The mean of values, times scale."""' in cell(en, "demo1-q1").source
    assert cell(zh, "demo1-q3").source == "写下你的想法。"


def test_a_language_that_the_assignment_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        build_release(demo(tmp_path), "de")
    assert str(caught.value) == (
        'demo1 is not written in "de": there are "zh", "en"; choose one with --lang'
    )


def test_answer_cells_start_with_the_marker(tmp_path: Path) -> None:
    notebook = build_release(demo(tmp_path), "en")
    for id, question in {"demo1-q1": "demo1.q1", "demo1-q2-2": "demo1.q2"}.items():
        found = MARKER.match(cell(notebook, id).source)
        assert found is not None
        assert found[1] == question


def test_a_release_has_stubs_and_what_their_signatures_need(tmp_path: Path) -> None:
    notebook = build_release(demo(tmp_path), "en")
    assert cell(notebook, "demo1-q1").source == text_of(
        '''
        # question: demo1.q1
        from collections.abc import Sequence

        _SCALE = 2.0  # private


        def mean(values: Sequence[float], scale: float = _SCALE) -> float:
            """The mean of values, times scale."""
            raise NotImplementedError'''
    )
    assert "_counts" not in cell(notebook, "demo1-q2").source
    assert cell(notebook, "demo1-q4").source == (
        "# question: demo1.q4\nstart = 1\nif start:\n    ...  # your code"
    )


def test_a_solution_has_bodies_and_does_not_repeat_what_is_there(tmp_path: Path) -> None:
    notebook = build_solution(demo(tmp_path), "en")
    modes = cell(notebook, "demo1-q2").source
    assert "def _counts" in modes
    assert "def mean" not in modes  # q2 needs q1
    assert "import numpy" not in cell(notebook, "demo1-q1").source  # the setup has it
    assert cell(notebook, "demo1-q4").source.endswith("    answer = start * 41 + len([start])")
    assert "SOLUTION" not in cell(notebook, "demo1-q4").source


def test_a_release_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run_cells(build_release(demo(tmp_path), "zh"), monkeypatch)
    assert made["asked"] == ["demo1.q1", "demo1.q2"]
    with pytest.raises(NotImplementedError):
        made["mean"]([1.0])


def test_a_solution_runs_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run_cells(build_solution(demo(tmp_path), "zh"), monkeypatch)
    assert made["mean"]([1.0, 3.0]) == 4.0
    assert made["modes"]([1, 2, 2]) == [2]
    assert made["Box"](2).grown(1) == 1003
    assert made["answer"] == 42


def test_a_solution_runs_where_the_topic_cannot_be_imported(tmp_path: Path) -> None:
    sources = answer_sources(demo(tmp_path / "topic"), "en")
    code = [source for question, source in sources.items() if question != "demo1.q3"]
    script = tmp_path / "alone.py"
    text = "\n\n".join(["import numpy as np", *code, "print(mean([1.0, 3.0]), answer)"])
    script.write_text(text, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-I", str(script)],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert found.stdout.split() == ["4.0", "42"]


def test_answer_sources_are_one_piece_for_each_question(tmp_path: Path) -> None:
    sources = answer_sources(demo(tmp_path), "zh")
    assert list(sources) == ["demo1.q1", "demo1.q2", "demo1.q4", "demo1.q3"]
    assert sources["demo1.q3"] == "写下你的想法。"
    assert "def modes" in sources["demo1.q2"]
    assert "class Box" in sources["demo1.q2"]


def test_postponed_annotations_come_first_in_a_source_of_several_cells(tmp_path: Path) -> None:
    future = "from __future__ import annotations\n"
    stats = ('"""Means and the like."""\n', '"""Means and the like."""\n' + future)
    source = answer_sources(demo(tmp_path, stats=stats), "zh")["demo1.q2"]
    assert source.count(future) == 1
    assert ast.parse(source).body[0].names[0].name == "annotations"  # type: ignore[attr-defined]
    compile(source, "<answer>", "exec")


@pytest.mark.parametrize("build", [build_release, build_solution])
def test_the_same_topic_gives_the_same_bytes(build: Any, tmp_path: Path) -> None:
    write(build(demo(tmp_path / "one"), "zh"), tmp_path / "one.ipynb")
    write(build(demo(tmp_path / "two"), "zh"), tmp_path / "two.ipynb")
    first = (tmp_path / "one.ipynb").read_bytes()
    assert first == (tmp_path / "two.ipynb").read_bytes()
    text = first.decode("utf-8")
    assert "演示" in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_a_file_read_back_is_the_notebook(tmp_path: Path) -> None:
    notebook = build_release(demo(tmp_path), "en")
    assert nbformat.reads(to_bytes(notebook).decode(), as_version=4) == notebook


def test_the_payload_has_the_public_checks_and_no_hidden_one(tmp_path: Path) -> None:
    payload = payload_of(build_release(demo(tmp_path), "en"))
    assert (payload.assignment, payload.topic, payload.language) == ("demo1", "demo", "en")
    first, second, third, fourth = payload.questions
    assert first.signatures == {"mean": "(values, scale=_SCALE)"}
    assert second.signatures == {"modes": "(values)", "Box": "(size=3)"}
    assert [(c.id, c.name, c.weight, c.prop) for c in second.checks] == [
        ("demo1.q2.empty", "empty", "1/2", True)
    ]
    assert first.oracle == ()  # its oracle is hidden
    assert (third.manual, fourth.points) == (True, 10)
    assert list(payload.sources) == ["demo1.q1", "demo1.q2"]
    assert "oracle" not in "".join(payload.sources.values())
    assert "HIDDEN_TABLE" not in payload.sources["demo1.q1"]
    assert "args" not in payload.sources["demo1.q1"]


def test_each_questions_checks_run_in_a_namespace_of_their_own(tmp_path: Path) -> None:
    payload = payload_of(build_release(demo(tmp_path), "en"))
    student = ModuleType("student")
    student.mean = lambda values: 2 * sum(values) / len(values)  # type: ignore[attr-defined]
    student.modes = lambda values: []  # type: ignore[attr-defined]
    for question in payload.questions[:2]:
        namespace: dict[str, Any] = {}
        exec(payload.sources[question.id], namespace)
        for check in question.checks:
            assert namespace[f"test_{check.name}"](student) is None


def test_a_given_cell_may_name_objects_of_the_reference(tmp_path: Path) -> None:
    edit = ('# %% role="given"\ntable = [1, 2, 2]', '# %% role="given" of="_counts"')
    stats = ("from .tools import LIMIT, _counts", "from .tools import LIMIT, _counts  # both")
    assignment = demo(tmp_path, master=edit, stats=stats)
    path = assignment.folder / "notebook.py"
    path.write_text(path.read_text("utf-8").replace("np.array(table)", "np.ones(2)"), "utf-8")
    notebook = build_solution(assignment, "en")
    assert "def _counts" in cell(notebook, "demo1-given-1").source
    assert "def _counts" not in cell(notebook, "demo1-q2").source


def test_magics_in_given_code_are_left_alone(tmp_path: Path) -> None:
    edit = ("import numpy as np\n", "import numpy as np\n# %matplotlib inline\n")
    notebook = build_release(demo(tmp_path, master=edit), "en")
    assert "import numpy as np\n%matplotlib inline\n" in notebook.cells[1].source


def test_given_code_that_is_not_python_is_told(tmp_path: Path) -> None:
    assignment = demo(tmp_path, master=("table = [1, 2, 2]", "table = ["))
    with pytest.raises(TopicError) as caught:
        build_release(assignment, "en")
    assert str(caught.value) == (
        f"{tmp_path / MASTER}:13: the given cell is not valid Python ('[' was never closed): "
        "allowed are Python and lines that begin with % or !; correct it"
    )


def test_a_stub_that_needs_a_later_answer_is_told(tmp_path: Path) -> None:
    stats = ("scale: float = _SCALE) -> float", "scale: object = None, box=Box) -> float")
    # The reference itself must run: the class stands first there.
    source = text_of(FILES["reference/stats.py"]).replace(*stats)
    assignment = load_topic(write_topic(tmp_path, {"reference/stats.py": source})).assignments[0]
    with pytest.raises(TopicError) as caught:
        build_release(assignment, "en")
    assert str(caught.value) == (
        f'{tmp_path}/reference/stats.py:12: the stub here needs "Box", which the student writes in '
        '"demo1.q2", a later cell; move that cell up, or make the signature do without it'
    )


def test_an_import_that_the_setup_contradicts_is_told(tmp_path: Path) -> None:
    edit = ("import numpy as np\n", "import math as np\n")
    with pytest.raises(TopicError, match='"np" is the module numpy here and the module math'):
        build_solution(demo(tmp_path, master=edit), "en")


def test_the_longest_ids_still_give_valid_cell_ids(tmp_path: Path) -> None:
    long = "a" * 70
    changed = {
        name.replace("demo1", long): source.replace("demo1", long) for name, source in FILES.items()
    }
    folder = tmp_path / "topic"
    for name, source in changed.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(source), encoding="utf-8")
    notebook = build_release(load_topic(folder).assignments[0], "en")
    ids = [c.id for c in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 64
