"""Entry points, loaded by ourselves: sorted, and each on its own.

pluggy's own loop lets the first ImportError abort everything; here a plugin that fails is reported
by its caller and the others work.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

import pluggy

from gradewright.api.hooks import PROJECT
from gradewright.host.errors import TopicError


def installed(group: str) -> list[EntryPoint]:
    """The entry points of a group."""
    return list(entry_points(group=group))


def in_order(points: Iterable[EntryPoint]) -> list[EntryPoint]:
    """Sorted by name, then owner, so that two machines list the same."""
    return sorted(points, key=lambda point: (point.name, owner_of(point)))


def owner_of(point: EntryPoint) -> str:
    """`gradewright-trees 0.1.0`; the module's name for an entry point without a distribution."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def version_of(point: EntryPoint) -> str:
    """The version of the distribution that brings it, "0" without one."""
    return point.dist.version if point.dist else "0"


def call_hook(plugin: object, specs: ModuleType, hook: str) -> list[object]:
    """What the plugin's implementation of `hook` returns: one value, or none for `None`.

    Raises TopicError for a plugin without that hook, or with one that we do not have; whatever the
    implementation raises passes through.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise TopicError(f"{error}; our hook is {hook}() without arguments: correct it") from None
    if not manager.get_hookcallers(plugin):
        raise TopicError(f"it implements no hook; write @hookimpl def {hook}() in its module")
    relay = getattr(manager.hook, hook)
    return list(relay())
