"""Files of cases, as they lie on disk: JSON Lines and JSON, packed or not."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from index.errors import InputError


def numbered_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each line of a text file (.gz: unpacked) with its place, `file:line`; blank lines are skipped.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with _opened(path) as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield line, f"{path}:{number}"
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as exc:
        raise _unreadable(path, exc) from exc


def json_lines(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each object of a JSON Lines file (.gz: unpacked) with its place, `file:line`; blank lines are skipped.

    Raises:
        InputError: the file cannot be read, or a line is not an object.
    """
    for line, where in numbered_lines(path):
        yield _object(line, where), where


def made_folder(path: Path) -> Path:
    """Return a folder for results, made where there is none.

    Raises:
        InputError: it cannot be made: a file stands in its place, say.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError(f"{path} cannot be made ({exc.strerror}); give another folder with --out") from exc
    return path


def write_json(path: Path, data: Mapping[str, object]) -> None:
    """Write data as a readable file of JSON."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def json_document(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file (.gz: unpacked).

    Raises:
        InputError: the file cannot be read, or does not hold one object.
    """
    try:
        with _opened(path) as stream:
            text = stream.read()
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as exc:
        raise _unreadable(path, exc) from exc
    return _object(text, str(path))


def make_error(where: str, what: str, way_out: str) -> InputError:
    """Return the error of one line: where, what, and the way out."""
    return InputError(f"{where}: {what}; {way_out}")


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = f":{exc.lineno}" if isinstance(exc, json.JSONDecodeError) and exc.lineno > 1 else ""
        raise make_error(f"{where}{line}", "not valid JSON", "mend the line") from exc
    if not isinstance(value, dict):
        raise make_error(where, "not a JSON object", "give one, in braces")
    return value


def _unreadable(path: Path, exc: Exception) -> InputError:
    if isinstance(exc, OSError) and exc.errno is not None:
        return InputError(f"{path}: cannot be read ({exc.strerror}); check the path")
    return InputError(f"{path}: not readable as JSON ({exc}); make the file again")
