"""What the commands share: their options and exit codes, the library and how they say what went wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from index.library import Index
    from qa.assistant import Assistant

OK, FAILED, BAD_INPUT, ABSTAINED = 0, 1, 2, 3
"""Exit codes: answered or done; anything else; usage or bad input; abstained."""

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="The library's folder (or DATELINE_LIBRARY).", show_default=False),
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Only what was published up to this day, inclusive.")]
Since = Annotated[str | None, typer.Option("--since", help="Only what was published on or after this day.")]
Outlets = Annotated[
    list[str] | None,
    typer.Option("--outlet", help="Only this outlet, by its name or whole words of it; may be given again."),
]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="Who writes the answer: none, openai:MODEL, anthropic:MODEL, ollama:MODEL, "
        "openai-like:MODEL@http://HOST/v1 (or DATELINE_LLM).",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def calm() -> None:
    """Keep numpy to one thread unless told otherwise: for matrices this small its own threads cost more than they save.

    Must come before numpy is imported; a server that uses Dateline as a library gains by it as a command does.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")


_INTERRUPTED = 130


def run_app(commands: typer.Typer, name: str) -> NoReturn:
    """Run commands and exit; an error is one sentence on standard error, after the program's name."""
    from index.errors import DatelineError, InputError, NoLibraryError
    from qa.streams import guard

    calm()
    guard()
    try:
        code = commands(standalone_mode=False, prog_name=name)
        if code == _INTERRUPTED:  # what typer makes of Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()  # here, where it is noticed that the reader has gone
    except (InputError, NoLibraryError) as exc:
        fail(str(exc), BAD_INPUT, name)
    except DatelineError as exc:
        fail(str(exc), FAILED, name)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nobody to tell
        sys.exit(OK)
    except (KeyboardInterrupt, typer.Abort):
        fail("stopped; what was reported done is kept", FAILED, name)
    except Exception as exc:
        if hasattr(exc, "format_message") and hasattr(exc, "exit_code"):  # a usage error, as typer raises it
            fail(exc.format_message(), BAD_INPUT, name)
        raise
    sys.exit(code if isinstance(code, int) else OK)


@contextmanager
def opened(library: Path | None) -> Iterator[Index]:
    """Open the library of a command."""
    from index.library import Index

    with Index.open(folder_of(library)) as index:
        yield index


def assistant_of(library: Path | None, llm: str | None) -> Assistant:
    """Open the assistant over the library of a command."""
    from qa.assistant import Assistant
    from qa.settings import setting

    return Assistant.open(folder_of(library), llm or setting("llm"))


def folder_of(library: Path | None) -> Path:
    """Return the library's folder: the one given, else as the settings say."""
    from index.files import expanded
    from qa.settings import library_folder

    return expanded(library) if library is not None else library_folder()


def console(*, stderr: bool = False) -> Console:
    """Return the console that a command prints on."""
    from qa.terminal import console as made

    return made(stderr=stderr)


def print_json(data: object) -> None:
    """Print JSON that any terminal can show."""
    from qa.streams import escaped

    typer.echo(escaped(json.dumps(data, ensure_ascii=False, indent=2)))


def require_between(name: str, value: int, least: int, most: int) -> None:
    """End the command where a number is not from `least` to `most`."""
    if not least <= value <= most:
        fail(f"{name} is {value}; give a number from {least} to {most}", BAD_INPUT)


def fail(message: str, code: int, name: str = "dateline") -> NoReturn:
    """End the command with one sentence on standard error."""
    typer.echo(f"{name}: {message}", err=True)
    sys.exit(code)
