"""Word-processor files (.docx) → fields, by python-docx: paragraphs and tables in order, as the reader sees them.

Runs inside a worker process.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from index.document import Document
from index.errors import ReadError

MAX_BYTES = 20_000_000
"""Bytes of one file; pictures are most of a large one."""
MAX_XML_BYTES = 30_000_000
"""Bytes of all its XML when unpacked: a zip bomb is refused by its own table of contents."""
MAX_PARTS = 5_000
SECONDS = 20.0

_OLD_WORD = b"\xd0\xcf\x11\xe0"
_NO_AUTHOR = frozenset(("python-docx", "user", "admin", "administrator", "author", "microsoft office user", "unknown"))
_HEADINGS = ("Title", "Heading 1")


def extract(data: bytes, where: str) -> Document:
    """Return the article in the file; its text starts with its heading, where it has one.

    Raises:
        ReadError: it is encrypted, broken, a zip bomb, or has no text.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    if data.startswith(_OLD_WORD):
        raise ReadError(f"{where}: the file is encrypted, or an old .doc; save it as .docx without a password")
    try:
        _refuse_bombs(data, where)
        source = docx.Document(io.BytesIO(data))
        paragraphs = [text for text in _paragraphs(source) if text]
    except (zipfile.BadZipFile, OpcError, XMLSyntaxError, LookupError, ValueError, AttributeError, OSError) as exc:
        raise ReadError(f"{where}: not a readable .docx file ({type(exc).__name__}); save it again") from exc
    if not paragraphs:
        raise ReadError(f"{where}: no text in this file; a picture of a text cannot be read")
    document = Document("\n\n".join(paragraphs))
    document.set("title", _heading(source), "heading")
    properties = source.core_properties
    named = {"title": properties.title, "author": properties.author}
    document.properties = {name: value for name, value in named.items() if value and value.casefold() not in _NO_AUTHOR}
    return document


def _refuse_bombs(data: bytes, where: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > MAX_PARTS or size > MAX_XML_BYTES or sum(part.file_size for part in parts) > 10 * MAX_BYTES:
        raise ReadError(
            f"{where}: unpacks to more than {MAX_XML_BYTES // 1_000_000} MB of text; save the article alone"
        )


def _paragraphs(source: Any) -> Iterator[str]:
    from docx.table import Table

    for block in source.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = [" ".join(_text(cell._tc).split()) for cell in row.cells]
                yield " | ".join(dict.fromkeys(cell for cell in cells if cell))  # a merged cell comes once
        else:
            yield _text(block._p)


def _text(element: Any) -> str:
    """Return the text of an element with what was inserted, without what was deleted or stands in twice."""
    found = []
    for node in element.iter():
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if name == "t":
            if not any(parent.tag.endswith("}Fallback") for parent in node.iterancestors()):
                found.append(node.text or "")
        elif name in ("tab", "br", "cr") and node.getparent().tag.endswith("}r"):
            found.append(" " if name == "tab" else "\n")
        elif name == "p" and found:
            found.append("\n")
    return "\n".join(line.strip() for line in "".join(found).split("\n")).strip()


def _heading(source: Any) -> str | None:
    for paragraph in source.paragraphs[:5]:
        if paragraph.style is not None and paragraph.style.name in _HEADINGS and paragraph.text.strip():
            return str(paragraph.text)
    return None
