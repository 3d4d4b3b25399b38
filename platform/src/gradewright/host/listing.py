"""One line of `gradewright topics`: a topic that works, or why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradewright.host.errors import TopicError, told
from gradewright.host.topic import Topic, load_topic


@dataclass(frozen=True)
class Listing:
    """A topic that was found. `ok` ones have a `topic`, the others an `error` in one line.

    `owner` is the distribution ("gradewright-trees 0.1.0") or the folder it came from. `names` are
    the ids of its assignments, as far as a broken topic tells them.
    """

    id: str
    version: str
    owner: str
    folder: Path | None
    topic: Topic | None = None
    error: str | None = None
    names: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the topic can be used."""
        return self.topic is not None

    def rank(self) -> tuple[bool, int, str]:
        """What listings are sorted by: working ones by order and id, then the broken."""
        return (not self.ok, self.topic.manifest.order if self.topic else 0, self.id)


def load_listing(folder: Path, id: str, version: str, owner: str, *, strict: bool) -> Listing:
    """The topic in a folder, whole or broken. With `strict` its id must be `id`."""
    try:
        topic = load_topic(folder, id if strict else None, version)
    except TopicError as error:
        return broken(id, version, owner, folder, error)
    names = tuple(assignment.id for assignment in topic.assignments)
    return Listing(topic.id, version, owner, folder, topic=topic, names=names)


def broken(id: str, version: str, owner: str, folder: Path | None, error: BaseException) -> Listing:
    """The listing of a topic that failed."""
    names = sorted(path.name for path in folder.glob("assignments/*/")) if folder else ()
    return Listing(id, version, owner, folder, error=told(error), names=tuple(names))
