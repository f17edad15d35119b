"""PDF → fields: text in reading order by pdfminer.six, without running heads, page numbers and split words.

Runs inside a worker process: a hostile file may take any time and memory, or end the interpreter.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from index.dates import parse_date
from index.document import Document
from index.errors import ReadError
from index.headers import is_header_line

MAX_BYTES = 20_000_000
"""Bytes of one file; pictures are most of a large one."""
MAX_PAGES = 100
SECONDS = 60.0
"""Time for one file; a page of a newspaper takes about 0.1 s."""

_MARGIN = 0.12
"""Share of a page's height, at its top and at its foot, where running heads and page numbers stand."""
_MOST_RUNNING_WORDS = 12
_LARGER = 1.15
"""How much larger than the body a heading is set."""
_MOST_HEADING_WORDS = 30
_LABEL_WORDS = 4
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—\s]*\d{1,4}[-–—\s]*(?:(?:/|of|\|)\s*\d{1,4})?|https?://\S+(?:\s+\d+\s*/\s*\d+)?", re.I
)
_UNREADABLE = re.compile(r"\(cid:\d+\)")
_HYPHEN = re.compile(r"(?P<start>\w+)[-\u2010\u00ad]$")
_WORD = re.compile(r"\w+(?:-\w+)*")
_ENDS = (".", "!", "?", ":", "”", '"', "’", "…")
_NO_AUTHOR = frozenset(("unknown", "anonymous", "admin", "administrator", "user", "author"))
_FILE_NAME = re.compile(r"untitled|.*\.(?:docx?|indd|pdf|html?|odt|rtf|qxp|txt|tmp)|microsoft word - .*", re.I)
_PUBLICATION = ("publicationDate", "coverDate", "publishedDate", "issued")
"""XMP properties that say when it was published; the day on which the file was made says nothing about that."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as set: its text, its left edge, the size of its letters in points, and the block it is in."""

    text: str
    left: float
    right: float
    size: float
    block: int
    margin: bool


def extract(data: bytes, where: str) -> Document:
    """Return the article in the PDF.

    Raises:
        ReadError: it is encrypted, broken, too long, or has no text.
    """
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every flaw, several times a page
    try:
        source = PDFDocument(PDFParser(io.BytesIO(data)))
        pages = [_lines_of(page) for page in _layouts(source, LAParams(), where)]
    except PDFPasswordIncorrect as exc:
        raise ReadError(f"{where}: the PDF is encrypted; save a copy without a password") from exc
    except ReadError:
        raise
    except Exception as exc:  # of many kinds: the parser trusts what the file says of itself
        raise ReadError(f"{where}: the PDF is broken ({type(exc).__name__}); save or download it again") from exc
    if not any(pages):
        count = f"{len(pages)} page{'s' if len(pages) != 1 else ''}"
        raise ReadError(f"{where}: no text in this PDF ({count}, perhaps scanned); run text recognition on it first")
    return _document(pages, source, where)


def _document(pages: list[list[_Line]], source: Any, where: str) -> Document:
    pages = [page for page in _without_running_heads(pages) if page] or pages
    lines = [line for page in pages for line in page]
    title, rest = _split_heading(pages)
    blocks = _paragraphs(rest, _Hyphens(" ".join(line.text for line in lines)))
    text = "\n\n".join(blocks)
    if len(_UNREADABLE.findall(text)) * 6 > len(text) / 2:
        raise ReadError(f"{where}: the letters of this PDF have no names; save the article as text")
    document = Document(text)
    document.set("title", title, "heading")
    _from_metadata(document, source)
    return document


def _layouts(source: Any, parameters: Any, where: str) -> Iterator[Any]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=parameters)
    interpreter = PDFPageInterpreter(resources, device)
    for number, page in enumerate(PDFPage.create_pages(source), start=1):
        if number > MAX_PAGES:
            raise ReadError(f"{where}: longer than {MAX_PAGES} pages; split it and give one article a file")
        interpreter.process_page(page)
        yield device.get_result()


def _lines_of(page: Any) -> list[_Line]:
    """Return the lines of a page in reading order, blocks numbered as they follow one another."""
    from pdfminer.layout import LTChar, LTTextBox, LTTextLine

    found = []
    low, high = page.y0 + _MARGIN * page.height, page.y1 - _MARGIN * page.height
    for number, box in enumerate(item for item in page if isinstance(item, LTTextBox)):
        for line in box:
            if not isinstance(line, LTTextLine) or not (text := " ".join(line.get_text().split())):
                continue
            sizes = [item.size for item in line if isinstance(item, LTChar)]
            in_margin = line.y1 < low or line.y0 > high
            found.append(_Line(text, line.x0, line.x1, statistics.median(sizes or [0.0]), number, in_margin))
    return found


def _without_running_heads(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Return the pages without page numbers and running heads.

    A running head stands in a margin, and comes again on other pages or is a short line set smaller than the body.
    """
    seen = Counter(key for page in pages for key in {_running_key(line) for line in page if line.margin})
    least = max(2, len(pages) // 2)
    body = _body_size(pages)

    def runs(line: _Line) -> bool:
        is_small = line.size < body / _LARGER and _is_short(line.text) and not line.text.endswith(_ENDS)
        again = seen[_running_key(line)] >= least
        return line.margin and (again or is_small or _PAGE_NUMBER.fullmatch(line.text) is not None)

    return [[line for line in page if not runs(line)] for page in pages]


def _body_size(pages: list[list[_Line]]) -> float:
    """Return the size in which the middle word is set."""
    return statistics.median(line.size for page in pages for line in page for _ in line.text.split())


def _is_short(text: str) -> bool:
    return len(text.split()) <= _MOST_RUNNING_WORDS


def _running_key(line: _Line) -> str:
    """Return what is the same on every page of a running head: all but its numbers; prose is compared as it is."""
    return re.sub(r"\d+", "#", line.text.casefold()) if _is_short(line.text) else line.text


def _split_heading(pages: list[list[_Line]]) -> tuple[str | None, list[list[_Line]]]:
    """Return the heading (the largest letters on the first page, three words at least) and the other lines.

    Header lines above the heading come after it; short labels above it (a section, the name of the paper)
    are left out.
    """
    first = pages[0]
    body = _body_size(pages)
    runs = [list(group) for _, group in itertools.groupby(first, key=lambda line: round(line.size * 2))]
    headings = [
        run for run in runs
        if run[0].size >= _LARGER * body and 3 <= sum(len(line.text.split()) for line in run) <= _MOST_HEADING_WORDS
    ]  # fmt: skip
    if not headings:
        return None, pages
    heading = max(headings, key=lambda run: run[0].size)
    start = next(number for number, line in enumerate(first) if line is heading[0])
    above = [line for line in first[:start] if is_header_line(line.text) or len(line.text.split()) > _LABEL_WORDS]
    rest = above + first[start + len(heading) :]
    return " ".join(line.text for line in heading), [rest, *pages[1:]]


class _Hyphens:
    """Joins what was split at a line end, as the rest of the document writes it."""

    def __init__(self, text: str) -> None:
        self._words = frozenset(word.casefold() for word in _WORD.findall(text))

    def join(self, before: str, after: str) -> str:
        """Return two lines as one: "recon-" "struction" → "reconstruction", "well-" "known" → "well-known"."""
        match = _HYPHEN.search(before)
        following = _WORD.match(after)
        if match is None or following is None:
            return f"{before} {after}"
        end = following[0]
        kept = f"{match['start']}-{end}".casefold() in self._words
        if before[-1] != "\u00ad" and (kept or not end[0].islower() or match["start"].isdigit()):
            return before + after
        return before[:-1] + after


def _paragraphs(pages: Iterable[list[_Line]], hyphens: _Hyphens) -> list[str]:
    """Return the paragraphs; one that a column or page breaks goes on where the next begins in mid-sentence."""
    found: list[str] = []
    for page in pages:
        for _, block in itertools.groupby(page, key=lambda line: line.block):
            for number, paragraph in enumerate(_split_block(list(block))):
                text = paragraph[0].text
                for line in paragraph[1:]:
                    text = hyphens.join(text, line.text)
                if found and not number and not found[-1].endswith(_ENDS) and _goes_on(found[-1], text):
                    found[-1] = hyphens.join(found[-1], text)
                else:
                    found.append(text)
    return found


def _goes_on(before: str, after: str) -> bool:
    return after[0].islower() or before.endswith((",", "-", "\u00ad"))


def _split_block(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Split a block at lines that are indented, follow a short line that ends a sentence, or are header lines."""
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    part: list[_Line] = []
    for line in lines:
        previous = part[-1] if part else None
        if previous and (
            (line.left > left + line.size * 0.8 and previous.left <= left + line.size * 0.8)
            or (previous.text.endswith(_ENDS) and previous.right < right - 0.15 * (right - left))
            or is_header_line(previous.text)
            or is_header_line(line.text)
        ):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _from_metadata(document: Document, source: Any) -> None:
    """Fill title, author and day of publication from the document's properties, where they say so."""
    properties = [_decoded(info) for info in source.info if isinstance(info, dict)]
    xmp = _xmp(source)
    for info in properties:
        title, author = info.get("Title", ""), info.get("Author", "")
        if not _FILE_NAME.fullmatch(title) and len(title.split()) > 1:
            document.properties.setdefault("title", title)
        if author and author.casefold() not in _NO_AUTHOR and "@" not in author:
            document.properties.setdefault("author", author)
    for name in _PUBLICATION:
        if (value := xmp.get(name)) and parse_date(value):
            document.set("published", value, "meta")
    document.set("outlet", xmp.get("publicationName"), "meta")
    document.set(
        "url", next((xmp[name] for name in ("url", "doi") if xmp.get(name, "").startswith("http")), None), "meta"
    )


def _decoded(info: dict[str, Any]) -> dict[str, str]:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    values = {name: resolve1(value) for name, value in info.items()}
    return {name: decode_text(value).strip() for name, value in values.items() if isinstance(value, bytes)}


def _xmp(source: Any) -> dict[str, str]:
    """Return the text of each XMP property by its local name; empty: there is none, or it is broken."""
    from lxml import etree
    from pdfminer.pdftypes import PDFStream, resolve1

    stream = resolve1(source.catalog.get("Metadata"))
    if not isinstance(stream, PDFStream):
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    tree = etree.fromstring(stream.get_data(), parser)
    if tree is None:
        return {}
    found: dict[str, str] = {}
    for element in tree.iter(etree.Element):
        text = "".join(str(part) for part in element.itertext())
        found.setdefault(etree.QName(element).localname, text.strip())
        for name, value in element.attrib.items():
            found.setdefault(etree.QName(name).localname, str(value).strip())
    return found
