"""Output beyond the caps is dropped, said, and never held in memory."""

from __future__ import annotations

import pytest

from .test_cells import errors, texts, value

PEAK = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10"


def kept_bytes(run: dict) -> int:
    return sum(len(o.get("text", "")) for o in run["outputs"][:-1])


@pytest.mark.parametrize(
    "flood",
    [
        "for i in range(200):\n    print('x' * 10**6)",
        "import os\nfor i in range(20):\n    os.write(1, b'x' * 10**7)",
        "import sys\nfor i in range(20):\n    sys.stderr.write('字' * 3 * 10**6);",
        "!head -c 200000000 /dev/zero | tr '\\0' x",
        "%%bash\nhead -c 200000000 /dev/zero | tr '\\0' x",
        "for i in range(200):\n    display({'text/plain': 'x' * 10**6}, raw=True)",
        "import os\nos.system('head -c 200000000 /dev/zero');",
    ],
)
def test_a_flood_takes_little_memory_and_is_told(flood, box):
    quiet = box.run("1", after=PEAK)["after"]
    answer = box.run(flood, "2", after=PEAK)
    run = answer["runs"][0]
    assert answer["after"] - quiet < 64
    assert answer["frames"] < 6_000_000
    assert run["ended_by"] == "output"
    assert run["dropped"] > 150_000_000
    assert value(answer["runs"][1]) == "2"


def test_redrawing_one_output_for_ever_takes_little_memory(box):
    quiet = box.run("1", after=PEAK)["after"]
    answer = box.run(
        "h = display(1, display_id=True)\n"
        "for i in range(100):\n    h.update({'text/plain': 'x' * 10**6}, raw=True)",
        after=PEAK,
    )
    assert answer["after"] - quiet < 64
    assert answer["runs"][0]["ended_by"] is None


def test_the_notice_names_limit_value_and_remedy(box):
    run = box.run("print('abcdefgh')\nprint('more')", cell_bytes=5)["runs"][0]
    assert texts(run) == "abcde"
    assert texts(run, "stderr") == (
        "gradewright: 9 bytes of this cell's output were dropped; allowed are 5 bytes and 500 "
        "outputs a cell, 25165824 and 4000 a notebook; print less / "
        "本单元的输出超过上限，省略 9 字节，请减少输出\n"
    )
    assert (run["ended_by"], run["dropped"]) == ("output", 9)


def test_a_cut_never_splits_a_character(box):
    assert texts(box.run("print('字字')", cell_bytes=4)["runs"][0]) == "字"


def test_the_last_error_is_kept_beyond_the_caps(box):
    run = box.run("print('x' * 100)\n1/0", cell_bytes=10)["runs"][0]
    assert [o["output_type"] for o in run["outputs"]] == ["stream", "error", "stream"]
    assert errors(run) == [("ZeroDivisionError", "division by zero")]
    assert run["ended_by"] == "error"


def test_the_number_of_outputs_is_capped(box):
    run = box.run("for i in range(10):\n    display(i)", cell_outputs=3)["runs"][0]
    assert len(run["outputs"]) == 4
    assert run["ended_by"] == "output"


def test_alternating_streams_count_as_outputs(box):
    source = "import sys\nfor i in range(10):\n    print(i)\n    print(i, file=sys.stderr)"
    assert len(box.run(source, cell_outputs=4)["runs"][0]["outputs"]) == 5


def test_the_notebook_has_caps_of_its_own(box):
    runs = box.run(*["print('x' * 40)"] * 3, notebook_bytes=60)["runs"]
    assert [run["dropped"] for run in runs] == [0, 22, 41]
    runs = box.run(*["display(1)\n2"] * 3, notebook_outputs=3)["runs"]
    assert [len(run["outputs"]) for run in runs] == [2, 2, 1]


def test_clearing_the_output_makes_room_again(box):
    source = (
        "from IPython.display import clear_output\nfor i in range(50):\n"
        "    clear_output(wait=True)\n    print('x' * 30)"
    )
    run = box.run(source, cell_bytes=40)["runs"][0]
    assert (texts(run), run["ended_by"]) == ("x" * 30 + "\n", None)


def test_redrawing_an_earlier_output_is_capped_and_the_last_one_that_fits_wins(box):
    runs = box.run(
        "h = display('a', display_id='d')",
        "for text in ('b', 'cc', 'd' * 90):\n    h.update({'text/plain': text}, raw=True)",
        cell_bytes=60,
    )["runs"]
    assert [update["data"]["text/plain"] for update in runs[1]["updates"]] == ["cc"]
    assert (runs[1]["updates"][0]["cell"], runs[1]["updates"][0]["output"]) == (0, 0)
    assert runs[1]["ended_by"] == "output"
