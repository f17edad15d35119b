"""The commands that look after the library: count, check, embed anew."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.commands import BAD_INPUT, FAILED, AsJson, LibraryOption, console, fail, folder_of, opened, print_json


def stats(library: LibraryOption = None, as_json: AsJson = False) -> None:
    """Count what is in the library."""
    with opened(library) as index:
        counts = index.catalog.counts()
        days = index.catalog.date_range()
        outlets = index.catalog.outlets()
        size = sum(path.stat().st_size for path in index.folder.rglob("*") if path.is_file())
        embedder = index.catalog.meta("embedder")
        folder = str(index.folder)
    facts: dict[str, Any] = counts | {
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[1].isoformat() if days else None,
        "bytes_on_disk": size,
        "embedder": embedder,
        "library": folder,
    }
    if as_json:
        print_json(facts | {"by_outlet": outlets})
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):16}{value if value is not None else 'none'}")
    for outlet, count in list(outlets.items())[:10]:
        typer.echo(f"  {count:>6}  {outlet}")


def verify(
    answer: Annotated[
        Path | None, typer.Argument(help="An answer saved with ask --json, to be checked again.", show_default=False)
    ] = None,
    library: LibraryOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be; nothing is thrown away.")] = False,
) -> None:
    """Check the library, or a saved answer against it.

    Articles, spans and vectors are held against their hashes and one another; exits with 1 when something is wrong.
    """
    from index.verify import verify as check

    if answer is not None:
        if repair:
            fail("--repair is for the library; leave it out to check an answer", BAD_INPUT)
        _recheck(answer, library)
        return
    folder = folder_of(library)
    report = check(folder, repair=repair)
    for name, lines in (("repaired", report.repaired), ("note", report.notes), ("wrong", report.problems)):
        for line in lines:
            typer.echo(f"{name}: {line}")
    typer.echo(f"{report.articles} articles, {report.versions} versions, {report.passages} passages checked")
    if not report.ok:
        way = "see the lines above" if repair else f"put it right with: dateline verify --repair --library {folder}"
        fail(f"{folder} is not as it should be; {way}", FAILED)


def reembed(
    spec: Annotated[str, typer.Argument(help="default, openai:MODEL, ollama:MODEL or huggingface:MODEL.")],
    library: LibraryOption = None,
) -> None:
    """Embed the library with another model.

    Goes on where it was stopped, and switches over at the end.
    """
    from rich.progress import Progress

    with opened(library) as index, Progress(
        console=console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:  # fmt: skip
        task = progress.add_task("embedding")
        count = index.reembed(spec, lambda done, total: progress.update(task, completed=done, total=total))
    typer.echo(f"{count} passages embedded; the library now uses {spec}")


def _recheck(path: Path, library: Path | None) -> None:
    from qa.recheck import read_answer, recheck

    data = read_answer(path)
    with opened(library) as index:
        found = recheck(index, data)
    for name, lines in (("note", found.notes), ("wrong", found.problems)):
        for line in lines:
            typer.echo(f"{name}: {line}")
    typer.echo(f"{found.citations} citations checked")
    if not found.ok:
        fail(f"{path} does not hold; see the lines above", FAILED)
