"""The options that commands share."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from gradewright.cli.options import json_option, lang_option, language_of, print_json, topic_option
from gradewright.host.manager import Host


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "ZH_TW"}, "zh"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_CN", "LC_ALL": ""}, "zh"),
    ],
)
def test_language_of(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


@click.command()
@topic_option
@lang_option
@json_option
def another(host: Host, language: str, as_json: bool) -> None:
    """A command of another distribution."""
    print_json({"topics": len(host.listings()) >= 0, "language": language, "json": as_json})


def test_another_distribution_can_use_them() -> None:
    result = CliRunner(env={"LC_ALL": "zh_CN"}).invoke(another, ["--json"])
    assert result.output == '{\n  "topics": true,\n  "language": "zh",\n  "json": true\n}\n'
    result = CliRunner().invoke(another, ["--lang", "fr"])
    assert (result.exit_code, "'fr' is not one of 'zh', 'en'" in result.output) == (2, True)


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"zh": "熵"})
    assert capsys.readouterr().out == '{\n  "zh": "\\u71b5"\n}\n'
