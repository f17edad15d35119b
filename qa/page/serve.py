"""The page served: what a browser may do with it, and what it says when it is ready."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import InputError
from qa.assistant import Assistant
from qa.page.doors import LOOPBACK, Door

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
FIRST_PORT = 7860
UPLOAD = "20mb"
"""What one uploaded file may hold."""
_WAITING = 64
"""Questions that may wait their turn; more are told to come back."""
_POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip
"""What the browser holds the page to: it loads nothing from elsewhere, whatever an article says. Gradio's own scripts
need inline and eval."""
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def serve(assistant: Assistant, door: Door) -> None:
    """Serve the page until interrupted.

    Raises:
        InputError: others could reach it, or the port is taken.
    """
    door.check()
    with tempfile.TemporaryDirectory(prefix="dateline-page-") as uploads:
        os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": uploads}
        from starlette.middleware import Middleware

        from qa.page.app import build
        from qa.page.examples import Examples
        from qa.page.theme import theme

        examples = Examples(assistant)
        blocks = build(assistant, examples)
        blocks.queue(max_size=_WAITING, default_concurrency_limit=4)
        try:
            _, url, _ = blocks.launch(
                server_name=door.host, server_port=door.port, auth=list(door.users) or None, mcp_server=door.mcp,
                share=False, quiet=True, prevent_thread_lock=True, show_error=False, footer_links=[],
                run_history=False, ssr_mode=False, num_workers=0, enable_monitoring=False, max_file_size=UPLOAD,
                theme=theme(), css=_static("page.css"),
                head=f"<style>{_static('frame.css')}</style><script>{_static('page.js')}</script>",
                app_kwargs={"middleware": [Middleware(Guard, open_to_others=bool(door.users) or door.force)]},
            )  # fmt: skip
        except OSError as exc:
            ports = door.port or f"{FIRST_PORT} to {FIRST_PORT + 99}"
            raise InputError(f"port {ports} is taken on {door.host}; give another with --port") from exc
        examples.find()
        print(f"Dateline is at {url} (stop it with Ctrl+C)", flush=True)
        try:
            threading.Event().wait()
        finally:
            blocks.close(verbose=False)


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


class Guard:
    """Adds what the browser must hold to, and turns away a page elsewhere that calls itself by this address."""

    def __init__(self, app: ASGIApp, open_to_others: bool) -> None:
        self._app = app
        self._open = open_to_others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not self._open and _host(dict(scope["headers"]).get(b"host", b"")) not in LOOPBACK:
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"This page is served to this machine alone.\n"})
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = [*message["headers"], *_HEADERS]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, sending)


def _host(header: bytes) -> str:
    """Return the name in a Host header, without the port and the brackets of an IPv6 address."""
    text = header.decode("latin-1").lower()
    return text[1 : text.find("]")] if text.startswith("[") else text.partition(":")[0]
