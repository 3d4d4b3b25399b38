"""Files that a wheel would lack are found, in sources and in installed wheels."""

from __future__ import annotations

from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from grader.tests.judge.building import tiny

from gradewright.host import Assignment, load_topic
from gradewright_grader.verify import packaging
from gradewright_grader.verify.packaging import missing_from_wheel

PROJECT = '[build-system]\nbuild-backend = "hatchling.build"\n\n[tool.hatch.build.targets.wheel]\n'
DATA = "assignments/tiny1/given/table.csv"


def project(folder: Path, settings: str, ignored: str = "") -> Assignment:
    topic = folder / "src" / "tiny"
    tiny(topic, {DATA: "1,2\n", "assignments/tiny2/notes.csv": "of another assignment\n"})
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / ".gitignore").write_text(ignored, encoding="utf-8")
    return load_topic(topic).assignments[0]


def findings(assignment: Assignment) -> list[str]:
    return list(missing_from_wheel(assignment))


@pytest.mark.parametrize(
    ("settings", "ignored", "told"),
    [
        ('packages = ["src/tiny"]', "", None),
        ("", "", None),
        ('packages = ["src/tiny"]', "*.pyc\n# a remark\n\n/data/\n!table.csv\n", None),
        (
            'packages = ["src/tiny"]',
            "*.csv\n",
            'table.csv is left out of the wheel by the pattern "*.csv"',
        ),
        ('packages = ["src/tiny"]', "given/\n", 'by the pattern "given/"'),
        (
            'packages = ["src/tiny"]\nexclude = ["src/tiny/assignments/tiny1/given"]',
            "",
            "take the pattern out",
        ),
        (
            'packages = ["src/other"]',
            "",
            'table.csv is in none of the wheel\'s packages "src/other"',
        ),
    ],
)
def test_what_hatch_would_leave_out(
    tmp_path: Path, settings: str, ignored: str, told: str | None
) -> None:
    found = findings(project(tmp_path, PROJECT + settings + "\n", ignored))
    if told is None:
        assert found == []
    else:
        assert any(told in line for line in found), found
        assert not any("notes.csv" in line for line in found)


def test_another_backend_and_no_project_say_nothing(tmp_path: Path) -> None:
    assert (
        findings(project(tmp_path / "a", '[build-system]\nbuild-backend = "flit_core"\n', "*.csv"))
        == []
    )
    assert findings(tiny(tmp_path / "b" / "c" / "d" / "e", {DATA: "1\n"})) == []


def test_an_installed_wheel_is_held_to_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = tiny(tmp_path / "tiny", {DATA: "1\n"})
    home = tmp_path / "tiny-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n", "utf-8")
    (home / "entry_points.txt").write_text("[gradewright.topics]\ntiny = tiny\n", "utf-8")
    names = [
        p.relative_to(tmp_path).as_posix() for p in (tmp_path / "tiny").rglob("*.*") if p.is_file()
    ]
    (home / "RECORD").write_text("".join(f"{n},,\n" for n in names if "csv" not in n), "utf-8")
    monkeypatch.setattr(packaging, "distributions", lambda: [PathDistribution(home)])
    (line,) = findings(assignment)
    assert line.endswith("table.csv did not come with tiny 1.0; build and install it again")
