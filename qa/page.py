"""The chat page: a question in, quotes with their sources out; nothing leaves the machine."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from typing import Any

from index.errors import DatelineError
from qa.answer import Answer
from qa.assistant import Assistant, Done

_SHOWN = 3


def launch(assistant: Assistant, host: str, port: int | None) -> None:
    """Serve the page until interrupted; port None: the first free one from 7860."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    page(assistant).launch(
        server_name=host, server_port=port, share=False, show_error=False, footer_links=[], max_file_size="1mb"
    )


def page(assistant: Assistant) -> Any:
    """Return the Gradio page over an assistant."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    def reply(question: str, history: list[dict[str, Any]], as_of: str) -> Iterator[tuple[str, str]]:
        """Yield the answer and its sources as HTML; a fault is a message, never an exception."""
        try:
            for event in assistant.stream(question, as_of=as_of.strip() or None, history=_asked(history)):
                if isinstance(event, Done):
                    yield answer_html(event.answer), sources_html(event.answer)
        except DatelineError as exc:
            yield html.escape(str(exc)), ""

    with gr.Blocks(title="Dateline", analytics_enabled=False) as blocks:
        sources = gr.HTML(render=False, label="Sources")
        as_of = gr.Textbox(label="As of (a day, such as 2016-04-30; blank: no limit)", max_lines=1, render=False)
        with gr.Row():
            with gr.Column(scale=3):
                gr.ChatInterface(
                    reply,
                    title="Dateline",
                    description=html.escape(_library(assistant)),
                    additional_inputs=[as_of],
                    additional_outputs=[sources],
                    chatbot=gr.Chatbot(buttons=["copy"], label="Answers"),
                    concurrency_limit=4,
                    api_name="ask",
                )
            with gr.Column(scale=2):
                gr.Markdown("## Sources")
                sources.render()  # type: ignore[no-untyped-call]  # untyped in Gradio
    return blocks


def answer_html(answer: Answer) -> str:
    """Return an answer as HTML in which article text is only text."""
    parts = [f"<p><em>{_plain(answer.scope)}</em></p>"] if answer.scope else []
    if answer.status == "abstained":
        parts.append(f"<p><strong>{_plain(answer.text)}</strong></p>")
    for statement in answer.statements:
        numbers = "".join(f" [{n}]" for n in statement.citations)
        parts.append(f"<p>{_plain(statement.text)}{numbers} ({statement.support.verdict})</p>")
    return "\n".join(parts)


def sources_html(answer: Answer) -> str:
    """Return the quotes, each in its passage, or the nearest passages of an abstention."""
    parts = []
    for citation in answer.citations:
        title = html.escape(citation.title or citation.file)
        passage = next(
            (
                item.passage
                for item in answer.evidence
                if item.article.id == citation.article_id and item.passage.start <= citation.start < item.passage.end
            ),
            None,
        )
        around = passage.text if passage else citation.quote
        at = citation.start - passage.start if passage else 0
        end = at + len(citation.quote)
        marked = f"{html.escape(around[:at])}<mark>{html.escape(around[at:end])}</mark>{html.escape(around[end:])}"
        parts.append(f"<h3>[{citation.n}] {title}</h3><p>{html.escape(citation.source)}</p><p>{marked}</p>")
    if not answer.citations:
        for item in answer.evidence[:_SHOWN]:
            title = html.escape(item.article.title or item.article.file)
            parts.append(f"<h3>{title}</h3><p>{html.escape(item.passage.text)}</p>")
    return "\n".join(parts)


def _plain(text: str) -> str:
    """Return text as the chat shows it, which reads Markdown, HTML and LaTeX: every sign an entity."""
    return "".join(c if c.isalnum() or c.isspace() else f"&#{ord(c)};" for c in text)


def _asked(history: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the earlier questions of a conversation."""
    texts = []
    for message in history:
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
            texts.append({"question": str(content)})
    return texts


def _library(assistant: Assistant) -> str:
    counts = assistant.index.catalog.counts()
    days = assistant.index.catalog.date_range()
    span = f", {days[0]} to {days[1]}" if days else ""
    return f"{counts['articles']} articles by {counts['outlets']} outlets{span}. Every sentence is a verbatim quote."
