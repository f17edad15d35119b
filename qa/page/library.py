"""The tab that holds the articles: find, read, add and remove them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from index.errors import DatelineError
from index.intake import Added
from index.readers import read_paths, suffixes
from index.records import Article
from qa.assistant import Assistant
from qa.page.chat import said, script_of
from qa.page.guard import calm, calm_steps, fault
from qa.page.queue import QUIET, WRITING
from qa.page.render import render
from qa.page.uploads import MOST_FILES, articles_of, check_files, given, pasted
from qa.samples import FOLDER

PAGE = 50
"""Articles listed at first, and by each click on `more`."""
_LONGEST = 200_000
"""Characters of an article that are shown."""


class Library:
    """Draws the tab and answers its events."""

    def __init__(self, assistant: Assistant) -> None:
        self.index = assistant.index

    def draw(self) -> None:
        """Put the tab's components in place and connect them."""
        script = script_of("events.js")
        self.length = gr.State(PAGE)
        self.chosen = gr.State("")
        with gr.Row(elem_id="library"):
            with gr.Column(scale=3, min_width=320):
                with gr.Accordion("Add articles", open=not self.index.catalog.counts()["articles"], elem_id="add"):
                    self._draw_adding()
                with gr.Row(elem_id="filters"):
                    self.words = gr.Textbox(
                        label="Find", placeholder="title, author, file", max_lines=1, max_length=200, scale=2,
                        min_width=160, elem_id="find",
                    )  # fmt: skip
                    self.outlet = gr.Dropdown(
                        self.outlets(), value="", label="Outlet", allow_custom_value=True, min_width=160,
                        elem_id="outlet",
                    )  # fmt: skip
                    self.undated = gr.Checkbox(label="Undated only", min_width=120, elem_id="undated")
                self.list = gr.HTML("", js_on_load=script, elem_id="articles", apply_default_css=False)
            with gr.Column(scale=2, min_width=320, elem_id="reader-side"):
                self.reader = gr.HTML(
                    _read(None), js_on_load=script_of("events.js", "reader.js"), elem_id="reader",
                    apply_default_css=False,
                )  # fmt: skip
                with gr.Row(visible=False, elem_id="removing") as self.removing:
                    self.sure = gr.Button("Yes, remove it for good", variant="stop", elem_id="sure")
                    self.keep = gr.Button("Keep it", elem_id="keep")

    def _draw_adding(self) -> None:
        self.files = gr.File(
            label=f"Files, up to {MOST_FILES}: text, Markdown, HTML, PDF, Word, CSV, JSON", file_count="multiple",
            file_types=list(suffixes()), type="filepath", height=140, elem_id="files",
        )  # fmt: skip
        self.pasted = gr.Textbox(
            label="Or paste an article", lines=4, max_lines=12, elem_id="pasted",
            placeholder="Headline, byline and date lines at the top are read as such",
        )  # fmt: skip
        with gr.Row():
            self.title = gr.Textbox(label="Title", info="of pasted text", max_lines=1, min_width=140, elem_id="title")
            self.source = gr.Textbox(label="Outlet", info="blank: as found", max_lines=1, min_width=140, elem_id="by")
            self.published = gr.Textbox(
                label="Published", info="blank: as found", placeholder="2016-03-28", max_lines=1, min_width=140,
                elem_id="published",
            )  # fmt: skip
        with gr.Row():
            self.add_button = gr.Button("Add", variant="primary", elem_id="add-button")
            self.samples_button = gr.Button("Add the sample articles", elem_id="samples-button")
        self.result = gr.HTML("", elem_id="result", apply_default_css=False)

    def connect(self, tab: gr.Tab, around: list[Any], shown: Callable[[gr.Request], tuple[Any, ...]],
                changed: Callable[[], None]) -> list[Any]:  # fmt: skip
        """Connect the events; return those after which the library may hold other articles.

        `around` are the components elsewhere that show what the library holds, `shown` returns what they show,
        `changed` is called when articles have come or gone.
        """
        self.shown, self.changed = shown, changed
        filters = [self.words, self.outlet, self.undated]
        listing = [*filters, self.length]
        around = [self.list, self.outlet, *around]
        gr.on(
            [tab.select, self.words.change, self.outlet.change, self.undated.change], self.filter, filters,
            [self.list, self.length], trigger_mode="always_last", **QUIET,
        )  # fmt: skip
        self.list.expand(self.more, listing, [self.list, self.length], **QUIET)
        self.list.select(self.read, None, [self.reader, self.chosen, self.removing], **QUIET)
        self.reader.delete(lambda: gr.Row(visible=True), None, self.removing, **QUIET).then(
            None, None, None, js="() => Dateline.confirm()"
        )
        self.keep.click(lambda: gr.Row(visible=False), None, self.removing, **QUIET)
        removed = self.sure.click(
            self.remove,
            [self.chosen, *listing],
            [self.reader, self.chosen, self.removing, *around],
            **QUIET,
            **WRITING,
        )
        fields = [self.files, self.pasted, self.title, self.source, self.published]
        added = self.add_button.click(
            self.add, [*fields, *listing], [self.result, *fields, *around], **QUIET, **WRITING
        )
        samples = self.samples_button.click(self.add_samples, listing, [self.result, *around], **QUIET, **WRITING)
        return [removed, added, samples]

    @calm
    def filter(self, words: str, outlet: str, undated: bool) -> Any:
        """List the articles that the filters leave, from the first."""
        return self.listed(words, outlet, undated, PAGE), PAGE

    @calm
    def more(self, words: str, outlet: str, undated: bool, length: int) -> Any:
        """List more of them."""
        return self.listed(words, outlet, undated, length + PAGE), length + PAGE

    @calm
    def read(self, event: gr.EventData) -> Any:
        """Show an article."""
        article = self.index.get(said(event, "article"))
        return _read(article), article.id, gr.Row(visible=False)

    @calm
    def remove(self, article_id: str, words: str, outlet: str, undated: bool, length: int, request: gr.Request) -> Any:
        """Remove the article that is shown, once more asked for."""
        self.index.remove([article_id])
        self.changed()
        return _read(None), "", gr.Row(visible=False), *self._around(words, outlet, undated, length, request)

    @calm_steps
    def add(
        self, files: list[str] | None, text: str, title: str, outlet: str, published: str,
        words: str, only: str, undated: bool, length: int, request: gr.Request,
    ) -> Iterator[Any]:  # fmt: skip
        """Yield what became of each file and of the pasted text, as it comes."""
        rows: list[tuple[str, str, bool]] = []
        kept = (gr.skip(),) * 10
        try:
            facts = given(outlet, published)
            paths = check_files(files or [], Path(os.environ["GRADIO_TEMP_DIR"]))
            if not paths and not text.strip():
                raise ValueError
        except ValueError:
            yield self._result([("nothing", "choose files or paste an article first", False)]), *kept
            return
        except DatelineError as exc:
            yield self._result([("nothing was added", str(exc), False)]), *kept
            return
        total = len(paths) + bool(text.strip())
        for path in paths:
            yield self._result(rows, f"Reading {path.name}, {len(rows) + 1} of {total}"), *kept
            rows += self._added(path.name, (item if isinstance(item, Exception) else facts.apply(item)
                                            for item in articles_of(path)))  # fmt: skip
            path.unlink(missing_ok=True)
        if text.strip():
            yield self._result(rows, f"Reading the pasted text, {total} of {total}"), *kept
            rows += self._added("Pasted text", (facts.apply(read(title)) for read in [partial(pasted, text)]))
        self.changed()
        yield self._result(rows), None, "", "", "", "", *self._around(words, only, undated, length, request)

    @calm_steps
    def add_samples(self, words: str, outlet: str, undated: bool, length: int, request: gr.Request) -> Iterator[Any]:
        """Add the sample articles that come with Dateline."""
        yield self._result([], "Reading the sample articles"), *(gr.skip(),) * 5
        rows = self._added("The sample articles", read_paths([FOLDER]))
        self.changed()
        yield self._result(rows), *self._around(words, outlet, undated, length, request)

    def listed(self, words: str, outlet: str, undated: bool, length: int) -> str:
        """Return the list of articles, newest first, undated last."""
        wanted = words.casefold().split()
        found = [
            article
            for article in self.index.articles(with_text=False)
            if (not undated or article.published is None)
            and (not outlet or article.outlet == outlet)
            and _has(article, wanted)
        ]
        dated = [article for article in reversed(found) if article.published]
        articles = dated + [article for article in found if not article.published]
        filtered = bool(wanted or outlet or undated)
        return render("articles.html", articles=articles[:length], count=len(articles), filtered=filtered)

    def outlets(self) -> list[tuple[str, str]]:
        """Return the outlets to choose from."""
        return [("All", ""), *((f"{name} ({count})", name) for name, count in self.index.catalog.outlets().items())]

    def _added(self, name: str, articles: Iterator[Any]) -> list[tuple[str, str, bool]]:
        """Add articles; return a row that says what became of them, and one for each that was left out."""
        try:
            added = self.index.add(articles)
        except Exception as exc:
            return [(name, fault(exc), False)]
        rows = [(name, _outcome(added), True)] if added.read else []
        return rows + [(name, str(error).removeprefix(f"{name}: "), False) for error in added.skipped]

    def _result(self, rows: list[tuple[str, str, bool]], doing: str = "") -> str:
        return render("added.html", rows=rows, doing=doing)

    def _around(self, words: str, outlet: str, undated: bool, length: int, request: gr.Request) -> tuple[Any, ...]:
        """Return what else on the page shows what the library holds."""
        return (
            self.listed(words, outlet, undated, length),
            gr.Dropdown(choices=self.outlets()),
            *self.shown(request),
        )


def _read(article: Article | None) -> str:
    """Return an article to read; None: none is chosen."""
    text = article.text if article else ""
    return render("article.html", article=article, text=text[:_LONGEST], cut=len(text) > _LONGEST)


def _has(article: Article, wanted: list[str]) -> bool:
    said = " ".join(filter(None, (article.title, article.author, article.outlet, article.file, article.url))).casefold()
    return all(word in said for word in wanted)


def _outcome(added: Added) -> str:
    """Return what came of adding, in words."""
    parts = [
        f"{count} {what}"
        for count, what in ((added.new, "added"), (added.updated, "a new version"), (added.unchanged, "already here"))
        if count
    ]
    undated = added.undated and f"; {added.undated} without a date, which an as-of or since date leaves out"
    return ", ".join(parts) + (undated or "")
