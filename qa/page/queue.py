"""How many questions and changes run at the same time, so that all who ask are served in turn."""

from __future__ import annotations

from typing import Any

ASKING: dict[str, Any] = {"concurrency_limit": 8, "concurrency_id": "ask"}
"""Questions: eight at a time, by the page and by other programs together."""
WRITING: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "write"}
"""Changes of the library: one at a time, beside the questions."""
WAITING = 64
"""Events that may wait their turn; who comes after them is told to come back."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How the page's own events run: without Gradio's spinner, and not offered to other programs."""
