"""The rows that lie in the pages of an SQLite file, read without the tree that leads to them: for a damaged one.

The form of the file is documented by SQLite ("Database File Format").
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from pathlib import Path

_MAGIC = b"SQLite format 3\0"
_LEAF = 0x0D
_HEADER = 100
"""Bytes at the beginning of the file, before the first page's own."""

Row = tuple[object, ...]


def cut_short(path: Path) -> int:
    """Return how many bytes are missing at the end of a file, by what its header says; 0: none."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        return 0
    return max(0, _page_size(header) * _big(header, 28, 4) - path.stat().st_size)


def rows(path: Path, columns: Container[int]) -> Iterator[tuple[int, Row]]:
    """Yield the number and the values of each row of so many columns that lies in a page of a table.

    Pages that were given free hold rows that were removed: they are left out. An integer primary key is None.
    """
    data = path.read_bytes()
    size = _page_size(data)
    free = _free_pages(data, size)
    for number, start in enumerate(range(0, len(data), size), start=1):
        first = start + (_HEADER if number == 1 else 0)
        if number in free or data[first : first + 1] != bytes([_LEAF]):
            continue
        for cell in range(_big(data, first + 3, 2)):
            try:
                found = _row(data, start + _big(data, first + 8 + 2 * cell, 2), size)
            except (IndexError, ValueError, struct.error):
                continue
            if len(found[1]) in columns:
                yield found


def _row(data: bytes, at: int, size: int) -> tuple[int, Row]:
    length, at = _varint(data, at)
    number, at = _varint(data, at)
    return number, _values(_payload(data, at, length, size))


def _payload(data: bytes, at: int, length: int, size: int) -> bytes:
    """Return what a cell holds, what does not fit into its page from the pages that follow."""
    usable = size - data[20]
    if length > len(data):
        raise ValueError("more than the file holds")
    if length <= usable - 35:
        return data[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    here = least + (length - least) % (usable - 4)
    here = here if here <= usable - 35 else least
    parts, left, page = [data[at : at + here]], length - here, _big(data, at + here, 4)
    while left > 0:
        start = (page - 1) * size
        if not 0 < start < len(data):
            raise ValueError("a page that is not there")
        parts.append(data[start + 4 : start + 4 + min(left, usable - 4)])
        left, page = left - (usable - 4), _big(data, start, 4)
    return b"".join(parts)


def _values(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        length = (kind - 12) // 2 if kind >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]
        part = payload[end : end + length]
        if len(part) < length:
            raise ValueError("a row that is cut short")
        values.append(_value(kind, part))
        end += length
    return tuple(values)


def _value(kind: int, part: bytes) -> object:
    if kind == 0:
        return None
    if kind == 7:
        return struct.unpack(">d", part)[0]
    if kind in (8, 9):
        return kind - 8
    if kind < 7:
        return int.from_bytes(part, "big", signed=True)
    return part.decode("utf-8", "replace") if kind % 2 else part


def _free_pages(data: bytes, size: int) -> frozenset[int]:
    """Return the numbers of the pages that the file's list says are free."""
    found: set[int] = set()
    trunk = _big(data, 32, 4)
    while trunk and trunk not in found and trunk * size <= len(data):
        found.add(trunk)
        start = (trunk - 1) * size
        count = min(_big(data, start + 4, 4), size // 4 - 2)
        found |= {_big(data, start + 8 + 4 * place, 4) for place in range(count)}
        trunk = _big(data, start, 4)
    return frozenset(found)


def _page_size(data: bytes) -> int:
    size = _big(data, 16, 2)
    return 65_536 if size == 1 else max(size, 512)


def _big(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "big")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where it ends."""
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise AssertionError
