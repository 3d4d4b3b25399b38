"""Distributions in a temporary folder, so that tests have real entry points and real imports."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, PathDistribution
from pathlib import Path


@dataclass(frozen=True)
class Site:
    """A folder on `sys.path` that distributions are written into."""

    folder: Path

    def distribution(self, name: str, group: str, point: str, module: str) -> list[EntryPoint]:
        """A distribution of version 1.2 with one entry point; returns its entry points."""
        info = self.folder / f"{name.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{point} = {module}\n")
        return list(PathDistribution(info).entry_points)

    def topic(self, name: str, point: str, module: str) -> list[EntryPoint]:
        """A distribution that brings a topic."""
        return self.distribution(name, "gradewright.topics", point, module)

    def extension(self, name: str, module: str, source: str) -> list[EntryPoint]:
        """A distribution that brings commands."""
        (self.folder / f"{module}.py").write_text(source)
        return self.distribution(name, "gradewright.extensions", module, module)
