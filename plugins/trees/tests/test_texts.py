"""The texts: numbers worked by hand are right, both languages say the same, files are complete."""

from __future__ import annotations

import ast
import math
import tomllib

import jupytext
import pytest
from nbformat import NotebookNode

from .standin import ASSIGNMENT, SPLITS, fresh_reference, manifest

ref = fresh_reference()
FUNCTIONS = [name for q in manifest()["questions"] for name in q.get("functions", ())]


def cells() -> list[NotebookNode]:
    found: list[NotebookNode] = jupytext.read(ASSIGNMENT / "notebook.py", fmt="py:percent").cells
    return found


def given() -> dict[str, list[list[str]]]:
    namespace: dict[str, list[list[str]]] = {}
    exec(next(c.source for c in cells() if c.metadata.get("role") == "given"), namespace)
    return namespace


def test_the_master_tells_the_same_story_in_both_languages() -> None:
    def story(language: str) -> list[tuple[str | None, ...]]:
        kept = [c.metadata for c in cells() if c.metadata.get("lang", language) == language]
        return [tuple(m.get(key) for key in ("role", "question", "of", "check")) for m in kept]

    assert story("zh") == story("en")


def test_the_master_asks_for_every_function_once_and_checks_every_coded_question() -> None:
    asked = [name for c in cells() for name in c.metadata.get("of", "").split(", ") if name]
    assert asked == FUNCTIONS
    coded = [f"tree1.{q['id']}" for q in manifest()["questions"] if not q.get("manual")]
    assert [c.metadata["check"] for c in cells() if "check" in c.metadata] == coded


def test_every_point_is_told_in_the_text() -> None:
    headings = [c.source.splitlines()[0] for c in cells() if c.source.startswith("## q")]
    told = {
        "zh": [f"（{q['points']} 分）" for q in manifest()["questions"]],
        "en": [f"({q['points']} points)" for q in manifest()["questions"]],
    }
    assert [h for h in headings if "分）" in h] == [h for h in headings if "points" not in h]
    for language, marks in told.items():
        own = [h for h in headings if ("points" in h) == (language == "en")]
        assert all(h.endswith(mark) for h, mark in zip(own, marks, strict=True))


def test_points_add_up_to_100_and_the_rubric_to_its_question() -> None:
    questions = {q["id"]: q["points"] for q in manifest()["questions"]}
    rubric = tomllib.loads((ASSIGNMENT / "rubric.toml").read_text("utf-8"))
    assert sum(questions.values()) == 100
    assert {q: sum(item["points"] for item in rubric[q]) for q in rubric} == {"q7": 10}
    assert all(set(item["text"]) == {"zh", "en"} for item in rubric["q7"])


def test_every_stub_has_a_chinese_docstring() -> None:
    docstrings = tomllib.loads((ASSIGNMENT / "docstrings.toml").read_text("utf-8"))
    assert list(docstrings["zh"]) == FUNCTIONS


def test_the_reference_names_no_topic_and_documents_everything() -> None:
    tree = ast.parse(SPLITS.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all(ast.get_docstring(node) for node in functions)
    modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert not any(name.startswith("gradewright") for name in modules)


def test_the_given_table_is_the_one_of_the_checks() -> None:
    table = given()
    assert len(table["X_golf"]) == len(table["y_golf"]) == 14
    assert ref.information_gain([r[0] for r in table["X_golf"]], table["y_golf"]) == pytest.approx(
        0.24674981977443933
    )
    rankings = ref.rank_attributes(table["X_id"], table["y_golf"])
    assert rankings == {"id3": [0, 1, 3, 4, 2], "c45": [0, 1, 3, 4, 2], "cart": [1, 3, 0, 4, 2]}


def test_numbers_worked_by_hand() -> None:
    x, y = list("aabbbb"), list("+-+++-")
    assert ref.entropy(["yes", "yes", "yes", "no"]) == pytest.approx(0.811, abs=5e-4)
    assert ref.entropy(y) == pytest.approx(0.918, abs=5e-4)
    assert ref.information_gain(x, y) == pytest.approx(0.044, abs=5e-4)
    assert ref.intrinsic_value(x) == pytest.approx(0.918, abs=5e-4)
    assert ref.gain_ratio(x, y) == pytest.approx(0.048, abs=5e-4)
    assert ref.gini(list("+++--")) == pytest.approx(0.48)
    after = ref.gini_split([True, True, False, False, False], list("+++--"))
    assert after == pytest.approx(0.267, abs=5e-4)


def test_numbers_in_figures() -> None:
    sizes = {0.371: [13, 1], 1.0: [7, 7], 1.577: [5, 4, 5], 3.807: [1] * 14}
    for told, branches in sizes.items():
        x = [v for v, size in enumerate(branches) for _ in range(size)]
        assert ref.intrinsic_value(x) == pytest.approx(told, abs=5e-4)
    assert math.log2(3) == pytest.approx(1.585, abs=5e-4)
    by_outlook = {"sunny": 0.971, "overcast": 0.0, "rain": 0.971}
    for value, told in by_outlook.items():
        branch = [row[4] for row in given()["GOLF"] if row[0] == value]
        assert ref.entropy(branch) == pytest.approx(told, abs=5e-4)


def test_figures_and_given_code_run_without_answers() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    namespace: dict[str, object] = {}
    drawn = 0
    for cell in cells():
        if cell.metadata.get("role") in ("setup", "given", "explore"):
            exec(cell.source.replace("plt.show()", ""), namespace)
            drawn += len(plt.get_fignums())
            plt.close("all")
    assert drawn == 5
