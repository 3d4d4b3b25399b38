"""What the running cell has put out so far, kept under caps.

Theory of operation. The recorder is pure state: no descriptors, no shell. Between `begin` and
`end` it collects the outputs of one cell in the order in which they arrive and merges adjacent
text of one stream, as a notebook front end does. Every piece is weighed when it comes in; what
does not fit under the caps is counted and dropped at once, so a loop that prints for ever costs
time, never memory. The last error is kept beyond the caps, or a flood would hide why a cell
ended. Outside a cell everything is dropped.

Threads of the student may write at any time: one re-entrant lock guards the state. A forked
process must not come here at all (the lock may have been held when it was forked): callers ask
`is_owner` first.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterable
from typing import Any

import msgspec

from gradewright_grader.box.runner.model import Caps, DisplayUpdate, Output
from gradewright_grader.box.runner.plain import byte_length, cut_text, plain_text, said

_TRACEBACK_ENTRIES = 60
_ENTRY_BYTES = 8 << 10


class Recorded(msgspec.Struct):
    """The outputs of one cell, redrawn outputs of earlier ones, and the bytes dropped."""

    outputs: list[Output]
    updates: list[DisplayUpdate]
    dropped: int


class Recorder:
    """Collects one notebook's outputs, cell by cell. `caps` bound what it keeps."""

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self.lock = threading.RLock()
        self.cell: int | None = None
        self._owner = os.getpid()
        self._spent_bytes = 0
        self._spent_outputs = 0
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._start_over()
        self._updates: dict[tuple[int, int], tuple[DisplayUpdate, int]] = {}
        self._update_bytes = 0
        self._last_error: Output | None = None
        self._dropped = 0

    def is_owner(self) -> bool:
        """False in a process that the student forked: its words do not belong to this record."""
        return os.getpid() == self._owner

    def adopt(self) -> None:
        """Make a forked process the owner of its copy of this record."""
        self._owner = os.getpid()
        self.lock = threading.RLock()

    def begin(self, cell: int) -> None:
        """Start the record of cell number `cell`."""
        with self.lock:
            self._start_over()
            self._updates, self._update_bytes = {}, 0
            self._last_error, self._dropped = None, 0
            self.cell = cell

    def end(self) -> Recorded:
        """Close the cell's record and hand it over, with a notice if something was dropped."""
        with self.lock:
            self._seal()
            if self._last_error is not None:
                self._outputs.append(self._last_error)
            if self._dropped:
                self._outputs.append(self._notice())
            self._spent_bytes += self._bytes + self._update_bytes
            self._spent_outputs += len(self._outputs)
            self.cell = None
            updates = [update for update, _ in self._updates.values()]
            return Recorded(self._outputs, updates, self._dropped)

    @property
    def is_full(self) -> bool:
        """Whether more stream text would be dropped (unless the cell clears its output)."""
        return self.cell is None or (self._full and not self._clear_next)

    def stream(self, name: str, text: str) -> None:
        """Add `text` to the stream `name` ("stdout" or "stderr")."""
        with self.lock:
            if self.cell is None or not text:
                return
            self._clear_if_asked()
            text = plain_text(text)
            if self._full:
                self._dropped += byte_length(text)
                return
            self._write(name, text)

    def drop(self, size: int) -> None:
        """Count `size` bytes that the caller did not even read because the record is full."""
        with self.lock:
            self._dropped += size

    def show(self, output: Output, size: int, display_id: str | None = None) -> None:
        """Add a display output of `size` bytes; one with a `display_id` redraws its namesakes."""
        with self.lock:
            if self.cell is None:
                return
            self._clear_if_asked()
            if display_id is not None:
                self.redraw(display_id, output["data"], output["metadata"], size)
            if not self._admit(size):
                return
            self._append(output, size)
            if display_id is not None:
                here = (self.cell, len(self._outputs) - 1)
                self._places.setdefault(display_id, []).append(here)

    def redraw(self, display_id: str, data: Output, metadata: Output, size: int) -> None:
        """Replace what was shown under `display_id`, in this cell or in earlier ones."""
        with self.lock:
            if self.cell is None:
                return
            for cell, place in self._places.get(display_id, ()):
                if cell == self.cell:
                    self._redraw_here(place, data, metadata, size)
                else:
                    self._redraw_earlier(DisplayUpdate(cell, place, data, metadata), size)

    def clear(self, *, wait: bool) -> None:
        """Forget the cell's outputs, now or (`wait`) when the next one arrives."""
        with self.lock:
            if wait:
                self._clear_next = True
            else:
                self._clear_now()

    def error(self, ename: str, evalue: object, traceback: Iterable[str]) -> None:
        """Add an error output; when the record is full the last one is kept all the same."""
        entries = _shortened([plain_text(entry) for entry in traceback])
        value = cut_text(said(evalue), _ENTRY_BYTES)
        output: Output = {"output_type": "error", "ename": plain_text(ename)}
        output.update(evalue=value, traceback=entries)
        size = byte_length(value) + sum(map(byte_length, entries))
        with self.lock:
            if self.cell is None:
                return
            self._clear_if_asked()
            if self._fits(size):
                self._append(output, size)
            else:
                self._last_error = output

    def _start_over(self) -> None:
        self._outputs: list[Output] = []
        self._sizes: list[int] = []
        self._bytes = 0
        self._text: io.StringIO | None = None
        self._full = False
        self._clear_next = False

    def _clear_now(self) -> None:
        self._start_over()
        self._last_error, self._dropped = None, 0
        for places in self._places.values():
            places[:] = [place for place in places if place[0] != self.cell]

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._clear_now()

    def _room(self) -> int:
        left = self.caps.notebook_bytes - self._spent_bytes
        return min(self.caps.cell_bytes, left) - self._bytes - self._update_bytes

    def _fits(self, size: int) -> bool:
        left = self.caps.notebook_outputs - self._spent_outputs
        count = len(self._outputs)
        return size <= self._room() and count < min(self.caps.cell_outputs, left)

    def _admit(self, size: int) -> bool:
        if self._fits(size):
            return True
        self._dropped += size
        return False

    def _append(self, output: Output, size: int) -> None:
        self._seal()
        self._outputs.append(output)
        self._sizes.append(size)
        self._bytes += size

    def _write(self, name: str, text: str) -> None:
        if not self._is_open(name) and not self._open(name):
            self._full = True
            self._dropped += byte_length(text)
            return
        kept = cut_text(text, self._room())
        if kept is not text:
            self._full = True
            self._dropped += byte_length(text) - byte_length(kept)
        size = byte_length(kept)
        self._sizes[-1] += size
        self._bytes += size
        if self._text is not None:
            self._text.write(kept)

    def _is_open(self, name: str) -> bool:
        return self._text is not None and self._outputs[-1]["name"] == name

    def _open(self, name: str) -> bool:
        if not self._fits(1):
            return False
        self._append({"output_type": "stream", "name": name, "text": ""}, 0)
        # StringIO keeps a million one-character writes as text, not as a list of a million.
        self._text = io.StringIO(newline="")
        return True

    def _seal(self) -> None:
        if self._text is not None:
            self._outputs[-1]["text"] = self._text.getvalue()
            self._text = None

    def _redraw_here(self, place: int, data: Output, metadata: Output, size: int) -> None:
        growth = size - self._sizes[place]
        if growth > self._room():
            self._dropped += size
            return
        self._outputs[place].update(data=data, metadata=metadata)
        self._sizes[place] = size
        self._bytes += growth

    def _redraw_earlier(self, update: DisplayUpdate, size: int) -> None:
        key = (update.cell, update.output)
        growth = size - (self._updates[key][1] if key in self._updates else 0)
        if growth > self._room():
            self._dropped += size
            return
        self._updates[key] = (update, size)
        self._update_bytes += growth

    def _notice(self) -> Output:
        caps = self.caps
        text = (
            f"gradewright: {self._dropped} bytes of this cell's output were dropped; allowed are "
            f"{caps.cell_bytes} bytes and {caps.cell_outputs} outputs a cell, "
            f"{caps.notebook_bytes} and {caps.notebook_outputs} a notebook; print less / "
            f"本单元的输出超过上限，省略 {self._dropped} 字节，请减少输出\n"
        )
        return {"output_type": "stream", "name": "stderr", "text": text}


def _shortened(entries: list[Any]) -> list[str]:
    half = _TRACEBACK_ENTRIES // 2
    if len(entries) > _TRACEBACK_ENTRIES:
        left_out = len(entries) - 2 * half
        entries = [*entries[:half], f"[... {left_out} frames left out ...]", *entries[-half:]]
    return [cut_text(entry, _ENTRY_BYTES) for entry in entries]
