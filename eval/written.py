"""The texts written to learn from, in `eval/training/`: news texts with claims or questions beside them.

A file holds one text after another, each begun by a line `===`. Of a text with claims, a line `S outlet, date | text`
is a source, `+ kind | claim` follows from the sources and `- kind | claim` does not. Of a text with questions, the
line `T outlet, date | headline` comes first, then its sentences, each after its number, then `Q 2,5 | question`: the
sentences that answer it each alone, or `Q 0` for none. Of several reports, each after its line `T`, a sentence is
named by report and number: `D 1.3,3.2 / 2.1 | question` are sentences of which those on either side of the stroke give
different accounts, `U 1.3 / 2.1` those where the later supersedes the earlier, `N 1.4,2.2` some that agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from eval.cases import Case
from eval.files import make_error, numbered_lines
from eval.traps import Trap
from index.dates import parse_date
from index.records import Article
from qa.verify import Source

TRAINING = Path(__file__).parent / "training"
"""The folder of the shipped texts; `README.md` in it says how they came about."""
_LINE = re.compile(r"(?P<sign>[ST+-]|[QDUN](?= ))(?P<about>[^|]*)\|(?P<text>.*)", re.S)
_SENTENCE = re.compile(r"(?P<number>\d+)\s+(?P<text>.+)", re.S)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question put to one article, and the numbers, from 0, of the sentences that answer it; none: it does not."""

    question: str
    title: str
    sentences: tuple[str, ...]
    answering: frozenset[int]


@dataclass(frozen=True, slots=True)
class Report:
    """A news report: who published it and when, its headline and its sentences."""

    outlet: str | None
    published: date | None
    title: str
    sentences: tuple[str, ...] = ()

    def article(self, key: str) -> Article:
        """Return it as an article."""
        return Article(key, " ".join(self.sentences), self.title, outlet=self.outlet, published=self.published)


Place = tuple[int, int]
"""A sentence of several reports: the number of its report and its own, both from 0."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A question put to several reports, and the places of sentences that tell of it, by the account they give.

    One side: they agree; none: no sentence answers. `superseded`: the later account takes the place of the earlier.
    """

    question: str
    reports: tuple[Report, ...]
    sides: tuple[frozenset[Place], ...]
    superseded: bool


@dataclass(slots=True)
class _Text:
    sources: list[Source] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    def follows(self, number: int) -> bool:
        """Tell whether this is the number of the next sentence of the last report."""
        return bool(self.reports) and number == len(self.reports[-1].sentences) + 1


def read_claims(path: Path) -> list[Trap]:
    """Return the claims of a file, each with its sources.

    Raises:
        InputError: the file cannot be read, or a line is not of this form; the message has file and line.
    """
    found = []
    for text, sign, about, said, where in _lines(path):
        if sign in "+-":
            found.append(Trap(where.rsplit("/", 1)[-1], about, said, tuple(text.sources), sign == "+"))
    return found


def read_questions(path: Path) -> list[Posed]:
    """Return the questions of a file, each with its article.

    Raises:
        InputError: as of `read_claims`.
    """
    found = []
    for text, sign, about, said, where in _lines(path):
        if sign != "Q":
            continue
        numbers = [part.strip() for part in about.split(",")]
        report = text.reports[-1] if text.reports else Report(None, None, "")
        if not all(part.isdigit() and int(part) <= len(report.sentences) for part in numbers):
            raise make_error(where, f"no sentences {about}", "give numbers of sentences above it, or 0 for none")
        answering = frozenset(int(part) - 1 for part in numbers if part != "0")
        found.append(Posed(said, report.title, report.sentences, answering))
    return found


def read_compared(path: Path) -> list[Compared]:
    """Return the questions of a file that are put to several reports.

    Raises:
        InputError: as of `read_claims`.
    """
    found = []
    for text, sign, about, said, where in _lines(path):
        if sign in "DUN":
            sides = tuple(_places(text, side, where) for side in about.split("/") if side.strip() != "0")
            if (len(sides) > 1) == (sign == "N"):
                raise make_error(where, f"{sign} with {len(sides)} sides", "D and U have several, N one or 0")
            found.append(Compared(said, tuple(text.reports), sides, sign == "U"))
    return found


def _places(text: _Text, side: str, where: str) -> frozenset[Place]:
    places = set()
    for part in side.split(","):
        report, _, sentence = part.strip().partition(".")
        if not (report.isdigit() and sentence.isdigit() and 0 < int(report) <= len(text.reports)):
            raise make_error(where, f"no sentence {part.strip()}", "name it by report and number, as in 2.1")
        if not 0 < int(sentence) <= len(text.reports[int(report) - 1].sentences):
            raise make_error(where, f"no sentence {part.strip()}", "give the number of a sentence above it")
        places.add((int(report) - 1, int(sentence) - 1))
    return frozenset(places)


def read_stories(paths: Iterable[Path]) -> tuple[list[Article], list[Case], list[int]]:
    """Return the articles of files with questions, each once, the questions as cases, and of which article each is.

    Raises:
        InputError: as of `read_claims`.
    """
    places: dict[tuple[str, ...], int] = {}
    articles: list[Article] = []
    cases: list[Case] = []
    of: list[int] = []
    for path in paths:
        for number, posed in enumerate(read_questions(path)):
            place = places.setdefault(posed.sentences, len(articles))
            if place == len(articles):
                articles.append(Article(f"{path.stem}-{place}", " ".join(posed.sentences), title=posed.title))
            of.append(place)
            answers = tuple(posed.sentences[answer] for answer in sorted(posed.answering))
            cases.append(Case(f"{path.stem}-{number}", posed.question, answers))
    return articles, cases, of


def _lines(path: Path) -> Iterator[tuple[_Text, str, str, str, str]]:
    """Yield each line with a claim or question: its text so far, the sign, what is before the bar and after, where."""
    text = _Text()
    for line, where in numbered_lines(path):
        line = line.strip()
        if line == "===":
            text = _Text()
        elif match := _LINE.fullmatch(line):
            about, said = match["about"].strip(), match["text"].strip()
            if match["sign"] == "S":
                text.sources.append(Source(said, *_head(about)))
            elif match["sign"] == "T":
                text.reports.append(Report(*_head(about), said))
            else:
                yield text, match["sign"], about, said, where
        elif (match := _SENTENCE.fullmatch(line)) and text.follows(int(match["number"])):
            last = text.reports[-1]
            text.reports[-1] = replace(last, sentences=(*last.sentences, match["text"]))
        else:
            way = "it starts with ===, S, T, +, -, Q, D, U, N or the next number"
            raise make_error(where, "not a line of a text", way)


def _head(about: str) -> tuple[str | None, date | None]:
    """Return the outlet and the date of a head, either of which may be missing."""
    before, _, last = about.rpartition(", ")
    if day := parse_date(about):
        return None, day.day
    if day := parse_date(last):
        return before, day.day
    return about or None, None
