"""The console that commands print on: of a terminal's width, or plain lines of 100 columns for a pipe or a file."""

from __future__ import annotations

import re
import sys
from typing import IO, Any, NoReturn

from rich.console import Console

from qa.streams import unguarded

_TRAILING = re.compile(r"[ \t]+(?=\n)")
_COLUMNS = 100


def console(*, stderr: bool = False) -> Console:
    """Return the console on standard output, or on standard error."""
    stream = unguarded(sys.stderr if stderr else sys.stdout)
    if stream.isatty():
        return _Console(file=stream, highlight=False)
    return _Console(file=_Trimmed(stream), highlight=False, width=_COLUMNS)  # type: ignore[arg-type]  # what Rich uses of one


class _Console(Console):
    """A console that says when its reader has gone, so that the command can end well; Rich's own exits with 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise."""
        raise BrokenPipeError


class _Trimmed:
    """A stream without the spaces that fill up lines."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text without spaces at the ends of lines."""
        return self._stream.write(_TRAILING.sub("", text))

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all else."""
        return getattr(self._stream, name)
