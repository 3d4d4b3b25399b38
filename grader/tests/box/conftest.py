"""Zygotes that these tests share; a level that the kernel lacks skips with its reason."""

import os
from pathlib import Path

import pytest

from gradewright_grader.box import Box, BoxError, Profile, find_level

PAYLOADS = Path(__file__).parent / "payloads"


@pytest.fixture(scope="session")
def level_report():
    return find_level()


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "a.txt").write_text("1 2 3")
    folder.chmod(0o755)
    (folder / "a.txt").chmod(0o644)
    return folder


@pytest.fixture(scope="session")
def profile(data_folder):
    return Profile(
        imports=("payloads.attacks", "payloads.twins", "payloads.hogs"),
        data={"numbers": data_folder},
        extra_paths={"payloads": PAYLOADS},
    )


@pytest.fixture(scope="session")
def box():
    os.environ["GRADEWRIGHT_TEST_SECRET"] = "of the supervisor"
    with Box() as made:
        yield made
    del os.environ["GRADEWRIGHT_TEST_SECRET"]


@pytest.fixture(scope="session")
def watched_box():
    with Box("watchdog") as made:
        yield made


@pytest.fixture(scope="session")
def full(box, profile, level_report):
    if level_report.level != "full":
        failed = next(step for step in level_report.steps if not step.ok)
        pytest.skip(f"this kernel cannot give level full: {failed.error}")
    with box.start(profile, "full") as zygote:
        yield zygote


@pytest.fixture(scope="session")
def restricted(box, profile):
    try:
        zygote = box.start(profile, "restricted")
    except BoxError as error:
        pytest.skip(f"this kernel cannot give level restricted: {error}")
    with zygote:
        yield zygote


@pytest.fixture(params=["full", "restricted"])
def zygote(request):
    """Both walled levels."""
    return request.getfixturevalue(request.param)
