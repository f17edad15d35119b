"""A conversation in the terminal: one question a line, each answered with what was said before in mind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from index.errors import DatelineError
from qa.answer import Answer
from qa.assistant import Assistant
from qa.condense import TURNS
from qa.show import show_stream

_ENDS = ("exit", "quit", ":q")


def chat(assistant: Assistant, console: Console, **scope: Any) -> int:
    """Answer questions from standard input until it ends, or until `exit`; return how many were answered.

    `scope` is as in `Assistant.ask`. A question that cannot be asked is said and passed over.
    """
    history: list[Answer] = []
    for question in _questions():
        try:
            answer = show_stream(console, assistant.stream(question, history=history, **scope))
        except DatelineError as exc:
            console.print(f"dateline: {exc}", style="red", markup=False)
            continue
        history = [*history, answer][-TURNS:]
        console.print()
    return len(history)


def _questions() -> Iterator[str]:
    """Yield the lines that are typed, or piped in, without blank ones."""
    if sys.stdin.isatty():
        print("Ask; exit ends the conversation.", file=sys.stderr)
    while True:
        try:
            line = (input("> ") if sys.stdin.isatty() else next(sys.stdin)).strip()
        except (EOFError, StopIteration, KeyboardInterrupt):
            return
        if line.lower() in _ENDS:
            return
        if line:
            yield line
