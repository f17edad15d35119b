"""The event that a question counts time from, "after the election", and the day on which the articles say it was."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from index.periods import Period
from index.records import Article, Evidence
from index.terms import stem, stems_of
from index.timewords import Mention, Relation, read
from qa.evidence import among

_EVENTS = (
    r"(?:elections?|vote|referendum|war|strike|storm|hurricane|earthquake|quake|floods?|flooding|fire|attacks?|bombing|"
    r"explosion|blast|crash|accident|collapse|coup|invasion|summit|talks|trial|verdict|ruling|resignation|death|match|"
    r"final|game|race|festival|ceremony|launch|landing|eruption|murder|killings?|shooting|raid|ceasefire|truce|deal|"
    r"agreement|merger|takeover|announcement|protests?|riots?|debate|inauguration|coronation|wedding|funeral|outbreak|"
    r"lockdown|recall|hearing|meeting|conference|sinking|rescue|robbery|theft|arrest|opening|closure)"
)
_BESIDE = r"before|after|during|since|following|until|ahead\s+of|in\s+the\s+wake\s+of|as\s+of"
_OCCASION = re.compile(
    rf"\b(?P<relation>{_BESIDE})\s+"
    rf"(?P<event>(?:the|this|that|his|her|its|their|[A-Z][\w’'-]*['’]s)\s+(?:[\w’'-]+\s+){{0,3}}?(?P<noun>{_EVENTS}))\b",
    re.I,
)
_RELATIONS: dict[str, Relation] = {
    "before": "before", "ahead of": "before", "until": "before", "after": "after", "following": "after",
    "in the wake of": "after", "since": "since", "during": "in",
    "as of": "until",
}  # fmt: skip
_LEAST_SHARE = 0.4
"""Share of what is said of its day that one day must have, for the event to be taken as of it."""
_SETTLES = 6
"""Passages whose words of time are counted."""


class Occasion(NamedTuple):
    """An event in a question: `text[start:end]` with its preposition, what it is, and how time is counted from it."""

    text: str
    event: str
    noun: str
    relation: Relation

    @property
    def cuts_off(self) -> bool:
        """Tell whether nothing after the event is wanted: "as of the election"."""
        return self.text.lower().startswith("as of")

    def mention(self, day: Period) -> Mention:
        """Return it as words of time that mean what they do with the event on this day."""
        return Mention(0, len(self.text), self.text, day, 0, self.relation)


def occasion(question: str) -> Occasion | None:
    """Return the event that a question counts time from, or None."""
    if not (match := _OCCASION.search(question)):
        return None
    relation = _RELATIONS[" ".join(match["relation"].lower().split())]
    return Occasion(match[0], match["event"], match["noun"].lower(), relation)


def day_of(asked: Occasion, question: str, search: Callable[[str], Sequence[Evidence]]) -> Period | None:
    """Return the day of the event by what the articles say, or None: they do not, or not with one voice.

    Counted are the days in sentences that name the event, the passages found first more than later ones.
    """
    told: dict[date, float] = defaultdict(float)
    noun = stem(asked.noun)
    counted_from = re.compile(rf"\b(?:{_BESIDE})\s+(?:[\w’'-]+\s+){{0,4}}?{re.escape(asked.noun)}\b", re.I)
    for item in [item for item in search(question) if among(noun, stems_of(item.passage.text))][:_SETTLES]:
        days = {
            mention.period.first
            for sentence in item.sentences
            if among(noun, stems_of(sentence.text)) and not counted_from.search(sentence.text)
            for mention in read(sentence.text, _printed(item.article))
            if mention.certain and mention.relation == "in" and mention.period.first == mention.period.last
        }
        for day in filter(None, days):
            told[day] += 1 / item.rank
    best = max(told, key=lambda day: told[day], default=None)
    return Period(best, best) if best and told[best] >= _LEAST_SHARE * sum(told.values()) else None


def _printed(article: Article) -> date | None:
    """Return the day of an article from which "on Sunday" counts; None where only its month or year is known."""
    return article.published if article.published_precision == "day" else None
