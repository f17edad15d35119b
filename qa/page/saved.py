"""The tab of kept conversations: reopen, export, forget, and take judged answers along as eval cases."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.answer import answer_from
from qa.assistant import Assistant
from qa.page.cases import case_lines
from qa.page.chat import Chat, said, script_of
from qa.page.guard import calm, user_of
from qa.page.queue import QUIET
from qa.page.render import render


class Saved:
    """Draws the tab and answers its events."""

    def __init__(self, assistant: Assistant) -> None:
        self.kept = assistant.index.catalog.conversations

    def draw(self) -> None:
        """Put the tab's components in place."""
        self.file = gr.JSON(visible=False)
        self.asked = gr.State("")
        self.list = gr.HTML(
            render("conversations.html", talks=[], judged=0, asked=""), js_on_load=script_of("events.js"),
            elem_id="conversations", apply_default_css=False,
        )  # fmt: skip

    def connect(self, tab: gr.Tab, chat: Chat) -> None:
        """Connect the events; a reopened conversation is shown in the tab that answers."""
        seen = [self.list, self.asked]
        tab.select(self.show, None, seen, **QUIET)
        self.list.select(self.reopen(chat), None, chat.reopening, **QUIET).then(
            None, None, None, js="() => Dateline.tab('Ask')"
        )
        self.list.edit(self.ask_twice, None, seen, **QUIET)
        self.list.clear(self.show, None, seen, **QUIET)
        self.list.delete(self.forget, self.asked, seen, **QUIET)
        self.list.download(self.download, None, self.file, **QUIET).then(
            None, self.file, None, js="(file) => Dateline.save(file)"
        )

    @calm
    def show(self, request: gr.Request) -> Any:
        """List the user's conversations."""
        return self._listed(user_of(request), "")

    @calm
    def ask_twice(self, request: gr.Request, event: gr.EventData) -> Any:
        """Ask whether a conversation is really to be forgotten."""
        return self._listed(user_of(request), said(event, "talkId"))

    @calm
    def forget(self, talk: str, request: gr.Request) -> Any:
        """Forget the conversation that was asked about."""
        self.kept.forget(user_of(request), talk)
        return self._listed(user_of(request), "")

    def reopen(self, chat: Chat) -> Any:
        """Return the handler that shows a kept conversation."""

        @calm
        def reopened(request: gr.Request, event: gr.EventData) -> Any:
            return chat.reopened(user_of(request), said(event, "talkId"))

        return reopened

    @calm
    def download(self, request: gr.Request, event: gr.EventData) -> Any:
        """Return a conversation as Markdown, or else the user's judged answers as eval cases."""
        if talk := said(event, "talkId"):
            answers = [answer_from(kept.answer) for kept in self.kept.answers(user_of(request), talk)]
            content = "\n---\n\n".join(answer.to_markdown() for answer in answers)
            return {"name": f"conversation-{talk[:16]}.md", "content": content}
        return {"name": "cases.jsonl", "content": case_lines(self.kept.judged(user_of(request)))}

    def _listed(self, user: str, asked: str) -> tuple[str, str]:
        talks, judged = self.kept.all(user), len(self.kept.judged(user))
        return render("conversations.html", talks=talks, judged=judged, asked=asked), asked
