"""A topic and its assignments as they lie in a folder, checked as a whole and ready to use.

Loading reads TOML and parses Python; it runs nothing. What is wrong is told at once, with place
and next step, so that later stages may rely on every rule of the format.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradewright.host import rules
from gradewright.host.entries import CheckEntry, Index, MisconceptionEntry
from gradewright.host.errors import TopicError, UsageError, near, place_of, quoted
from gradewright.host.index import read_index
from gradewright.host.manifest import (
    AssignmentManifest,
    Docstrings,
    Question,
    Rubric,
    TopicManifest,
    read_docstrings,
    read_rubric,
)
from gradewright.host.tomlfile import read_toml


@dataclass(frozen=True)
class Assignment:
    """One assignment: what its files say, and where they are.

    Questions are named by their short id ("q1") or their whole one ("tree1.q1"), as you like.
    `index` holds the checks and misconceptions as read from source; nothing of them has run.
    """

    topic_id: str
    topic_version: str
    folder: Path
    reference_folder: Path
    languages: tuple[str, ...]
    manifest: AssignmentManifest
    index: Index
    rubric: Rubric
    docstrings: Docstrings

    @property
    def id(self) -> str:
        """The assignment's id, "tree1"."""
        return self.manifest.id

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in order."""
        return self.manifest.questions

    @property
    def points(self) -> int:
        """All points, manual ones included."""
        return sum(question.points for question in self.questions)

    @property
    def auto_points(self) -> int:
        """The points that checks give."""
        return sum(question.points for question in self.questions if not question.manual)

    def question(self, id: str) -> Question:
        """The question of this id. Raises UsageError, naming near ones."""
        short = id.removeprefix(f"{self.id}.")
        for question in self.questions:
            if question.id == short:
                return question
        known = [self.full_id(question.id) for question in self.questions]
        raise UsageError(f'unknown question "{id}": {near(self.full_id(short), known)}')

    def full_id(self, question: str) -> str:
        """`"tree1.q1"` for `"q1"`."""
        return f"{self.id}.{question.removeprefix(f'{self.id}.')}"

    def functions(self) -> dict[str, Question]:
        """Every name that the student writes, with its question, in the order of the questions."""
        return {name: question for question in self.questions for name in question.functions}

    def checks_of(self, question: str) -> tuple[CheckEntry, ...]:
        """The checks of a question in the order of the file (the standard ones are not in it)."""
        id = self.question(question).id
        return tuple(check for check in self.index.checks if check.question == id)

    def oracles_of(self, question: str) -> tuple[CheckEntry, ...]:
        """The checks that the question's `prop` checks depend on."""
        return rules.oracles(self.question(question), self.checks_of(question))

    def check(self, id: str) -> CheckEntry:
        """The check of this id, "tree1.q1.oracle". Raises UsageError, naming near ones."""
        for check in self.index.checks:
            if check.id == id:
                return check
        known = [check.id for check in self.index.checks]
        raise UsageError(f'unknown check "{id}": {near(id, known)}')

    def misconceptions_of(self, question: str) -> tuple[MisconceptionEntry, ...]:
        """The misconceptions that a check of this question catches."""
        start = self.full_id(self.question(question).id) + "."
        found = self.index.misconceptions
        return tuple(entry for entry in found if entry.caught_by.startswith(start))

    def given_files(self) -> tuple[Path, ...]:
        """The files below `given/`, sorted; hand them out under their path relative to it."""
        return rules.given_files(self.folder)


@dataclass(frozen=True)
class Topic:
    """A topic: its manifest, its folder and all its assignments in order.

    `version` is that of the distribution that brought it, "0" for a plain folder.
    """

    manifest: TopicManifest
    folder: Path
    version: str
    assignments: tuple[Assignment, ...]

    @property
    def id(self) -> str:
        """The topic's id, "trees"."""
        return self.manifest.id

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that every text of the topic has."""
        return self.manifest.languages

    def assignment(self, id: str) -> Assignment:
        """The assignment of this id. Raises UsageError, naming near ones."""
        for assignment in self.assignments:
            if assignment.id == id:
                return assignment
        known = [assignment.id for assignment in self.assignments]
        raise UsageError(f'unknown assignment "{id}" in topic "{self.id}": {near(id, known)}')


def find_topic_folder(folder: Path) -> Path:
    """The folder with topic.toml: `folder` itself, or the only `src/*` of a project that has one.

    Raises UsageError when there is none, or more than one.
    """
    folder = folder.resolve()
    if (folder / "topic.toml").is_file():
        return folder
    found = sorted(path.parent for path in folder.glob("src/*/topic.toml"))
    if len(found) == 1:
        return found[0]
    seen = f"{len(found)} ({quoted(path.name for path in found)})" if found else "none"
    raise UsageError(
        f'"{folder}" is no topic: expected topic.toml in it, or one src/*/topic.toml, found '
        f"{seen}; name the folder that holds topic.toml"
    )


def load_topic(folder: Path, expected_id: str | None = None, version: str = "0") -> Topic:
    """Read and check a whole topic. Raises TopicError for the first rule that is broken.

    `expected_id` is the name under which it was installed, which the id must equal.
    """
    file = read_toml(folder / "topic.toml")
    manifest = file.convert(TopicManifest)
    rules.check_topic(file, manifest, expected_id)
    loaded = (_load_assignment(folder, manifest, version, id) for id in manifest.assignments)
    return Topic(manifest, folder, version, tuple(loaded))


def _load_assignment(folder: Path, topic: TopicManifest, version: str, id: str) -> Assignment:
    home, reference = folder / "assignments" / id, folder / "reference"
    file = read_toml(home / "assignment.toml")
    manifest = file.convert(AssignmentManifest)
    languages = manifest.languages or topic.languages
    rules.check_assignment(file, manifest, topic, reference)
    rules.given_files(home)
    index = read_index(home, manifest, languages)
    rules.check_oracles(file, manifest, index)
    return Assignment(
        topic_id=topic.id,
        topic_version=version,
        folder=home,
        reference_folder=reference,
        languages=languages,
        manifest=manifest,
        index=index,
        rubric=_rubric(home, manifest, languages),
        docstrings=_docstrings(home, manifest, languages),
    )


def _rubric(home: Path, manifest: AssignmentManifest, languages: tuple[str, ...]) -> Rubric:
    path = home / "rubric.toml"
    manual = [question.id for question in manifest.questions if question.manual]
    if not path.exists():
        if manual:
            raise TopicError(
                f"there is no rubric.toml for the manual questions {quoted(manual)}; write one "
                f"with [[{manual[0]}]] items that add up to its points",
                place_of(home),
            )
        return {}
    file = read_toml(path)
    rubric = read_rubric(file)
    rules.check_rubric(file, rubric, manifest, languages)
    return rubric


def _docstrings(home: Path, manifest: AssignmentManifest, languages: tuple[str, ...]) -> Docstrings:
    path = home / "docstrings.toml"
    if not path.exists():
        return {}
    file = read_toml(path)
    docstrings = read_docstrings(file)
    rules.check_docstrings(file, docstrings, manifest, languages)
    return docstrings
