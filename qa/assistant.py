"""The assistant: one question, straight down from the library to the answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.closing import Closing
from index.library import Index
from index.records import Evidence
from index.scope import Day, Scope, scope_of
from qa import abstain, accounts, corrections
from qa.answer import Answer, Elapsed, Statement
from qa.calls import Meter
from qa.checking import check_statement
from qa.citations import cite
from qa.compose import written
from qa.condense import condensed
from qa.context import beside, in_context
from qa.drafts import Drafter
from qa.events import Cited, Done, Event, Searching, last
from qa.evidence import MOST_WORDS, choose, confidence
from qa.extract import statement, with_note
from qa.followup import points_back
from qa.options import Options
from qa.question import History, Question, understand
from qa.retrieve import EVIDENCE, found_in, retrieve
from qa.settings import library_folder
from qa.turns import Turns

if TYPE_CHECKING:
    from qa.query_engine import AnswerEngine

__all__ = ["EVIDENCE", "Assistant", "Done", "Searching"]


_TURNS = Turns(2)
"""Questions that are searched for at the same moment in one process."""


class Assistant(Closing):
    """Answers questions over one library. Open one with `Assistant.open`."""

    def __init__(self, index: Index, drafter: Drafter | None = None, options: Options | None = None) -> None:
        self.index = index
        self.drafter = drafter
        self.options = options or Options()

    @classmethod
    def open(cls, library: str | Path | None = None, llm: Any = None, options: Options | None = None) -> Assistant:
        """Open the library in a folder; None: the one that the settings name.

        `llm`: the name of a language model, such as `ollama:llama3.3`, or an LLM of LlamaIndex, that writes the
        answers; None or `none`: they are quotes. `options`: how it is used; None: as the settings say.

        Raises:
            NoLibraryError: there is none.
            InputError: there is no language model of this name, or a setting is not one.
            ModelError: the package or the key of the model is missing.
        """
        drafter = None
        if llm is not None:
            from qa.generate import drafter_of  # here, for most answers need no model

            options = options or Options.from_settings()
            drafter = drafter_of(llm, options)
        return cls(Index.open(library if library is not None else library_folder()), drafter, options)

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
        return last(self.stream(question, as_of=as_of, since=since, outlets=outlets, history=history))

    def stream(
        self,
        question: str,
        *,
        as_of: Day = None,
        since: Day = None,
        outlets: Sequence[str] | None = None,
        history: History = (),
    ) -> Iterator[Event]:
        """Yield what is searched for, each sentence as it is finished, after what it cites, and the whole answer.

        Raises:
            InputError: the question is blank or too long, or the scope is not one.
            ModelError: the language model failed, and the options want an error then.
        """
        understood = partial(
            understand, as_of=as_of, since=since, outlets=outlets, newest=self.index.newest,
            known=tuple(self.index.catalog.outlets()), search=partial(found_in, self.index),
        )  # fmt: skip
        asked, meter = understood(question, history=history), Meter()
        notes: tuple[str, ...] = ()
        if history and self.drafter is not None:
            asked, notes = condensed(asked, history, self.drafter.condense, meter, self.options, understood)
        yield Searching(asked.standalone)
        with _TURNS:
            started = time.perf_counter()
            evidence, no = self._look(asked)
            if no and asked.standalone != asked.text and not points_back(asked.text):
                typed = understood(question)  # it may have nothing to do with the question before
                own, why_not = self._look(typed)
                if not why_not and confidence(own) >= abstain.SURE_FROM:
                    asked, evidence, no = typed, own, None
            searched = time.perf_counter()
            answer = self._blank(asked, evidence)
            found = None if no else accounts.find(asked.standalone, evidence)
        if no:
            answer = replace(answer, status="abstained", reason=no.reason, notes=(no.text, *answer.notes))
        else:
            quotes = partial(self._draft, found=found)
            get = partial(self.index.get, as_of=answer.as_of)
            if self.drafter is None:
                answer = yield from quotes(answer)
            else:
                answer = yield from written(self.drafter, answer, meter, get, self.options, quotes)
            answer = self._told(answer, found)
        verified = answer.elapsed.verify
        draft = (time.perf_counter() - searched) * 1000 - verified
        elapsed = Elapsed((searched - started) * 1000, draft, verified)
        yield Done(replace(answer, elapsed=elapsed, usage=meter.usage, notes=(*answer.notes, *notes)))

    def as_query_engine(
        self, *, as_of: Day = None, since: Day = None, outlets: Sequence[str] | None = None
    ) -> AnswerEngine:
        """Return a query engine for LlamaIndex pipelines; its source nodes are the citations, with their spans.

        Raises:
            InputError: the scope is not one.
        """
        from qa.query_engine import AnswerEngine  # here, for it imports LlamaIndex

        scope_of(as_of, since, outlets)
        return AnswerEngine(partial(self.ask, as_of=as_of, since=since, outlets=outlets))

    def close(self) -> None:
        """Close the library, and let go of the model."""
        if self.drafter is not None:
            self.drafter.close()
        self.index.close()

    def __repr__(self) -> str:
        """Name the library and who drafts."""
        return f"Assistant({self.index!r}{f', {self.drafter!r}' if self.drafter else ''})"

    def _look(self, asked: Question) -> tuple[list[Evidence], abstain.Abstention | None]:
        """Return the evidence for a question, and why not to answer from it; None: answer."""
        evidence = retrieve(self.index, asked, asked.scope) if asked.understood else []
        outside = partial(retrieve, self.index, asked, Scope())
        return evidence, abstain.decide(asked, evidence, self.index.passages, outside)

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

    def _draft(self, answer: Answer, found: accounts.Found | None) -> Generator[Cited | Statement, None, Answer]:
        """Yield the sentences, quotes all; return the answer with them."""
        citations, statements, verified = [], [], 0.0
        chosen = accounts.quotes(found, choose(answer.evidence, answer.standalone_question))
        for number, quote in enumerate(in_context(chosen, MOST_WORDS, accounts.count(found)), start=1):
            citation = cite(number, quote, partial(self.index.get, as_of=answer.as_of))
            begun = time.perf_counter()
            drafted = check_statement(statement(citation, goes_on=quote.goes_on), [citation], self.index.get)
            verified += (time.perf_counter() - begun) * 1000
            citations.append(citation)
            statements.append(with_note(drafted, *beside(quote)))
            yield from (Cited(citation), statements[-1])
        return replace(
            answer,
            statements=tuple(statements),
            citations=tuple(citations),
            elapsed=Elapsed(verify=verified),
        )

    def _told(self, answer: Answer, found: accounts.Found | None) -> Answer:
        """Return an answer with what its sources say differently, and what became of them since.

        An account that no sentence of a model cites is quoted too.
        """
        if answer.status == "abstained":
            return answer
        citations = list(answer.citations)
        for quote in accounts.quotes(accounts.only_said(found), ()) if answer.model != "extractive" else ():
            if not any((c.article_id, c.start) == (quote.article.id, quote.start) for c in citations):
                get = partial(self.index.get, as_of=answer.as_of)
                citations.append(cite(len(citations) + 1, quote, get))
        differing = accounts.told(answer.standalone_question, found, citations)
        return replace(
            answer,
            citations=tuple(citations) if differing else answer.citations,
            accounts=differing,
            notes=(
                *answer.notes,
                *accounts.notes(differing),
                *corrections.notes(self.index, answer.citations, answer.as_of),
                *abstain.doubts(answer.confidence),
            ),
        )
