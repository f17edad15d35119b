"""What a model wrote, read sentence by sentence: the text of each and the keys behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_GROUP = re.compile(r"[\[【(]\s*((?:\d+-[a-z]+)(?:\s*[,;]?\s*\d+-[a-z]+)*)\s*[\])】]|[\[【]([^\[\]【】\n]{1,80})[\]】]")
"""Keys in brackets; the second branch is anything else in square brackets, which may be a key that was made up."""
_ANY = r"(?:[\[【][^\[\]【】\n]{1,80}[\]】]|\(\d+-[a-z]+[^()\n]*\))"
_KEYS_END = re.compile(
    rf"(?:[.!?…][\"'”’)*]*[ \t]*(?:{_ANY}[ \t]*)+|(?:{_ANY}[ \t]*)+[.!?…][\"'”’*]*[ \t]*)(?=[^\s\[【(.!?…])"
)
"""Where a sentence ends on a line that goes on: after a full stop and the keys behind it, or keys and a full stop."""
_MARKER = re.compile(r"^\s*(?:[-*•>#]+\s+|\d{1,2}[.)]\s+|(?:answer|sentence \d+)\s*:\s*)+", re.I)
_THINKING = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.S)
_SHAPE = re.compile(r"\d+(?:-\w+)?|\w*\d\w*", re.A)
_YEAR = re.compile(r"(?:1\d|20)\d\d")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as drafted: its text without the keys, and the keys as they stood there, known or made up."""

    text: str
    keys: tuple[str, ...] = ()


class Reader:
    """Reads a reply as it comes in. Feed it pieces; it gives back each sentence that is finished."""

    def __init__(self) -> None:
        self._rest = ""
        self._begun = False

    def feed(self, piece: str) -> Iterator[Drafted]:
        """Yield the sentences that this piece finishes."""
        self._rest += piece
        if not self._begun:
            if "<think>".startswith(self._rest.lstrip()[:7]) and len(self._rest.lstrip()) < 7:
                return  # too short to tell what it is
            if self._rest.lstrip().startswith("<think>"):
                if "</think>" not in self._rest:
                    return
                self._rest = _THINKING.sub("", self._rest, count=1)
            self._begun = bool(self._rest.strip())
        while (end := self._end()) is not None:
            line, self._rest = self._rest[:end], self._rest[end:]
            if drafted := read_line(line):
                yield drafted

    def finish(self) -> Iterator[Drafted]:
        """Yield what is left at the end of the reply."""
        rest = _THINKING.sub("", self._rest) if not self._begun else self._rest
        self._rest = ""
        if drafted := read_line(rest):
            yield drafted

    def _end(self) -> int | None:
        line = self._rest.find("\n") + 1 or None
        within = _KEYS_END.search(self._rest, 0, line or len(self._rest))
        return within.end() if within else line


def read_line(line: str) -> Drafted | None:
    """Return the sentence of a line with the keys taken out of it; None: there is no word in it."""
    keys: list[str] = []

    def take(match: re.Match[str]) -> str:
        found = re.findall(r"[^\s,;]+", match[1] or match[2])
        last = not re.search(r"\w", _GROUP.sub("", line[match.end() :]))
        if not match[1] and not all(_is_key(key) for key in found) and not (last and len(found) == 1):
            return match[0]  # a word put into a quotation, such as [sic]
        keys.extend(found)
        return ""

    text = _GROUP.sub(take, line)
    text = _MARKER.sub("", text).replace("**", "").strip()
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return Drafted(text, tuple(dict.fromkeys(keys))) if re.search(r"\w", text) else None


def read_repairs(text: str, count: int) -> dict[int, Drafted | None]:
    """Return the repaired sentences by number, from 1 to `count`; None: to be dropped. The rest was not repaired."""
    found: dict[int, Drafted | None] = {}
    for line in _THINKING.sub("", text).splitlines():
        match = re.match(r"\s*[*_]*(\d{1,2})[*_]*[.):]\s*(.*)", line)
        if match and 1 <= (number := int(match[1])) <= count and number not in found:
            drafted = read_line(match[2])
            found[number] = None if drafted is None or drafted.text.strip(".*").upper() == "DROP" else drafted
    return found


def _is_key(text: str) -> bool:
    """Tell whether it looks like a key, known or made up, and not like a year or a word in a quotation."""
    return bool(_SHAPE.fullmatch(text)) and not _YEAR.fullmatch(text)
