"""The tab that answers: the conversation, its scope, and the sources beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.dates import say
from index.library import scope_of
from qa.assistant import Assistant, Done, Searching
from qa.page.guard import calm, calm_steps, fault
from qa.page.render import conversation_html, render, sources_html
from qa.page.talk import Talk, Turn

STATIC = Path(__file__).parent / "static"
ASKING = 8
"""Questions answered at the same time; the others wait their turn."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How the page's own events run: without Gradio's spinner, and not offered to other programs."""


class Chat:
    """Draws the tab and answers its events."""

    def __init__(self, assistant: Assistant, examples: tuple[str, ...] = ()) -> None:
        self.assistant = assistant
        self.examples = examples

    def draw(self) -> None:
        """Put the tab's components in place and connect them."""
        script = (STATIC / "conversation.js").read_text(encoding="utf-8")
        self.talk = gr.State(Talk())
        with gr.Row(elem_id="ask"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self.conversation = gr.HTML(
                    conversation_html(Talk(), self.examples), js_on_load=script, elem_id="conversation",
                    apply_default_css=False,
                )  # fmt: skip
                with gr.Column(elem_id="composer"):
                    self._draw_composer(script)
            with gr.Column(scale=2, min_width=320, elem_id="side"):
                self.sources = gr.HTML(
                    sources_html(None, self.assistant.index.get), js_on_load=(STATIC / "sources.js").read_text("utf-8"),
                    elem_id="sources", apply_default_css=False,
                )  # fmt: skip
        self._connect()

    def _draw_composer(self, script: str) -> None:
        self.scope = gr.HTML(_scope_html("", "", []), js_on_load=script, elem_id="scope", apply_default_css=False)
        with gr.Row(elem_id="question-row", equal_height=True):
            self.question = gr.Textbox(
                placeholder="Ask about the news in this library", label="Question", show_label=False, lines=1,
                max_lines=6, max_length=4000, autofocus=True, elem_id="question", scale=6, container=False,
            )  # fmt: skip
            self.ask_button = gr.Button("Ask", variant="primary", scale=1, min_width=80, elem_id="ask-button")
            self.stop_button = gr.Button("Stop", visible=False, scale=1, min_width=80, elem_id="stop-button")
        with gr.Accordion("Dates and outlets", open=False, elem_id="limits"), gr.Row():
            self.as_of = gr.Textbox(
                label="As of", info="What was known on this day", placeholder="2016-04-30", max_lines=1,
                max_length=40, min_width=140, elem_id="as-of",
            )  # fmt: skip
            self.since = gr.Textbox(
                label="Since", info="Nothing published before it", placeholder="March 2016", max_lines=1,
                max_length=40, min_width=140, elem_id="since",
            )  # fmt: skip
            self.outlets = gr.Dropdown(
                list(self.assistant.index.catalog.outlets()), label="Outlets", info="None chosen: all",
                multiselect=True, min_width=220, elem_id="outlets",
            )  # fmt: skip

    def _connect(self) -> None:
        limits = [self.as_of, self.since, self.outlets]
        shown = [self.conversation, self.sources, self.talk, self.question, self.ask_button, self.stop_button]
        running: dict[str, Any] = {"concurrency_limit": ASKING, "concurrency_id": "ask"}
        asking = [
            gr.on(
                [self.question.submit, self.ask_button.click], self.ask, [self.question, *limits, self.talk], shown,
                **QUIET, **running,
            ),
            self.conversation.example_select(self.ask_example, [*limits, self.talk], shown, **QUIET, **running),
            self.conversation.retry(self.ask_again, [*limits, self.talk], shown, **QUIET, **running),
        ]  # fmt: skip
        self.stop_button.click(self.stop, self.talk, shown, cancels=asking, queue=False, **QUIET)
        self.conversation.select(self.open_source, self.talk, self.sources, queue=False, **QUIET)
        self.sources.select(self.open_source, self.talk, self.sources, queue=False, **QUIET)
        gr.on(
            [self.as_of.blur, self.as_of.submit, self.since.blur, self.since.submit, self.outlets.change],
            _scope_html, limits, self.scope, queue=False, **QUIET,
        )  # fmt: skip
        self.scope.clear(lambda: ("", "", [], _scope_html("", "", [])), None, [*limits, self.scope], queue=False,
                         **QUIET)  # fmt: skip

    @calm_steps
    def ask(
        self, question: str, as_of: str, since: str, outlets: list[str], talk: Talk, request: gr.Request
    ) -> Iterator[Any]:
        """Yield the page as the answer comes; a fault is part of the conversation, never raised."""
        if not (question or "").strip():
            yield gr.skip()
            return
        turn = Turn(" ".join(question.split()))
        yield self._shown(talk.put(turn), turn, question="")
        try:
            events = self.assistant.stream(
                question, as_of=(as_of or "").strip() or None, since=(since or "").strip() or None,
                outlets=outlets or None, history=talk.history,
            )  # fmt: skip
            for event in events:
                if isinstance(event, Searching):
                    continue
                turn = turn.answered(event.answer) if isinstance(event, Done) else turn.saying(event)
                yield self._shown(talk.put(turn), turn)
        except Exception as exc:
            turn = replace(turn, fault=fault(exc))
            yield self._shown(talk.put(turn), turn)

    @calm_steps
    def ask_example(
        self, as_of: str, since: str, outlets: list[str], talk: Talk, request: gr.Request, event: gr.EventData
    ) -> Iterator[Any]:
        """Ask the example question that was chosen."""
        yield from self.ask(str(getattr(event, "question", "")), as_of, since, outlets, talk, request)

    @calm_steps
    def ask_again(self, as_of: str, since: str, outlets: list[str], talk: Talk, request: gr.Request) -> Iterator[Any]:
        """Ask the last question again, of the scope as it is now."""
        if not talk.turns:
            yield gr.skip()
            return
        last = talk.turns[-1]
        yield from self.ask(last.question, as_of, since, outlets, talk.without(last.id), request)

    @calm
    def stop(self, talk: Talk) -> Any:
        """Show what had come when the answer was stopped."""
        if not talk.turns or not talk.turns[-1].coming:
            return self._shown(talk, talk.turns[-1] if talk.turns else None)
        turn = replace(talk.turns[-1], stopped=True)
        return self._shown(talk.put(turn), turn)

    @calm
    def open_source(self, talk: Talk, event: gr.EventData) -> str:
        """Return the sources of the turn that a chip or a point belongs to."""
        turn = talk.turn(str(getattr(event, "turn", "")))
        return sources_html(turn, self.assistant.index.get, str(getattr(event, "source", "")))

    def _shown(self, talk: Talk, turn: Turn | None, question: str | None = None) -> tuple[Any, ...]:
        coming = bool(turn and turn.coming)
        sources = gr.skip() if coming else sources_html(turn, self.assistant.index.get)
        return (
            conversation_html(talk, self.examples),
            sources,
            talk,
            gr.skip() if question is None else question,
            gr.Button(visible=not coming),
            gr.Button(visible=coming),
        )


def _scope_html(as_of: str, since: str, outlets: list[str]) -> str:
    """Return the scope that questions are asked of, in words, or what is wrong with it."""
    try:
        scope = scope_of((as_of or "").strip() or None, (since or "").strip() or None, outlets or None)
    except Exception as exc:
        return render("scope.html", parts=(), wrong=fault(exc))
    parts = []
    if scope.as_of:
        parts.append(f"as of {say(scope.as_of)}")
    if scope.since:
        parts.append(f"since {say(scope.since)}")
    if scope.outlets:
        parts.append(", ".join(scope.outlets))
    return render("scope.html", parts=parts, wrong="")
