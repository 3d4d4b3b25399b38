"""Every defect of a topic's files is refused in one whole line: place, value, allowed, next step.

The cases are data, in `defects/`. Defects that no text file can describe follow below.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gradewright.host.errors import TopicError
from gradewright.host.topic import load_topic

from .building import TopicOnDisk, write_topic

CASES = [
    pytest.param(case, id=f"{path.stem}-{case['name']}")
    for path in sorted((Path(__file__).parent / "defects").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["defects"]
]
HOME = "assignments/toy1"


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TopicOnDisk:
    monkeypatch.chdir(tmp_path)
    return write_topic(tmp_path / "toy")


def refusal(toy: TopicOnDisk, expected_id: str | None = None) -> str:
    with pytest.raises(TopicError) as raised:
        load_topic(toy.folder, expected_id)
    message = str(raised.value)
    assert message.startswith(raised.value.place + ": ")
    assert "\n" not in message
    return message


def break_topic(toy: TopicOnDisk, case: dict[str, str]) -> None:
    if "old" in case:
        toy.edit(case["file"], case["old"], case["new"])
    elif "new" in case:
        toy.write(case["file"], case["new"])
    else:
        toy.remove(case["file"])


@pytest.mark.parametrize("case", CASES)
def test_defect_is_refused(toy: TopicOnDisk, case: dict[str, str]) -> None:
    break_topic(toy, case)
    assert refusal(toy) == case["message"]


def test_cases_have_names_of_their_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES) > 100


def test_id_other_than_the_entry_points_name(toy: TopicOnDisk) -> None:
    assert refusal(toy, "toys") == (
        'toy/topic.toml:1: id is "toy", but the entry point is named "toys"; make them equal'
    )


def test_file_that_is_not_utf8(toy: TopicOnDisk) -> None:
    (toy.folder / "topic.toml").write_bytes(b"\xff\xfe")
    assert refusal(toy) == (
        "toy/topic.toml: cannot be read ('utf-8' codec can't decode byte 0xff in position 0: "
        "invalid start byte); make it a readable UTF-8 file"
    )


@pytest.mark.parametrize("name", ["topic.toml", f"{HOME}/checks/q2.py"])
def test_folder_where_a_file_is_expected(toy: TopicOnDisk, name: str) -> None:
    toy.remove(name)
    (toy.folder / name).mkdir()
    assert refusal(toy) == (
        f"toy/{name}: cannot be read ([Errno 21] Is a directory: '{toy.folder / name}'); "
        "make it a readable UTF-8 file"
    )


def test_function_in_two_reference_modules(toy: TopicOnDisk) -> None:
    toy.write("reference/constants.py", "TWO = 2\ndef double(x): ...\n")
    toy.edit(f"{HOME}/assignment.toml", '["numbers"]', '["numbers", "constants"]')
    assert refusal(toy) == (
        f'toy/{HOME}/assignment.toml:21: "double" stands in two reference modules, numbers and '
        "constants; remove one"
    )


def test_link_among_the_given_files(toy: TopicOnDisk) -> None:
    (toy.folder / HOME / "given" / "link").symlink_to(toy.folder / "topic.toml")
    assert refusal(toy) == (
        f"toy/{HOME}/given/link: given/ takes regular files only, and this is a link or a special "
        "file; put a copy of the file here"
    )
