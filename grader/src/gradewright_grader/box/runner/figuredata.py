"""What stands in a matplotlib figure, as plain data.

A check cannot look at a picture, and the picture's objects stay in the student's process. So each
figure that a cell displays is also written down: per axes its titles, labels, limits, lines,
scatters, bars, images and legend. Numbers are floats, or None where not finite; long series are
cut and say so. Like everything from that process it is a claim.

The record of a figure (all keys always present):
  cell, number (pyplot's or None), suptitle, size [width, height] in inches, axes [...], problem
An axes:
  kind ("rectilinear", "polar", "3d" …), title, xlabel, ylabel, zlabel, xlim, ylim, xscale, yscale,
  xticklabels, yticklabels, legend (texts, or None without one), texts,
  lines [{label, x, y, z, color, linestyle, marker, points}],
  scatters [{label, x, y, z, points}], bars [{label, x, width, bottom, height, points}],
  images [{shape, extent, clim, cmap}], collections [{kind, label, count}], patches {kind: count}
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from gradewright_grader.box.runner.plain import cut_text, said

SERIES_POINTS = 10_000
NOTEBOOK_POINTS = 400_000
NOTEBOOK_FIGURES = 200
AXES_PARTS = 500
_TEXT_BYTES = 500

Record = dict[str, Any]


class FigureLog:
    """The figures that a notebook displayed, in order. One shown twice in a cell counts once."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        # Figures are kept for the cell's time: the id of a dead one would be used again.
        self._places: dict[int, tuple[int, object]] = {}
        self._points = NOTEBOOK_POINTS

    def start_cell(self) -> None:
        """Let go of the figures of the cell before; their records stay."""
        self._places.clear()

    def note(self, shown: object, cell: int | None) -> None:
        """Write `shown` down if it is a matplotlib figure and cell number `cell` displays it."""
        if cell is None or not _is_figure(shown):
            return
        if id(shown) in self._places:
            place, _ = self._places[id(shown)]
            self._records[place] = self._described(shown, cell)
        elif len(self._records) < NOTEBOOK_FIGURES:
            self._places[id(shown)] = (len(self._records), shown)
            self._records.append(self._described(shown, cell))

    def records(self) -> list[Record]:
        """All records, in the order in which their figures were first displayed."""
        return list(self._records)

    def _described(self, figure: Any, cell: int) -> Record:
        record: Record = {"cell": cell, "number": getattr(figure, "number", None)}
        record.update(suptitle="", size=[], axes=[], problem=None)
        try:
            record["suptitle"] = _label(figure.get_suptitle())
            record["size"] = [float(side) for side in figure.get_size_inches()]
            for axes in figure.axes[:AXES_PARTS]:
                record["axes"].append(_Axes(axes, self._points).described())
            self._points -= _points_in(record)
        except Exception as error:  # a student's own artist must not break the cell
            record["problem"] = cut_text(f"{type(error).__name__}: {said(error)}", _TEXT_BYTES)
        return record


def _is_figure(shown: object) -> bool:
    # Without this module there is no figure, and nothing is imported to find that out.
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(shown, module.Figure)


def _points_in(record: Record) -> int:
    series = (
        part
        for axes in record["axes"]
        for kind in ("lines", "scatters", "bars")
        for part in axes[kind]
    )
    return sum(len(part["x"]) for part in series)


def _label(text: object) -> str:
    return cut_text(said(text), _TEXT_BYTES)


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


class _Axes:
    """Describes one axes, spending at most `budget` points."""

    def __init__(self, axes: Any, budget: int) -> None:
        self.axes = axes
        self.budget = budget

    def described(self) -> Record:
        axes = self.axes
        return {
            "kind": _label(axes.name),
            "title": _label(axes.get_title() or axes.get_title("left") or axes.get_title("right")),
            "xlabel": _label(axes.get_xlabel()),
            "ylabel": _label(axes.get_ylabel()),
            "zlabel": _label(axes.get_zlabel()) if hasattr(axes, "get_zlabel") else "",
            "xlim": [_number(end) for end in axes.get_xlim()],
            "ylim": [_number(end) for end in axes.get_ylim()],
            "xscale": _label(axes.get_xscale()),
            "yscale": _label(axes.get_yscale()),
            "xticklabels": _texts(axes.get_xticklabels()),
            "yticklabels": _texts(axes.get_yticklabels()),
            "legend": _legend(axes.get_legend()),
            "texts": _texts(axes.texts),
            **self._parts(),
        }

    def _parts(self) -> Record:
        axes = self.axes
        bars = [part for part in axes.containers if hasattr(part, "patches")][:AXES_PARTS]
        in_bars = {id(patch) for part in bars for patch in part.patches}
        others = [patch for patch in axes.patches if id(patch) not in in_bars]
        scatters, collections = _split_scatters(axes.collections[:AXES_PARTS])
        return {
            "lines": [self._line(line) for line in axes.lines[:AXES_PARTS]],
            "scatters": [self._scatter(part) for part in scatters],
            "bars": [self._bars(part) for part in bars],
            "images": [_image(part) for part in axes.images[:AXES_PARTS]],
            "collections": [_collection(part) for part in collections],
            "patches": dict(Counter(type(patch).__name__ for patch in others)),
        }

    def _series(self, values: Any) -> list[float | None]:
        import numpy as np

        kept: Any = np.ma.asarray(values, dtype=float)[: max(min(SERIES_POINTS, self.budget), 0)]
        return [_number(value) for value in np.ma.filled(kept, np.nan)]

    def _line(self, line: Any) -> Record:
        xyz = line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data(orig=False)
        record = self._points(xyz, line.get_label())
        record.update(color=_label(line.get_color()), linestyle=_label(line.get_linestyle()))
        record.update(marker=_label(line.get_marker()))
        return record

    def _scatter(self, part: Any) -> Record:
        if hasattr(part, "_offsets3d"):
            return self._points(part._offsets3d, part.get_label())
        return self._points(part.get_offsets().T, part.get_label())

    def _points(self, xyz: Any, label: object) -> Record:
        x, y, *rest = (self._series(values) for values in xyz)
        self.budget -= len(x)
        z = rest[0] if rest else None
        return {"label": _label(label), "x": x, "y": y, "z": z, "points": len(xyz[0])}

    def _bars(self, part: Any) -> Record:
        boxes = part.patches
        record: Record = {"label": _label(part.get_label()), "points": len(boxes)}
        record["x"] = self._series([box.get_x() for box in boxes])
        record["bottom"] = self._series([box.get_y() for box in boxes])
        record["width"] = self._series([box.get_width() for box in boxes])
        record["height"] = self._series([box.get_height() for box in boxes])
        self.budget -= len(boxes)
        return record


def _split_scatters(collections: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    scatters: list[Any] = []
    others: list[Any] = []
    for part in collections:
        is_scatter = type(part).__name__ in ("PathCollection", "Path3DCollection")
        (scatters if is_scatter else others).append(part)
    return scatters, others


def _collection(part: Any) -> Record:
    paths = part.get_paths()
    return {"kind": type(part).__name__, "label": _label(part.get_label()), "count": len(paths)}


def _image(part: Any) -> Record:
    return {
        "shape": [int(side) for side in part.get_array().shape],
        "extent": [_number(side) for side in part.get_extent()],
        "clim": [None if end is None else _number(end) for end in part.get_clim()],
        "cmap": _label(part.get_cmap().name),
    }


def _texts(artists: Iterable[Any]) -> list[str]:
    return [_label(artist.get_text()) for artist in list(artists)[:AXES_PARTS]]


def _legend(legend: Any) -> list[str] | None:
    return None if legend is None else _texts(legend.get_texts())
