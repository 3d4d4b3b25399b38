"""How far an assignment has come, derived and never ticked by hand.

What can be counted is counted; what only `verify` can know it leaves in a small cache file, under
the digest of the assignment's files: after any edit the assignment is "not verified" again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from gradewright.host.topic import Assignment

MOST = 500  # outcomes kept; the oldest go first
LEVELS = 6  # examples/ stands at most so many folders above the topic's
PASSING = ("__pycache__", ".ipynb_checkpoints")


class Verified(msgspec.Struct):
    """The outcome of one verification; `full`: with all mutants, not a sample."""

    ok: bool
    full: bool
    killed: int
    made: int
    exempt: int


def content_digest(assignment: Assignment) -> str:
    """A digest of all files that verification looks at: the assignment's, the reference, the
    topic's own. Its place does not count."""
    topic = assignment.folder.parent.parent
    homes = (assignment.folder, assignment.reference_folder)
    files = [path for home in homes for path in home.rglob("*")] + [topic / "topic.toml"]
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and not set(PASSING) & set(path.parts):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(topic).as_posix()}\x00{content}\n".encode())
    return digest.hexdigest()


def cache_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where outcomes are kept: below XDG_CACHE_HOME, else in ~/.cache."""
    home = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "gradewright" / "verify.json"


def verified(assignment: Assignment) -> Verified | None:
    """The outcome for the files as they are now; None: not verified since they changed."""
    return _read(cache_file()).get(content_digest(assignment))


def remember(assignment: Assignment, outcome: Verified) -> None:
    """Keep an outcome. A cache that cannot be written is left alone: nothing depends on it."""
    path, digest = cache_file(), content_digest(assignment)
    known = _read(path)
    known.pop(digest, None)
    known[digest] = outcome
    kept = dict(list(known.items())[-MOST:])
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.encode(kept))
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Verified]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Verified])
    except (OSError, msgspec.DecodeError):  # absent, or another version wrote it
        return {}


def samples(assignment: Assignment) -> int:
    """How many notebooks the sample class `examples/class-<id>` beside the topic has."""
    for above in list(assignment.folder.parents)[:LEVELS]:
        sample_class = above / "examples" / f"class-{assignment.id}"
        if sample_class.is_dir():
            return sum(1 for _ in sample_class.rglob("*.ipynb"))
    return 0
