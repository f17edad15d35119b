"""The commands that bring articles in, show them, correct and remove them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.commands import BAD_INPUT, FAILED, LibraryOption, Since, console, fail, folder_of, opened, require_between

if TYPE_CHECKING:
    from index.intake import Added
    from index.library import Index


def add(
    paths: Annotated[list[str], typer.Argument(help="Files and folders; - reads one article.", metavar="PATH|-")],
    library: LibraryOption = None,
    outlet: Annotated[str | None, typer.Option(help="The outlet of all of them.")] = None,
    published: Annotated[str | None, typer.Option(help="The publication date of all of them.")] = None,
    jobs: Annotated[int, typer.Option(help="Worker processes, up to 64; 0: one a core.")] = 0,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove the articles whose files in PATH are gone; each is named.")
    ] = False,
    embed: Annotated[
        str | None,
        typer.Option(help="What a new library embeds with: default, openai:MODEL, ollama:MODEL, huggingface:MODEL."),
    ] = None,
) -> None:
    """Add articles: files, and folders of them.

    Read are .txt .md .html .pdf .docx .csv .tsv .json .jsonl .jsonl.gz files.

    With - one article is read from standard input: text, Markdown, HTML, JSON, PDF or .docx, told by its content.
    """
    from index.catalog import FILE
    from index.errors import DatelineError
    from index.fields import check_given
    from index.library import Index
    from index.readers import read_paths, read_stream
    from index.sources import prunable
    from qa.adding import begun, said_of_added, said_of_skipped, said_of_undated
    from qa.settings import setting

    require_between("--jobs", jobs, 0, 64)
    given = check_given(outlet, published)
    piped = "-" in paths
    if piped and (prune or len(paths) > 1):
        fail("- reads one article from standard input; give it alone, without --prune", BAD_INPUT)
    if piped and not sys.stdin:
        fail("standard input is closed; give the article on it, or a file", BAD_INPUT)
    for path in paths if prune else ():
        prunable(path)
    items = [read_stream(sys.stdin.buffer)] if piped else read_paths(paths)
    articles, some = begun(item if isinstance(item, DatelineError) else given.apply(item) for item in items)
    folder = folder_of(library)
    known = (folder / FILE).exists()
    if not some and not known:  # nothing to make a library for
        for line in said_of_skipped([item for item in articles if isinstance(item, DatelineError)]):
            typer.echo(line, err=True)
        fail("nothing was added; see the lines above", BAD_INPUT)
    with Index.open(folder, create=True, embedder=embed or (None if known else setting("embed"))) as index:
        added = _add(index, articles, jobs)
        pruned = index.prune(paths) if prune else None
        stored = index.get(added.ids[0]) if piped and added.ids else None
    for article in pruned or ():
        typer.echo(f"pruned: {article.id} {article.title or ''} ({article.file} is gone)", err=True)
    for line in said_of_skipped(added.skipped):
        typer.echo(line, err=True)
    if stored:
        typer.echo(f"{stored.id}: {stored.title or 'untitled'} — {stored.name}, {stored.when}", err=True)
    typer.echo(said_of_added(added, None if pruned is None else len(pruned)))
    if added.undated:
        typer.echo(said_of_undated(added.undated), err=True)
    if not added.read and not pruned:
        fail("nothing was added; see the lines above", BAD_INPUT)


def list_articles(
    library: LibraryOption = None,
    undated: Annotated[bool, typer.Option("--undated", help="Only those without a date.")] = False,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet, by its name or whole words of it.")] = None,
    since: Since = None,
) -> None:
    """List the articles."""
    from index.scope import matching, scope_of
    from qa.show import show_articles

    start = scope_of(None, since, None).since
    with opened(library) as index:
        named = matching(outlet, index.catalog.outlets()) if outlet is not None else ()
        chosen = [
            article
            for article in index.articles(with_text=False)
            if (not undated or article.published is None)
            and (outlet is None or article.outlet in named)
            and (start is None or (article.published is not None and article.published >= start))
        ]
    if chosen:
        show_articles(console(), chosen)
    else:
        typer.echo("no article matches", err=True)


def show(
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    version: Annotated[int | None, typer.Option(help="An earlier version, counted from 1.")] = None,
) -> None:
    """Print an article: what is known of it, and its text."""
    from qa.show import show_article

    with opened(library) as index:
        article = index.get(index.catalog.full_id(article_id), version)
        show_article(console(), article, index.copies(article))


def edit(
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    published: Annotated[str | None, typer.Option(help="The right publication date.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The right outlet.")] = None,
    title: Annotated[str | None, typer.Option(help="The right title.")] = None,
    author: Annotated[str | None, typer.Option(help="The right author.")] = None,
) -> None:
    """Correct the date, outlet, title or author of an article."""
    with opened(library) as index:
        article = index.edit(
            index.catalog.full_id(article_id), published=published, outlet=outlet, title=title, author=author
        )
    by = f", by {article.author}" if article.author else ""
    typer.echo(f"{article.id} is now: {article.title or article.file} — {article.name}, {article.when}{by}")


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove articles, with all their versions."""
    with opened(library) as index:
        chosen = list(dict.fromkeys(map(index.catalog.full_id, ids)))
        names = [index.get(article_id).title or article_id for article_id in chosen]
        if not yes and not _confirmed(f"Remove {', '.join(names)}?"):
            fail("nothing was removed", FAILED)
        index.remove(chosen)
    typer.echo(f"{len(chosen)} removed")


def _add(index: Index, articles: Iterator[Any], jobs: int) -> Added:
    """Add with a progress line on standard error, where that is a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console(stderr=True),
        transient=True, disable=not sys.stderr.isatty(),
    ) as progress:  # fmt: skip
        task = progress.add_task("reading")
        update: Callable[[Added], None] = lambda added: progress.update(  # noqa: E731  # one line, one use
            task, description=f"{added.read} articles, {added.passages} passages"
        )
        return index.add(articles, jobs=jobs or os.cpu_count() or 1, progress=update)


def _confirmed(question: str) -> bool:
    """Ask on standard error, and read the answer from standard input; no line at all is no answer."""
    typer.echo(f"{question} [y/N] ", err=True, nl=False)
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        typer.echo(err=True)
        fail("standard input is closed, so that nobody can answer; nothing was removed: say --yes to remove", BAD_INPUT)
    return line.strip().lower() in ("y", "yes")
