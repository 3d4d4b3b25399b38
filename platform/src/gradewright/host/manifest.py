"""The records of a topic's TOML files: topic.toml, assignment.toml, rubric.toml, docstrings.toml.

Types and single values are checked here, by msgspec (unknown keys are refused); what ties values
together, or to files, is checked by `rules`. `docs/topic-format.md` is the reference of the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from gradewright.host.tomlfile import TomlFile

Id = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*\Z",
        description="an id has small letters, digits and _ and starts with a letter",
    ),
]
QuestionId = Annotated[
    str,
    Meta(
        pattern=r"^q[1-9][0-9]*\Z",
        description='a question\'s id is q and a number, like "q1"',
    ),
]
Language = Annotated[
    str,
    Meta(
        pattern=r"^[a-z]{2,3}(_[A-Za-z]+)?\Z",
        description='a language is a code like "zh" or "en"',
    ),
]
Name = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9_]*\Z",
        description="expected a public Python name (a letter, then letters, digits and _)",
    ),
]
DottedName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z",
        description='expected a module or dotted name, like "scipy" or "numpy.linalg"',
    ),
]
Distribution = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z",
        description='expected the name of a distribution, like "scikit-learn"',
    ),
]
DataName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]*\Z",
        description="a data set's name has small letters, digits, _ and -",
    ),
]
Positive = Annotated[int, Meta(ge=1, description="expected a whole number, 1 or more")]
Seconds = Annotated[float, Meta(gt=0, description="expected CPU seconds above 0, like 5.0")]
Texts = Annotated[
    dict[str, str],
    Meta(description='expected texts by language, like { zh = "…", en = "…" }'),
]
Docstring = Annotated[str, Meta(description="expected the text of a docstring")]
NamedTexts = Annotated[
    dict[str, object], Meta(description="expected a table of names with their docstrings")
]


class TopicManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """topic.toml."""

    id: Id
    api: str
    title: Texts
    languages: tuple[Language, ...]
    order: int
    assignments: tuple[Id, ...]


class Budgets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """CPU seconds of the whole notebook, of one cell and of one check."""

    notebook: Seconds = 60.0
    cell: Seconds = 20.0
    check: Seconds = 5.0


class ExtraFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that a submission may hold beside the notebook: a pattern of names and a size."""

    pattern: str
    max_bytes: Positive


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question; `id` is short ("q1"). `oracle` is empty for the default."""

    id: QuestionId
    title: Texts
    points: Positive
    functions: tuple[Name, ...] = ()
    needs: tuple[QuestionId, ...] = ()
    oracle: tuple[str, ...] = ()
    ban: tuple[DottedName, ...] = ()
    manual: bool = False


class AssignmentManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """assignment.toml. `languages` is empty for all of the topic's: ask `Assignment.languages`."""

    id: Id
    title: Texts
    languages: tuple[Language, ...] = ()
    minutes: Positive
    reference: tuple[DottedName, ...] = ()
    allow: tuple[Distribution, ...] = ()
    ban: tuple[DottedName, ...] = ()
    data: tuple[DataName, ...] = ()
    needs: tuple[Id, ...] = ()
    budgets: Budgets = Budgets()
    files: tuple[ExtraFile, ...] = ()
    questions: tuple[Question, ...]


class RubricItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the rubric of a manual question."""

    points: Positive
    text: Texts


# Question id ("q7") → its items, in order.
Rubric: TypeAlias = Mapping[str, tuple[RubricItem, ...]]
# Language → name of a function, a class or a method ("Tree.fit") → docstring of its stub.
Docstrings: TypeAlias = Mapping[str, Mapping[str, str]]


def read_rubric(file: TomlFile) -> Rubric:
    """rubric.toml as records; converted key by key, so that an error knows the question."""
    return {key: file.convert(tuple[RubricItem, ...], key) for key in file.data}


def read_docstrings(file: TomlFile) -> Docstrings:
    """docstrings.toml as maps."""
    return {
        language: {
            name: file.convert(Docstring, language, name)
            for name in file.convert(NamedTexts, language)
        }
        for language in file.data
    }
