"""Follows a page of docs/: runs its commands, writes its files, makes its edits, compares output.

A fenced block is executed when an HTML comment stands right above it:
`run` (a shell script; `run: fails` must end with another exit code than 0), `file: PATH` (write),
`append: PATH` (add to the end), `edit: PATH` (a diff of one place), `prints` (what the commands
before it printed must hold these lines, in order; `…` stands for anything).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^(?:<!-- (\w+)(?:: ([^\n]+?))? -->\n)?```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Step:
    """One fenced block: what to do ("" for nothing), with what, the block's language and text."""

    verb: str
    object: str
    language: str
    text: str


def steps_of(page: Path) -> list[Step]:
    """All fenced blocks of a page, in order."""
    found = BLOCK.finditer(page.read_text("utf-8"))
    return [Step(m[1] or "", m[2] or "", m[3], m[4]) for m in found]


def follow(page: Path, folder: Path) -> None:
    """Do what the page says, in this folder. Raises AssertionError naming the first step amiss."""
    printed = ""
    for step in steps_of(page):
        if step.verb == "run":
            printed = _run(step, folder)
        elif step.verb == "prints":
            _compare(step, printed)
        elif step.verb:
            _write(step, folder / step.object)


def _run(step: Step, folder: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    done = subprocess.run(
        ["sh", "-e", "-c", step.text],
        cwd=folder,
        env={**kept, "PATH": path, "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
    )
    told = f"{step.text}\n{done.stdout}\n{done.stderr}"
    assert (done.returncode != 0) == (step.object == "fails"), told
    return done.stdout


def _compare(step: Step, printed: str) -> None:
    wanted = [re.escape(line).replace("…", ".*") for line in step.text.splitlines()]
    lines = iter(printed.splitlines())
    for pattern in wanted:
        if pattern != ".*":
            assert any(re.fullmatch(pattern, line) for line in lines), f"{pattern}\n{printed}"


def _write(step: Step, path: Path) -> None:
    if step.verb == "file":
        path.write_text(step.text, "utf-8")
    elif step.verb == "append":
        path.write_text(path.read_text("utf-8") + step.text, "utf-8")
    else:
        assert step.verb == "edit", f"the page asks for {step.verb!r}"
        lines = step.text.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
        before = path.read_text("utf-8")
        assert before.count(old) == 1, f"{path} should hold once:\n{old}"
        path.write_text(before.replace(old, new), "utf-8")
