"""Which questions a student means: `check("q1")`, a list of them, or all.

Whatever is asked for, the answer is a record to look at, never a traceback: an unknown question
names the near ones.
"""

from __future__ import annotations

import reprlib
from collections.abc import MutableMapping
from difflib import get_close_matches
from typing import Any, Protocol

from gradewright.api.texts import Text, filled
from gradewright.notebook.payload import Payload, PublicQuestion
from gradewright.student import words
from gradewright.student.results import Notice, Overview, QuestionResult, Several
from gradewright.student.running import run_question, skip_question
from gradewright.student.tidying import one_line


class Check(Protocol):
    """`check("tree1.q1")`, `check("q1", lang="en")`, `check(["q1", "q2"])`, `check()`."""

    def __call__(
        self, questions: object = None, *, lang: str | None = None
    ) -> QuestionResult | Several | Overview | Notice:
        """Run the public checks of a question, of a list of questions, or of all."""


class CheckAll(Protocol):
    """`check_all()`."""

    def __call__(self, *, lang: str | None = None) -> Overview | Notice:
        """Run the public checks of all questions."""


class Checker:
    """The public checks of one notebook, on one namespace."""

    def __init__(self, payload: Payload, namespace: MutableMapping[str, Any]) -> None:
        self._payload = payload
        self._namespace = namespace

    def check(
        self, questions: object = None, *, lang: str | None = None
    ) -> QuestionResult | Several | Overview | Notice:
        """Run public checks: of "tree1.q1" or "q1", of a list of questions, or of all.

        lang: the language of the result, "zh" or "en"; by default the notebook's.
        """
        if questions is None:
            return self.check_all(lang=lang)
        if (notice := self._refused_language(lang)) is not None:
            return notice
        language = lang or self._payload.language
        if isinstance(questions, list | tuple):
            return Several(tuple(self._one(q, language) for q in questions), language)
        return self._one(questions, language)

    def check_all(self, *, lang: str | None = None) -> Overview | Notice:
        """Run the public checks of all questions and show a table."""
        if (notice := self._refused_language(lang)) is not None:
            return notice
        language = lang or self._payload.language
        payload = self._payload
        return Overview(payload.assignment, payload.title, self._every(language), language)

    def _every(self, language: str) -> tuple[QuestionResult, ...]:
        """The results of all questions; an interrupt ends the rest too."""
        results: list[QuestionResult] = []
        for question in self._payload.questions:
            if any(result.state == "interrupted" for result in results):
                results.append(skip_question(question, language))
            else:
                results.append(self._run(question, language))
        return tuple(results)

    def _one(self, given: object, language: str) -> QuestionResult | Notice:
        question = self._found(given)
        if question is None:
            return Notice(self._unknown(given), language)
        return self._run(question, language)

    def _run(self, question: PublicQuestion, language: str) -> QuestionResult:
        source = self._payload.sources.get(question.id, "")
        return run_question(question, source, self._namespace, language)

    def _found(self, given: object) -> PublicQuestion | None:
        """The question with this id, whole or short; letter case does not matter."""
        if not isinstance(given, str):
            return None
        wanted = given.strip().casefold()
        ids = (wanted, f"{self._payload.assignment}.{wanted}".casefold())
        return next((q for q in self._payload.questions if q.id.casefold() in ids), None)

    # --- what to say when there is nothing to run

    def _unknown(self, given: object) -> Text:
        near = self._near(_name_of(given))
        ids = near or [question.id for question in self._payload.questions]
        offer = words.in_each(words.NEAR if near else words.HAS, names=[f'"{id}"' for id in ids])
        shown = one_line(_name_of(given), 80)
        if isinstance(given, str):
            shown = f'"{shown}"'
        assignment = self._payload.assignment
        return filled(words.UNKNOWN, assignment=assignment, given=shown, offer=offer)

    def _near(self, name: str) -> list[str]:
        """Ids that a student may have meant: alike, or of the question with such a function."""
        meant = {
            alias.casefold(): question.id
            for question in self._payload.questions
            for alias in (question.id, question.id.partition(".")[2], *question.functions)
        }
        wanted = name[:80].casefold()
        if (exactly := meant.get(wanted.rpartition(".")[2])) is not None:
            return [exactly]
        alike = get_close_matches(wanted, meant, n=3, cutoff=0.6)
        return list(dict.fromkeys(meant[alias] for alias in alike))

    def _refused_language(self, lang: str | None) -> Notice | None:
        known = list(dict.fromkeys([*self._payload.title, *words.LANGUAGES]))
        if lang is None or lang in known:
            return None
        names = words.in_each(words.NAMES, names=[f'"{name}"' for name in known])
        text = filled(words.NO_LANGUAGE, given=f'"{one_line(str(lang), 40)}"', names=names)
        return Notice(text, self._payload.language)


def _name_of(given: object) -> str:
    """A string as it is, a function by its name, anything else as one would write it."""
    if isinstance(given, str):
        return given.strip()
    name = getattr(given, "__name__", None)
    return name if isinstance(name, str) else reprlib.repr(given)
