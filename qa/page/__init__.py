"""The chat page: ask, see each quote in its place; nothing leaves the machine. `dateline ui` calls `launch`."""

from __future__ import annotations

from qa.assistant import Assistant
from qa.page.doors import Door

__all__ = ["Door", "launch"]


def launch(assistant: Assistant, door: Door) -> None:
    """Serve the page until interrupted.

    Raises:
        InputError: others could reach it unasked, or the port is taken.
    """
    from qa.page.serve import serve  # Gradio takes seconds: only once it is needed

    serve(assistant, door)
