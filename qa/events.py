"""What a stream yields beside its statements; all frozen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.answer import Answer, Citation, Statement


@dataclass(frozen=True, slots=True)
class Searching:
    """The first event of a stream: what is being searched for."""

    question: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote that the statements after it cite by its number."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class Restarted:
    """The draft broke off: the statements before it are void, and another draft begins. `why` is one sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a stream: the whole answer. Its statements are those since the last `Restarted`, in order."""

    answer: Answer


Event = Searching | Cited | Statement | Restarted | Done
"""What a stream yields."""


def last(events: Iterable[Event]) -> Answer:
    """Return the answer with which a stream ends."""
    for event in events:
        if isinstance(event, Done):
            return event.answer
    raise AssertionError("a stream ends with Done")
