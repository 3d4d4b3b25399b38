"""The student's side, live: `check("tree1.q1")` in a kernel that has nothing but this package.

The setup cell of a released notebook calls `load` with the line that holds its public checks. A
check is then a plain call on the student's own names, through the same value codec as at grading,
shown as HTML in a notebook and as text in a terminal. `handin`, `looking`, `rehearsal`, `report`
and `dropping` are behind the commands `check`, `submit` and `submissions`; a kernel loads none of
them. Hidden checks, points and verdicts are not here: nothing that happens in a student's process
counts at grading.
"""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any

from gradewright.notebook.payload import decode_payload
from gradewright.student.checker import Check, CheckAll, Checker
from gradewright.student.tracebacks import running_ipython

__all__ = ["load"]


def load(payload: str, namespace: MutableMapping[str, Any] | None = None) -> tuple[Check, CheckAll]:
    """The functions `check` and `check_all` for the checks in `payload`.

    They look at `namespace` anew each time; by default it is the notebook's, and outside of
    IPython the module that calls `load`. Raises PayloadError for a damaged line.
    """
    if namespace is None:
        shell = running_ipython()
        namespace = sys._getframe(1).f_globals if shell is None else shell.user_ns
    checker = Checker(decode_payload(payload), namespace)
    return checker.check, checker.check_all
