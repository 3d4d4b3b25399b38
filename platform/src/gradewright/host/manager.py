"""Finding topics: installed ones by entry point, others by folder.

A topic that fails is listed with its error and stops nobody. Two topics of one id are refused,
naming both owners: which of them is meant cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path

from gradewright.api import TopicFolder, hooks
from gradewright.host.errors import TopicError, UsageError, near
from gradewright.host.listing import Listing, broken, load_listing
from gradewright.host.plugins import call_hook, in_order, installed, owner_of, version_of
from gradewright.host.tomlfile import read_toml
from gradewright.host.topic import Assignment, Topic, find_topic_folder

GROUP = "gradewright.topics"
HOOK = "gradewright_topic"


@dataclass(frozen=True)
class Host:
    """The topics of this run. Made by `discover`; `topic_dirs` are the folders it was given."""

    found: tuple[Listing, ...]
    topic_dirs: tuple[Path, ...] = ()

    @classmethod
    def discover(
        cls,
        topic_dirs: Sequence[Path] = (),
        entry_points: Iterable[EntryPoint] | None = None,
    ) -> Host:
        """Load every installed topic and those in `topic_dirs`.

        Raises UsageError for a folder that is no topic, or whose id is already taken.
        """
        points = installed(GROUP) if entry_points is None else entry_points
        listings = _without_doubles(_installed(points))
        folders = dict.fromkeys(find_topic_folder(folder) for folder in topic_dirs)
        for folder in folders:
            _add_folder(listings, folder)
        ranked = sorted(listings.values(), key=Listing.rank)
        return cls(tuple(ranked), tuple(topic_dirs))

    def listings(self) -> list[Listing]:
        """Every topic, broken ones included: by order and id, the broken at the end."""
        return list(self.found)

    def topics(self) -> list[Topic]:
        """The topics that work."""
        return [listing.topic for listing in self.found if listing.topic is not None]

    def topic(self, id: str) -> Topic:
        """The topic of this id. Raises UsageError, or TopicError when it is broken."""
        listing = next((listing for listing in self.found if listing.id == id), None)
        if listing is None:
            known = [listing.id for listing in self.found]
            raise UsageError(f'unknown topic "{id}": {near(id, known)}')
        return _working(listing)

    def assignment(self, id: str) -> Assignment:
        """The assignment "tree1", or "trees/tree1" where two topics have one of that name.

        Raises UsageError, naming near ones, or TopicError when its topic is broken.
        """
        topic_id, _, name = id.rpartition("/")
        if topic_id:
            return self.topic(topic_id).assignment(name)
        owners = [listing for listing in self.found if name in listing.names]
        if not owners:
            known = [name for listing in self.found for name in listing.names]
            raise UsageError(f'unknown assignment "{id}": {near(id, known)}')
        working = [listing for listing in owners if listing.ok] or owners
        if len(working) > 1:
            ways = " or ".join(f'"{listing.id}/{name}"' for listing in working)
            raise UsageError(f'"{id}" is an assignment of several topics; write {ways}')
        return _working(working[0]).assignment(name)


def _working(listing: Listing) -> Topic:
    if listing.topic is None:
        raise TopicError(f'topic "{listing.id}" ({listing.owner}) is broken: {listing.error}')
    return listing.topic


def _installed(points: Iterable[EntryPoint]) -> Iterator[Listing]:
    for point in in_order(points):
        owner, version = owner_of(point), version_of(point)
        try:
            folder = _ask(point)
        # A topic's module may fail in any way, even by ending the process.
        except (Exception, SystemExit) as error:
            yield broken(point.name, version, owner, _folder_of(point), error)
            continue
        if folder is not None:
            yield load_listing(folder, point.name, version, owner, strict=True)


def _ask(point: EntryPoint) -> Path | None:
    """The folder that the topic's hook names, None when it offers no topic here."""
    results = call_hook(point.load(), hooks, HOOK)
    if not results:
        return None
    if not isinstance(results[0], TopicFolder):
        raise TopicError(
            f"{HOOK} returned {type(results[0]).__name__}; return a TopicFolder, or None"
        )
    return Path(results[0].path).resolve()


def _folder_of(point: EntryPoint) -> Path | None:
    """Where the module lies that could not be loaded, found without running it."""
    try:
        spec = find_spec(point.module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def _without_doubles(listings: Iterable[Listing]) -> dict[str, Listing]:
    """By id; of two with the same id neither is used, since the choice would be a guess."""
    by_id: dict[str, Listing] = {}
    for listing in listings:
        first = by_id.get(listing.id)
        if first is not None:
            error = TopicError(
                f'the id "{listing.id}" is taken twice, by {first.owner} and by {listing.owner}; '
                "uninstall one of them"
            )
            owner = f"{first.owner}, {listing.owner}"
            listing = broken(listing.id, listing.version, owner, None, error)
        by_id[listing.id] = listing
    return by_id


def _add_folder(listings: dict[str, Listing], folder: Path) -> None:
    """Add a topic's folder, unless it is the very folder of one that is installed."""
    if any(listing.folder == folder for listing in listings.values()):
        return
    listing = load_listing(folder, _id_in(folder), "0", str(folder), strict=False)
    taken = listings.get(listing.id)
    if taken is not None:
        raise UsageError(
            f'the id "{listing.id}" is taken twice, by {taken.owner} and by {folder}; uninstall '
            "the first, or leave out this --topic"
        )
    listings[listing.id] = listing


def _id_in(folder: Path) -> str:
    """What a topic's file calls itself, as far as it can be read; else the folder's name."""
    try:
        id = read_toml(folder / "topic.toml").at("id")
    except TopicError:
        id = None
    return id if isinstance(id, str) and id.isidentifier() else folder.name
