"""The runner's small parts, in this process."""

from __future__ import annotations

import datetime
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright_grader.box import runner
from gradewright_grader.box.runner.commands import run_script, run_shell, without_installers
from gradewright_grader.box.runner.plain import (
    byte_length,
    cut_text,
    plain_bundle,
    plain_json,
    plain_text,
)
from gradewright_grader.box.runner.record import Recorder

ANY_TEXT = st.text(st.characters(), max_size=30)


@given(ANY_TEXT)
def test_plain_text_can_be_encoded_and_keeps_what_could(text):
    made = plain_text(text)
    assert byte_length(made) == len(made.encode())
    assert made == text or any("\ud800" <= letter <= "\udfff" for letter in text)


@given(ANY_TEXT.map(plain_text), st.integers(-3, 40))
def test_cut_text_is_the_longest_beginning_that_fits(text, room):
    made = cut_text(text, room)
    assert text.startswith(made)
    assert byte_length(made) <= max(room, 0)
    longer = text[: len(made) + 1]
    assert made == text or byte_length(longer) > room


def test_bundles_become_text_and_json():
    bundle = {
        "image/png": b"\x00\xff",
        "application/json": {"a": (1, np.int64(2), np.float64(0.5))},
        "application/x+json": "text",
        "text/plain": 5,
        "day": datetime.date(2020, 1, 2),
    }
    made, size = plain_bundle(bundle)
    assert made == {
        "image/png": "AP8=",
        "application/json": {"a": [1, 2, 0.5]},
        "application/x+json": "text",
        "text/plain": "5",
        "day": "2020-01-02",
    }
    assert size >= sum(map(len, made))


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(
        TypeError, match=r"^complex in a display bundle: give text, numbers, lists, dicts$"
    ):
        plain_json(1j)


@pytest.mark.parametrize(
    ("command", "rest"),
    [
        ("pip install x", ""),
        ("  pip3 install x", ""),
        ("pip3.11 install x", ""),
        ("sudo pip install x && echo a", "echo a"),
        ("/opt/bin/pip install 'a;b' \"c&&d\" 2>&1; echo a", "echo a"),
        ("python -m pip install -U x\necho a", "echo a"),
        ('"/usr/bin/python3.11" -m pip list | grep a', ""),
        ("pip install x || echo failed", ""),
        ("pip install x &> log && uv pip install y && ls", "ls"),
        ("conda install -y x", ""),
        ("pipx run a", "pipx run a"),
        ("echo pip install", "echo pip install"),
        ("python -m pipdeptree", "python -m pipdeptree"),
        ("python pip.py", "python pip.py"),
        ("ls && pip install x", "ls && pip install x"),
    ],
)
def test_installers_at_the_beginning_are_taken_off(command, rest):
    left, notes = without_installers(command)
    assert left == rest
    assert bool(notes) == (rest != command)


@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        ("echo a; echo b >&2", 0, "a\nb\n"),
        ("exit 3", 3, ""),
        ("exit 130", -2, ""),
        ("kill -9 $$", -9, ""),
    ],
)
def test_shell_commands_answer_as_ipythons(command, code, text):
    parts: list[str] = []
    assert run_shell(command, parts.append) == code
    assert "".join(parts) == text


def test_scripts_read_their_text_and_keep_two_streams_apart():
    out: list[str] = []
    err: list[str] = []
    big = "# " + "x" * 300_000 + "\necho o\necho e >&2\n"
    assert run_script(["sh"], big, out.append, err.append) == 0
    assert ("".join(out), "".join(err)) == ("o\n", "e\n")


def test_a_program_that_is_not_there_is_an_os_error():
    with pytest.raises(FileNotFoundError):
        run_script(["/no/such/program"], "", str, str)


WRITES = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr"]), ANY_TEXT.filter(bool)), max_size=30
)


@given(WRITES, st.integers(0, 60), st.integers(1, 6))
def test_whatever_is_written_the_caps_hold_and_nothing_goes_uncounted(writes, size, outputs):
    recorder = Recorder(runner.Caps(size, 10**6, outputs, 10**6))
    recorder.begin(0)
    for name, text in writes:
        recorder.stream(name, text)
    recorded = recorder.end()
    kept = recorded.outputs[: len(recorded.outputs) - bool(recorded.dropped)]
    assert len(kept) <= outputs
    total = sum(byte_length(output["text"]) for output in kept)
    assert total <= size
    assert total + recorded.dropped == sum(byte_length(plain_text(text)) for _, text in writes)
    assert all(one["name"] != two["name"] for one, two in pairwise(kept))


def test_outside_a_cell_everything_is_dropped():
    recorder = Recorder(runner.Caps())
    recorder.stream("stdout", "a")
    recorder.show({"output_type": "display_data", "data": {}, "metadata": {}}, 1, "d")
    recorder.redraw("d", {}, {}, 1)
    recorder.error("E", "v", [])
    recorder.begin(0)
    assert recorder.end().outputs == []


def test_a_very_long_traceback_is_shortened():
    recorder = Recorder(runner.Caps())
    recorder.begin(0)
    recorder.error("E", "v" * 10_000, [f"{n}" + "x" * 9_000 for n in range(70)])
    error = recorder.end().outputs[0]
    assert len(error["evalue"]) == 8192
    assert len(error["traceback"]) == 61
    assert error["traceback"][30] == "[... 10 frames left out ...]"
    assert all(len(entry) <= 8192 for entry in error["traceback"])


def test_the_namespace_before_any_shell_names_the_next_step():
    source = (
        "from gradewright_grader.box import runner\n"
        "try:\n    runner.namespace()\nexcept RuntimeError as e:\n    print(e)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.stdout == (
        "runner: no shell in this process yet; call warm() or run_cells() first\n"
    )


def test_the_surface_is_what_the_package_says():
    assert sorted(runner.__all__) == runner.__all__
    assert all(hasattr(runner, name) for name in runner.__all__)
