"""`gradewright.data_dir`: one call for a student's kernel and for the box."""

from __future__ import annotations

import pytest

from gradewright import data_dir


def test_a_data_set_is_found_where_the_environment_says(tmp_path, monkeypatch):
    (tmp_path / "digits").mkdir()
    monkeypatch.setenv("GRADEWRIGHT_DATA", str(tmp_path))
    assert data_dir("digits") == tmp_path / "digits"


def test_without_the_variable_it_is_looked_for_at_home(tmp_path, monkeypatch):
    monkeypatch.delenv("GRADEWRIGHT_DATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gradewright/data/digits").mkdir(parents=True)
    assert data_dir("digits") == tmp_path / ".gradewright/data/digits"


def test_a_missing_data_set_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADEWRIGHT_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError) as caught:
        data_dir("digits")
    assert str(caught.value) == (
        f'the data set "digits" is not in {tmp_path}; put it there, or set GRADEWRIGHT_DATA to '
        "the folder that holds it"
    )
