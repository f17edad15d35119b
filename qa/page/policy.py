"""What a browser is held to on the page, and who may call the page by which name."""

from __future__ import annotations

import base64
import contextlib
import secrets
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.page.doors import LOOPBACK, Door

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
_MCP = "/gradio_api/mcp"
"""Gradio serves MCP without asking who it is."""
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Guard:
    """Adds what the browser must hold to, and turns away who may not come in by another way than the log-in.

    That is a page elsewhere that takes this machine's name, and an MCP client without a password.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        alone = not self._door.users and not self._door.force
        if alone and _host(headers.get(b"host", b"")) not in LOOPBACK:
            await _refuse(send, 403, b"This page is served to this machine alone.\n")
            return
        if self._door.users and _MCP in scope["path"] and not self._knows(headers):
            await _refuse(send, 401, b"Give the name and the password by HTTP Basic authentication.\n")
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                added: list[Any] = [*message["headers"], *_HEADERS]
                message = {**message, "headers": added}
            await send(message)

        await self._app(scope, receive, sending)

    def _knows(self, headers: dict[bytes, bytes]) -> bool:
        """Tell whether the request brings the name and the password of a user."""
        kind, _, told = headers.get(b"authorization", b"").partition(b" ")
        with contextlib.suppress(ValueError):
            given = base64.b64decode(told, validate=True)
            users = [f"{name}:{password}".encode() for name, password in self._door.users]
            return kind.lower() == b"basic" and sum(secrets.compare_digest(given, user) for user in users) > 0
        return False


async def _refuse(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain")]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Dateline"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _host(header: bytes) -> str:
    """Return the name in a Host header, without the port and the brackets of an IPv6 address."""
    text = header.decode("latin-1").lower()
    return text[1 : text.find("]")] if text.startswith("[") else text.partition(":")[0]
