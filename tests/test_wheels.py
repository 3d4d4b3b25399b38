"""The built wheels, in an empty environment, without the sources.

Topics carry notebooks, manifests and checks as package data, which only a wheel can lose; and a
student installs `gradewright` alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DISTRIBUTIONS = ["platform", "grader", *sorted(str(p) for p in ROOT.glob("plugins/*"))]

pytestmark = [pytest.mark.wheels, pytest.mark.xdist_group("wheels")]


def _run(*command, **options):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV"))}
    told = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, env=environment, **options
    )
    assert told.returncode == 0, f"{command}\n{told.stdout}\n{told.stderr}"
    return told.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder)
    _run(*pip, *(ROOT / name for name in DISTRIBUTIONS))
    return folder


def _environment(folder, wheels, *distributions):
    _run(sys.executable, "-m", "venv", folder)
    pip = (folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "-c", ROOT / "constraints.txt", "--find-links", wheels, *distributions)
    return folder / "bin"


def test_a_student_needs_gradewright_alone(tmp_path, wheels):
    bin = _environment(tmp_path / "student", wheels, "gradewright")
    installed = _run(bin / "pip", "list", "--format=freeze").lower()
    for heavy in ("numpy", "nbconvert", "sqlalchemy", "pytest", "ipython"):
        assert f"{heavy}==" not in installed
    code = "from gradewright.student import load; import sys; print('numpy' in sys.modules)"
    assert _run(bin / "python", "-c", code, cwd=tmp_path).strip() == "False"
    assert json.loads(_run(bin / "gradewright", "topics", "--json", cwd=tmp_path))["topics"] == []


def test_the_wheels_release_and_verify_without_the_sources(tmp_path, wheels):
    bin = _environment(tmp_path / "author", wheels, "gradewright-grader", "gradewright-trees")
    listed = json.loads(_run(bin / "gradewright", "topics", "--json", cwd=tmp_path))
    assert [(t["id"], t["ok"]) for t in listed["topics"]] == [("trees", True)]
    out = tmp_path / "out"
    _run(bin / "gradewright", "release", "tree1", "--lang", "zh", "-o", out, cwd=tmp_path)
    made = (out / "tree1.zh.ipynb").read_bytes()
    assert made == (ROOT / "assignments/trees/tree1/tree1.zh.ipynb").read_bytes()
    verified = json.loads(_run(bin / "gradewright", "verify", "tree1", "--json", cwd=tmp_path))
    assert verified["ok"], verified
