"""The pages of docs/ are true: they are followed, and compared with the code they describe."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from gradewright.api import hooks
from gradewright.host import extensions
from gradewright_grader.box import find_level
from tests.following import follow, steps_of

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.xdist_group("box")
def test_a_topic_is_written_by_following_the_page(tmp_path):
    if find_level().level == "none":
        pytest.skip("this kernel cannot give any box; see gradewright doctor")
    follow(DOCS / "writing-a-topic.md", tmp_path)


def test_every_snippet_of_that_page_is_executed():
    steps = steps_of(DOCS / "writing-a-topic.md")
    assert [step.text for step in steps if not step.verb] == []
    assert len(steps) == (DOCS / "writing-a-topic.md").read_text("utf-8").count("\n```") / 2


@pytest.mark.parametrize("module", [hooks, extensions], ids=["topic", "commands"])
def test_the_page_on_hooks_has_both_hooks_as_they_are(module):
    page = (DOCS / "hooks.md").read_text("utf-8")
    (spec,) = [f for name, f in vars(module).items() if hasattr(f, "gradewright_spec")]
    told = re.search(rf"^## `{spec.__name__}`\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    assert told, f"docs/hooks.md has no section of {spec.__name__}"
    signature = f"def {spec.__name__}{inspect.signature(spec)}".replace("'", "")
    assert signature in told[1]
    group = {hooks: "gradewright.topics", extensions: extensions.GROUP}[module]
    assert f"`{group}`" in told[1]


def test_the_page_on_hooks_has_no_others():
    page = (DOCS / "hooks.md").read_text("utf-8")
    assert re.findall(r"^## `(\w+)`$", page, re.M) == ["gradewright_topic", extensions.HOOK]


def test_the_examples_of_the_page_on_hooks_work(tmp_path):
    for step in steps_of(DOCS / "hooks.md"):
        if step.language != "python":
            continue
        names = {"__file__": str(tmp_path / "__init__.py"), "__name__": "an_example"}
        exec(compile(step.text, "docs/hooks.md", "exec"), names)
        (hook,) = [v for v in names.values() if hasattr(v, "gradewright_impl")]
        result = hook()
        if hook.__name__ == "gradewright_topic":
            assert result == hooks.TopicFolder(tmp_path)
        else:
            assert [command.name for command in result] == ["hello"]
