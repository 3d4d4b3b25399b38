"""Where the judge gets submissions' processes from, and how it learns what ended one.

A supply hands out transports, each to a fresh copy of the state that the notebook left, and names
the end of the last one. The box implements it across processes; `LocalSupply` serves a namespace
of this process, for authors' tests and for unwalled work.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

from gradewright.values import Transport, local_transport


class SubmissionEnded(Exception):
    """The submission's process is gone or out of budget; the supply knows why."""


class Supply(Protocol):
    """One submission's processes, one at a time."""

    def fresh(self) -> Transport:
        """A transport to a fresh copy; the one before it, if any, is ended."""

    def begin(self, check: str, cpu_seconds: float) -> None:
        """What comes now is this check, with this budget of CPU time."""

    def ended_by(self) -> str:
        """What ended the last copy: "cpu", "wall", "memory", …, in the words of the box."""


class LocalSupply:
    """A namespace of this process: no copies, no budgets, no ends. Only for trusted code."""

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._transport = local_transport(namespace)

    def fresh(self) -> Transport:
        """The one transport there is."""
        return self._transport

    def begin(self, check: str, cpu_seconds: float) -> None:
        """Budgets need a process of their own."""

    def ended_by(self) -> str:
        """A namespace does not end by itself."""
        return "crash"
