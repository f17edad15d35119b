"""What the commands of `dateline-eval` have in common: options, progress, what is said beside the results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Of(StrEnum):
    """Which network of the cross-encoder: the one that reads claims, or the one that reads questions."""

    CLAIMS = "claims"
    QUESTIONS = "questions"


class Half(StrEnum):
    """Which cases to take, by the last digit of their ids."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


Cases = Annotated[
    list[Path] | None,
    typer.Option("--cases", help="A file of cases; may be given again. Default: the shipped ones.", show_default=False),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library", help="The library's folder. Default: made of the articles of the cases.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", help="Worker processes; 0: one a core.", min=0, max=64)]
HalfOption = Annotated[Half, typer.Option("--half", help="Only ids with an odd or even last digit.")]


def processes(jobs: int) -> int:
    """Return how many processes to use."""
    return jobs or os.cpu_count() or 1


def tell(message: str) -> None:
    """Say something that is no result, on standard error."""
    typer.echo(message, err=True)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Yield what is called after each piece of work; shown on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(
        *Progress.get_default_columns(), console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
