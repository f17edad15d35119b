"""The texts written to learn from, in `eval/training/`: news texts with claims, or with questions, beside them.

A file holds one text after another, each begun by a line `===`. Of a text with claims, a line `S outlet, date | text`
is a source, `+ kind | claim` follows from the sources and `- kind | claim` does not. Of a text with questions, the
line `T outlet, date | headline` comes first, then its sentences, each after its number, then `Q 2,5 | question`: the
sentences that answer it each alone, or `Q 0` for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from eval.cases import Case
from eval.files import make_error, numbered_lines
from eval.traps import Trap
from index.dates import parse_date
from index.records import Article
from qa.verify import Source

TRAINING = Path(__file__).parent / "training"
"""The folder of the shipped texts; `README.md` in it says how they came about."""
_LINE = re.compile(r"(?P<sign>[ST+-]|Q(?= ))(?P<about>[^|]*)\|(?P<text>.*)", re.S)
_SENTENCE = re.compile(r"(?P<number>\d+)\s+(?P<text>.+)", re.S)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question put to one article, and the numbers, from 0, of the sentences that answer it; none: it does not."""

    question: str
    title: str
    sentences: tuple[str, ...]
    answering: frozenset[int]


@dataclass(slots=True)
class _Text:
    sources: list[Source] = field(default_factory=list)
    title: str = ""
    sentences: list[str] = field(default_factory=list)


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
        if not all(part.isdigit() and int(part) <= len(text.sentences) for part in numbers):
            raise make_error(where, f"no sentences {about}", "give numbers of sentences above it, or 0 for none")
        answering = frozenset(int(part) - 1 for part in numbers if part != "0")
        found.append(Posed(said, text.title, tuple(text.sentences), answering))
    return found


def read_stories(paths: Iterable[Path]) -> tuple[list[Article], list[Case]]:
    """Return the articles of files with questions, each once, and the questions as cases.

    Raises:
        InputError: as of `read_claims`.
    """
    articles: dict[tuple[str, ...], Article] = {}
    cases = []
    for path in paths:
        for number, posed in enumerate(read_questions(path)):
            name = f"{path.stem}-{len(articles)}"
            articles.setdefault(posed.sentences, Article(name, " ".join(posed.sentences), title=posed.title))
            answers = tuple(posed.sentences[place] for place in sorted(posed.answering))
            cases.append(Case(f"{path.stem}-{number}", posed.question, answers))
    return list(articles.values()), cases


def _lines(path: Path) -> Iterator[tuple[_Text, str, str, str, str]]:
    """Yield each claim and question: its text so far, the sign, what stands before the bar and after, the place."""
    text = _Text()
    for line, where in numbered_lines(path):
        line = line.strip()
        if line == "===":
            text = _Text()
        elif match := _LINE.fullmatch(line):
            about, said = match["about"].strip(), match["text"].strip()
            if match["sign"] == "S":
                text.sources.append(_source(about, said))
            elif match["sign"] == "T":
                text.title = said
            else:
                yield text, match["sign"], about, said, where
        elif (match := _SENTENCE.fullmatch(line)) and int(match["number"]) == len(text.sentences) + 1:
            text.sentences.append(match["text"])
        else:
            raise make_error(where, "not a line of a text", "it starts with ===, S, T, +, -, Q or the next number")


def _source(about: str, text: str) -> Source:
    """Return the source after a head of outlet and date, either of which may be missing."""
    before, _, last = about.rpartition(", ")
    if day := parse_date(about):
        return Source(text, None, day.day)
    if day := parse_date(last):
        return Source(text, before, day.day)
    return Source(text, about or None)
