"""A service on the loopback that speaks the chat protocols of OpenAI, Ollama and Anthropic, as a script says."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 1200, "completion_tokens": 34, "total_tokens": 1234}


@dataclass(frozen=True)
class Say:
    """Reply with a text. `{a phrase}` in it becomes the key, in brackets, of the prompt's line with that phrase.

    `cut`: pieces after which the stream ends with no word of its end; `reset`: by a broken connection.
    """

    text: str
    finish: str = "stop"
    cut: int | None = None
    reset: bool = False
    usage: bool = True
    pause: float = 0.0


@dataclass(frozen=True)
class Fail:
    """Refuse with a status."""

    status: int
    message: str = "refused"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """Say nothing until the service is closed."""


@dataclass(frozen=True)
class Drip:
    """Send a piece again and again, without end, and keep the connection alive."""

    piece: str = ": still there\n\n"


@dataclass(frozen=True)
class Send:
    """Send these bytes with status 200, whatever they are."""

    body: bytes
    kind: str = "text/event-stream"


Step = Say | Fail | Hang | Drip | Send


class ChatServer(ThreadingHTTPServer):
    """Takes a step of the script at each request; one that is asked for more than its script refuses with 418."""

    daemon_threads = True

    def __init__(self, *script: Step) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}/v1"
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    @property
    def prompts(self) -> list[str]:
        """Return the text of each request."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def asked(self, times: int, seconds: float = 20) -> bool:
        """Tell whether it has been asked so many times, waiting for it."""
        deadline = time.monotonic() + seconds
        while len(self.requests) < times and time.monotonic() < deadline:
            self.closing.wait(0.02)
        return len(self.requests) >= times

    def __enter__(self) -> ChatServer:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop, and let go of what hangs."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        self.server.headers.append(dict(self.headers))
        step: Step = self.server.script.pop(0) if self.server.script else Fail(418, "the script has come to its end")
        if self.path == "/api/chat" and isinstance(step, Say):
            self._ollama(step, body)
            return
        if self.path == "/v1/messages" and isinstance(step, Say):
            self._anthropic(step, body)
            return
        if self.path not in ("/v1/chat/completions", "/api/chat", "/v1/messages"):
            step = Fail(404, f"no such path: {self.path}")
        getattr(self, f"_{type(step).__name__.lower()}")(step, body)

    def _say(self, step: Say, body: dict[str, Any]) -> None:
        text = filled(step.text, body["messages"][-1]["content"])
        if not body.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": step.finish}
            self._json(200, _frame("chat.completion", [choice], USAGE if step.usage else None))
            return
        self._head("text/event-stream", chunked=True)
        for number, piece in enumerate(re.findall(r"\S+\s*|\s+", text)):
            if number == step.cut:
                self._break(step.reset)
                return
            delta = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self._event(_frame("chat.completion.chunk", [delta], None))
            time.sleep(step.pause)
        self._event(_frame("chat.completion.chunk", [{"index": 0, "delta": {}, "finish_reason": step.finish}], None))
        if step.usage and (body.get("stream_options") or {}).get("include_usage"):
            self._event(_frame("chat.completion.chunk", [], USAGE))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _ollama(self, step: Say, body: dict[str, Any]) -> None:
        """Reply as Ollama does: a line of JSON for each piece, and the tokens in the last."""
        text = filled(step.text, body["messages"][-1]["content"])
        end = {"done": True, "done_reason": step.finish, "prompt_eval_count": 900, "eval_count": 21}
        if not body.get("stream"):
            self._json(200, {"model": body["model"], "message": {"role": "assistant", "content": text}, **end})
            return
        self._head("application/x-ndjson", chunked=True)
        for number, piece in enumerate(re.findall(r"\S+\s*|\s+", text)):
            if number == step.cut:
                self._break(step.reset)
                return
            frame = {"model": body["model"], "message": {"role": "assistant", "content": piece}, "done": False}
            self._chunk(json.dumps(frame).encode() + b"\n")
        last = {"model": body["model"], "message": {"role": "assistant", "content": ""}, **end}
        self._chunk(json.dumps(last).encode() + b"\n")
        self._chunk(b"")

    def _anthropic(self, step: Say, body: dict[str, Any]) -> None:
        """Reply as Anthropic does: named events, the tokens read in the first and those written in the last."""
        content = body["messages"][-1]["content"]
        text = filled(step.text, content if isinstance(content, str) else content[0]["text"])
        message = {"id": "m", "type": "message", "role": "assistant", "model": "scripted", "stop_sequence": None}
        end = {"stop_reason": {"stop": "end_turn", "length": "max_tokens"}[step.finish], "stop_sequence": None}
        if not body.get("stream"):
            usage = {"input_tokens": 700, "output_tokens": 20}
            self._json(200, message | end | {"content": [{"type": "text", "text": text}], "usage": usage})
            return
        begun = message | {"content": [], "stop_reason": None, "usage": {"input_tokens": 700, "output_tokens": 1}}
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": begun},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        ]
        for piece in re.findall(r"\S+\s*|\s+", text)[: step.cut]:
            events.append({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
        if step.cut is None:
            usage = {"input_tokens": 700, "output_tokens": 20}
            events.append({"type": "content_block_stop", "index": 0})
            events.append({"type": "message_delta", "delta": end, "usage": usage})
            events.append({"type": "message_stop"})
        self._head("text/event-stream", chunked=True)
        for event in events:
            self._chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        self._chunk(b"")

    def _fail(self, step: Fail, body: dict[str, Any]) -> None:
        given = self.headers.get("Authorization", "")
        self._json(step.status, {"error": {"message": f"{step.message} {given}", "type": "error"}}, step.headers)

    def _hang(self, step: Hang, body: dict[str, Any]) -> None:
        self.server.closing.wait(30)
        self.close_connection = True

    def _drip(self, step: Drip, body: dict[str, Any]) -> None:
        self._head("text/event-stream", chunked=True)
        while not self.server.closing.wait(0.02):
            self._chunk(step.piece.encode())

    def _send(self, step: Send, body: dict[str, Any]) -> None:
        self._head(step.kind, length=len(step.body))
        self.wfile.write(step.body)

    def _head(self, kind: str, *, chunked: bool = False, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        message = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(message)))
        self.end_headers()
        self.wfile.write(message)

    def _event(self, body: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(body)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _break(self, reset: bool) -> None:
        """End a stream in the middle: politely, or with the connection torn."""
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self._chunk(b"")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def filled(text: str, prompt: str) -> str:
    """Return a scripted text with the keys of this prompt."""

    def key(match: re.Match[str]) -> str:
        lines = [line for line in prompt.splitlines() if line.startswith("[") and match[1] in line]
        assert lines, f"no line of the prompt holds {match[1]!r}"
        return lines[0].split("]")[0] + "]"

    return re.sub(r'\{([^{}"]+)\}', key, text)


def _frame(kind: str, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
    return {"id": "x", "object": kind, "created": 0, "model": "scripted", "choices": choices, "usage": usage}


Factory = Callable[..., ChatServer]
