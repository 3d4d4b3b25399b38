"""The package's public names: all there, and cheap for a kernel that needs only the payload."""

from __future__ import annotations

import subprocess
import sys

import pytest

import gradewright.notebook as package
from gradewright.notebook import roles


@pytest.mark.parametrize("name", package.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(package, name).__module__.startswith("gradewright.notebook.")


def test_another_name_is_not() -> None:
    with pytest.raises(
        AttributeError, match=r"module 'gradewright\.notebook' has no attribute 'x'"
    ):
        package.x  # noqa: B018


def test_the_payload_alone_is_light() -> None:
    code = (
        "import sys, gradewright.notebook.payload\n"
        "print(*sorted(m for m in sys.modules if m.startswith('gradewright.notebook.')))\n"
        "import gradewright.notebook.answers, gradewright.notebook.reading\n"
        "print({'nbformat', 'numpy', 'IPython', 'gradewright.host'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["gradewright.notebook.payload", "set()"]


def test_the_marker_is_found_again() -> None:
    assert roles.MARKER.findall(f"\n{roles.marker('tree1.q1')}\nx = 1") == ["tree1.q1"]
