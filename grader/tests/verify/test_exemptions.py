"""mutants.toml: each exemption has a reason, names a mutant, and is refused otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from grader.tests.judge.building import tiny

from gradewright.host import TopicError
from gradewright_grader.verify.exemptions import read_exemptions, stale
from gradewright_grader.verify.mutate import mutants_of

EXEMPT = "assignments/tiny1/mutants.toml"
ENTRY = """[[exempt]]
function = "mean"
line = "return total(xs)  /  len(xs)"
change = "return total(xs)"
reason = { en = "why" }
"""
KEY = ("mean", "return total(xs) / len(xs)", "return total(xs)")


def test_no_file_exempts_nothing(tmp_path: Path) -> None:
    assert read_exemptions(tiny(tmp_path)) == {}


def test_an_exemption_names_a_mutant_whatever_its_blanks_and_line(tmp_path: Path) -> None:
    assignment = tiny(tmp_path, {EXEMPT: ENTRY})
    exempt = read_exemptions(assignment)
    assert list(exempt) == [KEY]
    assert exempt[KEY].endswith("mutants.toml:1")
    assert KEY in {mutant.key for mutant in mutants_of(assignment)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.replace('"why"', '""'), 'has the reason [""]; say why the change does the same'),
        (ENTRY.replace('"why"', '"FIXME later"'), 'has the reason ["FIXME later"]; say why'),
        (ENTRY.replace('{ en = "why" }', "{}"), "has the reason []; say why"),
        (ENTRY + ENTRY, "is exempt twice, first at"),
        (ENTRY.replace("change", "changed"), 'unknown key "changed"'),
        (ENTRY.replace("function", "# function"), 'the key "function" is missing'),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assignment = tiny(tmp_path, {EXEMPT: text})
    with pytest.raises(TopicError) as refused:
        read_exemptions(assignment)
    assert told in str(refused.value)
    assert "mutants.toml:" in refused.value.place


def test_stale_exemptions_are_findings(tmp_path: Path) -> None:
    mutants = mutants_of(tiny(tmp_path))
    mine = next(mutant for mutant in mutants if mutant.key == KEY)
    gone = ("mean", "return 1", "return 2")
    exempt = {KEY: "m.toml:1", gone: "m.toml:7"}
    assert list(stale(exempt, mutants, [(mine, "")])) == [
        'm.toml:7: no mutant of mean changes "return 1" to "return 2"; copy both lines from the '
        "report, or remove the exemption"
    ]
    killed, _ = stale(exempt, mutants, [(mine, "tiny1.q2.oracle")])
    assert killed == (
        'm.toml:1: "return total(xs)" is exempt, but tiny1.q2.oracle kills it; remove the exemption'
    )
    # the same slip on two equal lines: one exemption stands for both, killed or not
    assert len(list(stale(exempt, mutants, [(mine, ""), (mine, "tiny1.q2.oracle")]))) == 1
