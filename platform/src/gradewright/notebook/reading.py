"""From a submission's bytes to a `Notebook`: all of it readable, or one reason why not.

Theory of operation. The file is a stranger's. Its size is looked at before its content, the raw
bytes before they are parsed (`strictjson`), the frame (version, list of cells, counts) before any
cell. What is wrong with the frame refuses the file; what is wrong with a single cell costs that
cell: it becomes empty, and a note says so. Metadata are a locator: damaged ones are dropped, and
answers are then found in other ways. Nothing else in the file (points, tags, execution counts,
trust, widgets) is read at all.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import msgspec

from gradewright.api.texts import Text, filled
from gradewright.notebook import strictjson
from gradewright.notebook.model import Cell, CellType, Limits, Notebook, Output
from gradewright.notebook.notes import Note, note
from gradewright.notebook.payload import LOAD_CALL
from gradewright.notebook.refusals import RefusedNotebook, shown
from gradewright.notebook.roles import KEY, ROLES, CellTag, NotebookTag

Tag = TypeVar("Tag", CellTag, NotebookTag)

CELL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
TYPES: Final[dict[object, CellType]] = {"code": "code", "markdown": "markdown", "raw": "raw"}
IDS_SINCE: Final = (4, 5)
NULL: Final = {"zh": "空值（null）", "en": "null"}
JSON_NAMES: Final = {
    dict: {"zh": "对象", "en": "object"},
    list: {"zh": "列表", "en": "list"},
    str: {"zh": "字符串", "en": "string"},
    int: {"zh": "数", "en": "number"},
    float: {"zh": "数", "en": "number"},
    bool: {"zh": "布尔值", "en": "boolean"},
}
MISSING: Final = {"zh": "缺失", "en": "missing"}
COMPOUND: Final = {
    list: {"zh": "一个 JSON 列表", "en": "a JSON list"},
    dict: {"zh": "一个 JSON 对象", "en": "a JSON object"},
}
NO_OBJECT: Final = {"zh": "不是 JSON 对象", "en": "it is no JSON object"}
DEFAULT_LIMITS: Final = Limits()


def read_notebook(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Notebook:
    """Read a submission. Raises RefusedNotebook when there is nothing to grade in it."""
    if len(data) > limits.file_bytes:
        raise RefusedNotebook("size", size=len(data), limit=limits.file_bytes)
    raw = strictjson.parse(data, limits.depth, limits.values)
    if not isinstance(raw, dict) or not ("cells" in raw or "nbformat" in raw):
        what = JSON_NAMES.get(type(raw), NULL)
        raise RefusedNotebook("object", what=what)
    version = _version(raw)
    return _Reading(version, limits).notebook(raw, _cells(raw, limits))


def _version(raw: dict[str, Any]) -> tuple[int, int]:
    major, minor = raw.get("nbformat"), raw.get("nbformat_minor", 0)
    if type(major) is int and major == 4 and type(minor) is int and minor >= 0:
        return major, minor
    numbers = (major, minor) if "nbformat_minor" in raw else (major,)
    plain = all(type(number) in (int, float) for number in numbers)
    value = shown(".".join(map(str, numbers))) if plain else _value(major)
    raise RefusedNotebook("version", value=value)


def _cells(raw: dict[str, Any], limits: Limits) -> list[Any]:
    cells = raw.get("cells")
    if not isinstance(cells, list):
        raise RefusedNotebook("cells", value=_value(cells))
    if len(cells) > limits.cells:
        raise RefusedNotebook("count", count=len(cells), limit=limits.cells)
    return cells


def _value(value: object) -> str | dict[str, str]:
    """A value of the file as part of a message."""
    if isinstance(value, list | dict):
        return COMPOUND[type(value)]
    return MISSING if value is None else shown(repr(value))


class _Reading:
    """One pass over the cells; gathers notes and counts what the limits bound."""

    def __init__(self, version: tuple[int, int], limits: Limits) -> None:
        self.version = version
        self.limits = limits
        self.notes: list[Note] = []
        self.ids: set[str] = set()
        self.code = 0
        self.outputs = 0

    def notebook(self, raw: dict[str, Any], cells: list[Any]) -> Notebook:
        read = tuple(self.cell(index, cell) for index, cell in enumerate(cells))
        if self.code > self.limits.code:
            raise RefusedNotebook("code", count=self.code, limit=self.limits.code)
        if self.outputs > self.limits.outputs:
            raise RefusedNotebook("outputs", count=self.outputs, limit=self.limits.outputs)
        tag, damaged = _tag(raw.get("metadata"), NotebookTag)
        if damaged:
            self.notes.insert(0, note("repaired.notebook_tag"))
        return Notebook(read, tag, self.version, tuple(self.notes))

    def cell(self, index: int, raw: Any) -> Cell:
        if not isinstance(raw, dict):
            return self.unreadable(index, NO_OBJECT, None)
        kind = TYPES.get(raw.get("cell_type") if isinstance(raw.get("cell_type"), str) else None)
        if kind is None:
            return self.unreadable(index, _field("cell_type", raw), raw)
        source = _source(raw.get("source"))
        if source is None:
            return self.unreadable(index, _field("source", raw), raw)
        outputs: tuple[Output, ...] = ()
        if kind == "code":
            self.count_code(index, source)
            outputs = self.cell_outputs(index, raw.get("outputs"))
        return Cell(index, kind, source, self.tag(index, raw), outputs, self.id(index, raw))

    def unreadable(self, index: int, why: Text, raw: dict[str, Any] | None) -> Cell:
        self.notes.append(note("repaired.cell", cell=index, value=why))
        tag = None if raw is None else self.tag(index, raw)
        return Cell(index, "raw", "", tag, (), self.fresh_id(index))

    def tag(self, index: int, raw: dict[str, Any]) -> CellTag | None:
        tag, damaged = _tag(raw.get("metadata"), CellTag)
        if damaged or (tag is not None and tag.role not in ROLES):
            self.notes.append(note("repaired.tag", cell=index))
            return None
        return tag

    def id(self, index: int, raw: dict[str, Any]) -> str:
        """The cell's own id; before nbformat 4.5 there is none, and that is nothing to tell."""
        id = raw.get("id")
        if isinstance(id, str) and CELL_ID.fullmatch(id) and id not in self.ids:
            self.ids.add(id)
            return id
        if "id" in raw or self.version >= IDS_SINCE:
            self.notes.append(note("repaired.id", cell=index, value=_value(id)))
        return self.fresh_id(index)

    def fresh_id(self, index: int) -> str:
        made = f"cell-{index}"
        while made in self.ids:
            made += "-"
        self.ids.add(made)
        return made

    def count_code(self, index: int, source: str) -> None:
        count = len(source)
        if count > self.limits.cell_code:
            lines = source.splitlines()
            count -= sum(len(line) for line in lines if line.startswith(LOAD_CALL))
        if count > self.limits.cell_code:
            raise RefusedNotebook(
                "source", cell=index + 1, count=count, limit=self.limits.cell_code
            )
        self.code += count

    def cell_outputs(self, index: int, raw: Any) -> tuple[Output, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(output, dict) for output in raw):
            self.notes.append(note("repaired.outputs", cell=index))
            return ()
        self.outputs += len(raw)
        return tuple(raw)


def _field(name: str, raw: dict[str, Any]) -> Text:
    return filled(
        {"zh": "{name}：{value}", "en": "{name}: {value}"}, name=name, value=_value(raw.get(name))
    )


def _source(raw: Any) -> str | None:
    """A source is a text, or a list of lines with their ends."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, list) and all(isinstance(line, str) for line in raw):
        return "".join(raw)
    return None


def _tag(metadata: Any, kind: type[Tag]) -> tuple[Tag | None, bool]:
    """Our entry of some metadata, and whether there is one that cannot be used."""
    if not isinstance(metadata, dict) or KEY not in metadata:
        return None, False
    try:
        return msgspec.convert(metadata[KEY], kind), False
    except msgspec.ValidationError:
        return None, True
