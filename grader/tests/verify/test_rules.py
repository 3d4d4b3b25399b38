"""Every rule of `verify` can be broken: a tiny topic with one planted weakness each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from grader.tests.judge.building import ASSIGNMENT, FILES, MISCONCEPTIONS, Q2, REFERENCE, tiny

from gradewright.host import Assignment
from gradewright_grader.box import find_level
from gradewright_grader.engine import Station
from gradewright_grader.verify import AssignmentReport, Profile, as_plain, verify_assignment
from gradewright_grader.verify.bench import open_bench
from gradewright_grader.verify.misconceptions import try_misconceptions
from gradewright_grader.verify.report import as_lines
from gradewright_grader.verify.verifying import RULES

pytestmark = pytest.mark.xdist_group("box")

NOTEBOOK = "assignments/tiny1/notebook.py"
ALTERNATIVE = "assignments/tiny1/alternatives/other.py"
EXEMPT = "assignments/tiny1/mutants.toml"
NO_MUTANTS = Profile(sample=0)
# the tiny topic of the judge's tests leaves one promise open: its mean of one value is not asked for
WHOLE = {
    Q2: FILES[Q2]
    + """

        @check(hidden=True, en="what happens with one value, and with none")
        def test_few(student):
            assert_value(student.mean([2.0]), 2.0)
            try:
                student.mean([])
            except ValueError:
                return
            assert_value(None, "ValueError")
        """,
    ALTERNATIVE: '''
        """By other means."""

        # %% question="tiny1.q1"
        def total(xs):
            result = 0
            for x in xs:
                result += x
            return result

        # %% question="tiny1.q2"
        def mean(xs):
            if len(xs) == 0:
                raise ValueError
            return total(xs) / len(xs)
        ''',
}


@pytest.fixture(scope="module")
def station():
    level = find_level().level
    if level == "none":
        pytest.skip("this kernel cannot give any box; see gradewright doctor")
    with Station(level=level) as made:
        yield made


def verified(
    station: Station,
    folder: Path,
    changed: Mapping[str, str] | None = None,
    more: str = "",
    profile: Profile = NO_MUTANTS,
) -> AssignmentReport:
    return verify_assignment(
        tiny(folder, {**WHOLE, **(changed or {})}, more), station, profile=profile
    )


def broken(report: AssignmentReport) -> dict[str, tuple[str, ...]]:
    return {rule.rule: rule.findings for rule in report.rules if not rule.ok}


def found_by(rule: str, station: Station, assignment: Assignment) -> list[str]:
    """The findings of this rule alone; the other rules cost time."""
    with open_bench(assignment, station, NO_MUTANTS) as bench:
        if rule in RULES:
            return list(RULES[rule](bench, lambda line: None))
        report = AssignmentReport(assignment.id)
        try_misconceptions(bench, report, lambda line: None)
        return list(broken(report)[rule])


def test_a_sound_assignment_keeps_every_promise(station: Station, tmp_path: Path) -> None:
    heard: list[str] = []
    assignment = tiny(tmp_path, WHOLE)
    report = verify_assignment(assignment, station, heard.append, Profile(None))
    assert broken(report) == {}
    assert report.ok
    assert (report.caught, report.named, report.misconceptions) == (2, 2, 2)
    assert report.mutants.killed == report.mutants.made > 5
    assert "tiny1: constant answers earn nothing: 3 of 10" in heard
    plain = as_plain([report])["assignments"][0]
    assert plain["mutants"] == {
        "killed": report.mutants.killed,
        "made": report.mutants.made,
        "exempt": 0,
        "survivors": [],
    }
    assert {"rule", "ok", "detail", "seconds"} == set(plain["rules"][0])
    assert all(count >= 3 for count in plain["separating"].values())
    assert (
        f"  mutants: {report.mutants.made} of {report.mutants.made} killed, 0 exempt"
        in as_lines(report)
    )
    assert "  ✓ twice the same bytes  (" in "\n".join(as_lines(report, verbose=True))


@pytest.mark.parametrize(
    ("changed", "more", "rule", "told"),
    [
        (
            {NOTEBOOK: FILES[NOTEBOOK] + '\n        # %% role="given"\n        1 / 0\n'},
            "",
            "the solution runs without the topic installed",
            "raises ZeroDivisionError: division by zero",
        ),
        (
            {},
            '\n@check(hidden=True, en="never")\ndef test_never(student):\n    assert_value(student.total([1]), 2)\n',
            "the reference earns every automatic point",
            "tiny1.q1.never is error on the solution",
        ),
        (
            {},
            '\n@check(en="nothing adds up to 0")\ndef test_nothing(student):\n    assert_value(student.total([]), 0)\n',
            "constant answers earn nothing",
            "returning 0 everywhere earns",
        ),
        (
            {ALTERNATIVE: WHOLE[ALTERNATIVE].replace("result = 0", "result = 0.0")},
            "",
            "correct solutions in other styles earn everything",
            "on alternatives/other.py",
        ),
        (
            {ALTERNATIVE: '# %% question="tiny1.q1"\ntotal = sum\n'},
            "",
            "correct solutions in other styles earn everything",
            'the questions "tiny1.q2" have no cell; begin one with # %% question="tiny1.q2"',
        ),
        (
            {ALTERNATIVE: '# %% question="tiny1.q8"\ntotal = sum\n'},
            "",
            "correct solutions in other styles earn everything",
            '"tiny1.q8" is no question with functions: did you mean',
        ),
        (
            {ASSIGNMENT: FILES[ASSIGNMENT].replace("check = 0.5", "check = 0.0001")},
            "",
            "budgets leave a margin",
            "of its 0.0001 s on the reference; more than 1/5 is no margin: raise budgets.check",
        ),
        (
            {
                NOTEBOOK: FILES[NOTEBOOK]
                .replace(
                    "import numpy as np",
                    "import numpy as np, time\n        start = time.process_time()\n        while time.process_time() < start + 0.6: pass",
                )
                .replace("# # Tiny", "# # Tiny"),
                ASSIGNMENT: FILES[ASSIGNMENT].replace("notebook = 6", "notebook = 1.5"),
            },
            "",
            "budgets leave a margin",
            "s of its 1.5 s; more than 1/3 is no margin: raise budgets.notebook",
        ),
        (
            {},
            '\n@check(hidden=True, en="reads")\ndef test_reads(student):\n    open("/etc/hostname").close()\n    assert_value(student.total([1]), 1)\n',
            "checks reach no network and no other files",
            "tiny1.q1.reads reads the file /etc/hostname; give it what it needs",
        ),
        (
            {
                MISCONCEPTIONS: FILES[MISCONCEPTIONS]
                .replace("tiny1.q2.oracle", "tiny1.q2.easy")
                .replace("total(xs)\n", "total(xs) / 2\n")
            },
            "",
            "every misconception is caught",
            "tiny1.m2 is not caught by tiny1.q2.easy (passed)",
        ),
        (
            {
                MISCONCEPTIONS: FILES[MISCONCEPTIONS]
                + '\n\n        @misconception("m3", caught_by="tiny1.q1.oracle", en="the same again")\n        def total(xs):\n            return sum(list(xs)[1:])\n'
            },
            "",
            "every misconception gets its feedback",
            "tiny1.m3 is named as no misconception; its values must differ from all others",
        ),
    ],
)
def test_a_planted_weakness_is_found(
    station: Station, tmp_path: Path, changed: dict[str, str], more: str, rule: str, told: str
) -> None:
    findings = found_by(rule, station, tiny(tmp_path, {**WHOLE, **changed}, more))
    assert any(told in line for line in findings), findings


def test_what_cannot_be_judged_is_one_finding(station: Station, tmp_path: Path) -> None:
    useless = FILES[MISCONCEPTIONS].replace("return sum(xs[1:])", "return sum(xs)")
    report = verified(station, tmp_path, {MISCONCEPTIONS: useless})
    (finding,) = broken(report)["it can be built and judged"]
    assert "separate the misconception m1 on only 0 of" in finding
    assert as_lines(report)[-1] == "  mutants: none tried"


WEAK = {
    REFERENCE: FILES[REFERENCE].replace(
        "return sum(xs)", "return sum(xs) if len(xs) < 9 else sum(xs[:9]) + sum(xs[9:])"
    ),
}
CHANGE = "return sum(xs) if len(xs) < 9 else sum(xs[:9]) + sum(xs[9:])"


def test_survivors_are_listed_with_their_line_and_the_checks(
    station: Station, tmp_path: Path
) -> None:
    report = verified(station, tmp_path, WEAK, profile=Profile(None))
    (finding,) = broken(report)["nine of ten small slips in the reference are noticed"]
    mutants = report.mutants
    assert finding.startswith(
        f"{mutants.killed} of {mutants.made} small slips in the reference are noticed"
    )
    assert "or exempt it in mutants.toml with the reason" in finding
    one = next(s for s in mutants.survivors if "<= 9" in s.change)
    assert one.place.endswith("reference/sums.py:6")
    assert (one.function, one.line) == ("total", CHANGE)
    assert "tiny1.q1.oracle" in one.checks
    lines = as_lines(report)
    at = lines.index(f"    {one.place}: total survives")
    assert lines[at + 1].startswith("      - return sum(xs) if len(xs) < 9")
    assert lines[at + 3].startswith("      unnoticed by tiny1.q1.std.signature, ")


def test_an_exemption_takes_a_mutant_out_and_a_stale_one_is_found(
    station: Station, tmp_path: Path
) -> None:
    entry = f"[[exempt]]\nfunction = 'total'\nline = '{CHANGE}'\nchange = '%s'\nreason = {{ en = 'same' }}\n\n"
    text = (
        entry % CHANGE.replace("< 9", "<= 9")
        + entry % "return 5"
        + entry % "return sum(xs[:9]) + sum(xs[9:])"
    )
    report = verified(station, tmp_path, {**WEAK, EXEMPT: text}, profile=Profile(None))
    findings = broken(report)["nine of ten small slips in the reference are noticed"]
    assert report.mutants.exempt >= 1
    assert all("<= 9" not in survivor.change for survivor in report.mutants.survivors)
    assert any('mutants.toml:7: no mutant of total changes "' in line for line in findings)


def test_a_malformed_file_of_exemptions_breaks_the_rule(station: Station, tmp_path: Path) -> None:
    report = verified(station, tmp_path, {EXEMPT: "[[exempted]]\n"}, profile=Profile(1))
    (finding,) = broken(report)["nine of ten small slips in the reference are noticed"]
    assert 'unknown key "exempted"' in finding
