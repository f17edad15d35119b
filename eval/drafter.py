"""A drafter that writes what none should: sentences spoiled in known ways, put through the whole chain.

Quotes are faithful by construction, so that answers made of them prove little. Here each sentence is known to be
right or wrong, and what the chain makes of it is counted: see `gauges`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.floors import Gauge
from eval.records import Case
from eval.text import normalise
from index.errors import ModelError
from index.library import Index
from qa.answer import Statement
from qa.assistant import Assistant
from qa.calls import Meter
from qa.candidates import Candidate
from qa.drafts import Broken, Task
from qa.question import History
from qa.reply import Drafted

RIGHT = "word for word"
_NO_KEY = "0-aeiou"  # keys have no vowels
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)")
_SAID = r"(?:said|says|claimed|warned|announced)"
_SPEAKER = re.compile(
    rf"(?P<before>[^“”\"]{{20,}}), (?:(?:[\w.'’-]+ ){{1,6}}{_SAID}|according to [^,;“”\"]{{2,60}})\."
    r"|According to [^,;“”\"]{2,60}, (?P<after>[a-z][^“”\"]{20,})"
    rf"|(?:The|[A-Z][\w'’-]+) (?:[\w'’-]+ ){{0,4}}{_SAID}(?: [^.“”\"]{{1,40}}?)?,? that (?P<that>[^“”\"]{{20,}})"
)
"""A sentence that somebody says: "…, X said.", "According to X, …", "X said that …"."""
_ALIKE = 0.4
"""Share of a sentence's words in another from which it may well follow from it."""
_EACH = 2
"""Sentences of each kind in one answer."""


@dataclass(frozen=True, slots=True)
class Spoil:
    """A way to write a sentence from candidates: its name, and what it writes, nothing where it cannot be done."""

    name: str
    write: Callable[[Candidate, Sequence[Candidate]], Drafted | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A drafted sentence, how it was made, and the statement that the chain made of it."""

    spoil: str
    statement: Statement

    @property
    def accepted(self) -> bool:
        """Tell whether it is shown as if nothing were wrong with it."""
        return self.statement.support.verdict == "supported" and self.statement.state != "marked"


class BadDrafter:
    """Writes up to two sentences of each kind, and mends none; a `Drafter`."""

    name = "bad drafter"
    prompt: str | None = None

    def __init__(self) -> None:
        self.spoils: list[str] = []

    def condense(self, question: str, history: History, meter: Meter) -> None:
        """Leave follow-ups to the rules."""

    def room(self, question: str) -> int:
        """Return the tokens of reports that it is given."""
        return 2000

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def draft(self, task: Task) -> Iterator[Drafted]:
        """Yield the sentences; `spoils` tells afterwards how each was made.

        Raises:
            ModelError: nothing can be written from these reports.
        """
        known = [candidate for report in task.reports for candidate in report.candidates]
        self.spoils = []
        for spoil in SPOILS:
            written = (spoil.write(candidate, known) for candidate in known)
            for drafted in [one for one in written if one is not None][:_EACH]:
                self.spoils.append(spoil.name)
                yield drafted
        if not self.spoils:
            raise ModelError("there is nothing to write from")

    def repair(self, task: Task, broken: Sequence[Broken]) -> list[Drafted | None]:
        """Return the sentences as they were."""
        return [item.drafted for item in broken]


def put_through(cases: Sequence[Case], index: Index) -> list[Shown]:
    """Return what the chain makes of the bad drafter's sentences, over cases; what it abstains from has none."""
    shown: list[Shown] = []
    drafter = BadDrafter()
    assistant = Assistant(index, drafter)
    for case in cases:
        answer = assistant.ask(case.question, as_of=case.as_of)
        if answer.model == drafter.name:
            shown += [Shown(*pair) for pair in zip(drafter.spoils, answer.statements, strict=True)]
    return shown


def gauges(shown: Sequence[Shown]) -> Iterator[Gauge]:
    """Yield the share of right sentences that is accepted, and of each kind of wrong ones that is not."""
    for spoil in SPOILS:
        accepted = [one.accepted for one in shown if one.spoil == spoil.name]
        if not accepted:
            continue
        if spoil.name == RIGHT:
            yield Gauge(f"drafter: {RIGHT}, accepted", sum(accepted) / len(accepted), slack=1 / len(accepted))
        else:
            caught = 1 - sum(accepted) / len(accepted)
            yield Gauge(f"drafter: {spoil.name}, caught", caught, slack=1 / len(accepted) if caught < 1 else 0.0)


def _word_for_word(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    return Drafted(one.quote.text, (one.key,))


def _wrong_number(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    found = _NUMBER.search(one.quote.text)
    if found is None:
        return None
    digit = found[0][0]
    wrong = str(int(digit) % 9 + 1) + found[0][1:]
    if wrong in one.quote.text:
        return None
    return Drafted(one.quote.text[: found.start()] + wrong + one.quote.text[found.end() :], (one.key,))


def _invented_key(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    return Drafted(one.quote.text, (_NO_KEY,))


def _invented_beside_real(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    return Drafted(one.quote.text, (one.key, _NO_KEY))


def _lost_speaker(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    found = _SPEAKER.fullmatch(" ".join(one.quote.text.split()))
    if found is None:
        return None
    said = next(part for part in found.group("before", "after", "that") if part).rstrip(".")
    return Drafted(f"{said[0].upper()}{said[1:]}.", (one.key,))


def _wrong_article(one: Candidate, known: Sequence[Candidate]) -> Drafted | None:
    words = set(normalise(one.quote.text).split())
    for other in known:
        same = words & set(normalise(other.quote.text).split())
        if other.quote.article.id != one.quote.article.id and len(same) < _ALIKE * len(words):
            return Drafted(one.quote.text, (other.key,))
    return None


SPOILS = (
    Spoil(RIGHT, _word_for_word),
    Spoil("wrong number", _wrong_number),
    Spoil("invented key", _invented_key),
    Spoil("invented key beside a real one", _invented_beside_real),
    Spoil("lost speaker", _lost_speaker),
    Spoil("quote from another article", _wrong_article),
)
