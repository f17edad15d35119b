"""The assistant: one question, straight down from the library to the answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from index.library import Day, Index
from index.records import Evidence
from index.scope import Scope
from qa import abstain
from qa.answer import Answer, Elapsed, Reason, Statement
from qa.citations import check_quote, cite
from qa.evidence import ANSWERS_FROM, choose, confidence
from qa.extract import statement
from qa.question import History, Question, understand
from qa.settings import library_folder

EVIDENCE = 20
"""Passages looked at for an answer."""
_NOTHING = 0.05
"""Confidence below which the articles are not even about it."""


@dataclass(frozen=True, slots=True)
class Searching:
    """The first event of a stream: what is being searched for."""

    question: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a stream: the whole answer."""

    answer: Answer


class Assistant:
    """Answers questions over one library. Open one with `Assistant.open`."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @classmethod
    def open(cls, library: str | Path | None = None) -> Assistant:
        """Open the library in a folder; None: the one that the settings name.

        Raises:
            NoLibraryError: there is none.
        """
        return cls(Index.open(library if library is not None else library_folder()))

    def ask(
        self,
        question: str,
        *,
        as_of: Day = None,
        since: Day = None,
        outlets: Sequence[str] | None = None,
        history: History = (),
    ) -> Answer:
        """Return the answer: sentences with verbatim quotes, or an abstention that says why.

        Raises:
            InputError: the question is blank or too long, or the scope is not one.
        """
        for event in self.stream(question, as_of=as_of, since=since, outlets=outlets, history=history):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(
        self,
        question: str,
        *,
        as_of: Day = None,
        since: Day = None,
        outlets: Sequence[str] | None = None,
        history: History = (),
    ) -> Iterator[Searching | Statement | Done]:
        """Yield what is searched for, each sentence as it is finished, and the whole answer.

        Raises:
            InputError: the question is blank or too long, or the scope is not one.
        """
        asked = understand(question, as_of=as_of, since=since, outlets=outlets, history=history)
        yield Searching(asked.standalone)
        started = time.perf_counter()
        evidence = self._search(asked.standalone, asked.scope) if asked.understood else []
        searched = time.perf_counter()
        answer = self._blank(asked, evidence)
        if reason := self._reason(asked, answer):
            answer = replace(answer, status="abstained", reason=reason, notes=(abstain.sentence(reason, asked.scope),))
        else:
            answer = yield from self._draft(answer)
        verified = answer.elapsed.verify
        draft = (time.perf_counter() - searched) * 1000 - verified
        yield Done(replace(answer, elapsed=Elapsed((searched - started) * 1000, draft, verified)))

    def close(self) -> None:
        """Close the library."""
        self.index.close()

    def __enter__(self) -> Assistant:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def __repr__(self) -> str:
        """Name the library."""
        return f"Assistant({self.index!r})"

    def _search(self, question: str, scope: Scope) -> list[Evidence]:
        return self.index.search(question, as_of=scope.as_of, since=scope.since, outlets=scope.outlets, k=EVIDENCE)

    def _blank(self, asked: Question, evidence: list[Evidence]) -> Answer:
        scope = asked.scope
        return Answer(
            question=asked.text,
            status="answered",
            asked_at=datetime.now(UTC).isoformat(timespec="seconds"),
            standalone_question=asked.standalone,
            as_of=scope.as_of,
            since=scope.since,
            outlets=scope.outlets,
            confidence=confidence(evidence),
            excluded=self.index.excluded(scope),
            evidence=tuple(evidence),
        )

    def _reason(self, asked: Question, answer: Answer) -> Reason | None:
        """Return why not to answer, or None: answer."""
        if not asked.understood:
            return "question not understood"
        if not self.index.passages:
            return "empty library"
        if answer.evidence and answer.confidence >= ANSWERS_FROM:
            return None
        if asked.scope != Scope() and confidence(self._search(asked.standalone, Scope())) >= ANSWERS_FROM:
            return abstain.left_out(answer.excluded, asked.scope)
        return "evidence too weak" if answer.confidence >= _NOTHING else "nothing on this"

    def _draft(self, answer: Answer) -> Generator[Statement, None, Answer]:
        """Yield the sentences; return the answer with them."""
        citations, statements, verified = [], [], 0.0
        for number, quote in enumerate(choose(answer.evidence), start=1):
            citation = cite(number, quote, self.index.get)
            begun = time.perf_counter()
            support = check_quote(citation, self.index.get(citation.article_id, citation.version))
            verified += (time.perf_counter() - begun) * 1000
            citations.append(citation)
            statements.append(statement(citation, support))
            yield statements[-1]
        return replace(
            answer,
            statements=tuple(statements),
            citations=tuple(citations),
            elapsed=Elapsed(verify=verified),
        )
