"""The tab that answers: the conversation, its scope, and the sources beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.conversations import KeptAnswer
from index.errors import DatelineError
from qa.answer import Statement, answer_from
from qa.assistant import Assistant
from qa.events import Cited, Done, Restarted, Searching
from qa.page.examples import Examples
from qa.page.guard import calm, calm_steps, fault, user_of
from qa.page.patience import patiently
from qa.page.queue import ASKING, QUIET
from qa.page.render import conversation_html, render, sources_html
from qa.page.scope import scope_html
from qa.page.talk import Talk, Turn
from qa.question import MAX_CHARACTERS

STATIC = Path(__file__).parent / "static"
LONGEST_COMMENT = 1000
_PATIENCE = 20.0
"""Seconds that a page just opened waits for its examples."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The fields that limit what questions are asked of."""

    as_of: gr.Textbox
    since: gr.Textbox
    outlets: gr.Dropdown

    @property
    def fields(self) -> list[Any]:
        """Return them as inputs and outputs of an event."""
        return [self.as_of, self.since, self.outlets]


class Chat:
    """Draws the tab and answers its events."""

    def __init__(self, assistant: Assistant, examples: Examples) -> None:
        self.assistant = assistant
        self.examples = examples
        self.kept = assistant.index.catalog.conversations

    def draw(self) -> None:
        """Put the tab's components in place and connect them."""
        self.talk = gr.State(None)  # each begins one of its own when it asks
        self.file = gr.JSON(visible=False)
        self.typed = gr.JSON(visible=False)
        with gr.Row(elem_id="ask"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self.welcome = gr.HTML(
                    self.welcome_html(), js_on_load=script_of("events.js"), elem_id="welcome", apply_default_css=False
                )
                self.conversation = gr.HTML(
                    conversation_html(Talk()), js_on_load=script_of("events.js", "conversation.js"),
                    elem_id="conversation", apply_default_css=False,
                )  # fmt: skip
                with gr.Column(elem_id="composer"):
                    self._draw_composer()
            with gr.Column(scale=2, min_width=320, elem_id="side"):
                self.sources = gr.HTML(
                    self._sources(None), js_on_load=script_of("sources.js"), elem_id="sources", apply_default_css=False
                )
        self._connect()

    def _draw_composer(self) -> None:
        self.scope = gr.HTML(
            scope_html("", "", [], []), js_on_load=script_of("events.js"), elem_id="scope", apply_default_css=False
        )
        with gr.Row(elem_id="question-row", equal_height=True):
            self.question = gr.Textbox(  # longer than is answered: too long a question is refused, and not cut
                placeholder="Ask about the news", label="Question", show_label=False, lines=1,
                max_lines=6, max_length=2 * MAX_CHARACTERS, elem_id="question", scale=6, container=False,
            )  # fmt: skip
            self.ask_button = gr.Button("Ask", variant="primary", scale=1, min_width=80, elem_id="ask-button")
            self.stop_button = gr.Button("Stop", visible="hidden", scale=1, min_width=80, elem_id="stop-button")
        with gr.Accordion("Dates and outlets", open=False, elem_id="limits"), gr.Row():
            self.limits = Limits(
                gr.Textbox(
                    label="As of", info="What was known on this day", placeholder="2016-04-30", max_lines=1,
                    max_length=40, min_width=140, elem_id="as-of",
                ),
                gr.Textbox(
                    label="Since", info="Nothing published before it", placeholder="March 2016", max_lines=1,
                    max_length=40, min_width=140, elem_id="since",
                ),
                gr.Dropdown(
                    list(self.assistant.index.catalog.outlets()), label="Outlets", info="None chosen: all",
                    multiselect=True, allow_custom_value=True, min_width=220, elem_id="outlets",
                ),
            )  # fmt: skip

    def _connect(self) -> None:
        limits = self.limits.fields
        shown = [self.conversation, self.sources, self.talk, self.ask_button, self.stop_button]
        conversation = self.conversation
        taken = gr.on(  # in the browser, so that what is typed meanwhile is not lost
            [self.question.submit, self.ask_button.click], None, self.question, [self.typed, self.question],
            js="(question) => Dateline.take(question)", **QUIET,
        )  # fmt: skip
        asking = [
            taken.then(self.ask, [self.typed, *limits, self.talk], shown, **QUIET, **ASKING),
            self.welcome.example_select(self.ask_example, [*limits, self.talk], shown, **QUIET, **ASKING),
            conversation.retry(self.ask_again, [*limits, self.talk], shown, **QUIET, **ASKING),
        ]  # fmt: skip
        self.stop_button.click(self.stop, self.talk, shown, cancels=asking, queue=False, **QUIET)
        for place in (conversation, self.sources):
            place.select(self.open_source, self.talk, self.sources, **QUIET)
        conversation.clear(self.begin, None, shown, cancels=asking, **QUIET)
        conversation.like(self.judge, self.talk, [conversation, self.talk], **QUIET)
        conversation.download(self.download, self.talk, self.file, **QUIET).then(
            None, self.file, None, js="(file) => Dateline.save(file)"
        )
        gr.on(
            [limits[0].blur, limits[0].submit, limits[1].blur, limits[1].submit, limits[2].change],
            self.scoped, limits, self.scope, queue=False, **QUIET,
        )  # fmt: skip
        self.scope.clear(
            lambda: ("", "", [], scope_html("", "", [], [])), None, [*limits, self.scope], queue=False, **QUIET
        )
        self.shown = shown
        self.reopening = [*shown, *limits, self.scope]

    @calm_steps
    def ask(
        self, question: str, as_of: str, since: str, outlets: list[str], talk: Talk | None, request: gr.Request
    ) -> Iterator[Any]:
        """Yield the page as the answer comes; a fault is part of the conversation, never raised."""
        if not (question or "").strip():
            yield gr.skip()
            return
        talk = talk or Talk()
        turn = Turn(" ".join(question.split())[:MAX_CHARACTERS])
        yield self._shown(talk.put(turn), turn)
        try:
            events = self.assistant.stream(
                question, as_of=(as_of or "").strip() or None, since=(since or "").strip() or None,
                outlets=outlets or None, history=talk.history,
            )  # fmt: skip
            for event in patiently(events):
                if event is None or isinstance(event, Searching):
                    yield gr.skip()
                    continue
                turn = _after(turn, event)
                if isinstance(event, Done):
                    turn = self._keep(talk, turn, user_of(request))
                yield self._shown(talk.put(turn), turn)
        except Exception as exc:
            turn = replace(turn, fault=fault(exc))
            yield self._shown(talk.put(turn), turn)

    @calm_steps
    def ask_example(
        self, as_of: str, since: str, outlets: list[str], talk: Talk | None, request: gr.Request, event: gr.EventData
    ) -> Iterator[Any]:
        """Ask the example question that was chosen."""
        yield from self.ask(said(event, "question"), as_of, since, outlets, talk, request)

    @calm_steps
    def ask_again(
        self, as_of: str, since: str, outlets: list[str], talk: Talk | None, request: gr.Request
    ) -> Iterator[Any]:
        """Ask the last question again, of the scope as it is now; the new answer takes the place of the old."""
        if not talk or not talk.turns:
            yield gr.skip()
            return
        last = talk.turns[-1]
        if last.answer and not last.unkept:
            self.kept.drop(user_of(request), last.id)
        yield from self.ask(last.question, as_of, since, outlets, talk.without(last.id), request)

    @calm
    def stop(self, talk: Talk | None) -> Any:
        """Show what had come when the answer was stopped."""
        talk = talk or Talk()
        if not talk.turns or not talk.turns[-1].coming:
            return self._shown(talk, talk.turns[-1] if talk.turns else None)
        turn = replace(talk.turns[-1], stopped=True)
        return self._shown(talk.put(turn), turn)

    @calm
    def begin(self) -> Any:
        """Begin a new conversation."""
        return self._shown(Talk(), None)

    @calm
    def load(self, request: gr.Request) -> Any:
        """Show the conversation that the page's address names, if it is the user's; else leave the page as it is."""
        talk_id = str(dict(request.query_params or {}).get("talk", ""))
        return self.reopened(user_of(request), talk_id) if talk_id else gr.skip()

    def reopened(self, user: str, talk_id: str) -> Any:
        """Show a kept conversation with the limits of its last answer; a new one where the user has none of this id."""
        turns = tuple(
            Turn(kept.question, kept.id, answer=kept.answer, liked=kept.liked, comment=kept.comment)
            for kept in self.kept.answers(user, talk_id)
        )
        talk = Talk(talk_id, turns) if turns else Talk()
        limits = talk.limits(tuple(self.assistant.index.catalog.outlets()))
        return *self._shown(talk, turns[-1] if turns else None), *limits, self.scoped(*limits)

    @calm
    def scoped(self, as_of: str, since: str, outlets: list[str]) -> str:
        """Return the scope that questions are asked of."""
        return scope_html(as_of, since, outlets, tuple(self.assistant.index.catalog.outlets()))

    @calm
    def judge(self, talk: Talk | None, request: gr.Request, event: gr.EventData) -> Any:
        """Keep what the reader thinks of an answer; the same thumb again, without a comment, takes it back."""
        turn = talk.turn(said(event, "turn")) if talk else None
        if talk is None or turn is None:
            return gr.skip()
        liked: bool | None = said(event, "liked") == "yes"
        comment = said(event, "comment")[:LONGEST_COMMENT].strip()
        if not hasattr(event, "comment") and turn.liked == liked:
            liked = None
        self.kept.judge(user_of(request), turn.id, liked, comment)
        talk = talk.put(replace(turn, liked=liked, comment=comment))
        return conversation_html(talk), talk

    @calm
    def download(self, talk: Talk | None, event: gr.EventData) -> Any:
        """Return an answer as a file: its name, and what it holds."""
        turn = talk.turn(said(event, "turn")) if talk else None
        if turn is None or turn.answer is None:
            return None
        if said(event, "form") == "md":
            return {"name": f"answer-{turn.id}.md", "content": answer_from(turn.answer).to_markdown()}
        content = json.dumps(turn.answer, ensure_ascii=False, indent=2)
        return {"name": f"answer-{turn.id}.json", "content": content + "\n"}

    @calm
    def open_source(self, talk: Talk | None, event: gr.EventData) -> str:
        """Return the sources of the turn that a chip or a point belongs to."""
        return self._sources(talk.turn(said(event, "turn")) if talk else None, said(event, "source"))

    def _keep(self, talk: Talk, turn: Turn, user: str) -> Turn:
        """Keep an answer; where that cannot be, say why and go on."""
        try:
            self.kept.keep(user, talk.id, KeptAnswer(turn.id, turn.question, turn.answer or {}))
        except DatelineError as exc:
            return replace(turn, unkept=str(exc))
        return turn

    @calm
    def greet(self) -> str:
        """Return the welcome once its examples are found."""
        self.examples.wait(_PATIENCE)
        return self.welcome_html()

    def welcome_html(self) -> str:
        """Return what stands in the place of a conversation before the first question."""
        empty = not self.assistant.index.catalog.counts()["articles"]
        return render("welcome.html", examples=self.examples.questions, empty=empty)

    def _sources(self, turn: Turn | None, chosen: str = "") -> str:
        return sources_html(turn, self.assistant.index.get, chosen)

    def _shown(self, talk: Talk, turn: Turn | None) -> tuple[Any, ...]:
        coming = bool(turn and turn.coming)
        return (
            conversation_html(talk),
            gr.skip() if coming else self._sources(turn),
            talk,
            gr.Button(visible="hidden" if coming else True),  # one that is not on the page at all may miss its return
            gr.Button(visible=True if coming else "hidden"),
        )


def _after(turn: Turn, event: Cited | Statement | Restarted | Done) -> Turn:
    """Return a turn with what an event brings."""
    if isinstance(event, Cited):
        return turn.citing(event.citation)
    if isinstance(event, Statement):
        return turn.saying(event)
    if isinstance(event, Restarted):
        return turn.restarted()
    return turn.answered(event.answer)


def script_of(*names: str) -> str:
    """Return some of the page's own scripts, one after the other."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def said(event: gr.EventData, name: str) -> str:
    """Return what an event of our own HTML says under a name; blank: nothing."""
    return str(getattr(event, name, ""))
