"""A handler never raises: what goes wrong is said, with its way out, and the page goes on."""

from __future__ import annotations

import functools
import html
import logging
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar, cast

import gradio as gr

from index.errors import DatelineError
from qa.page.render import here

P = ParamSpec("P")
R = TypeVar("R")
_LOG = logging.getLogger(__name__)


def fault(exc: Exception) -> str:
    """Return what to tell the reader of an error; one that was not foreseen goes to the log in full."""
    if isinstance(exc, DatelineError):
        return here(str(exc))
    _LOG.error("the page failed", exc_info=exc)
    return f"Something went wrong ({type(exc).__name__}); try again, and see the terminal for details if it stays."


def calm(handler: Callable[P, R]) -> Callable[P, R]:
    """Return the handler such that an error is shown as a notice and nothing else on the page changes."""

    @functools.wraps(handler)
    def calmed(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except Exception as exc:
            notice(fault(exc))
            return cast(R, gr.skip())

    return calmed


def calm_steps(handler: Callable[P, Iterator[R]]) -> Callable[P, Iterator[R]]:
    """Return a handler that yields its steps, such that an error ends them with a notice."""

    @functools.wraps(handler)
    def calmed(*args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        try:
            yield from handler(*args, **kwargs)
        except Exception as exc:
            notice(fault(exc))
            yield cast(R, gr.skip())

    return calmed


def user_of(request: gr.Request) -> str:
    """Return who is logged in; blank: the page has no users."""
    return request.username or ""


def notice(message: str) -> None:
    """Show a message on the page for a while, as text."""
    gr.Warning(html.escape(message), title="Dateline")
