"""The question as it is asked of the library: checked, made to stand alone, with its scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from index.errors import InputError
from index.records import Evidence
from index.scope import Day, Scope, scope_of
from index.terms import content
from qa import followup
from qa import outlets as outlet_names
from qa.answer import Answer
from qa.cut import is_enough, without
from qa.occasions import day_of, occasion
from qa.when import When, when

MAX_CHARACTERS = 4000
History = Sequence[Answer | Mapping[str, Any]]
"""Earlier answers, oldest first; or mappings with `question`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its scope: `text` as asked, `standalone` without need of those before, `when` it asks about.

    `told` is what was answered before, where the question asks for something else. `newest` is the day of the newest
    article in scope.
    """

    text: str
    standalone: str
    scope: Scope
    when: When = field(default_factory=When)
    told: tuple[str, ...] = ()
    newest: date | None = None

    @property
    def understood(self) -> bool:
        """Tell whether there is a word in it that can be looked for."""
        return bool(content(self.standalone))


def understand(
    text: str,
    *,
    as_of: Day = None,
    since: Day = None,
    outlets: Sequence[str] | None = None,
    history: History = (),
    newest: Callable[[Scope], date | None] = lambda scope: None,
    known: Sequence[str] = (),
    search: Callable[[str, Scope], Sequence[Evidence]] = lambda question, scope: (),
) -> Question:
    """Return the question, ready to be searched for; a follow-up carries the question before it.

    `known` are the library's outlets; one that the question names as its source is a filter.

    `search` finds passages: when the event was that a question counts time from, "after the election", they tell.

    `newest` tells the day of the newest article in a scope: what "last week" counts from where no `as_of` is set.

    Raises:
        InputError: it is blank or too long, or the scope is not one, or has an outlet that is not known.
    """
    text = " ".join(text.split())
    if not text:
        raise InputError("the question is blank; ask one")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the question has {len(text)} characters, the most is {MAX_CHARACTERS}; shorten it")
    standalone = followup.standalone(text, _turns(history, newest, known), known) if history else text
    sources, about = outlet_names.named(standalone, known)
    outlets = outlet_names.given(outlets, known) or sources
    scope = scope_of(as_of, since, outlets)
    asked = when(about, scope.as_of or newest(scope))
    if asked.as_of and (scope.as_of is None or asked.as_of < scope.as_of):
        scope = scope_of(asked.as_of, since, outlets)
        asked = replace(when(about, asked.as_of), as_of=asked.as_of)  # "last week" counts from that day
    if asked.since and scope.since is None and scope.as_of and asked.since <= scope.as_of:
        scope = replace(scope, since=asked.since)
    if (counted := occasion(about)) and not asked.windows:
        told_of = replace(scope, since=None)  # whatever was reported of the event, and when
        day = day_of(counted, about, lambda wanted: search(wanted, told_of))
        if day and day.last and counted.cuts_off:
            end = min(day.last, scope.as_of or day.last)
            begin = scope.since if scope.since and scope.since <= end else None
            scope = replace(scope, as_of=end, since=begin)
            asked = replace(asked, as_of=end, notes=(f"“{counted.text}” is taken as of {day}",))
        elif day:
            window, shorter = counted.mention(day).window, asked.about.replace(counted.text, " ")
            asked = replace(
                asked,
                windows=(window,),
                about=without(shorter, ()) if is_enough(shorter) else asked.about,
                notes=(f"“{counted.text}” is taken as {window}",),
            )
        elif counted.cuts_off:
            asked = replace(asked, notes=(f"no day is found for “{counted.event}”: nothing is left out as later",))
    if absent := outlet_names.missing(about, known) if known and not outlets else ():
        said = f"the library has nothing of {' or '.join(absent)}; others are quoted"
        asked = replace(asked, notes=(*asked.notes, said))
    told = _told(history[-1]) if history and standalone != text and followup.asks_else(text) else ()
    return Question(text, standalone, scope, asked, told, newest(scope))


def _turns(history: History, newest: Callable[[Scope], date | None], known: Sequence[str]) -> list[followup.Turn]:
    """Return what was asked and answered before, each question made to stand alone."""
    turns: list[followup.Turn] = []
    for item in history:
        if isinstance(item, Answer):
            question, anchor = item.standalone_question or item.question, item.as_of
        else:
            if not isinstance(item, Mapping):
                raise InputError(f"{item!r} in the history is no turn; give answers, or mappings with a question")
            question, anchor = " ".join(str(item.get("question") or "").split()), None
            question = followup.standalone(question, turns, known)
        if question:
            told = _told(item)
            turns.append(followup.Turn(question, told[0] if told else "", anchor or newest(Scope())))
    return turns


def _told(item: Answer | Mapping[str, Any]) -> tuple[str, ...]:
    if isinstance(item, Answer):
        return tuple(citation.quote for citation in item.citations)
    answer = str(item.get("answer") or "")
    return (answer,) if answer else ()
