"""The question as it is asked of the library: checked, made to stand alone, with its scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from index.errors import InputError
from index.library import Day, scope_of
from index.scope import Scope
from index.terms import is_stopword, words
from qa import outlets as outlet_names
from qa.answer import Answer
from qa.when import When, when

MAX_CHARACTERS = 4000
_FOLLOWS_UP = re.compile(r"^(?:and|but|so|what about|how about|or|then|also)\b", re.I)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there|then|one|ones|same|other side)\b",
    re.I,
)
_LEAST_TERMS = 3
"""Content words below which a question that points back is not taken to stand alone."""

History = Sequence[Answer | Mapping[str, Any]]
"""Earlier answers, oldest first; or mappings with `question`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its scope: `text` as asked, `standalone` without need of those before, `when` it asks about."""

    text: str
    standalone: str
    scope: Scope
    when: When = field(default_factory=When)

    @property
    def understood(self) -> bool:
        """Tell whether there is a word in it that can be looked for."""
        return any(not is_stopword(word.text) for word in words(self.standalone))


def understand(
    text: str,
    *,
    as_of: Day = None,
    since: Day = None,
    outlets: Sequence[str] | None = None,
    history: History = (),
    newest: Callable[[Scope], date | None] = lambda scope: None,
    known: Sequence[str] = (),
) -> Question:
    """Return the question, ready to be searched for; a follow-up carries the question before it.

    `known` are the library's outlets; one that the question names as its source is a filter.

    `newest` tells the day of the newest article in a scope: what "last week" counts from where no `as_of` is set.

    Raises:
        InputError: it is blank or too long, or the scope is not one, or has an outlet that is not known.
    """
    text = " ".join(text.split())
    if not text:
        raise InputError("the question is blank; ask one")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the question has {len(text)} characters, the most is {MAX_CHARACTERS}; shorten it")
    standalone = _standalone(text, history)
    sources, about = outlet_names.named(standalone, known)
    outlets = outlet_names.given(outlets, known) or sources
    scope = scope_of(as_of, since, outlets)
    asked = when(about, scope.as_of or newest(scope))
    if asked.as_of and (scope.as_of is None or asked.as_of < scope.as_of):
        scope = scope_of(asked.as_of, since, outlets)
        asked = replace(when(about, asked.as_of), as_of=asked.as_of)  # "last week" counts from that day
    return Question(text, standalone, scope, asked)


def _standalone(text: str, history: History) -> str:
    if not history:
        return text
    terms = [word for word in words(text) if not is_stopword(word.text)]
    leans = bool(_FOLLOWS_UP.match(text)) or bool(_POINTS_BACK.search(text)) or len(terms) < _LEAST_TERMS
    last = history[-1]
    before = last.standalone_question or last.question if isinstance(last, Answer) else str(last.get("question", ""))
    return f"{text} ({before})" if leans and before else text
