"""Whether a question is abstained from: the reason, and the sentence that says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from index.dates import say
from index.query import parse
from index.records import Article, Evidence
from index.scope import Scope, matching
from index.terms import is_stopword, stems_of, words
from prompts import render
from qa.answer import Reason
from qa.evidence import ANSWERS_FROM, among, confidence, is_about
from qa.question import Question
from qa.timing import fit
from qa.values import names

_AHEAD = re.compile(
    r"\b(?:will|would|shall|expect\w*|plan\w*|forecast\w*|predict\w*|project\w*|due|likely|intend\w*|schedul\w*|should|"
    r"aim\w*|target\w*|going\s+to|upcoming|promis\w*|hope\w*|goal|deadline|estimat\w*|next|until)\b",
    re.I,
)
"""Words of a question about what is to come: that may be told of before its time."""
_STILL_HOLDS = 30
"""Days after the newest article for which what it says of a state of things may still answer."""
SURE_FROM = 0.3
"""Confidence from which nothing is said of it: below it, one answer in seven was right over the even half of 2022."""
_LIMITS = ("later", "before", "undated", "outlet")
"""What may leave an article out of a scope."""
_NAMED = 3
"""Outlets that are named at most."""


class Abstention(NamedTuple):
    """Why a question is not answered: one of the agreed reasons, and the sentence shown in place of an answer."""

    reason: Reason
    text: str


def decide(
    asked: Question, evidence: Sequence[Evidence], passages: int, outside: Callable[[], Sequence[Evidence]]
) -> Abstention | None:
    """Return why not to answer from the evidence, or None: answer.

    `passages` are those of the whole library; `outside` searches all of it, whatever the scope.
    """
    if not asked.understood:
        return _say(
            "question not understood", "there is no word in the question to look for; name a person or an event"
        )
    if not passages:
        return _say("empty library", "the library is empty; add some with: dateline add ARTICLES")
    if early := _too_early(asked):
        return _left_out(outside(), asked.scope) or early
    unheard = _not_one_heard(evidence, asked.when.about)
    if evidence and confidence(evidence) >= ANSWERS_FROM and not unheard:
        return None
    if asked.scope != Scope() and (left := _left_out(outside(), asked.scope)):
        return left
    if unheard:
        return _say("nothing on this", f"no passage found mentions {' or '.join(unheard)}")
    near = [item for item in evidence if is_about(_told(item), asked.when.about)]
    if not near:
        missing = _unheard_of(evidence, asked.when.about)
        of = f"no passage found mentions {' or '.join(missing)}" if missing else "none of them is about this"
        return _say("nothing on this", of)
    title = _title(near[0].article)
    if asked.when.windows and not any(_is_of_the_time(item, asked) for item in near):
        windows = " or ".join(str(window) for window in asked.when.windows)
        return _say(
            "evidence too weak", f"none of those about it tells of that time ({windows}); the nearest is {title}"
        )
    return _say("evidence too weak", f"the nearest to it, {title}, does not answer the question")


def doubts(confidence: float) -> tuple[str, ...]:
    """Return the note that an answer may be none; nothing where it is more likely than not that it is one."""
    if confidence >= SURE_FROM:
        return ()
    return (f"These sentences may not answer the question: the confidence is {confidence:.2f}.",)


def _too_early(asked: Question) -> Abstention | None:
    """Return that the articles end before the time asked about; None: they do not, or what was planned is asked."""
    windows, newest = asked.when.windows, asked.newest
    if newest is None or not windows or asked.when.notes or _AHEAD.search(asked.standalone):
        return None
    if not all(window.first and (window.first - newest).days > _STILL_HOLDS for window in windows):
        return None
    times = " or ".join(str(window) for window in windows)
    return _say("nothing on this", f"the newest of them is of {say(newest)}, and the question is about {times}")


def _left_out(found: Sequence[Evidence], scope: Scope) -> Abstention | None:
    """Return why what would answer is not in the scope; None: nothing outside it would.

    What one limit alone leaves out decides, before what several do.
    """
    answers = [item.article for item in found if confidence([item]) >= ANSWERS_FROM]
    limits = [limits for article in answers if (limits := _limits(article, scope))]
    if not limits:
        return None
    as_of, since = scope.as_of or date.max, scope.since or date.min
    match min(limits, key=lambda left: (len(left), left != ["outlet"], _LIMITS.index(left[0])))[0]:
        case "outlet":
            others = dict.fromkeys(article.name for article in answers if _limits(article, scope) == ["outlet"])
            others = others or dict.fromkeys(article.name for article in answers if not _is_of(article, scope.outlets))
            because = f"{', '.join(scope.outlets)} says nothing of it, but other outlets do: "
            return _say("only other outlets", because + ", ".join(list(others)[:_NAMED]))
        case "later":
            return _say("only after the date", f"what they say of it was published after {say(as_of)}")
        case "before":
            return _say("nothing on this", f"what they say of it was published before {say(since)}")
        case _:
            return _say("only undated articles", "only undated articles say something of it, and a date was asked for")


def _limits(article: Article, scope: Scope) -> list[str]:
    """Return which of `_LIMITS` leave an article out of a scope."""
    begins = article.visible_from
    left = {
        "outlet": bool(scope.outlets) and not _is_of(article, scope.outlets),
        "later": bool(scope.as_of and begins and begins > scope.as_of),
        "before": bool(scope.since and article.published and article.published < scope.since),
        "undated": begins is None and bool(scope.as_of or scope.since),
    }
    return [limit for limit in _LIMITS if left[limit]]


def _is_of(article: Article, outlets: Sequence[str]) -> bool:
    return any(matching(outlet, [article.outlet or ""]) for outlet in outlets)


def _not_one_heard(evidence: Sequence[Evidence], question: str) -> list[str]:
    """Return the names in a question where no passage has any of them, else none.

    Of a name of several words, one is enough where it stands as a name: "Truss", but not "ever" for "Ever Given"; and
    the initials of a name stand for it: "ECB".
    """
    asked = list(dict.fromkeys(question[start:end] for start, end in names(question)))
    texts = [f"{item.article.title or ''} {' '.join(item.passage.text.split())}" for item in evidence]
    if not asked or any(name in text for name in asked for text in texts):
        return []
    held = _all_held(evidence)
    lines = [line for item in evidence for line in item.passage.text.splitlines()]
    told = {line[a:b] for line in lines for a, b in names(line)}
    named = frozenset[str]().union(*map(stems_of, told))
    initials = {"".join(part[0] for part in name.split() if part[0].isupper()) for name in told if " " in name}
    for name in asked:
        parts = [word for word in words(name) if not is_stopword(word.text)]
        if any(among(word.stem, named if len(name.split()) > 1 else held) for word in parts):
            return []
        if any(word.text.removesuffix("'s").removesuffix("’s") in initials for word in parts):
            return []
    return asked


def _unheard_of(evidence: Sequence[Evidence], question: str) -> list[str]:
    """Return the names in the question that no passage has."""
    query, held = parse(question), _all_held(evidence)
    return [term.text for term in query.terms if term.stem in query.names and not among(term.stem, held)]


def _told(item: Evidence) -> str:
    return f"{item.article.title or ''} {item.passage.text}"


def _all_held(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset[str]().union(*(stems_of(_told(item)) for item in evidence))


def _is_of_the_time(item: Evidence, asked: Question) -> bool:
    published = item.article.published
    return any(fit(sentence.text, published, asked.when) > 0.5 for sentence in item.sentences)


def _title(article: Article) -> str:
    named = f"{article.name}, {article.when}"
    return f"“{article.title}” ({named})" if article.title else named


def _say(reason: Reason, because: str) -> Abstention:
    return Abstention(reason, render("abstain", because=because))
