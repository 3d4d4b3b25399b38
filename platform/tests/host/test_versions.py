"""Ranges of versions, as topic.toml writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.host.versions import accepts

RELEASES = st.lists(st.integers(0, 30), min_size=1, max_size=4)


def dotted(numbers: list[int]) -> str:
    return ".".join(map(str, numbers))


@pytest.mark.parametrize(
    ("version_range", "version", "fits"),
    [
        (">=0.1,<0.2", "0.1.0", True),
        (">=0.1,<0.2", "0.1.9rc1", True),
        (">=0.1,<0.2", "0.2.0", False),
        (">= 0.9 , < 1", "0.10", True),
        ("==0.1", "0.1.0", True),
        (">0.1", "0.1.0", False),
        ("<=0.1", "0.1.1", False),
        (">=0", "unknown", True),
    ],
)
def test_accepts(version_range: str, version: str, fits: bool) -> None:
    assert accepts(version_range, version) is fits


@pytest.mark.parametrize("version_range", ["", "0.1", "~=0.1", ">=0.1,", ">=0.1.*", ">=a", "!=1"])
def test_what_is_no_range_is_refused(version_range: str) -> None:
    with pytest.raises(ValueError, match="is no clause of a range"):
        accepts(version_range, "0.1.0")


@settings(deadline=None)
@given(RELEASES, RELEASES)
def test_signs_agree_with_each_other(have: list[int], bound: list[int]) -> None:
    version, limit = dotted(have), dotted(bound)
    below, same = accepts(f"<{limit}", version), accepts(f"=={limit}", version)
    assert accepts(f"<={limit}", version) is (below or same)
    assert accepts(f">={limit}", version) is not below
    assert accepts(f">{limit}", version) is not (below or same)
    assert accepts(f"=={version}", version + ".0")
