"""What must hold of the tree as a whole, beside the import contracts in .importlinter."""

from __future__ import annotations

import platform
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [ROOT / "platform/src", ROOT / "grader/src", *ROOT.glob("plugins/*/src")]
LONGEST = 400


def _python_files():
    return sorted(path for source in SOURCES for path in source.rglob("*.py"))


def test_the_folder_platform_does_not_shadow_pythons_module():
    standard_library = Path(sysconfig.get_paths()["stdlib"])
    assert platform.system()
    assert Path(platform.__file__).is_relative_to(standard_library)


def test_the_folder_platform_does_not_shadow_pythons_module_when_run_from_the_root():
    code = "import platform; print(platform.__file__); print(platform.system())"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert str(ROOT) not in told.stdout


@pytest.mark.parametrize("folder", ["platform", "grader", "plugins", "assignments", "examples"])
def test_no_top_level_folder_is_a_package(folder):
    assert not (ROOT / folder / "__init__.py").exists()


def test_every_tests_folder_is_a_package():
    folders = {
        path.parent
        for pattern in ("platform/tests", "grader/tests", "plugins/*/tests", "tests")
        for tests in ROOT.glob(pattern)
        for path in tests.rglob("*.py")
    }
    assert folders
    assert [f for f in folders if not (f / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", _python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_has_a_docstring_and_at_most_400_lines(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""') or "/assignments/" in str(path), "open with what it does"
    # a master is one long text; everything else is split before it grows past this
    assert len(text.splitlines()) <= LONGEST or path.name == "notebook.py"
