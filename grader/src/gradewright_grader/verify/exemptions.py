"""`mutants.toml`: mutants that no check can catch, because they do the same, each with its reason.

    [[exempt]]
    function = "gain_ratio"
    line = "return gain / iv if iv >= _TINY else 0.0"
    change = "return gain / iv if iv > _TINY else 0.0"
    reason = { en = "no table has an intrinsic value of exactly 1e-12" }

`line` and `change` are what a survivor's report shows, so that moving the function breaks nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from gradewright.host import Assignment, TopicError
from gradewright.host.errors import place_of
from gradewright.host.tomlfile import TomlFile, read_toml
from gradewright_grader.verify.mutate import Mutant

FILE = "mutants.toml"
UNFINISHED = "FIXME"
Key = tuple[str, str, str]


class Exempt(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One mutant that may survive; `reason` says why it does the same, by language."""

    function: str
    line: str
    change: str
    reason: dict[str, str]


class _Contents(msgspec.Struct, forbid_unknown_fields=True):
    exempt: list[Exempt] = []


def read_exemptions(assignment: Assignment) -> dict[Key, str]:
    """Key of a mutant → the place of its exemption ("…/mutants.toml:3"); empty without the file.

    Raises TopicError where an exemption is malformed, unfinished, or stands there twice.
    """
    path = assignment.folder / FILE
    if not path.exists():
        return {}
    file = read_toml(path)
    found: dict[Key, str] = {}
    for number, entry in enumerate(file.convert(_Contents).exempt):
        key = (entry.function, _one_line(entry.line), _one_line(entry.change))
        _refuse_unfinished(file, entry, number)
        if key in found:
            raise file.fault(
                f'the change "{entry.change}" of {entry.function} is exempt twice, first at '
                f"{found[key]}; remove one",
                "exempt",
                number,
            )
        found[key] = _place(file, path, number)
    return found


def _refuse_unfinished(file: TomlFile, entry: Exempt, number: int) -> None:
    texts = list(entry.reason.values())
    if not texts or not all(text.strip() and UNFINISHED not in text for text in texts):
        raise file.fault(
            f'the exemption of "{entry.change}" has the reason {msgspec.json.encode(texts).decode()}'
            "; say why the change does the same on every legal input, or add a check that sees it",
            "exempt",
            number,
            "reason",
        )


def stale(
    exempt: Mapping[Key, str],
    all_mutants: Collection[Mutant],
    tried: Sequence[tuple[Mutant, str]],
) -> Iterator[str]:
    """Findings on exemptions of no mutant, and of mutants that a check kills after all.

    `tried`: mutants with what killed them, "" for nothing.
    """
    known = {mutant.key for mutant in all_mutants}
    killed = {mutant.key: killer for mutant, killer in tried}
    # the same slip on two lines that read the same: one exemption stands for both
    killed |= {mutant.key: "" for mutant, killer in tried if not killer}
    for key, place in exempt.items():
        function, line, change = key
        if key not in known:
            yield (
                f'{place}: no mutant of {function} changes "{line}" to "{change}"; copy both lines '
                "from the report, or remove the exemption"
            )
        elif killed.get(key):
            yield (
                f'{place}: "{change}" is exempt, but {killed[key]} kills it; remove the exemption'
            )


def _place(file: TomlFile, path: Path, number: int) -> str:
    fault = file.fault("", "exempt", number)
    return fault.place if isinstance(fault, TopicError) else place_of(path)


def _one_line(text: str) -> str:
    return " ".join(text.split())
