"""Files → bytes and text under a cap; what cannot be decoded is an error that names the place."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import IO

from index.errors import InputError, ReadError

MAX_BYTES = 10_000_000
"""Bytes of one article as text, and of one line of JSON."""


def storable(text: str) -> str:
    """Return the text with what no file can hold, such as the bytes of a file name that is not UTF-8, written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def place_of(path: Path) -> str:
    """Return where a file really lies, as the identity of what is in it; a loop of links is left as it is."""
    return storable(os.path.realpath(path))


def expanded(folder: str | Path) -> Path:
    """Return a folder with ~ put in full.

    Raises:
        InputError: there is no such user.
    """
    try:
        return Path(folder).expanduser()
    except RuntimeError as exc:
        raise InputError(f"{folder}: there is no such user; write the folder in full") from exc


def bytes_of(path: Path, cap: int) -> bytes:
    """Return the content of a file of at most `cap` bytes.

    Raises:
        ReadError: it is larger.
    """
    with path.open("rb") as stream:
        return bounded(stream, cap, str(path))


def bounded(stream: IO[bytes], cap: int, where: str) -> bytes:
    """Return what a stream holds, at most `cap` bytes.

    Raises:
        ReadError: it holds more.
    """
    data = stream.read(cap + 1)
    if len(data) > cap:
        raise ReadError(f"{where}: larger than {cap // 1_000_000} MB; split it or save the article alone")
    return data


def decode(data: bytes, where: str) -> str:
    """Return UTF-8 (or UTF-16 with a byte order mark) as text.

    Raises:
        ReadError: it is empty, binary, or in another encoding.
    """
    if not data.strip():
        raise ReadError(f"{where}: empty; there is no article in it")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-16")
    if b"\x00" in data:
        raise ReadError(f"{where}: binary data, not text; give the article as text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        place = where if where.rsplit(":", 1)[-1].isdigit() else f"{where}:{line}"
        raise ReadError(f"{place}: not UTF-8 (byte 0x{data[exc.start]:02x}); save it as UTF-8") from exc
