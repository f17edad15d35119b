"""Standard output and error as a terminal may safely have them: whatever is printed, nothing that it would obey."""

from __future__ import annotations

import re
import sys
from typing import Any, TextIO

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey, or what would turn the order of letters around."""


def visible(text: str) -> str:
    """Return the text with a mark in the place of each such character; line breaks and tabs stay."""
    return _CONTROL.sub("\ufffd", text)


def escaped(json: str) -> str:
    """Return JSON with each such character written as an escape: the same value."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def guard() -> None:
    """Make all that this process prints visible from now on; what styles its own text writes to `unguarded`."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


def unguarded(stream: TextIO) -> TextIO:
    """Return the stream behind a guarded one, for a console that cleans what it is given and adds its own codes."""
    return stream._stream if isinstance(stream, _Guarded) else stream


class _Guarded:
    """A text stream that writes what is visible."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text."""
        return self._stream.write(visible(text))

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all else."""
        return getattr(self._stream, name)


def _guarded(stream: TextIO | None) -> Any:
    return stream if stream is None or isinstance(stream, _Guarded) else _Guarded(stream)
