"""Makes the sample class `class-tree1` from the descriptions in `class-tree1.source`.

    python examples/make_class_tree1.py [FOLDER]      by default examples/class-tree1

Each description becomes what one student hands in: the release of tree1 with this student's work.
Nothing is executed, so the result is the same bytes every time; saved outputs are written by hand.
What each submission must get is said in `class-tree1.expected.toml`, and `tests/` holds it to that.

A description is a text file: `key: values` lines, then sections. A section opens with
`%% verb anchor`, where an anchor is a function or a cell's id without its prefix ("q1", "setup").

    %% body entropy       what replaces `raise NotImplementedError` in the stub of entropy
    %% replace q1         the whole source of a cell (the marker line stays)
    %% write q7           text that follows in a text cell
    %% before q1, after q1-check, copy q1
                          a new cell of the student's own there; `copy` has the metadata of q1
    %% show q1-check      what this cell showed, beside what the keys below say

In code `#> text` is a line that the cell printed and `#! NameError: …` the error it ended with.
A verb with `attack` before it ("attack replace q1") is left out of the honest twin.

    language: zh          the release
    take: li-hua q1 q2    bodies of these questions (or all) from another description, and its
                          helper cells (those before q1), unless there are own ones
    passed: q1 q2         questions whose saved check shows a pass
    figures: 1 2          explore cells that show a saved figure
    drop: q3 q3-check     cells that were deleted
    move: q5 given-1      the cell q5 stands after the cell given-1; several pairs may follow
    then: name …          what a tool, or the student, did to the whole file (see TOOLS)
    attack-then: name …   the same, left out of the honest twin
"""

from __future__ import annotations

import argparse
import base64
import copy
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from gradewright.host import Assignment, load_topic
from gradewright_grader.authoring.build import build_release

HERE = Path(__file__).parent
SOURCE = HERE / "class-tree1.source"
MADE = HERE / "class-tree1"
TOPIC = HERE.parent / "plugins/trees/src/gradewright_trees"
ID = "tree1"
STUB = "    raise NotImplementedError"
Notebook = dict[str, Any]
Cell = dict[str, Any]


@dataclass
class Description:
    """One student's work: the keys, and the sections as (verb, anchor, text)."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    sections: list[tuple[str, str, str]] = field(default_factory=list)

    def bodies(self) -> dict[str, str]:
        """Function → what replaces its stub's last line."""
        return {anchor: text for verb, anchor, text in self.sections if verb == "body"}

    def helpers(self) -> list[tuple[str, str, str]]:
        """The sections of cells that stand before the first answer."""
        return [section for section in self.sections if section[:2] == ("before", "q1")]


def students() -> list[str]:
    """Everyone in the class, in order."""
    return sorted(path.stem for path in SOURCE.glob("*.txt"))


def describe(student: str, *, honest: bool = False) -> Description:
    """The description of a student; `honest` leaves the attack out."""
    text = (SOURCE / f"{student}.txt").read_text("utf-8")
    head, *parts = ("\n" + text).split("\n%% ")
    made = Description()
    for line in head.strip().splitlines():
        key, _, values = line.partition(":")
        made.keys[key] = values.split()
    for part in parts:
        opening, _, body = part.partition("\n")
        *attack, verb, anchor = opening.split()
        if not (attack and honest):
            made.sections.append((verb, anchor, body.strip("\n")))
    if not honest:
        made.keys["then"] = made.keys.get("then", []) + made.keys.get("attack-then", [])
    return made


@lru_cache(maxsize=1)
def assignment() -> Assignment:
    """tree1, from this repository."""
    return load_topic(TOPIC).assignment(ID)


def submission(student: str, *, honest: bool = False) -> bytes:
    """The bytes of the file that this student hands in."""
    told = describe(student, honest=honest)
    notebook: Notebook = json.loads(_released(told.keys["language"][0]))
    cells = {cell["id"].removeprefix(f"{ID}-"): cell for cell in notebook["cells"]}
    taken = _taken(told)
    _fill(cells, taken.bodies() | told.bodies())
    for verb, anchor, text in taken.helpers() + told.sections:
        if verb != "body":
            VERBS[verb](notebook, cells, anchor, text)
    _arrange(notebook, cells, told.keys)
    _show(cells, told.keys)
    _finish(notebook)
    data = _dumped(notebook)
    for tool in told.keys.get("then", []):
        data = TOOLS[tool](data)
    return data


def make(folder: Path) -> None:
    """Write the whole class: FOLDER/<student>/tree1.ipynb."""
    for student in students():
        path = folder / student / f"{ID}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(submission(student))


@lru_cache(maxsize=4)
def _released(language: str) -> str:
    return json.dumps(build_release(assignment(), language), sort_keys=True)


# --- answers


def _taken(told: Description) -> Description:
    """What a student has from another one."""
    if "take" not in told.keys:
        return Description()
    other, *questions = told.keys["take"]
    wanted = {
        name
        for question in assignment().questions
        if not questions or question.id in questions
        for name in question.functions
    }
    theirs = describe(other, honest=True)
    sections = [s for s in theirs.sections if s[0] == "body" and s[1] in wanted]
    return Description({}, sections + ([] if told.helpers() else theirs.helpers()))


def _fill(cells: Mapping[str, Cell], bodies: Mapping[str, str]) -> None:
    for question in assignment().questions:
        if question.manual:
            continue
        *stubs, rest = cells[question.id]["source"].split(STUB)
        source = ""
        for name, stub in zip(question.functions, stubs, strict=True):
            source += stub + (_indented(bodies[name]) if name in bodies else STUB)
        cells[question.id]["source"] = source + rest


def _indented(text: str) -> str:
    return "\n".join("    " + line if line else "" for line in text.splitlines())


def _replace(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    marker = (
        f"# question: {ID}.{anchor}\n" if anchor in {q.id for q in assignment().questions} else ""
    )
    cells[anchor]["source"] = marker + text


def _write(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    cells[anchor]["source"] += "\n\n" + text


def _before(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    _insert(notebook, cells, anchor, 0, _own_cell(notebook, text))


def _after(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    _insert(notebook, cells, anchor, 1, _own_cell(notebook, text))


def _copy(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    cell = _own_cell(notebook, f"# question: {ID}.{anchor}\n{text}")
    cell["metadata"] = copy.deepcopy(cells[anchor]["metadata"])
    _insert(notebook, cells, anchor, 1, cell)


def _insert(
    notebook: Notebook, cells: dict[str, Cell], anchor: str, offset: int, cell: Cell
) -> None:
    place = [c["id"] for c in notebook["cells"]].index(cells[anchor]["id"]) + offset
    while offset and notebook["cells"][place : place + 1] and _is_own(notebook["cells"][place]):
        place += 1  # several cells after the same one keep their order
    notebook["cells"].insert(place, cell)


def _is_own(cell: Cell) -> bool:
    return not cell["id"].startswith(f"{ID}-")


def _own_cell(notebook: Notebook, text: str) -> Cell:
    """A cell with an id as Jupyter makes them: eight hexadecimal digits."""
    number = zlib.crc32(f"{len(notebook['cells'])} {text}".encode())
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"{number:08x}",
        "metadata": {},
        "outputs": [],
        "source": text,
    }


# --- what cells showed


def _show_section(notebook: Notebook, cells: dict[str, Cell], anchor: str, text: str) -> None:
    cells[anchor]["outputs"] = [_result(text)]


def _show(cells: Mapping[str, Cell], keys: Mapping[str, list[str]]) -> None:
    language = keys["language"][0]
    for question in keys.get("passed", []):
        cells[f"{question}-check"]["outputs"] = [_result(_passed(question, language))]
    for number in keys.get("figures", []):
        cells[f"explore-{number}"]["outputs"] = [_figure()]


def _passed(question: str, language: str) -> str:
    """What `check` shows when all public checks of a question pass."""
    title = assignment().question(question).title[language]
    public = [c for c in assignment().index.checks if c.question == question and not c.hidden]
    lines = [f"  ✓ {check.text[language]}" for check in public]
    count = f"{len(lines)}/{len(lines)}"
    first, last = {
        "zh": (
            f"{title}：通过（公开检查通过 {count} 项）",
            "这里只有公开检查；隐藏检查在评分时运行。",
        ),
        "en": (f"{title}: passed ({count} public checks)", "Hidden checks run when it is graded."),
    }[language]
    return "\n".join([f"✓ {ID}.{question}  {first}", *lines, last])


def _result(text: str) -> dict[str, Any]:
    return {
        "data": {"text/plain": text},
        "execution_count": None,
        "metadata": {},
        "output_type": "execute_result",
    }


def _figure() -> dict[str, Any]:
    """A small picture of p·(1 − p), as a cell that plots would have it."""
    data = {"image/png": _png(64, 40), "text/plain": "<Figure size 500x320 with 1 Axes>"}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _png(width: int, height: int) -> str:
    """Grey pixels, stored and not compressed: compressors differ between machines."""
    rows = []
    for y in range(height):
        line = [4 * x * (width - x) * height // width**2 for x in range(width)]
        rows.append(b"\0" + bytes(0 if height - 1 - y == top else 255 for top in line))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows), 0)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode() + "\n"


def _finish(notebook: Notebook) -> None:
    """Outputs out of the sources, and the numbers that cells get when they are run."""
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        _take_outputs(cell)
        if cell["outputs"] or "raise NotImplementedError" not in cell["source"]:
            count += 1
            cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = cell["execution_count"]


def _take_outputs(cell: Cell) -> None:
    lines = cell["source"].splitlines()
    printed = [line[3:] + "\n" for line in lines if line.startswith("#> ")]
    errors = [line[3:] for line in lines if line.startswith("#! ")]
    if printed:
        stream = {"name": "stdout", "output_type": "stream", "text": "".join(printed)}
        cell["outputs"].append(stream)
    for error in errors:
        name, _, value = error.partition(": ")
        trace = ["Traceback (most recent call last)", error]
        made = {"ename": name, "evalue": value, "output_type": "error", "traceback": trace}
        cell["outputs"].append(made)
    kept = [line for line in lines if not line.startswith(("#> ", "#! "))]
    cell["source"] = "\n".join(kept)


# --- what happened to the file


def _arrange(notebook: Notebook, cells: Mapping[str, Cell], keys: Mapping[str, list[str]]) -> None:
    moves = keys.get("move", [])
    for anchor, after in zip(moves[::2], moves[1::2], strict=True):
        notebook["cells"].remove(cells[anchor])
        notebook["cells"].insert(notebook["cells"].index(cells[after]) + 1, cells[anchor])
    for anchor in keys.get("drop", []):
        notebook["cells"].remove(cells[anchor])


def _lose_metadata(data: bytes) -> bytes:
    """A converter that keeps only what it must: no ids, no metadata, nbformat 4.4."""
    notebook = json.loads(data)
    notebook["metadata"], notebook["nbformat_minor"] = {}, 4
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return _dumped(notebook)


def _lose_markers(data: bytes) -> bytes:
    """Someone tidied up the comments on top of the cells."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        kept = [ln for ln in cell["source"].split("\n") if not ln.startswith("# question:")]
        cell["source"] = "\n".join(kept)
    return _dumped(notebook)


def _truncate(data: bytes) -> bytes:
    """An upload that broke off."""
    return data[: len(data) * 3 // 5]


def _as_script(data: bytes) -> bytes:
    """The code as a .py file, with the name of a notebook."""
    code = [c["source"] for c in json.loads(data)["cells"] if c["cell_type"] == "code"]
    return ("#!/usr/bin/env python\n\n" + "\n\n\n".join(code) + "\n").encode()


def _forge(data: bytes) -> bytes:
    """Points, tags and saved outputs that say what their author wishes."""
    notebook = json.loads(data)
    verdict = {"status": "graded", "points": 100, "max_points": 100, "final": True}
    notebook["metadata"]["gradewright"] |= {"points": 100, "passed": True, "verdict": verdict}
    notebook["metadata"]["nbgrader"] = {"score": 100, "max_score": 100}
    for cell in notebook["cells"]:
        cell["metadata"] |= {"points": 100, "tags": ["graded", "skip-execution"]}
        if cell["cell_type"] == "code":
            told = {"name": "stdout", "output_type": "stream", "text": "PASSED 100/100\n"}
            data_ = {"application/json": verdict, "text/plain": "PASSED 100/100"}
            shown = {"data": data_, "metadata": {}, "output_type": "display_data"}
            cell["outputs"] = [told, shown]
    return _dumped(notebook)


def _dumped(notebook: Notebook) -> bytes:
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


VERBS: Mapping[str, Callable[[Notebook, dict[str, Cell], str, str], None]] = {
    "replace": _replace,
    "write": _write,
    "before": _before,
    "after": _after,
    "copy": _copy,
    "show": _show_section,
}
TOOLS: Mapping[str, Callable[[bytes], bytes]] = {
    "lose-metadata": _lose_metadata,
    "lose-markers": _lose_markers,
    "truncate": _truncate,
    "as-script": _as_script,
    "forge": _forge,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=MADE, help="where to write")
    make(parser.parse_args().folder)
