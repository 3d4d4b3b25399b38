"""Errors of the box, and the words in which a step of its set-up says why it failed.

Exception
└── BoxError          our side could not do it: never a student's fault
    └── StepError     one named step of the set-up failed with one errno
"""

from __future__ import annotations

import errno as errnos


class BoxError(Exception):
    """The box could not be built, started or watched; the message is one line with the remedy."""


class StepError(BoxError):
    """A set-up step failed: `step` (its name), `number` (errno, 0 if none) and `text`."""

    def __init__(self, step: str, number: int, text: str) -> None:
        super().__init__(step, number, text)
        self.step, self.number, self.text = step, number, text

    def __str__(self) -> str:
        name = errnos.errorcode.get(self.number, "no errno")
        return f"box step '{self.step}' failed ({name}): {self.text}"

    @classmethod
    def of(cls, step: str, error: BaseException) -> StepError:
        """The same failure as a step's: errno and text of an OSError, else type and text."""
        if isinstance(error, StepError):
            return error
        if isinstance(error, OSError):
            return cls(step, error.errno or 0, error.strerror or str(error))
        return cls(step, 0, f"{type(error).__name__}: {error}")


class step:  # noqa: N801  (reads as a keyword: `with step("mount proc"):`)
    """Context manager: any exception inside becomes a StepError with this name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and isinstance(error, Exception):
            raise StepError.of(self.name, error) from error


def last_lines(text: bytes, lines: int = 3) -> str:
    """The last lines of a log joined into one line, for a one-line message."""
    rows = [row.strip() for row in text.decode(errors="replace").splitlines() if row.strip()]
    return " / ".join(rows[-lines:]) or "no output"
