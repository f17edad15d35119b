"""The command line: `dateline`. Every command says in one line what went wrong, and exits with a number."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from index.library import Added, Index
    from index.records import Evidence
    from qa.assistant import Assistant

OK, FAILED, BAD_INPUT, ABSTAINED = 0, 1, 2, 3
"""Exit codes: answered or done; anything else; usage or bad input; abstained."""

app = typer.Typer(
    name="dateline",
    help="Answers questions over news articles; every sentence carries a verbatim, dated, attributed quote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

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


def main() -> NoReturn:
    """Run the command line."""
    run_app(app, "dateline")


def run_app(commands: typer.Typer, name: str) -> NoReturn:
    """Run commands and exit; an error is one sentence on standard error, after the program's name."""
    from index.errors import DatelineError, InputError, NoLibraryError
    from qa.streams import guard

    guard()
    try:
        code = commands(standalone_mode=False, prog_name=name)
        sys.stdout.flush()  # here, where it is noticed that the reader has gone
    except (InputError, NoLibraryError) as exc:
        _fail(str(exc), BAD_INPUT, name)
    except DatelineError as exc:
        _fail(str(exc), FAILED, name)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nobody to tell
        sys.exit(OK)
    except (KeyboardInterrupt, typer.Abort):
        _fail("stopped; what was reported done is kept", FAILED, name)
    except Exception as exc:
        if hasattr(exc, "format_message") and hasattr(exc, "exit_code"):  # a usage error, as typer raises it
            _fail(exc.format_message(), BAD_INPUT, name)
        raise
    sys.exit(code if isinstance(code, int) else OK)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Take the options that stand before the command."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"dateline {installed('dateline-qa')}")
        raise typer.Exit


@app.command()
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

    _between("--jobs", jobs, 0, 64)
    given = check_given(outlet, published)
    piped = "-" in paths
    if piped and (prune or len(paths) > 1):
        _fail("- reads one article from standard input; give it alone, without --prune", BAD_INPUT)
    if piped and not sys.stdin:
        _fail("standard input is closed; give the article on it, or a file", BAD_INPUT)
    for path in paths if prune else ():
        prunable(path)
    items = [read_stream(sys.stdin.buffer)] if piped else read_paths(paths)
    articles, some = begun(item if isinstance(item, DatelineError) else given.apply(item) for item in items)
    folder = _folder(library)
    known = (folder / FILE).exists()
    if not some and not known:  # nothing to make a library for
        for line in said_of_skipped([item for item in articles if isinstance(item, DatelineError)]):
            typer.echo(line, err=True)
        _fail("nothing was added; see the lines above", BAD_INPUT)
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
        _fail("nothing was added; see the lines above", BAD_INPUT)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    library: LibraryOption = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlets = None,
    llm: Llm = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question, every sentence with its quotes.

    Exits with 3 when the articles do not say.
    """
    from qa.events import last
    from qa.show import show_stream

    if markdown and as_json:
        _fail("--markdown and --json cannot both be given; leave one out", BAD_INPUT)
    with _assistant(library, llm) as assistant:
        events = assistant.stream(question, as_of=as_of, since=since, outlets=outlet)
        answer = last(events) if as_json or markdown else show_stream(_console(), events)
    if as_json:
        _print_json(answer.to_dict())
    elif markdown:
        typer.echo(answer.to_markdown(), nl=False)
    if answer.status == "abstained":
        raise typer.Exit(ABSTAINED)


@app.command()
def chat(
    library: LibraryOption = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlets = None,
    llm: Llm = None,
) -> None:
    """Ask one question after another; each may follow up on those before it."""
    from index.library import scope_of
    from qa.chat import chat as talk

    scope_of(as_of, since, outlet)  # refused before the first question
    with _assistant(library, llm) as assistant:
        talk(assistant, _console(), as_of=as_of, since=since, outlets=outlet)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="What to look for.", metavar="WORD")],
    library: LibraryOption = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlets = None,
    k: Annotated[int, typer.Option("-k", help="How many passages, up to 100.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Print ranked passages, no answer.

    Exits with 3 when none has any of the words; then the nearest in meaning are shown.
    """
    from qa.outlets import given

    _between("-k", k, 1, 100)
    with _open(library) as index:
        outlets = given(outlet, index.catalog.outlets())
        found = index.search(" ".join(words), as_of=as_of, since=since, outlets=outlets, k=max(k, 20))
        found, matched = found[:k], _matched(" ".join(words), found)
        names = {copy: index.get(copy).name for item in found for copy in item.copies}
    if as_json:
        from qa.answer import evidence_dict

        _print_json([evidence_dict(item) | {"copies": list(item.copies)} for item in found])
    else:
        from qa.show import show_evidence

        show_evidence(_console(), found, names)
    if not matched:
        nearest = "these are the nearest in meaning" if found else "and there is no other"
        typer.echo(f"no passage in this scope has any of these words; {nearest}", err=True)
        raise typer.Exit(ABSTAINED)


@app.command("list")
def list_articles(
    library: LibraryOption = None,
    undated: Annotated[bool, typer.Option("--undated", help="Only those without a date.")] = False,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet, by its name or whole words of it.")] = None,
    since: Since = None,
) -> None:
    """List the articles."""
    from index.library import scope_of
    from index.scope import matching
    from qa.show import show_articles

    start = scope_of(None, since, None).since
    with _open(library) as index:
        named = matching(outlet, index.catalog.outlets()) if outlet is not None else ()
        chosen = [
            article
            for article in index.articles(with_text=False)
            if (not undated or article.published is None)
            and (outlet is None or article.outlet in named)
            and (start is None or (article.published is not None and article.published >= start))
        ]
    if chosen:
        show_articles(_console(), chosen)
    else:
        typer.echo("no article matches", err=True)


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    version: Annotated[int | None, typer.Option(help="An earlier version, counted from 1.")] = None,
) -> None:
    """Print an article: what is known of it, and its text."""
    from qa.show import show_article

    with _open(library) as index:
        article = index.get(index.catalog.full_id(article_id), version)
        show_article(_console(), article, index.copies(article))


@app.command()
def edit(
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    published: Annotated[str | None, typer.Option(help="The right publication date.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The right outlet.")] = None,
    title: Annotated[str | None, typer.Option(help="The right title.")] = None,
    author: Annotated[str | None, typer.Option(help="The right author.")] = None,
) -> None:
    """Correct the date, outlet, title or author of an article."""
    with _open(library) as index:
        article = index.edit(
            index.catalog.full_id(article_id), published=published, outlet=outlet, title=title, author=author
        )
    by = f", by {article.author}" if article.author else ""
    typer.echo(f"{article.id} is now: {article.title or article.file} — {article.name}, {article.when}{by}")


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID")],
    library: LibraryOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove articles, with all their versions."""
    with _open(library) as index:
        chosen = list(dict.fromkeys(map(index.catalog.full_id, ids)))
        names = [index.get(article_id).title or article_id for article_id in chosen]
        if not yes and not _confirmed(f"Remove {', '.join(names)}?"):
            _fail("nothing was removed", FAILED)
        index.remove(chosen)
    typer.echo(f"{len(chosen)} removed")


@app.command()
def stats(library: LibraryOption = None, as_json: AsJson = False) -> None:
    """Count what is in the library."""
    with _open(library) as index:
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
        _print_json(facts | {"by_outlet": outlets})
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):16}{value if value is not None else 'none'}")
    for outlet, count in list(outlets.items())[:10]:
        typer.echo(f"  {count:>6}  {outlet}")


@app.command()
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
            _fail("--repair is for the library; leave it out to check an answer", BAD_INPUT)
        _recheck(answer, library)
        return
    folder = _folder(library)
    report = check(folder, repair=repair)
    for name, lines in (("repaired", report.repaired), ("note", report.notes), ("wrong", report.problems)):
        for line in lines:
            typer.echo(f"{name}: {line}")
    typer.echo(f"{report.articles} articles, {report.versions} versions, {report.passages} passages checked")
    if not report.ok:
        way = "see the lines above" if repair else f"put it right with: dateline verify --repair --library {folder}"
        _fail(f"{folder} is not as it should be; {way}", FAILED)


@app.command()
def reembed(
    spec: Annotated[str, typer.Argument(help="default, openai:MODEL, ollama:MODEL or huggingface:MODEL.")],
    library: LibraryOption = None,
) -> None:
    """Embed the library with another model.

    Goes on where it was stopped, and switches over at the end.
    """
    from rich.progress import Progress

    with _open(library) as index, Progress(
        console=_console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:  # fmt: skip
        task = progress.add_task("embedding")
        count = index.reembed(spec, lambda done, total: progress.update(task, completed=done, total=total))
    typer.echo(f"{count} passages embedded; the library now uses {spec}")


@app.command()
def demo() -> None:
    """Answer a question over the sample articles.

    Builds a library of them in a temporary folder, which is removed afterwards.
    """
    import tempfile

    from index.readers import read_paths
    from qa.assistant import Assistant
    from qa.samples import AS_OF, FOLDER, QUESTION
    from qa.show import show_answer

    with tempfile.TemporaryDirectory(prefix="dateline-demo-") as folder:
        from index.library import Index

        with Index.open(folder, create=True) as index:
            added = index.add(read_paths([FOLDER]))
            again = f", {added.updated} of them in a second version"
            typer.echo(f"{added.new} sample articles read{again} (fictional outlets, public facts)\n")
            typer.echo(f"$ dateline ask {QUESTION!r} --as-of {AS_OF}\n")
            show_answer(_console(), Assistant(index).ask(QUESTION, as_of=AS_OF))


@app.command()
def ui(
    library: LibraryOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port; by default the first free one from 7860.")] = None,
    llm: Llm = None,
    auth: Annotated[
        list[str] | None, typer.Option(help="USER:PASS, who may come in; may be given again (or DATELINE_AUTH).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let others in without --auth.")] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer the library's tools to MCP clients as well.")] = False,
) -> None:
    """Serve the chat page; to this machine alone unless --host and --auth say otherwise."""
    from qa.page import Door, launch
    from qa.page.doors import users_of
    from qa.settings import setting

    if port is not None:
        _between("--port", port, 1, 65535)
        if _is_taken(host, port):
            _fail(f"--port {port} is taken by another program; give another, or none to take the first free", BAD_INPUT)
    door = Door(host, port, users_of(auth or (setting("auth") or "").split()), force, mcp)
    door.check()
    with _assistant(library, llm) as assistant:
        launch(assistant, door)


@app.command()
def feedback(library: LibraryOption = None) -> None:
    """Print what readers of the chat page thought of its answers, as cases for dateline-eval (JSON Lines)."""
    from qa.page.cases import case_lines

    with _open(library) as index:
        lines = case_lines(index.catalog.conversations.judged())
    if not lines:
        typer.echo("no answer was judged yet; ask on the page (dateline ui) and say what was helpful", err=True)
    typer.echo(lines, nl=False)


def _recheck(path: Path, library: Path | None) -> None:
    from qa.recheck import read_answer, recheck

    data = read_answer(path)
    with _open(library) as index:
        found = recheck(index, data)
    for name, lines in (("note", found.notes), ("wrong", found.problems)):
        for line in lines:
            typer.echo(f"{name}: {line}")
    typer.echo(f"{found.citations} citations checked")
    if not found.ok:
        _fail(f"{path} does not hold; see the lines above", FAILED)


@contextmanager
def _open(library: Path | None) -> Iterator[Index]:
    from index.library import Index

    with Index.open(_folder(library)) as index:
        yield index


def _assistant(library: Path | None, llm: str | None) -> Assistant:
    from qa.assistant import Assistant
    from qa.settings import setting

    return Assistant.open(_folder(library), llm or setting("llm"))


def _add(index: Index, articles: Iterator[Any], jobs: int) -> Added:
    """Add with a progress line on standard error, where that is a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=_console(stderr=True),
        transient=True, disable=not sys.stderr.isatty(),
    ) as progress:  # fmt: skip
        task = progress.add_task("reading")
        update: Callable[[Added], None] = lambda added: progress.update(  # noqa: E731  # one line, one use
            task, description=f"{added.read} articles, {added.passages} passages"
        )
        return index.add(articles, jobs=jobs or os.cpu_count() or 1, progress=update)


def _matched(text: str, found: Sequence[Evidence]) -> bool:
    """Tell whether a passage, or its title, has one of the words that were looked for."""
    from index.query import parse
    from index.terms import words

    wanted = set(parse(text).stems)
    return any(wanted & {w.stem for w in words(f"{e.article.title or ''} {e.passage.text}")} for e in found)


def _confirmed(question: str) -> bool:
    """Ask on standard error, and read the answer from standard input; no line at all is no answer."""
    typer.echo(f"{question} [y/N] ", err=True, nl=False)
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        typer.echo(err=True)
        _fail(
            "standard input is closed, so that nobody can answer; nothing was removed: say --yes to remove", BAD_INPUT
        )
    return line.strip().lower() in ("y", "yes")


def _folder(library: Path | None) -> Path:
    from index.files import expanded
    from qa.settings import library_folder

    return expanded(library) if library is not None else library_folder()


def _console(*, stderr: bool = False) -> Console:
    from qa.terminal import console

    return console(stderr=stderr)


def _is_taken(host: str, port: int) -> bool:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _print_json(data: object) -> None:
    from qa.streams import escaped

    typer.echo(escaped(json.dumps(data, ensure_ascii=False, indent=2)))


def _between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        _fail(f"{name} is {value}; give a number from {least} to {most}", BAD_INPUT)


def _fail(message: str, code: int, name: str = "dateline") -> NoReturn:
    typer.echo(f"{name}: {message}", err=True)
    sys.exit(code)
