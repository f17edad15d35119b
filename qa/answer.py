"""The answer object: one for the terminal, the page, the HTTP door and Python, with its JSON and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from index.dates import Precision, say
from index.periods import of_iso
from index.records import Evidence, Excluded

State = Literal["as drafted", "repaired", "marked"]
Verdict = Literal["supported", "partly", "unsupported", "contradicted"]
Reason = Literal[
    "empty library",
    "nothing on this",
    "only after the date",
    "only undated articles",
    "only other outlets",
    "evidence too weak",
    "question not understood",
]
SCHEMA = 1
_MARKS: dict[Verdict, str] = {
    "supported": "",
    "partly": "only partly supported by the articles",
    "unsupported": "not supported by the articles",
    "contradicted": "contradicted by the articles",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked about a statement, and what was found."""

    check: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a statement follows from what it cites: the verdict, a score from 0 to 1, and every check."""

    verdict: Verdict
    score: float
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that prints the same report."""

    article_id: str
    outlet: str | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """Words of time in a quote, and the day, month, year or interval, in ISO form, that they mean."""

    text: str
    date: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote in its article: `article.text[start:end] == quote`; `n` is its number in the answer."""

    n: int
    article_id: str
    version: int
    file: str
    title: str | None
    outlet: str | None
    author: str | None
    published: date | None
    published_origin: str | None
    url: str | None
    quote: str
    start: int
    end: int
    article_sha256: str
    resolved: tuple[Resolved, ...] = ()
    copies: tuple[Copy, ...] = ()
    published_precision: Precision = "day"

    @property
    def source(self) -> str:
        """Return outlet and date as they are said: `WSWS, 28 March 2016`; the file name, `undated`."""
        day = say(self.published, self.published_precision) if self.published else "undated"
        return f"{self.outlet or self.file}, {day}"

    @property
    def shared(self) -> str:
        """Return which other articles print the same report; blank: none."""
        return one_report([copy.outlet or copy.article_id for copy in self.copies])

    @property
    def dates(self) -> str:
        """Return what the relative dates in the quote mean: `on Sunday: 27 March 2016`; blank: there is none."""
        return "; ".join(f"{item.text}: {of_iso(item.date)}" for item in self.resolved)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer, the numbers of its citations, its state and its support."""

    text: str
    citations: tuple[int, ...]
    support: Support
    state: State = "as drafted"

    @property
    def mark(self) -> str:
        """Return in words what is wrong with a sentence that is not supported as a whole; blank: nothing."""
        return _MARKS[self.support.verdict] if self.state == "marked" else ""

    @property
    def noted(self) -> str:
        """Return the numbers of its citations, and its mark: ` [1] [2] (only partly supported)`."""
        return "".join(f" [{n}]" for n in self.citations) + (f" ({self.mark})" if self.mark else "")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of the thing in question: the value, who gives it, when, and in which citation."""

    value: str
    outlet: str
    published: date | None
    citation: int
    published_precision: Precision = "day"

    @property
    def source(self) -> str:
        """Return outlet and date as they are said: `WSWS, 28 March 2016`; `undated`."""
        day = say(self.published, self.published_precision) if self.published else "undated"
        return f"{self.outlet}, {day}"


@dataclass(frozen=True, slots=True)
class Account:
    """What the sources say differently of one thing: `dispute` where all still stand, `update` where a later one
    takes the place of the earlier.
    """

    about: str
    kind: Literal["dispute", "update"]
    claims: tuple[Claim, ...]

    @property
    def heading(self) -> str:
        """Return what stands over the claims: that accounts differ, or that the newest comes first."""
        return "Accounts differ:" if self.kind == "dispute" else "Updated, the newest first:"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model read and wrote for an answer; the cost in US dollars where the price is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Milliseconds spent on each step."""

    search: float = 0.0
    draft: float = 0.0
    verify: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what the articles say, and on what it stands; never changed once made."""

    question: str
    status: Literal["answered", "abstained"]
    asked_at: str
    standalone_question: str = ""
    as_of: date | None = None
    since: date | None = None
    outlets: tuple[str, ...] = ()
    reason: Reason | None = None
    confidence: float = 0.0
    short: str | None = None
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    accounts: tuple[Account, ...] = ()
    excluded: Excluded = field(default_factory=Excluded)
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    model: str = "extractive"
    prompt: str | None = None
    usage: Usage = field(default_factory=Usage)
    elapsed: Elapsed = field(default_factory=Elapsed)

    @property
    def text(self) -> str:
        """Return the sentences, each with the numbers of its citations, or why there is none."""
        if self.status == "abstained":
            return self.notes[0] if self.notes else "The articles do not say."
        return "\n".join(statement.text + statement.noted for statement in self.statements)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as the JSON contract has it (schema 1): only plain values, dates as ISO strings."""
        return {
            "schema": SCHEMA,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "asked_at": self.asked_at,
            "as_of": _iso(self.as_of),
            "since": _iso(self.since),
            "outlets": list(self.outlets),
            "status": self.status,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "text": self.text,
            "short": self.short,
            "statements": [
                {
                    "text": statement.text,
                    "citations": list(statement.citations),
                    "state": statement.state,
                    "support": {
                        "verdict": statement.support.verdict,
                        "score": statement.support.score,
                        "checks": [asdict(check) for check in statement.support.checks],
                    },
                }
                for statement in self.statements
            ],
            "citations": [_citation(citation) for citation in self.citations],
            "accounts": [_account(account) for account in self.accounts],
            "excluded": asdict(self.excluded),
            "evidence": [evidence_dict(item) for item in self.evidence],
            "notes": list(self.notes),
            "model": self.model,
            "prompt": self.prompt,
            "usage": asdict(self.usage),
            "elapsed_ms": {name: round(value, 1) for name, value in asdict(self.elapsed).items()},
        }

    def to_markdown(self) -> str:
        """Return the answer as Markdown: question, scope, sentences, sources; article text is escaped."""
        lines = [f"**{escape(self.question)}**", ""]
        if asked_as := self.asked_as:
            lines += [f"*Asked as: {escape(asked_as)}*", ""]
        if scope := self.scope:
            lines += [f"*{escape(scope)}*", ""]
        if self.status == "abstained":
            lines.append(escape(self.text))
        lines += [
            f"{escape(statement.text)} {''.join(f'[{n}]' for n in statement.citations)}"
            f"{_marked(statement)}{self._beside(statement)}\n"
            for statement in self.statements
        ]
        for account in self.accounts:
            lines += ["", account.heading, ""]
            lines += [
                f"- {escape(claim.value)} — {escape(claim.source)} [{claim.citation}]" for claim in account.claims
            ]
        if self.citations:
            lines += ["", "Sources:", ""]
            for c in self.citations:
                shared = f" ({escape(c.shared)})" if c.shared else ""
                lines.append(f"{c.n}. {escape(c.title or c.file)} — {escape(c.source)}{_link(c)}{shared}")
        notes = [escape(note) for note in self.notes[self.status == "abstained" :]]
        sure = [f"Confidence {self.confidence:.2f}."] if self.statements else []
        lines += ["", *(f"*{note}*" for note in (*notes, *sure))]
        return "\n".join(lines).strip() + "\n"

    def dates(self, statement: Statement) -> str:
        """Return what the relative dates in the quotes of a statement mean; blank: there is none."""
        return "; ".join(c.dates for c in self.citations if c.n in statement.citations and c.dates)

    def _beside(self, statement: Statement) -> str:
        dates = self.dates(statement)
        return f" *({escape(dates)})*" if dates else ""

    @property
    def asked_as(self) -> str:
        """Return the question as it stands by itself, where it followed up on another; blank: as it was asked."""
        return "" if self.standalone_question == self.question else self.standalone_question

    @property
    def scope(self) -> str:
        """Return what the answer holds for and what was left out, in words; blank where nothing was."""
        parts = []
        if self.as_of:
            parts.append(f"as of {say(self.as_of)}")
        if self.since:
            parts.append(f"since {say(self.since)}")
        if self.outlets:
            parts.append(f"only {', '.join(self.outlets)}")
        left = [
            f"{count} {before}article{'s' if count != 1 else ''}{after}"
            for count, before, after in (
                (self.excluded.later, "later ", ""),
                (self.excluded.undated, "undated ", ""),
                (self.excluded.outlet, "", " of other outlets"),
            )
            if count
        ]
        if left:
            parts.append(f"{', '.join(left)} left out")
        text = "; ".join(parts)
        return text[:1].upper() + text[1:]


def answer_from(data: Mapping[str, Any]) -> Answer:
    """Return the answer that a JSON of schema 1 describes, without its evidence."""
    return Answer(
        question=data["question"], standalone_question=data["standalone_question"], status=data["status"],
        asked_at=data["asked_at"], as_of=_day(data["as_of"]), since=_day(data["since"]),
        outlets=tuple(data["outlets"]), reason=data["reason"], confidence=data["confidence"], short=data["short"],
        statements=tuple(
            Statement(
                said["text"],
                tuple(said["citations"]),
                Support(**said["support"] | {"checks": tuple(Check(**check) for check in said["support"]["checks"])}),
                said["state"],
            )
            for said in data["statements"]
        ),
        citations=tuple(
            Citation(**cited | {"published": _day(cited["published"]),
                                "resolved": tuple(Resolved(**item) for item in cited["resolved"]),
                                "copies": tuple(Copy(**copy) for copy in cited["copies"])})
            for cited in data["citations"]
        ),
        accounts=tuple(
            Account(
                told["about"],
                told["kind"],
                tuple(Claim(**claim | {"published": _day(claim["published"])}) for claim in told["claims"]),
            )
            for told in data["accounts"]
        ),
        excluded=Excluded(**data["excluded"]), notes=tuple(data["notes"]), model=data["model"], prompt=data["prompt"],
        usage=Usage(**data["usage"]), elapsed=Elapsed(**data["elapsed_ms"]),
    )  # fmt: skip


def one_report(others: Sequence[str]) -> str:
    """Return how many articles print one report, by the names of the others; blank where there is no other."""
    if not others:
        return ""
    return f"{len(others) + 1} articles, one report: also {', '.join(dict.fromkeys(others))}"


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands: no markup, no HTML, no link, no image."""
    text = " ".join(text.split())
    for character in "\\`*_{}[]()#+!|~":
        text = text.replace(character, "\\" + character)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(statement: Statement) -> str:
    return f" **({statement.mark})**" if statement.mark else ""


def _link(citation: Citation) -> str:
    if not citation.url or not citation.url.startswith(("http://", "https://")):
        return ""
    safe = citation.url.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f" <{safe}>"


def _citation(citation: Citation) -> dict[str, Any]:
    return asdict(citation) | {
        "published": _iso(citation.published),
        "published_precision": citation.published_precision,
        "resolved": [asdict(item) for item in citation.resolved],
        "copies": [asdict(copy) for copy in citation.copies],
    }


def _account(account: Account) -> dict[str, Any]:
    claims = [asdict(claim) | {"published": _iso(claim.published)} for claim in account.claims]
    return asdict(account) | {"claims": claims}


def evidence_dict(item: Evidence) -> dict[str, Any]:
    """Return a passage as the JSON contract has it."""
    return {
        "article_id": item.article.id,
        "title": item.article.title,
        "outlet": item.article.outlet,
        "published": _iso(item.article.published),
        "start": item.passage.start,
        "end": item.passage.end,
        "text": item.passage.text,
        "score": round(item.score, 4),
        "rank": item.rank,
    }


def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
