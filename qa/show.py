"""Answers, passages and articles in the terminal, as a person likes to read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from index.dates import say
from index.records import Article, Evidence
from qa.accounts import notes
from qa.answer import Answer, Citation, Statement, Verdict, one_report
from qa.events import Done, Event, Restarted
from qa.streams import visible

_MARKS: dict[Verdict, str] = {"supported": "✓", "partly": "~", "unsupported": "✗", "contradicted": "✗"}
_NEAREST = 3


def show_answer(console: Console, answer: Answer) -> None:
    """Print an answer: how it was understood, its sentences with their support marks, its sources, its notes."""
    _understood(console, answer)
    for statement in answer.statements:
        _statement(console, statement, answer.dates(statement))
    _rest(console, answer)


def show_stream(console: Console, events: Iterable[Event]) -> Answer:
    """Print an answer while it is made, each sentence as it is finished; return it.

    Where it is not a terminal that prints it, the answer is printed when it is whole.
    """
    live = console.is_terminal
    for event in events:
        if isinstance(event, Done):
            if live:
                _understood(console, event.answer)
                _rest(console, event.answer)
            else:
                show_answer(console, event.answer)
            return event.answer
        if live and isinstance(event, Statement):
            _statement(console, event)
        elif live and isinstance(event, Restarted):
            console.print(_text(f"{event.why} What stands above is void.", "yellow"))
    raise AssertionError("a stream ends with Done")


def _understood(console: Console, answer: Answer) -> None:
    """Print the question as it stands by itself, where it followed up on another, and the scope of the answer."""
    if answer.asked_as:
        console.print(_text(f"Asked as: {answer.asked_as}", "dim"))
    if answer.scope:
        console.print(_text(answer.scope, "dim"))


def _statement(console: Console, statement: Statement, dates: str = "") -> None:
    """Print a sentence with its support mark, its citations, what its dates mean, and what is wrong with it."""
    line = Text(f"{_MARKS[statement.support.verdict]} ", style="green" if statement.support.score else "red")
    line.append(_text(statement.text))
    line.append("".join(f" [{n}]" for n in statement.citations), style="cyan")
    if dates:
        line.append(_text(f" ({dates})", "dim"))
    if statement.mark:
        found = "; ".join(check.detail for check in statement.support.checks if not check.ok)
        line.append(_text(f" ({statement.mark}{f': {found}' if found else ''})", "red"))
    console.print(Padding(line, (0, 0, 1, 0)))


def _rest(console: Console, answer: Answer) -> None:
    """Print what stands below the sentences: accounts, sources and notes, or why there are none."""
    if answer.status == "abstained":
        console.print(_text(answer.text, "bold"))
        for note in answer.notes[1:]:
            console.print(_text(note, "dim"))
        _nearest(console, answer.evidence)
        return
    for account in answer.accounts:
        console.print(_text(account.heading, "bold"))
        for claim in account.claims:
            line = _text(f"    {claim.value} — {claim.source}")
            line.append(f" [{claim.citation}]", style="cyan")
            console.print(line)
        console.print()
    quoted: dict[tuple[str, int], list[Citation]] = {}
    for citation in answer.citations:
        quoted.setdefault((citation.article_id, citation.version), []).append(citation)
    for first, *others in quoted.values():
        line = Text("".join(f"[{citation.n}] " for citation in (first, *others)), style="cyan")
        line.append(_text(first.title or first.file))
        line.append(_text(f" — {first.source}", "dim"))
        console.print(line)
        if first.shared:
            console.print(_text(f"    {first.shared}", "dim"))
    shown = notes(answer.accounts)  # above, as headings
    for note in answer.notes:
        if note not in shown:
            console.print(_text(note, "dim"))


def show_evidence(console: Console, evidence: Sequence[Evidence], names: Mapping[str, str]) -> None:
    """Print ranked passages, each with its source and its best sentence in bold; `names` are the outlets of copies."""
    for item in evidence:
        console.print(_heading(item))
        if item.copies:
            console.print(_text(f"    {one_report([names[copy] for copy in item.copies])}", "dim"))
        text = _text(" ".join(item.passage.text.split()))
        if item.sentences:
            best = _text(" ".join(item.sentences[0].text.split())).plain
            text.highlight_words([best], style="bold")
        console.print(Padding(text, (0, 0, 1, 4)))


def show_articles(console: Console, articles: Iterable[Article]) -> None:
    """Print a table of articles: id, date, outlet, title."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("id", "published", "outlet", "title"):
        table.add_column(name, no_wrap=name in ("id", "published"))
    for article in articles:
        table.add_row(article.id, article.day, _text(article.outlet or ""), _text(article.title or article.file))
    console.print(table)


def show_article(console: Console, article: Article, copies: Sequence[Article]) -> None:
    """Print an article: what is known of it and from where, which others print the same report, then its text."""
    console.print(_text(article.title or article.file, "bold"))
    facts = [
        ("outlet", article.outlet, article.origins.get("outlet")),
        ("author", article.author, article.origins.get("author")),
        ("published", article.when, article.origins.get("published")),
        ("modified", say(article.modified) if article.modified else None, article.origins.get("modified")),
        ("url", article.url, article.origins.get("url")),
        ("file", article.file, None),
        ("id", f"{article.id}, version {article.version}", None),
    ]
    for name, value, origin in facts:
        if value:
            console.print(_text(f"{name:10}{value}" + (f"  (from: {origin})" if origin else ""), "dim"))
    for copy in copies:
        console.print(_text(f"{'copy':10}{copy.id}, {copy.name}, {copy.when}", "dim"))
    console.print()
    console.print(_text(article.text))


def _nearest(console: Console, evidence: Sequence[Evidence]) -> None:
    if not evidence:
        return
    console.print(Text("The nearest passages:", style="dim"))
    for item in evidence[:_NEAREST]:
        console.print(_heading(item))
        text = " ".join(item.passage.text.split())
        console.print(Padding(_text(textwrap.shorten(text, 240, placeholder=" …"), "dim"), (0, 0, 0, 4)))


def _heading(item: Evidence) -> Text:
    article = item.article
    line = Text(f"{item.rank:>2}. ", style="cyan")
    line.append(_text(article.title or article.file, "bold"))
    line.append(_text(f" — {article.name}, {article.when}", "dim"))
    return line


def _text(text: str, style: str = "") -> Text:
    """Return text as it stands: no markup, no terminal codes."""
    return Text(visible(text), style=style)
