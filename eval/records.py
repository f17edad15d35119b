"""The records that cases are read into; frozen, whatever file they came from."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

KINDS = (
    "fact",
    "conflict",
    "as-of",
    "update",
    "unanswerable",
    "attribution",
    "independence",
    "follow-up",
)
"""What a case is about; every kind has figures of its own."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one outlet (where it has none, one file; blank: anyone) says: any one of the answers, in its quote."""

    outlet: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation, and what was answered."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A question. `answers`: any one of them, in a quote, is right; empty: the articles do not answer it.

    `as_of` is the day as of which it is asked, None: no limit. `scored` is False for a question whose answer
    is not known to be in the articles: it counts for nothing but multiple choice. `outlets` limit the search
    as in `ask`. All `must_cite` files are to be cited, none of `must_not_cite`, nothing of `must_not_say`
    said. `choices` are those of a quiz, `urls` those of the articles that came with its question. Cases of
    one `story` are resampled together. `where` is file:line.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    as_of: date | None = None
    scored: bool = True
    kind: str = "fact"
    since: date | None = None
    outlets: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    accounts: tuple[Account, ...] = ()
    must_cite: tuple[str, ...] = ()
    must_not_cite: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    story: str = ""
    why: str = ""
    where: str = ""

    @property
    def answerable(self) -> bool:
        """Tell whether an answer is expected, and not an abstention."""
        return bool(self.answers)

    @property
    def key(self) -> str:
        """Return what tells it from every other case: ids repeat in some files, so id and question."""
        return hashlib.sha256(f"{self.id}\n{self.question}".encode("utf-8", "replace")).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Return it as a line of a file of cases: only what is set, dates as ISO strings."""
        row: dict[str, Any] = {"id": self.id, "kind": self.kind, "question": self.question}
        for name in ("as_of", "since"):
            if day := getattr(self, name):
                row[name] = day.isoformat()
        if self.outlets:
            row["outlets"] = list(self.outlets)
        if self.history:
            row["history"] = [asdict(turn) for turn in self.history]
        row["answers"] = list(self.answers)
        if self.accounts:
            row["accounts"] = [{"outlet": a.outlet, "answers": list(a.answers)} for a in self.accounts]
        for name in ("must_cite", "must_not_cite", "must_not_say", "story", "why"):
            if value := getattr(self, name):
                row[name] = value if isinstance(value, str) else list(value)
        return row


@dataclass(frozen=True, slots=True)
class Text:
    """An article that a set of questions brings along, to be added to a library before they are asked."""

    id: str
    text: str
    outlet: str | None = None
    title: str | None = None
    published: str | None = None
