"""Who drafts, a model or a script: what a drafter is asked, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from qa.answer import Support
from qa.calls import Meter
from qa.candidates import Report, secret
from qa.events import Restarted
from qa.question import History
from qa.reply import Drafted

NO_ANSWER = "The reports do not say."
"""The one phrase with which a drafter abstains."""

_DECLINES = re.compile(
    r"(?:None of the|The)(?: given| provided)? (?:reports|articles|sources) (?:do not|don[’']t|does not) "
    r"(?:say|tell|answer|mention|state|contain|provide|give|specify|name|include|indicate|address)\b[^.]*\.?$"
    r"|(?:None of the reports|No report) (?:answers|says|mentions|contains|gives)\b[^.]*\.?$",
    re.I,
)
"""The same in other words, which models fall into."""


@dataclass(slots=True)
class Task:
    """One answer in the making: what is asked, as of when, what may be cited, what it has cost and told so far.

    `seal` closes the block of the reports; no article can know it.
    """

    question: str
    as_of: date | None
    reports: tuple[Report, ...]
    meter: Meter = field(default_factory=Meter)
    notes: list[str] = field(default_factory=list)
    seal: str = field(default_factory=secret)


@dataclass(frozen=True, slots=True)
class Broken:
    """A sentence that failed its check: as drafted, and what was found."""

    drafted: Drafted
    support: Support


class Drafter(Protocol):
    """Writes sentences with the keys of the candidates that they stand on."""

    @property
    def name(self) -> str:
        """Return what the answer carries as its model."""

    @property
    def prompt(self) -> str | None:
        """Return the fingerprint of the instructions it follows, None: it follows none."""

    def condense(self, question: str, history: History, meter: Meter) -> str | None:
        """Return a follow-up so that it stands alone; None: that is left to the rules.

        Raises:
            ModelError: it cannot.
        """

    def room(self, question: str) -> int:
        """Return the tokens of reports that it can read beside this question.

        Raises:
            ModelError: there is no room for any.
        """

    def close(self) -> None:
        """Let go of what it holds open."""

    def draft(self, task: Task) -> Iterator[Drafted | Restarted]:
        """Yield each sentence as it is finished; `NO_ANSWER` to abstain; `Restarted` to begin anew.

        Raises:
            ModelError: there is no draft, or only a part of one.
        """

    def repair(self, task: Task, broken: Sequence[Broken]) -> Sequence[Drafted | None]:
        """Return each of these sentences put right, None for one to be dropped.

        Raises:
            ModelError: there is no repair.
        """


def says_no_answer(drafted: Drafted) -> bool:
    """Tell whether a sentence is the agreed phrase, or, without a key, the same in other words."""
    text = drafted.text
    return _letters(text) == _letters(NO_ANSWER) or (not drafted.keys and bool(_DECLINES.match(text)))


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
