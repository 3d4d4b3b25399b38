"""What ties the values of topic.toml and assignment.toml together, and to files.

Each rule raises TopicError with the line of the value, what is allowed and the next step. Single
values are checked by the types of `manifest`, Python files by `index`.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

import gradewright
from gradewright.host.entries import CheckEntry, Index
from gradewright.host.errors import TopicError, near, place_of, quoted
from gradewright.host.manifest import (
    AssignmentManifest,
    Docstrings,
    Question,
    Rubric,
    TopicManifest,
)
from gradewright.host.referencerule import check_reference
from gradewright.host.source import missing_languages
from gradewright.host.tomlfile import Key, TomlFile
from gradewright.host.versions import accepts

WHOLE = 100
REMOVE = "correct or remove it"


def check_topic(file: TomlFile, topic: TopicManifest, expected_id: str | None) -> None:
    """The rules of topic.toml."""
    if expected_id is not None and topic.id != expected_id:
        raise file.fault(
            f'id is "{topic.id}", but the entry point is named "{expected_id}"; make them equal',
            "id",
        )
    _check_api(file, topic)
    for key, values in (("languages", topic.languages), ("assignments", topic.assignments)):
        if not values:
            raise file.fault(f"{key} is empty; name at least one", key)
        _refuse_twice(file, key, values, key)
    _check_text(file, topic.title, topic.languages, "title")
    for id in topic.assignments:
        if not (file.path.parent / "assignments" / id).is_dir():
            raise file.fault(
                f'assignments names "{id}", but there is no folder assignments/{id}; make it, or '
                "remove the name",
                "assignments",
            )


def _check_api(file: TomlFile, topic: TopicManifest) -> None:
    version = gradewright.__version__
    try:
        fits = accepts(topic.api, version)
    except ValueError as error:
        raise file.fault(
            f'api is "{topic.api}": {error}; write it like ">=0.1,<0.2"', "api"
        ) from None
    if not fits:
        raise file.fault(
            f'api is "{topic.api}", but this is gradewright {version}; install a version in that '
            "range, or a newer version of the topic",
            "api",
        )


def check_assignment(
    file: TomlFile, assignment: AssignmentManifest, topic: TopicManifest, reference: Path
) -> None:
    """The rules of assignment.toml; `reference` is the topic's folder of that name."""
    folder = file.path.parent.name
    if assignment.id != folder:
        raise file.fault(
            f'id is "{assignment.id}", but the folder is "{folder}"; make them equal', "id"
        )
    for language in assignment.languages:
        if language not in topic.languages:
            raise file.fault(
                f'languages has "{language}"; the topic has {quoted(topic.languages)}: remove it '
                "here, or add it to topic.toml",
                "languages",
            )
    for key in ("languages", "reference", "allow", "ban", "data", "needs"):
        _refuse_twice(file, key, getattr(assignment, key), key)
    languages = assignment.languages or topic.languages
    _check_text(file, assignment.title, languages, "title")
    if assignment.id in assignment.needs:
        raise file.fault(f'needs names "{assignment.id}" itself; remove it', "needs")
    _check_patterns(file, assignment)
    _check_questions(file, assignment, languages)
    check_reference(file, assignment, reference)


def _check_patterns(file: TomlFile, assignment: AssignmentManifest) -> None:
    for number, extra in enumerate(assignment.files):
        at = ("files", number, "pattern")
        pattern = extra.pattern
        if not pattern.strip() or pattern != pattern.strip() or set("/\\\0") & set(pattern):
            raise file.fault(
                f'pattern is "{pattern}": expected a pattern of file names without folders; write '
                'it like "*.csv"',
                *at,
            )
        if fnmatch(f"{assignment.id}.ipynb", pattern):
            raise file.fault(
                f'pattern is "{pattern}", which matches the notebook itself; write a narrower '
                'one, like "*.csv"',
                *at,
            )


def _check_questions(
    file: TomlFile, assignment: AssignmentManifest, languages: tuple[str, ...]
) -> None:
    questions = assignment.questions
    if not questions:
        raise file.fault("there are no questions; write at least one [[questions]]", "questions")
    for number, question in enumerate(questions):
        at = ("questions", number)
        if any(question.id == other.id for other in questions[:number]):
            raise file.fault(f'a second question "{question.id}"; number it anew', *at, "id")
        _check_text(file, question.title, languages, *at, "title")
        for key in ("functions", "needs", "oracle", "ban"):
            _refuse_twice(file, key, getattr(question, key), *at, key)
        _check_kind(file, question, *at)
        _check_needs(file, question, {known.id: known for known in questions}, *at)
    _check_owners(file, questions)
    total = sum(question.points for question in questions)
    if total != WHOLE:
        raise file.fault(
            f"the points of the questions add up to {total}, not {WHOLE}; "
            f"{f'give {WHOLE - total} more' if total < WHOLE else f'take away {total - WHOLE}'}",
            "questions",
            0,
            "points",
        )


def _check_kind(file: TomlFile, question: Question, *at: Key) -> None:
    if question.manual:
        for key in ("functions", "oracle"):
            if getattr(question, key):
                raise file.fault(
                    f"{question.id} is manual and has {key} = {quoted(getattr(question, key))}; "
                    f"remove {key}, or manual",
                    *at,
                    key,
                )
    elif file.at(*at, "functions") is None:
        raise file.fault(
            f"{question.id} names no functions; add functions = […] (empty when the answer is "
            "only a region between BEGIN SOLUTION and END SOLUTION), or manual = true",
            *at,
        )


def _check_needs(
    file: TomlFile, question: Question, questions: Mapping[str, Question], *at: Key
) -> None:
    for name in question.needs:
        if name not in questions:
            raise file.fault(
                f'{question.id} needs "{name}", which is no question here: {near(name, questions)}',
                *at,
                "needs",
            )
        if not questions[name].functions:
            raise file.fault(
                f'{question.id} needs "{name}", which has no functions; remove it from needs',
                *at,
                "needs",
            )
    if question.id in _reachable(question, questions):
        raise file.fault(
            f"{question.id} needs itself, by way of {quoted(question.needs)}; break the circle",
            *at,
            "needs",
        )


def _reachable(question: Question, questions: Mapping[str, Question]) -> set[str]:
    """The ids of all questions that this one needs, directly or not."""
    found: set[str] = set()
    open_ends = list(question.needs)
    while open_ends:
        name = open_ends.pop()
        if name not in found and name in questions:
            found.add(name)
            open_ends.extend(questions[name].needs)
    return found


def _check_owners(file: TomlFile, questions: Iterable[Question]) -> None:
    owners: dict[str, str] = {}
    for number, question in enumerate(questions):
        for name in question.functions:
            if name in owners:
                raise file.fault(
                    f'"{name}" is a function of {owners[name]} and of {question.id}; leave it to '
                    "one of them, and name that one in the other's needs",
                    "questions",
                    number,
                    "functions",
                )
            owners[name] = question.id


def oracles(question: Question, checks: Iterable[CheckEntry]) -> tuple[CheckEntry, ...]:
    """The question's oracle checks: those named, else by name, else all hidden non-prop ones."""
    own = tuple(checks)
    if question.oracle:
        return tuple(check for check in own if check.name in question.oracle)
    named = tuple(check for check in own if check.name.startswith("oracle") and not check.prop)
    return named or tuple(check for check in own if check.hidden and not check.prop)


def check_oracles(file: TomlFile, assignment: AssignmentManifest, index: Index) -> None:
    """`oracle` names checks of its own question that are not `prop` themselves."""
    for number, question in enumerate(assignment.questions):
        own = {check.name: check for check in index.checks if check.question == question.id}
        for name in question.oracle:
            at = ("questions", number, "oracle")
            if name not in own:
                raise file.fault(
                    f'oracle names "{name}", which is no check of {question.id}: {near(name, own)}',
                    *at,
                )
            if own[name].prop:
                raise file.fault(
                    f'oracle names "{name}", which is prop itself and would wait for itself; '
                    "name a check without prop=True",
                    *at,
                )


def check_rubric(
    file: TomlFile, rubric: Rubric, assignment: AssignmentManifest, languages: tuple[str, ...]
) -> None:
    """rubric.toml has items for the manual questions only, which add up to their points."""
    manual = {question.id: question for question in assignment.questions if question.manual}
    for key in rubric:
        if key not in manual:
            raise file.fault(f'"{key}" is no manual question: {near(key, manual, REMOVE)}', key)
    for id, question in manual.items():
        items = rubric.get(id, ())
        for number, item in enumerate(items):
            _check_text(file, item.text, languages, id, number, "text")
        total = sum(item.points for item in items)
        if total != question.points:
            raise file.fault(
                f"the items of {id} add up to {total}, but the question has {question.points} "
                "points; make them equal",
                id,
                0,
                "points",
            )


def check_docstrings(
    file: TomlFile,
    docstrings: Docstrings,
    assignment: AssignmentManifest,
    languages: tuple[str, ...],
) -> None:
    """docstrings.toml has known languages and names that students write."""
    functions = [name for question in assignment.questions for name in question.functions]
    for language, names in docstrings.items():
        if language not in languages:
            raise file.fault(
                f'"{language}" is no language of {assignment.id}: there are {quoted(languages)}; '
                "correct or remove the table",
                language,
            )
        for name in names:
            if name.split(".")[0] not in functions:
                raise file.fault(
                    f'"{name}" is no function of a question: {near(name, functions, REMOVE)}',
                    language,
                    name,
                )


def given_files(folder: Path) -> tuple[Path, ...]:
    """The files below `given/`, sorted. Raises TopicError for links, pipes and the like."""
    found = sorted((folder / "given").rglob("*"))
    for path in found:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise TopicError(
                "given/ takes regular files only, and this is a link or a special file; put a "
                "copy of the file here",
                place_of(path),
            )
    return tuple(path for path in found if path.is_file())


def _check_text(
    file: TomlFile, text: Mapping[str, str], languages: tuple[str, ...], *keys: Key
) -> None:
    if lacking := missing_languages(text, languages):
        raise file.fault(
            f"{keys[-1]} lacks {quoted(lacking)}; add {lacking[0]} = … (it has {quoted(text)})",
            *keys,
        )


def _refuse_twice(file: TomlFile, what: str, values: Iterable[str], *keys: Key) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise file.fault(f'{what}: "{value}" stands there twice; remove one', *keys)
        seen.add(value)
