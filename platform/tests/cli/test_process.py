"""The command as a process of its own: exit codes, encodings, and what start-up imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "nbformat", "nbconvert", "jsonschema", "sqlalchemy", "IPython", "pytest", "torch")
STARTS = {
    "import": "import gradewright",
    "api": "import gradewright.api",
    "help": "from gradewright.cli import main; main(['--help'])",
    "topics": "from gradewright.cli import main; main(['topics', '--help'])",
}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("start", STARTS)
def test_start_up_imports_nothing_heavy(start: str, tmp_path: Path) -> None:
    # A heavy module that cannot be overlooked: the test would fail if it were imported.
    (tmp_path / "torch.py").write_text("raise SystemExit('torch was imported')\n")
    code = f"import sys; {STARTS[start]}; print('|', *sorted(sys.modules))"
    done = python("-c", code, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.decode().rpartition("|")[2].split()
    assert "gradewright" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_heavy_module_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise SystemExit('torch was imported')\n")
    done = python("-c", "import gradewright, torch", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, b"torch was imported\n")


def test_exit_code_reaches_the_shell() -> None:
    done = python("-m", "gradewright", "show", "no_such_thing")
    assert done.returncode == 2
    assert done.stderr.decode().startswith('gradewright: unknown topic or assignment "no_such_thi')
    assert done.stderr.count(b"\n") == 1


def test_terminal_that_lacks_characters_ends_no_command() -> None:
    done = python("-m", "gradewright", "topics", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
