"""The page put together: header, tabs, and what fills them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.assistant import Assistant
from qa.page.api import offer
from qa.page.chat import Chat
from qa.page.examples import Examples
from qa.page.guard import calm, user_of
from qa.page.library import Library
from qa.page.queue import QUIET
from qa.page.render import render
from qa.page.saved import Saved
from qa.page.uploads import SWEPT


def build(assistant: Assistant, examples: Examples, *, mcp: bool = False) -> gr.Blocks:
    """Return the page over an assistant."""

    @calm
    def facts(request: gr.Request) -> tuple[Any, ...]:
        outlets = gr.Dropdown(choices=list(assistant.index.catalog.outlets()))
        return _header(assistant, user_of(request)), outlets, chat.welcome_html()

    blocks: gr.Blocks
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=SWEPT) as blocks:
        offer(assistant, mcp=mcp)  # first: the page's own events take what names are left
        head = gr.HTML(_header(assistant, ""), elem_id="header", apply_default_css=False)
        chat, library, saved = Chat(assistant, examples), Library(assistant), Saved(assistant)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask", id="ask"):
                chat.draw()
            with gr.Tab("Library", id="library") as library_tab:
                library.draw()
            with gr.Tab("Saved", id="saved") as saved_tab:
                saved.draw()
        shown = [head, chat.limits.outlets, chat.welcome]
        for event in library.connect(library_tab, shown, facts, examples.find):
            event.then(chat.greet, None, chat.welcome, **QUIET)
        saved.connect(saved_tab, chat)
        blocks.load(facts, None, shown, **QUIET)
        blocks.load(chat.load, None, chat.reopening, **QUIET)
        blocks.load(chat.greet, None, chat.welcome, **QUIET)
    return blocks


def _header(assistant: Assistant, user: str) -> str:
    catalog = assistant.index.catalog
    return render("header.html", counts=catalog.counts(), days=catalog.date_range(), user=user)
