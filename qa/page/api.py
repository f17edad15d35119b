"""The page's named endpoints, for `gradio_client`, HTTP and MCP clients: what the command line does, as JSON."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from index.errors import DatelineError
from qa.answer import evidence_dict
from qa.assistant import Assistant
from qa.page.guard import fault
from qa.page.queue import ASKING

P = ParamSpec("P")
R = TypeVar("R")
_TOOL = "_json"
"""What the names of the endpoints that serve MCP end in."""
_RUNNING = threading.BoundedSemaphore(ASKING["concurrency_limit"])
_MOST = 50
"""Passages that one search may return."""


def offer(assistant: Assistant, *, mcp: bool = False) -> None:
    """Add the endpoints `ask`, `search` and `article` to the page that is being built.

    `mcp`: also as tools of the same names, whose JSON is text: Gradio shows an MCP client anything else as Python.
    """

    def ask(question: str, as_of: str = "", since: str = "", outlets: list[str] | None = None) -> dict[str, Any]:
        """Answer a question from the news articles in this library, or say why they do not answer it.

        Every sentence has the numbers of its citations; every citation is a verbatim quote with its outlet, date
        and place in the article.

        Args:
            question: The question, in English.
            as_of: Only what was published up to this day (such as 2016-04-30); blank: no limit.
            since: Only what was published on or after this day; blank: no limit.
            outlets: Only these outlets; empty: all.
        """
        answer = _told(assistant.ask)(question, as_of=as_of or None, since=since or None, outlets=outlets or None)
        return answer.to_dict()

    def search(
        words: str, as_of: str = "", since: str = "", outlets: list[str] | None = None, most: int = 10
    ) -> list[dict[str, Any]]:
        """Find the passages of the library's news articles that fit the words best, best first.

        Args:
            words: What to look for.
            as_of: Only what was published up to this day (such as 2016-04-30); blank: no limit.
            since: Only what was published on or after this day; blank: no limit.
            outlets: Only these outlets; empty: all.
            most: How many passages, up to 50.
        """
        found = _told(assistant.index.search)(
            words, as_of=as_of or None, since=since or None, outlets=outlets or None, k=max(1, min(int(most), _MOST))
        )
        return [evidence_dict(item) for item in found]

    def article(article_id: str) -> dict[str, Any]:
        """Return one news article of the library: what is known of it, and its text.

        Args:
            article_id: The article's id, as citations and passages give it.
        """
        found = _told(assistant.index.get)(article_id)
        return {
            "article_id": found.id, "version": found.version, "title": found.title, "outlet": found.outlet,
            "author": found.author, "published": found.published.isoformat() if found.published else None,
            "published_origin": found.origins.get("published"), "url": found.url, "file": found.file,
            "text": found.text,
        }  # fmt: skip

    for endpoint in (ask, search, article):
        api(endpoint, api_name=endpoint.__name__, **ASKING)
        if mcp:
            api(_as_text(endpoint), api_name=f"{endpoint.__name__}{_TOOL}", queue=False)


def settle_tools(blocks: gr.Blocks) -> None:
    """Leave MCP clients one tool of each name: the one whose JSON is text."""
    server: Any = blocks.mcp_server_obj
    endpoints = [name for name in server.tool_to_endpoint.values() if name.endswith(_TOOL)]
    server.tool_to_endpoint = {name.strip("/").removesuffix(_TOOL): name for name in endpoints}


def _as_text(endpoint: Callable[P, Any]) -> Callable[P, str]:
    """Return an endpoint under its own name whose result is JSON as text; as many run at once as from the queue."""

    @functools.wraps(endpoint)
    def texting(*args: P.args, **kwargs: P.kwargs) -> str:
        with _RUNNING:
            return json.dumps(endpoint(*args, **kwargs), ensure_ascii=False)

    return texting


def _told(call: Callable[P, R]) -> Callable[P, R]:
    """Return a call whose errors reach the other side as sentences."""

    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except DatelineError as exc:
            raise gr.Error(str(exc), print_exception=False) from exc
        except Exception as exc:
            raise gr.Error(fault(exc), print_exception=False) from exc

    return telling
