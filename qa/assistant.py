"""The assistant: one question, straight down from the library to the answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from index.closing import Closing
from index.library import Day, Index
from index.records import Evidence
from index.scope import Scope
from qa import abstain, accounts, corrections
from qa.answer import Answer, Elapsed, Statement
from qa.checking import check_statement
from qa.citations import cite
from qa.context import beside, in_context
from qa.evidence import MOST_WORDS, choose, confidence
from qa.extract import statement, with_note
from qa.question import History, Question, understand
from qa.retrieve import EVIDENCE, retrieve
from qa.settings import library_folder

__all__ = ["EVIDENCE", "Assistant", "Done", "Searching"]


@dataclass(frozen=True, slots=True)
class Searching:
    """The first event of a stream: what is being searched for."""

    question: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a stream: the whole answer."""

    answer: Answer


class Assistant(Closing):
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
        asked = understand(
            question, as_of=as_of, since=since, outlets=outlets, history=history, newest=self.index.newest,
            known=tuple(self.index.catalog.outlets()),
        )  # fmt: skip
        yield Searching(asked.standalone)
        started = time.perf_counter()
        evidence = retrieve(self.index, asked, asked.scope) if asked.understood else []
        searched = time.perf_counter()
        answer = self._blank(asked, evidence)
        passages = self.index.passages
        if no := abstain.decide(asked, evidence, passages, lambda: retrieve(self.index, asked, Scope())):
            answer = replace(answer, status="abstained", reason=no.reason, notes=(no.text, *answer.notes))
        else:
            answer = yield from self._draft(answer)
        verified = answer.elapsed.verify
        draft = (time.perf_counter() - searched) * 1000 - verified
        yield Done(replace(answer, elapsed=Elapsed((searched - started) * 1000, draft, verified)))

    def close(self) -> None:
        """Close the library."""
        self.index.close()

    def __repr__(self) -> str:
        """Name the library."""
        return f"Assistant({self.index!r})"

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
            notes=asked.when.notes,
        )

    def _draft(self, answer: Answer) -> Generator[Statement, None, Answer]:
        """Yield the sentences; return the answer with them."""
        citations, statements, verified = [], [], 0.0
        found = accounts.find(answer.standalone_question, answer.evidence)
        chosen = accounts.quotes(found, choose(answer.evidence))
        for number, quote in enumerate(in_context(chosen, MOST_WORDS, accounts.count(found)), start=1):
            citation = cite(number, quote, self.index.get)
            begun = time.perf_counter()
            drafted = check_statement(statement(citation), [citation], self.index.get)
            verified += (time.perf_counter() - begun) * 1000
            citations.append(citation)
            statements.append(with_note(drafted, *beside(quote)))
            yield statements[-1]
        differing = accounts.told(answer.standalone_question, found, citations)
        return replace(
            answer,
            statements=tuple(statements),
            citations=tuple(citations),
            accounts=differing,
            notes=(*answer.notes, *accounts.notes(differing), *corrections.notes(self.index, citations)),
            elapsed=Elapsed(verify=verified),
        )
