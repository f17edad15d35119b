"""Example questions that fit a library: about names that several articles share, in a month when they were news."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter, defaultdict
from itertools import islice

from index.dates import say
from index.library import Index
from index.terms import is_stopword
from qa.evidence import ANSWERS_FROM, confidence
from qa.question import understand
from qa.retrieve import retrieve

MOST = 4
"""Examples offered."""
_LOG = logging.getLogger(__name__)
_READ = 3000
"""Articles looked through."""
_OPENING = 1200
"""Characters of each that are."""
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{2,} ){0,2}[A-Z][a-z]{3,}(?![\w-]| and [A-Z]| [a-z]{2}-)")
_GOES_ON = re.compile(r"[A-Z]\w+ (?:for|of|and) (?:the )?$")
"""Before a name that is the end of a longer one: "Centers for" before "Disease Control"."""
_NAMES_WHAT_FOLLOWS = re.compile(r" (?!\w+ed\b)([a-z]{3,})")
"""After a word with "the" that names the next: "the Morandi bridge"."""
_EVERYWHERE = 0.04
"""Share of the articles from which a name is no topic, but at least this many:"""
_FEW = 12
_NO_TOPIC = frozenset(
    "today monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december".split()
)
_TRIED = 12


class Examples:
    """Finds the examples while the page is already served, which also readies the library for the first question."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._found = threading.Event()
        self.questions: tuple[str, ...] = ()

    def wait(self, seconds: float) -> None:
        """Wait until they are found, at most so long."""
        self._found.wait(seconds)

    def find(self) -> None:
        """Begin to find them, again after the library has changed."""
        self._found.clear()
        threading.Thread(target=self._find, daemon=True, name="examples").start()

    def _find(self) -> None:
        """Find them; the page can do without."""
        try:
            self._index.nearest.ready()
            self.questions = example_questions(self._index)
        except Exception as exc:
            _LOG.warning("no example questions: %s", exc)
        finally:
            self._found.set()


def example_questions(index: Index) -> tuple[str, ...]:
    """Return up to four questions that the library answers, about different articles; no model is asked."""
    answered = (question for question in candidates(index)[:_TRIED] if _answers(index, question))
    return tuple(islice(answered, MOST))


def _answers(index: Index, question: str) -> bool:
    asked = understand(question, newest=index.newest, known=tuple(index.catalog.outlets()))
    return confidence(retrieve(index, asked, asked.scope)) >= ANSWERS_FROM


def candidates(index: Index) -> list[str]:
    """Return questions about the names that most articles share, each name's articles taken once."""
    told: dict[str, set[str]] = defaultdict(set)
    months: dict[str, Counter[str]] = defaultdict(Counter)
    with_article: Counter[str] = Counter()
    unfinished: Counter[str] = Counter()
    articles = list(islice(index.articles(), _READ))
    for article in articles:
        if article.published is None:
            continue
        opening = article.text[:_OPENING]
        whole = (m for m in _NAME.finditer(opening) if not _GOES_ON.search(opening, max(0, m.start() - 40), m.start()))
        runs = [(m.group(), opening[: m.start()].rsplit(None, 1)[-1], _names_next(opening, m.end())) for m in whole]
        for name in {name for name, before, _ in runs if not before[0].isupper()}:
            if not any(word.lower() in _NO_TOPIC or is_stopword(word) for word in name.split()):
                told[name].add(article.id)
                with_article[name] += any(run[:2] == (name, "the") for run in runs)
                unfinished[name] += " " not in name and (name, "the", True) in runs
                months[name][say(article.published).split(" ", 1)[1]] += 1
    questions: list[str] = []
    used: set[str] = set()
    most = max(_FEW, _EVERYWHERE * len(articles))
    names = [name for name in told if len(told[name]) <= most and unfinished[name] <= len(told[name]) // 2]
    for name in sorted(names, key=lambda name: (-len(told[name]) * (1 + (" " in name)), -len(name), name)):
        if len(told[name] & used) <= len(told[name]) // 3:
            used |= told[name]
            the = "the " if with_article[name] > len(told[name]) // 2 else ""
            questions.append(f"What was reported about {the}{name} in {months[name].most_common(1)[0][0]}?")
    return questions


def _names_next(text: str, place: int) -> bool:
    """Tell whether the word that ends here seems to name the next."""
    follows = _NAMES_WHAT_FOLLOWS.match(text, place)
    return bool(follows and not is_stopword(follows[1]))
