"""Header lines of plain text and Markdown: front matter, heading, byline and date line off the body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from index.dates import PrintedDate, parse_date
from index.errors import ReadError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"#{1,2}\s+(.+?)\s*#*\s*$")
_BYLINE = re.compile(r"^(?:words\s+|story\s+|report(?:ed)?\s+)?by:?\s+(?P<name>.{2,100})$", re.I)
_NAME = re.compile(r"^[^\W\d_a-z][\w'’.-]*(?:\s+(?:and\s+|de\s+|van\s+|von\s+|al-|bin\s+)?[^\W\d_a-z][\w'’.-]*){1,4}$")
_SEPARATORS = re.compile(r"\s*(?:[|·•]|\s[—–-]\s)\s*")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|corrected)\b", re.I)
_ENDS = (".", "!", "?", ":", ";", ",")
_MOST_TITLE_WORDS = 25
_MOST_HEADER_LINES = 8


@dataclass(slots=True)
class Headers:
    """What the header lines said, where each came from, and the offset at which the body starts."""

    fields: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    published: PrintedDate | None = None
    modified: PrintedDate | None = None
    body: int = 0

    def set(self, name: str, value: str, origin: str) -> None:
        """Keep the first value given for a field."""
        if name not in self.fields:
            self.fields[name] = value
            self.origins[name] = origin


def split_front_matter(text: str, where: str) -> tuple[dict[str, object], int]:
    """Return the YAML front matter as a mapping (empty: there is none) and the offset of what follows.

    Raises:
        ReadError: there is front matter, and it is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, 0
    try:
        found = yaml.load(match[1], Loader=_Strings)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise ReadError(f"{where}:{line}: the front matter is not valid YAML; mend it or remove it") from exc
    if found is None:
        return {}, match.end()
    if not isinstance(found, dict):
        return {}, 0  # a rule of dashes around prose, not front matter
    return {str(key): value for key, value in found.items()}, match.end()


def read_headers(text: str, start: int = 0) -> Headers:
    """Return title, author and published from the lines on top of `text[start:]`, and where the body starts.

    A first line is a title when it is a Markdown heading, or is short, ends without punctuation and stands
    alone (a blank line, a byline or a date follows). After it come at most a byline ("By …", or a bare name
    next to a date) and a date line, in any order, on one line or two. Anything else starts the body.
    """
    headers = Headers(body=start)
    lines = _lines(text, start)
    position = 0
    if lines and (title := _title(lines)):
        headers.set("title", title, "heading")
        headers.body, position = lines[0][1], 1
    for number, (line, end) in enumerate(lines[position:_MOST_HEADER_LINES], start=position):
        following = lines[number + 1][0] if number + 1 < len(lines) else ""
        if not _take(headers, line, following):
            break
        headers.body = end
    return headers


class _Strings(yaml.SafeLoader):
    """YAML whose dates stay as written, so that one parser reads all dates."""


_Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _lines(text: str, start: int) -> list[tuple[str, int]]:
    """Return the first non-blank lines, stripped, each with the offset at which it ends."""
    found: list[tuple[str, int]] = []
    position = start
    while position < len(text) and len(found) <= _MOST_HEADER_LINES:
        end = text.find("\n", position)
        end = len(text) if end < 0 else end + 1
        if line := text[position:end].strip():
            found.append((line, end))
        position = end
    return _with_blank_marks(text, start, found)


def _with_blank_marks(text: str, start: int, found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(found) > 1 and not text[found[0][1] :].startswith("\n"):
        first, second = found[0][0], found[1][0]
        if not (_HEADING.match(first) or _is_header_line(first) or _is_header_line(second)):
            return []  # the first line runs on into the next: no heading
    return found


def _title(lines: list[tuple[str, int]]) -> str | None:
    first = lines[0][0]
    if match := _HEADING.match(first):
        return match[1]
    bare = first.rstrip("\"'”’")
    short = len(first.split()) <= _MOST_TITLE_WORDS and len(lines) > 1
    return first if short and not bare.endswith(_ENDS) and not _is_header_line(first) else None


def _is_header_line(line: str) -> bool:
    return _take(Headers(), line, "")


def _take(headers: Headers, line: str, following: str) -> bool:
    """Read a byline or a date line into `headers`; return whether it was one."""
    plain = line.strip("*_ ")
    whole = parse_date(plain)
    pieces = [plain] if whole else [piece for piece in _SEPARATORS.split(plain) if piece]
    authors: list[str] = []
    dates: list[PrintedDate] = []
    updates: list[PrintedDate] = []
    for piece in pieces:
        if printed := parse_date(piece):
            (updates if _UPDATED.match(piece) else dates).append(printed)
        elif match := _BYLINE.match(piece):
            authors.append(match["name"].strip())
        elif _NAME.match(piece) and (len(pieces) > 1 or parse_date(following.strip("*_ "))):
            authors.append(piece)
        else:
            return False
    if (authors and "author" in headers.fields) or (dates and headers.published is not None):
        return False
    if authors:
        headers.set("author", _clean_author(authors[0]), "byline")
        if len(authors) > 1 and not dates:
            headers.set("outlet", authors[1], "byline")
    if dates:
        headers.published = dates[0]
        headers.origins["published"] = "byline"
    if updates:
        headers.modified = updates[-1]
        headers.origins["modified"] = "byline"
    return bool(authors or dates or updates)


def _clean_author(name: str) -> str:
    return name.strip(" ,.*_")
