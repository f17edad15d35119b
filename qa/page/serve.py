"""The page served: started, announced, and closed when it is stopped."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import signal
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.errors import InputError
from qa.assistant import Assistant
from qa.page.doors import EVERYWHERE, Door

if TYPE_CHECKING:
    import gradio as gr

STATIC = Path(__file__).parent / "static"
FIRST_PORT = 7860
WELCOME = (
    "<title>Dateline</title><style>.wrap.min-h-screen { background: none !important }</style>"
    "Dateline: questions over a library of news articles"
)
"""What the page says to who must log in, with the title that Gradio's log-in lacks, and without its white band."""


def serve(assistant: Assistant, door: Door) -> None:
    """Serve the page until interrupted.

    Raises:
        InputError: others could reach it unasked, the port is taken, or a package is missing.
    """
    door.check()
    if door.mcp and importlib.util.find_spec("mcp") is None:
        raise InputError("--mcp needs one package more; install it with: pip install 'dateline-qa[mcp]'")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with tempfile.TemporaryDirectory(prefix="dateline-page-", ignore_cleanup_errors=True) as uploads:
        os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": uploads}
        from qa.page.app import build
        from qa.page.examples import Examples

        examples = Examples(assistant.index)
        blocks = build(assistant, examples, mcp=door.mcp)
        url = _launched(blocks, door)
        examples.find()
        print(f"Dateline is at {url} (stop it with Ctrl+C)", flush=True)
        if door.host in EVERYWHERE:
            print(f"Others find it at any address of this machine, port {urlsplit(url).port}", flush=True)
        if door.mcp:
            print(f"MCP clients find it at {url}gradio_api/mcp/", flush=True)
        try:
            stopped.wait()
        finally:
            blocks.close(verbose=False)


def _launched(blocks: gr.Blocks, door: Door) -> str:
    """Begin to serve; return the page's address."""
    from starlette.middleware import Middleware

    from qa.page.api import settle_tools
    from qa.page.policy import Guard
    from qa.page.queue import WAITING
    from qa.page.theme import theme
    from qa.page.uploads import MOST_BYTES

    blocks.queue(max_size=WAITING, default_concurrency_limit=8)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # Gradio announces its MCP server in its own words
            _, url, _ = blocks.launch(
                server_name=door.host, server_port=door.port, auth=list(door.users) or None, auth_message=WELCOME,
                mcp_server=door.mcp, share=False, quiet=True, prevent_thread_lock=True, show_error=False,
                footer_links=[], run_history=False, ssr_mode=False, num_workers=0,
                enable_monitoring=False, max_file_size=MOST_BYTES, theme=theme(), css=_static("page.css"),
                head=f"<style>{_static('frame.css')}</style><script>{_static('page.js')}</script>",
                app_kwargs={"middleware": [Middleware(Guard, door=door)]},
            )  # fmt: skip
    except OSError as exc:
        ports = door.port or f"{FIRST_PORT} to {FIRST_PORT + 99}"
        raise InputError(f"port {ports} is taken on {door.host}; give another with --port") from exc
    if door.mcp:
        settle_tools(blocks)
    return str(url)


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
