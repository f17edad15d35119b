"""A conversation as the page holds it: turns, each a question with its answer, or what went wrong."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from qa.answer import Answer, Citation, Statement, answer_from
from qa.outlets import named
from qa.when import when

Contract = Mapping[str, Any]
"""An answer as the JSON contract has it, schema 1: what is shown, kept and exported."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and as much of the answer as has come.

    `said` are the sentences of an answer that is still coming, `cited` their citations. `fault` is what went
    wrong, with its way out. `liked` is the reader's judgement: None while there is none. `unkept` says why it
    could not be kept.
    """

    question: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    said: tuple[Mapping[str, Any], ...] = ()
    cited: tuple[Mapping[str, Any], ...] = ()
    answer: Contract | None = None
    fault: str | None = None
    stopped: bool = False
    liked: bool | None = None
    comment: str = ""
    unkept: str = ""

    @property
    def coming(self) -> bool:
        """Tell whether the answer is still awaited."""
        return self.answer is None and self.fault is None and not self.stopped

    @property
    def statements(self) -> tuple[Mapping[str, Any], ...]:
        """Return the sentences that there are."""
        return tuple(self.answer["statements"]) if self.answer else self.said

    def saying(self, statement: Statement) -> Turn:
        """Return the turn with one more sentence."""
        return replace(self, said=(*self.said, asdict(statement)))

    @property
    def citations(self) -> tuple[Mapping[str, Any], ...]:
        """Return the citations that there are."""
        return tuple(self.answer["citations"]) if self.answer else self.cited

    def citing(self, citation: Citation) -> Turn:
        """Return the turn with one more citation, for the sentences to come."""
        return replace(self, cited=(*self.cited, asdict(citation)))

    def restarted(self) -> Turn:
        """Return the turn without what was said, for another draft begins."""
        return replace(self, said=(), cited=())

    def answered(self, answer: Answer) -> Turn:
        """Return the turn with its whole answer."""
        return replace(self, answer=answer.to_dict(), said=(), cited=())


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: its id, and its turns, oldest first."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    turns: tuple[Turn, ...] = ()

    def turn(self, turn_id: str) -> Turn | None:
        """Return the turn with this id, or None."""
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    def put(self, turn: Turn) -> Talk:
        """Return the conversation with a turn in the place of the one with its id, or at the end."""
        if self.turn(turn.id) is None:
            return replace(self, turns=(*self.turns, turn))
        return replace(self, turns=tuple(turn if old.id == turn.id else old for old in self.turns))

    def without(self, turn_id: str) -> Talk:
        """Return the conversation without one turn."""
        return replace(self, turns=tuple(turn for turn in self.turns if turn.id != turn_id))

    def limits(self, known: Sequence[str]) -> tuple[str, str, list[str]]:
        """Return the as-of date, since date and outlets that the last answer was limited to; blank: no limit.

        What the question itself says of them is none. `known` are the library's outlets.
        """
        answer = next((turn.answer for turn in reversed(self.turns) if turn.answer), None)
        if answer is None:
            return "", "", []
        asked = answer["standalone_question"] or answer["question"]
        sources, about = named(asked, known)
        as_of = date.fromisoformat(answer["as_of"]) if answer["as_of"] else None
        said = when(about, as_of)
        outlets = [] if sorted(answer["outlets"]) == sorted(sources) else list(answer["outlets"])
        return (
            "" if as_of and said.as_of == as_of else answer["as_of"] or "",
            "" if said.since and said.since.isoformat() == answer["since"] else answer["since"] or "",
            outlets,
        )

    @property
    def history(self) -> list[Answer]:
        """Return the earlier answers, as `Assistant.stream` takes them."""
        return [answer_from(turn.answer) for turn in self.turns if turn.answer]
