"""What a model wrote, read sentence by sentence: the text of each and the keys behind it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_BRACKETS = str.maketrans("［］〔〕〖〗⟦⟧（）", "[][][][]()")
"""Brackets that models write in place of plain ones."""
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
_KEY = rf"\d+[{_DASHES}][^\W\d_]+"
_DECOR = r"[`*_^]{0,3}"
_GROUP = re.compile(
    rf"{_DECOR}(?:[\[【]\s*(?P<square>{_KEY}(?:\s*[,;]?\s*{_KEY})*)\s*[\]】]"
    rf"|\(\s*(?P<round>{_KEY}(?:\s*[,;]?\s*{_KEY})*)\s*\)"
    rf"|[\[【](?P<other>[^\[\]【】\n]{{1,80}})[\]】]){_DECOR}"
)
"""Keys in brackets; `other` is anything else in square brackets, which may be a key that was made up."""
_ANY = rf"{_DECOR}(?:[\[【][^\[\]【】\n]{{1,80}}[\]】]|\({_KEY}[^()\n]*\)){_DECOR}"
_KEYS_END = re.compile(
    rf"(?:[.!?…][\"'”’)*]*[ \t]*(?:{_ANY}[ \t]*)+|(?:{_ANY}[ \t]*)+[.!?…][\"'”’*]*[ \t]*)(?=[^\s\[【(.!?…`*_^])"
)
"""Where a sentence ends on a line that goes on: after a full stop and the keys behind it, or keys and a full stop."""
_ONLY_KEYS = re.compile(rf"(?:{_ANY}[\s,;.]*)+")
_MARKER = re.compile(r"^\s*(?:[-–*•>#|]+\s+|\d{1,2}[.)]\s+|(?:answer|sentence \d+)\s*:\s*)+", re.I)
_THINKS = re.compile(r"\s*<(?:think|thinking|thought|reasoning)>", re.I)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.I)
_RUN = 400
"""Characters of keys in a row that are looked back at for the end of a sentence."""
_OURS = re.compile(r"\d+-[b-df-hj-np-tv-z]{3,}")
"""What is no word, for it has no vowel."""
_SHAPE = re.compile(r"\d+(?:-\w+)?|\w*\d\w*", re.A)
_YEAR = re.compile(r"(?:1\d|20)\d\d")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as drafted: its text without the keys, and the keys as they stood there, known or made up."""

    text: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thought:
    """What came before was thought aloud, and is void."""


class Reader:
    """Reads a reply as it comes in. Feed it pieces; it gives back each sentence that is finished."""

    def __init__(self) -> None:
        self._rest = ""
        self._begun = False
        self._given = False
        self._seen = 0  # up to here no sentence ends within a line

    def feed(self, piece: str) -> Iterator[Drafted | Thought]:
        """Yield the sentences that this piece finishes."""
        self._rest += piece.translate(_BRACKETS)
        yield from self._read(last=False)

    def finish(self) -> Iterator[Drafted | Thought]:
        """Yield what is left at the end of the reply."""
        yield from self._read(last=True)

    def _read(self, last: bool) -> Iterator[Drafted | Thought]:
        while thought := _THOUGHT.search(self._rest):  # some models are made to begin within a thought
            self._rest, self._begun, self._seen = self._rest[thought.end() :], False, 0
            if self._given:
                self._given = False
                yield Thought()
        if not self._begun:
            start = self._rest.lstrip()[:12]
            if _THINKS.match(self._rest) or (not last and start[:1] == "<" and ">" not in start and len(start) < 12):
                return  # a thought, or too short to tell
            self._begun = bool(start)
        while self._rest and (end := self._end(last)) is not None:
            line, self._rest, self._seen = self._rest[:end], self._rest[end:], 0
            if drafted := read_line(line):
                self._given = True
                yield drafted

    def _end(self, last: bool) -> int | None:
        """Return where the first sentence ends; a line of nothing but keys belongs to the one before it."""
        line = self._rest.find("\n") + 1
        within = _KEYS_END.search(self._rest, self._seen, line or len(self._rest))
        if within:
            return within.end()
        self._seen = max(self._seen, len(self._rest) - _RUN)
        if not line:
            return len(self._rest) if last else None
        behind = self._rest[line:]
        start = line + len(behind) - len(behind.lstrip())
        next_line = self._rest.find("\n", start)
        if next_line < 0:
            next_line = len(self._rest)
            if not last and (start == next_line or self._rest[start] in "[【(`*_^"):
                return None  # what follows may be keys
        return next_line if _ONLY_KEYS.fullmatch(self._rest, start, next_line) else line


def read_line(line: str) -> Drafted | None:
    """Return the sentence of a line with the keys taken out of it; None: there is no word in it."""
    line = line.translate(_BRACKETS)
    keys: list[str] = []

    def take(match: re.Match[str]) -> str:
        found = _keys_of(match)
        keys.extend(found)
        return "" if found else match[0]

    text = _GROUP.sub(take, line)
    text = re.sub(r"\[\s*\]|\(\s*\)|``", "", text.replace("**", "").replace("__", "")) if keys else text
    text = _MARKER.sub("", text.replace("**", "")).strip(" \t\r\n`*|")
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return Drafted(text, tuple(dict.fromkeys(keys))) if re.search(r"\w", text) else None


def read_repairs(text: str, count: int) -> dict[int, Drafted | None]:
    """Return the repaired sentences by number, from 1 to `count`; None: to be dropped. The rest was not repaired."""
    found: dict[int, Drafted | None] = {}
    for line in without_thoughts(text).splitlines():
        match = re.match(r"\s*[*_]*(\d{1,2})[*_]*[.):]\s*(.*)", line)
        if match and 1 <= (number := int(match[1])) <= count and number not in found:
            drafted = read_line(match[2])
            found[number] = None if drafted is None or drafted.text.strip(".*").upper() == "DROP" else drafted
    return found


def without_thoughts(text: str) -> str:
    """Return a reply without what it thinks aloud before it answers; blank where it does nothing else."""
    text = _THOUGHT.split(text)[-1]
    return "" if _THINKS.match(text) else text


def _keys_of(match: re.Match[str]) -> list[str]:
    """Return the keys in a pair of brackets, known or made up, as a prompt would print them; none: it is text."""
    inner = unicodedata.normalize("NFKC", match["square"] or match["round"] or match["other"])
    inner = re.sub(f"[{_DASHES}]", "-", inner)
    found = re.findall(r"[^\s,;]+", inner)
    before, behind = match.string[: match.start()].rstrip(), match.string[match.end() :]
    if match["round"]:  # such as "(10-year)"
        return found if all(map(_OURS.fullmatch, found)) or re.search(r"[.!?…][\"'”’]?$|[\])】]$", before) else []
    if match["other"] and not all(map(_is_key, found)):
        if ours := _OURS.findall(inner):
            return ours  # with a word beside it: "[key: 1-bcdfg]"
        last = not re.search(r"\w", _GROUP.sub("", behind))
        return found if last and len(found) == 1 else []  # else a word put into a quotation, such as "[sic]"
    return found


def _is_key(text: str) -> bool:
    """Tell whether it looks like a key, known or made up, and not like a year or a word in a quotation."""
    return bool(_SHAPE.fullmatch(text)) and not _YEAR.fullmatch(text)
