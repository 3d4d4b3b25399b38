"""What verification found: rules with their detail, misconceptions caught and named.

One line a finding: place, what, why, what to do. Mutants that survived stand below the rules, each
with its line before and after and the checks that did not notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class RuleResult:
    """One promise: kept where `findings` is empty; each finding is one line."""

    rule: str
    findings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return not self.findings


@dataclass(frozen=True)
class Survivor:
    """A slip in the reference that no check noticed: at `place`, in `function`, line by line."""

    place: str
    function: str
    line: str
    change: str
    checks: list[str]


@dataclass(frozen=True)
class Mutants:
    """Automatic mutants: `made` were tried beside the exempt ones, `killed` of them noticed."""

    killed: int = 0
    made: int = 0
    exempt: int = 0
    survivors: list[Survivor] = field(default_factory=list)


@dataclass
class AssignmentReport:
    """All promises of one assignment; `caught` and `named` count its misconceptions.

    `separating`: misconception → the cases of its check that tell it from the reference.
    """

    id: str
    rules: list[RuleResult] = field(default_factory=list)
    caught: int = 0
    named: int = 0
    misconceptions: int = 0
    mutants: Mutants = field(default_factory=Mutants)
    separating: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every promise is kept."""
        return all(rule.ok for rule in self.rules)


def as_plain(reports: Sequence[AssignmentReport]) -> dict[str, Any]:
    """The report as `verify --json` prints it."""
    return {
        "schema": SCHEMA,
        "ok": all(report.ok for report in reports),
        "assignments": [_plain(report) for report in reports],
    }


def _plain(report: AssignmentReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "ok": report.ok,
        "rules": [
            {
                "rule": rule.rule,
                "ok": rule.ok,
                "detail": "\n".join(rule.findings),
                "seconds": round(rule.seconds, 3),
            }
            for rule in report.rules
        ],
        "misconceptions": {
            "caught": report.caught,
            "named": report.named,
            "total": report.misconceptions,
        },
        "separating": dict(report.separating),
        "mutants": asdict(report.mutants),
        "seconds": round(report.seconds, 3),
    }


def as_lines(report: AssignmentReport, verbose: bool = False) -> list[str]:
    """The report for a terminal: a line a rule, its findings below; `verbose` adds times."""
    lines = [f"{report.id}: {'ok' if report.ok else 'broken'} ({report.seconds:.1f} s)"]
    for rule in report.rules:
        took = f"  ({rule.seconds:.1f} s)" if verbose else ""
        lines.append(f"  {'✓' if rule.ok else '✗'} {rule.rule}{took}")
        lines += [f"      {finding}" for finding in rule.findings]
    lines.append(_misconceptions(report))
    return lines + _mutants(report.mutants)


def _misconceptions(report: AssignmentReport) -> str:
    least = min(report.separating.values(), default=0)
    cases = f", separated on at least {least} cases" if report.separating else ""
    return (
        f"  misconceptions: {report.caught} of {report.misconceptions} caught, "
        f"{report.named} named by their feedback{cases}"
    )


def _mutants(mutants: Mutants) -> list[str]:
    if not mutants.made + mutants.exempt:
        return ["  mutants: none tried"]
    told = f"  mutants: {mutants.killed} of {mutants.made} killed, {mutants.exempt} exempt"
    lines = [told + (", survivors:" if mutants.survivors else "")]
    for survivor in mutants.survivors:
        lines += [
            f"    {survivor.place}: {survivor.function} survives",
            f"      - {survivor.line}",
            f"      + {survivor.change}",
            f"      unnoticed by {', '.join(survivor.checks) or 'any check'}",
        ]
    return lines
