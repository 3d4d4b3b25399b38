"""What verification found: rules with their detail, misconceptions caught and named.

One line a finding: place, what, why, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class RuleResult:
    """One promise: kept where `findings` is empty; each finding is one line."""

    rule: str
    findings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return not self.findings


@dataclass
class AssignmentReport:
    """All promises of one assignment; `caught` and `named` count its misconceptions."""

    id: str
    rules: list[RuleResult] = field(default_factory=list)
    caught: int = 0
    named: int = 0
    misconceptions: int = 0
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
            {"rule": rule.rule, "ok": rule.ok, "detail": "\n".join(rule.findings)}
            for rule in report.rules
        ],
        "misconceptions": {
            "caught": report.caught,
            "named": report.named,
            "total": report.misconceptions,
        },
        "seconds": round(report.seconds, 3),
    }


def as_lines(report: AssignmentReport) -> list[str]:
    """The report for a terminal: a line a rule, its findings below."""
    lines = [f"{report.id}: {'ok' if report.ok else 'broken'} ({report.seconds:.1f} s)"]
    for rule in report.rules:
        lines.append(f"  {'✓' if rule.ok else '✗'} {rule.rule}")
        lines += [f"      {finding}" for finding in rule.findings]
    lines.append(
        f"  misconceptions: {report.caught} of {report.misconceptions} caught, "
        f"{report.named} named by their feedback"
    )
    return lines
