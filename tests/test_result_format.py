"""docs/result-format.md and docs/schema: what commands print fits them, and they are not stale."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from gradewright.cli import build_cli
from gradewright_grader.authoring.newtopic import new_topic
from gradewright_grader.cli.schemas import DOCUMENTS, schema_text
from gradewright_grader.verify import AssignmentReport, as_plain
from gradewright_grader.verify.report import Mutants, RuleResult, Survivor

ROOT = Path(__file__).parents[1]
COMMANDS = ("topics", "verify", "grade")


def strict(schema):
    """The schema with every object closed, so that a field of no schema is noticed."""
    for part in schema["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return schema


def fits(document, command):
    schema = json.loads((ROOT / "docs/schema" / f"{command}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, strict(schema), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("command", DOCUMENTS)
def test_the_published_schemas_are_not_stale(command):
    published = (ROOT / "docs/schema" / f"{command}.json").read_text("utf-8")
    assert published == schema_text(command), (
        "docs/schema is stale; run: python -m gradewright_grader.cli.schemas docs/schema"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_the_page_fit(command):
    page = (ROOT / "docs/result-format.md").read_text("utf-8")
    (example,) = re.findall(rf"^```json {command}\n(.*?)^```$", page, re.M | re.S)
    fits(json.loads(example), command)


def test_what_topics_prints_fits_for_working_and_broken_topics(tmp_path):
    for name in ("good", "bad"):
        new_topic(name, tmp_path / name)
    (tmp_path / "bad/src/gradewright_bad/assignments/bad1/assignment.toml").write_text("id = 5")
    folders = [part for name in ("good", "bad") for part in ("--topic", str(tmp_path / name))]
    result = CliRunner().invoke(build_cli(), ["topics", "--json", *folders])
    document = json.loads(result.stdout)
    assert {t["id"]: t["ok"] for t in document["topics"]}.items() >= {
        "good": True,
        "bad": False,
    }.items()
    fits(document, "topics")


def test_what_verify_prints_fits():
    survivor = Survivor("line.py:3", "f", "x + 1", "x - 1", ["a1.q1.oracle"])
    report = AssignmentReport("a1", [RuleResult("kept"), RuleResult("broken", ("why",), 0.5)])
    report.mutants, report.separating = Mutants(1, 2, 0, [survivor]), {"m1": 3}
    fits(as_plain([report]), "verify")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_field_that_no_schema_has_is_noticed(command):
    page = (ROOT / "docs/result-format.md").read_text("utf-8")
    (example,) = re.findall(rf"^```json {command}\n(.*?)^```$", page, re.M | re.S)
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        fits({**json.loads(example), "surprise": 1}, command)
