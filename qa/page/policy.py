"""What a browser is held to on the page, and who may call the page by which name."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.page.doors import LOOPBACK

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
