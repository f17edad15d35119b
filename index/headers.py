"""Header lines on top of a text: front matter, heading, byline and date line off the body, whatever the format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from index.dates import MONTHS, WEEKDAYS, PrintedDate, is_time, parse_date
from index.errors import ReadError
from index.fields import ALIASES

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"#{1,2}\s+(.+?)\s*#*\s*$")
_WORD = r"[^\W\d_a-z][\w'’.-]*"
_PARTICLE = r"(?:(?:and|de|da|del|der|van|von|bin|ibn|al|el|la|le)[\s-]+)"
_NAME = re.compile(rf"{_WORD}(?:\s+{_PARTICLE}*{_WORD}){{1,4}}")
_ONE_NAME = re.compile(rf"{_WORD}(?:\s+{_PARTICLE}*{_WORD}){{0,4}}")
_BY = re.compile(
    r"(?:(?:words|story|text|reporting|reported|report|written|analysis)\s+)?by:?\s+(?P<name>.{2,110})", re.I
)
_BYLINE = re.compile(
    rf"(?:{_ONE_NAME.pattern}|(?i:our|an?|staff|agencies)\b[\w ]*)"
    rf"(?:\s*[,;&/].*|\s+(?:and|with|in|for|of|at)\s.*|\s+\S+@\S+)?"
)
_NO_NAME = frozenset(MONTHS) | frozenset(WEEKDAYS) | {"the", "then", "now", "this", "that", "early", "late", "contrast"}
_OUTLET = re.compile(
    r"^the\s|\b(?:news|newspaper|post|times|herald|wire|press|agency|courier|gazette|monitor|review|daily|weekly|"
    r"tribune|journal|ledger|observer|chronicle|guardian|telegraph|independent|broadcasting|radio|television|"
    r"magazine|media|online|reuters|bloomberg|bbc|cnn)\b|\.(?:com|org|net|example)$",
    re.I,
)
_ONE_WORD_OUTLETS = frozenset(
    "reuters afp ap dpa upi bbc cnn nbc abc cbs npr pbs itv rte bloomberg politico axios vox slate forbes newsweek "
    "aljazeera haaretz spiegel".split()
)
_URL = re.compile(r"(?:https?://|www\.)\S+", re.I)
_WORKS_FOR = re.compile(r"(?P<name>.+)(?:,\s+|\s+for\s+)(?:the\s+)?(?P<outlet>[A-Z][^,]*)")
_ROLE = re.compile(r"\b(?:editor|correspondent|reporter|writer|columnist|staff|bureau|chief|analyst|professor)\b", re.I)
_LABEL = re.compile(r"(?P<label>[a-z_ ]{3,20})\s*:\s*(?P<value>\S.{0,300})", re.I)
_SEPARATORS = re.compile(r"[|·•]|\s[—–/-]\s")
_UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|corrected)\b", re.I)
_AGO = re.compile(r"(?:(?:first\s+)?(?:published|posted)|(?:last\s+)?updated):?\s+.{1,20}\sago", re.I)
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z'’. -]*[A-Z])(?:,\s*[A-Z][\w. ]{1,30}?)?"
    r"(?:,?\s+(?P<day>(?:\d{1,2}\s+[A-Za-z]{3,9}\.?|[A-Za-z]{3,9}\.?\s+\d{1,2})(?:,?\s+(?:19|20)\d\d)?))?"
    r",?\s*\((?P<agency>[A-Z][\w .&'’-]{1,40})\)\s*[—–-]+\s"
)
_SITE = re.compile(r"\s[|·•—–-]\s|\|")
_NO_TITLE_END = (".", "!", "?", ":", ";", ",")
_MOST_FRONT_MATTER = 100_000
"""Characters of front matter; two rules further apart have prose between them."""
_LONGEST_LINE = 1000
"""Characters of a line that may be a title or a header line; a longer one is the body."""
_MOST_TITLE_WORDS = 25
_MOST_HEADER_LINES = 8
_MOST_STANDFIRST_WORDS = 60


@dataclass(slots=True)
class Headers:
    """What the header lines said, where each came from, and the text without them.

    `body` is the offset at which the text goes on; `standfirst` is prose that stood between the title and the
    other header lines, and opens the body.
    """

    fields: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    published: PrintedDate | None = None
    modified: PrintedDate | None = None
    body: int = 0
    standfirst: str = ""

    def set(self, name: str, value: str, origin: str) -> None:
        """Keep the first value given for a field."""
        if name not in self.fields:
            self.fields[name] = value
            self.origins[name] = origin

    def text_of(self, text: str) -> str:
        """Return the body: `text` without the header lines."""
        rest = text[self.body :].lstrip("\n")
        return f"{self.standfirst}\n\n{rest}" if self.standfirst else rest


def split_front_matter(text: str, where: str) -> tuple[dict[str, object], int]:
    """Return the YAML front matter as a mapping (empty: there is none) and the offset of what follows.

    Raises:
        ReadError: there is front matter, and it is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(text[:_MOST_FRONT_MATTER])
    if match is None:
        return {}, 0
    try:
        found = yaml.load(match[1], Loader=_Strings)
    except (yaml.YAMLError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise ReadError(f"{where}:{line}: the front matter is not valid YAML; mend it or remove it") from exc
    if found is None:
        return {}, match.end()
    if not isinstance(found, dict):
        return {}, 0  # a rule of dashes around prose, not front matter
    return {str(key): value for key, value in found.items()}, match.end()


def read_headers(text: str, start: int = 0, *, title: str | None = None, author: str | None = None) -> Headers:
    """Return title, author, outlet and dates from the lines on top of `text[start:]`, and where the body starts.

    Without a known `title`, a first line is one when it is a Markdown heading, or is short, ends without
    punctuation and stands alone (a blank line, a byline or a date follows). With one, only a line that repeats
    it, or a Markdown heading, is. Then come, in any order: bylines ("By …", a bare name next to a date, the
    known `author`), date lines, and labelled ones ("Source: …"). One standfirst between the title and such a
    line stays in the body. Anything else starts the body, whose dateline may still name day and agency.
    """
    headers = Headers(body=start)
    lines = _lines(text, start)
    position = 0
    if found := _repeated(lines, title) if title else _title(lines, author):
        headers.set("title", found, "heading")
        headers.body, position = lines[0].end, 1
        if _is_standfirst(lines[1:4], author):
            headers.standfirst, position = lines[1].text, 2
    for number, line in enumerate(lines[position : position + _MOST_HEADER_LINES], start=position):
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        labelled = bool(headers.origins) or _take(Headers(), following, "", author)
        if not _take(headers, line.text, following, author, labelled=labelled):
            break
        headers.body = line.end
    _read_dateline(headers, text[headers.body : headers.body + 200].lstrip())
    return headers


def is_header_line(line: str) -> bool:
    """Tell whether a line, on its own, is a byline, a date line or a labelled one."""
    return _take(Headers(), line, "", None)


def without_site(title: str) -> str:
    """Return a page's title without the site's name behind its last separator, where three words are left."""
    ends = [match.start() for match in _SITE.finditer(title)]
    return title[: ends[-1]].rstrip() if ends and len(title[: ends[-1]].split()) > 2 else title


class _Strings(yaml.BaseLoader):
    """YAML whose values stay as written, so that one parser reads all dates; names for parts of it are refused.

    A few lines in which each name stands for ten of the one before would unpack to gigabytes.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an anchor or an alias."""
        event = self.peek_event()  # type: ignore[no-untyped-call]  # not in the stubs
        if getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode) -> str | None:  # type: ignore[override]  # None: nothing given
        """Return a value as written, None for one that says that there is none."""
        return None if node.style is None and node.value in ("", "~", "null") else super().construct_scalar(node)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank, stripped, with the offset at which it ends and whether a blank one follows."""

    text: str
    end: int
    alone: bool


def _lines(text: str, start: int) -> list[_Line]:
    """Return the first lines that are not blank."""
    found: list[_Line] = []
    position = start
    while position < len(text) and len(found) < _MOST_HEADER_LINES + 3:
        end = text.find("\n", position)
        end = len(text) if end < 0 else end + 1
        if line := text[position:end].strip():
            below = text.find("\n", end)
            found.append(_Line(line, end, not text[end : below if below >= 0 else len(text)].strip()))
        position = end
    return found


def _title(lines: list[_Line], author: str | None) -> str | None:
    if not lines or len(lines[0].text) > _LONGEST_LINE:
        return None
    first = lines[0].text
    if match := _HEADING.match(first):
        return match[1]
    if len(lines) < 2 or len(first.split()) > _MOST_TITLE_WORDS:
        return None
    headed = _take(Headers(), lines[1].text, lines[2].text if len(lines) > 2 else "", author)
    if _take(Headers(), first, "", author, labelled=headed):
        return None
    bare = first.rstrip("\"'”’")
    if bare.endswith(_NO_TITLE_END) and not (headed and bare.endswith(("?", "!"))):
        return None
    return first if lines[0].alone or headed else None


def _repeated(lines: list[_Line], title: str) -> str | None:
    """Return the first line's words where it repeats the title, or is a Markdown heading."""
    if not lines or len(lines[0].text) > _LONGEST_LINE:
        return None
    if match := _HEADING.match(lines[0].text):
        return match[1]
    return lines[0].text if _plain(lines[0].text) in {_plain(title), _plain(without_site(title))} - {""} else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_standfirst(lines: list[_Line], author: str | None) -> bool:
    """Tell whether the first of these lines is prose, with a header line and then more text below it."""
    if len(lines) < 3 or len(lines[0].text.split()) > _MOST_STANDFIRST_WORDS:
        return False
    first, second, third = (line.text for line in lines)
    return not _take(Headers(), first, second, author) and _take(Headers(), second, third, author)


def _take(headers: Headers, line: str, following: str, author: str | None, *, labelled: bool = True) -> bool:
    """Read a byline, a date line or (`labelled`) a labelled one into `headers`; return whether it was one.

    A labelled line should stand beside another header line: alone, "Source: Biden to visit Kyiv" is a headline.
    """
    if len(line) > _LONGEST_LINE:
        return False
    plain = line.strip("*_ ")
    if _AGO.fullmatch(plain) or (author and _plain(plain) in (_plain(author), _plain(f"by {author}"))):
        return True
    if labelled and _take_label(headers, plain):
        return True
    authors: list[str] = []
    names: list[str] = []
    dates: list[PrintedDate] = []
    updates: list[PrintedDate] = []
    pieces = _pieces(plain)
    for piece in pieces:
        if printed := parse_date(piece):
            (updates if _UPDATED.match(piece) else dates).append(printed)
        elif name := _byline(piece):
            authors.append(name)
        elif _ONE_NAME.fullmatch(piece):
            names.append(piece)
        elif not (_AGO.fullmatch(piece) or is_time(piece)):
            return False
    if names and not (authors or dates or updates) and not _are_above_a_date(names, following):
        return False
    if (authors and "author" in headers.fields) or (dates and headers.published is not None):
        return False
    if authors:
        name, outlet = _works_for(authors[0].strip(" ,*_;"))
        headers.set("author", name, "byline")
        if outlet:
            headers.set("outlet", outlet, "byline")
    for name in names:
        if _looks_like_outlet(name) or (" " in name and "author" in headers.fields):
            headers.set("outlet", name, "byline")
        elif " " in name:  # a bare word is a place as often as an outlet
            headers.set("author", name, "byline")
    for name, found in (("published", dates[:1]), ("modified", updates[-1:])):
        if found:
            setattr(headers, name, found[0])
            headers.origins[name] = "byline"
    return bool(authors or names or dates or updates)


def _looks_like_outlet(name: str) -> bool:
    return bool(_OUTLET.search(name)) or name.casefold() in _ONE_WORD_OUTLETS


def _are_above_a_date(names: list[str], following: str) -> bool:
    return all(_NAME.fullmatch(name) for name in names) and parse_date(following.strip("*_ ")) is not None


def _pieces(line: str) -> list[str]:
    """Return a header line's parts: between separators, or a name and a date around a comma."""
    if parse_date(line):
        return [line]
    pieces = [stripped for piece in _SEPARATORS.split(line) if (stripped := piece.strip())]
    if len(pieces) == 1:
        for comma in re.finditer(", ", line):
            if parse_date(line[comma.end() :]):
                return [line[: comma.start()], line[comma.end() :]]
    return pieces


def _byline(piece: str) -> str | None:
    """Return whom a byline names, or None: it is something else, such as a sentence that begins with "By"."""
    match = _BY.fullmatch(piece)
    if match is None:
        return None
    name = match["name"].strip(" ;,")
    first = re.split(r"[\s,;]", name)[0].lower()
    is_prose = name.endswith((".", "!", "?")) and not re.search(r"(?:^|\s)(?:[A-Z]|Jr|Sr|Inc|Ltd)\.$", name)
    return name if _BYLINE.fullmatch(name) and first not in _NO_NAME and not is_prose else None


def _works_for(byline: str) -> tuple[str, str | None]:
    """Return who a byline names, and the outlet that it names behind them."""
    match = _WORKS_FOR.fullmatch(byline)
    if match is None or _ROLE.search(match["outlet"]) or not _OUTLET.search(match["outlet"]):
        return byline, None
    return match["name"], match["outlet"].strip()


def _take_label(headers: Headers, line: str) -> bool:
    """Read "Source: Alpha Post" and the like, with the names of fields that are accepted everywhere."""
    match = _LABEL.fullmatch(line)
    if match is None:
        return False
    label, value = match["label"].strip().lower().replace(" ", "_"), match["value"].strip()
    for name in ("title", "outlet", "author", "url"):
        if label in ALIASES[name] and _fits(name, value):
            headers.set(name, value, "byline")
            return True
    for name in ("published", "modified"):
        if label in ALIASES[name] and getattr(headers, name) is None and (printed := parse_date(value)):
            setattr(headers, name, printed)
            headers.origins[name] = "byline"
            return True
    return False


def _fits(name: str, value: str) -> bool:
    """Tell whether the value of a label is what the label says: a URL, an outlet's name, or any text."""
    if name == "url":
        return _URL.fullmatch(value) is not None
    return name != "outlet" or _looks_like_outlet(value) or _ONE_NAME.fullmatch(value) is not None


def _read_dateline(headers: Headers, opening: str) -> None:
    """Take the agency, and the day where its year is printed, from "LONDON, May 3, 2016 (Agency) — …"."""
    match = _DATELINE.match(opening)
    if match is None:
        return
    headers.set("outlet", match["agency"], "dateline")
    if headers.published is None and match["day"] and (printed := parse_date(match["day"])):
        headers.published = printed
        headers.origins["published"] = "dateline"
