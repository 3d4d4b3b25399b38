"""The sealed pytest: an assignment's checks, collected once, each run as often as asked.

pytest is used for what it does well (collection, fixtures, parametrisation, `pytest.raises`) and
shut off from everything around it: no plugin autoload, no conftest, no configuration file, no
cache, no terminal. The fixtures are ours: `student`, `reference`, `cases`, `saved`, `figures`
and, for the standard checks, `signatures` and `calls`; what they hand out is set on the `Stage`
before each run.

`run_sealed` blocks inside pytest's run loop and hands `Checks` to the function it was given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gradewright.api import Case, CheckSpec, spec_of
from gradewright.host import Assignment, TopicError
from gradewright_grader.judge import standard

STANDARD_FILE = Path(standard.__file__)
_raised: pytest.StashKey[BaseException | None] = pytest.StashKey()


@dataclass
class Stage:
    """What the fixtures hand to the check that runs now."""

    student: Any = None
    reference: Any = None
    cases: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    saved: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CollectedCheck:
    """One check: its id, what its decorator says, and its pytest items (one per parameter)."""

    id: str
    question: str
    spec: CheckSpec
    items: tuple[pytest.Item, ...]
    place: str


class Checks:
    """All checks of an assignment, in the order of its questions, ready to run."""

    def __init__(self, assignment: Assignment, found: Sequence[CollectedCheck], stage: Stage):
        self.assignment = assignment
        self.stage = stage
        self._by_id = {check.id: check for check in found}

    def __iter__(self) -> Iterator[CollectedCheck]:
        return iter(self._by_id.values())

    def __getitem__(self, check: str) -> CollectedCheck:
        return self._by_id[check]

    def of(self, question: str) -> list[CollectedCheck]:
        """The checks of one question ("q1"), standard ones first."""
        return [check for check in self if check.question == question]

    def run(self, check: CollectedCheck) -> BaseException | None:
        """Run a check on the stage as it is; what it raised, or None: passed.

        A check with parameters passes when it passes with all of them.
        """
        for item in check.items:
            item.stash[_raised] = None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if (raised := item.stash[_raised]) is not None:
                return raised
        return None


def run_sealed(assignment: Assignment, serve: Callable[[Checks], None]) -> None:
    """Collect the checks of an assignment and call `serve` inside pytest's run loop.

    Raises TopicError where a check file cannot be collected, and whatever `serve` raises.
    """
    plugin = _Plugin(assignment, serve)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    code = pytest.main(_arguments(assignment), plugins=[plugin])
    if plugin.trouble is not None:
        raise plugin.trouble
    # checks that failed on a submission are no failure of the session
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise TopicError(f"pytest ended with {code!r} while collecting", str(_folder(assignment)))


def _folder(assignment: Assignment) -> Path:
    return assignment.folder / "checks"


def _arguments(assignment: Assignment) -> list[str]:
    return [
        *(str(path) for path in sorted(_folder(assignment).glob("*.py"))),
        str(STANDARD_FILE),
        *("-c", os.devnull, "--rootdir", str(_folder(assignment)), "--noconftest", "-s"),
        *("--confcutdir", str(_folder(assignment))),
        *("--import-mode=importlib", "--assert=plain", "--strict-markers"),
        *("-o", "python_files=*.py", "-o", "python_classes=", "-o", "python_functions=test_*"),
        *(f"-pno:{name}" for name in ("cacheprovider", "terminal", "warnings", "faulthandler")),
    ]


class _Plugin:
    """Our side of pytest: fixtures, the names of checks, the run loop."""

    def __init__(self, assignment: Assignment, serve: Callable[[Checks], None]) -> None:
        self.assignment = assignment
        self.serve = serve
        self.stage = Stage()
        self.checks: Checks | None = None
        self.trouble: BaseException | None = None

    # --- fixtures

    @pytest.fixture
    def student(self) -> Any:
        return self.stage.student

    @pytest.fixture
    def reference(self) -> Any:
        return self.stage.reference

    @pytest.fixture
    def cases(self, request: pytest.FixtureRequest) -> Sequence[Case]:
        return self.stage.cases[self._name(request.node)[0]]

    @pytest.fixture
    def saved(self, request: pytest.FixtureRequest) -> Any:
        """The stored outputs of the question's cells, cell by cell: claims, to be re-computed."""
        return self.stage.saved.get(self._name(request.node)[1], [])

    @pytest.fixture
    def figures(self, request: pytest.FixtureRequest) -> Any:
        """What the question's cells drew, as data (see `figuredata`): claims as well."""
        return self.stage.figures.get(self._name(request.node)[1], [])

    @pytest.fixture
    def signatures(self, question: str) -> dict[str, tuple[str, ...]]:
        functions = self.assignment.question(question).functions
        return {f: _parameters(getattr(self.stage.reference, f)) for f in functions}

    @pytest.fixture
    def calls(self, question: str) -> list[tuple[str, Sequence[Case]]]:
        return [(c.spec.of, self.stage.cases[c.id]) for c in self._with_cases(question)]  # type: ignore[misc]

    def _with_cases(self, question: str) -> list[CollectedCheck]:
        checks = self.checks.of(question) if self.checks else []
        return [c for c in checks if c.spec.of and c.spec.cases and not c.spec.prop]

    # --- collection

    def pytest_configure(self, config: pytest.Config) -> None:
        # nobody reads pytest's own reports; in full they cost more than the checks that fail
        config.option.tbstyle = "no"

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "question" in metafunc.fixturenames:
            coded = [q.id for q in self.assignment.manifest.questions if q.functions]
            metafunc.parametrize("question", coded)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.trouble is None:
            where = report.nodeid or "checks"
            told = str(report.longrepr).strip().splitlines()
            self.trouble = TopicError(
                f"the checks cannot be collected: {told[-1] if told else 'unknown error'}; "
                "run the file with python to see the whole traceback",
                str(_folder(self.assignment) / Path(where).name),
            )

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        grouped: dict[tuple[str, str], list[pytest.Item]] = {}
        for item in items:
            grouped.setdefault(self._name(item), []).append(item)
        order = {q.id: i for i, q in enumerate(self.assignment.manifest.questions)}
        found = [self._collected(id, q, of) for (id, q), of in grouped.items()]
        found.sort(key=lambda c: (order.get(c.question, len(order)), not _is_gate(c)))
        self.checks = Checks(self.assignment, list(filter(_can_fail(found), found)), self.stage)

    def _name(self, item: Any) -> tuple[str, str]:
        """(check id, question) of an item."""
        name = item.originalname.removeprefix("test_")
        if item.path == STANDARD_FILE:
            question = item.callspec.params["question"]
            name = f"std.{name}"
        else:
            question = item.path.stem
        return f"{self.assignment.id}.{question}.{name}", question

    def _collected(self, id: str, question: str, items: list[Any]) -> CollectedCheck:
        spec = spec_of(items[0].function)
        if spec is None:
            raise TopicError(f"{id} has no @check decorator", str(items[0].path))
        path, line, _ = items[0].location
        return CollectedCheck(id, question, spec, tuple(items), f"{path}:{(line or 0) + 1}")

    # --- running

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.trouble is None and self.checks is not None:
            try:
                self.serve(self.checks)
            except BaseException as error:  # pytest would print it and go on to its own summary
                self.trouble = error
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        if call.excinfo is not None and item.stash.get(_raised, None) is None:
            item.stash[_raised] = call.excinfo.value
        return (yield)


def _is_gate(check: CollectedCheck) -> bool:
    """The signature is looked at first: with a wrong one nothing else can be called."""
    return check.id.endswith(".std.signature")


def _can_fail(found: Sequence[CollectedCheck]) -> Callable[[CollectedCheck], bool]:
    """Without cases the standard properties have nothing to try, and would pass unearned."""
    with_cases = {c.question for c in found if c.spec.of and c.spec.cases and not c.spec.prop}

    def can_fail(check: CollectedCheck) -> bool:
        return not (check.spec.prop and ".std." in check.id) or check.question in with_cases

    return can_fail


def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    import inspect

    return tuple(inspect.signature(function).parameters)
