"""The commands that ask: one question or many, a search, the demo, the chat page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.commands import (
    ABSTAINED,
    BAD_INPUT,
    AsJson,
    AsOf,
    LibraryOption,
    Llm,
    Outlets,
    Since,
    assistant_of,
    console,
    fail,
    folder_of,
    opened,
    print_json,
    require_between,
)

if TYPE_CHECKING:
    from index.records import Evidence


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
        fail("--markdown and --json cannot both be given; leave one out", BAD_INPUT)
    with assistant_of(library, llm) as assistant:
        events = assistant.stream(question, as_of=as_of, since=since, outlets=outlet)
        answer = last(events) if as_json or markdown else show_stream(console(), events)
    if as_json:
        print_json(answer.to_dict())
    elif markdown:
        typer.echo(answer.to_markdown(), nl=False)
    if answer.status == "abstained":
        raise typer.Exit(ABSTAINED)


def chat(
    library: LibraryOption = None,
    as_of: AsOf = None,
    since: Since = None,
    outlet: Outlets = None,
    llm: Llm = None,
) -> None:
    """Ask one question after another; each may follow up on those before it."""
    from index.scope import scope_of
    from qa.chat import chat as talk

    scope_of(as_of, since, outlet)  # refused before the first question
    with assistant_of(library, llm) as assistant:
        talk(assistant, console(), as_of=as_of, since=since, outlets=outlet)


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

    require_between("-k", k, 1, 100)
    with opened(library) as index:
        outlets = given(outlet, index.catalog.outlets())
        found = index.search(" ".join(words), as_of=as_of, since=since, outlets=outlets, k=max(k, 20))
        found, matched = found[:k], _matched(" ".join(words), found)
        names = {copy: index.get(copy).name for item in found for copy in item.copies}
    if as_json:
        from qa.answer import evidence_dict

        print_json([evidence_dict(item) | {"copies": list(item.copies)} for item in found])
    else:
        from qa.show import show_evidence

        show_evidence(console(), found, names)
    if not matched:
        nearest = "these are the nearest in meaning" if found else "and there is no other"
        typer.echo(f"no passage in this scope has any of these words; {nearest}", err=True)
        raise typer.Exit(ABSTAINED)


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
            show_answer(console(), Assistant(index).ask(QUESTION, as_of=AS_OF))


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
        require_between("--port", port, 1, 65535)
    if wrong := _cannot_listen(host, port):
        fail(wrong, BAD_INPUT)
    door = Door(host, port, users_of(auth or (setting("auth") or "").split()), force, mcp)
    door.check()
    _make_where_missing(folder_of(library))
    with assistant_of(library, llm) as assistant:
        launch(assistant, door)


def _make_where_missing(folder: Path) -> None:
    """Make an empty library where there is none: its page says how to begin."""
    from index.catalog import FILE
    from index.library import Index

    if not (folder / FILE).exists():
        Index.open(folder, create=True).close()
        typer.echo(f"{folder} is a new, empty library; add articles on the page, or with: dateline add ARTICLES")


def feedback(library: LibraryOption = None) -> None:
    """Print what readers of the chat page thought of its answers, as cases for dateline-eval (JSON Lines)."""
    from qa.page.cases import case_lines

    with opened(library) as index:
        lines = case_lines(index.catalog.conversations.judged())
    if not lines:
        typer.echo("no answer was judged yet; ask on the page (dateline ui) and say what was helpful", err=True)
    typer.echo(lines, nl=False)


def _matched(text: str, found: Sequence[Evidence]) -> bool:
    """Tell whether a passage, or its title, has one of the words that were looked for."""
    from index.query import parse
    from index.terms import stems_of

    wanted = set(parse(text).stems)
    return any(wanted & stems_of(f"{e.article.title or ''} {e.passage.text}") for e in found)


def _cannot_listen(host: str, port: int | None) -> str:
    """Return why nothing can be served at an address, with the way out; blank: it can. None: any port."""
    import errno
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port or 0))
        except PermissionError:
            return f"--port {port} is kept for the administrator of this machine; give one from 1024"
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                return f"--port {port} is taken by another program; give another, or none to take the first free"
            return f"--host {host} is no address of this machine; give 127.0.0.1, or 0.0.0.0 for all that it has"
    return ""
