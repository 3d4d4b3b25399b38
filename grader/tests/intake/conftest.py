"""A class in which nothing is wrong, to put something wrong beside it."""

import pytest

from .building import put


@pytest.fixture
def honest(tmp_path):
    """A class of one: zoe."""
    return put(tmp_path / "class", {"zoe/tree1.ipynb": "z"})
