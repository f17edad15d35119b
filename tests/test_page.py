"""The chat page: what it shows is text, whatever an article holds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from conftest import ROOT, article, dateline

from index import Index
from qa import Assistant
from qa.page.render import conversation_html, sources_html
from qa.page.talk import Talk, Turn

CLIENT = """
import sys
from gradio_client import Client
client = Client(sys.argv[1], verbose=False)
reply = client.predict("How many people died when the bridge in Genoa collapsed?", "2018-08-14", api_name="/ask")
print(reply["text"])
"""


def test_article_text_is_only_text_on_the_page(index: Index) -> None:
    hostile = (
        "The dam burst <img src=x onerror=alert(1)> and $\\href{x}{y}$ ![i](http://t.example/p) killed 12 in Velm."
    )
    index.add([article("a", hostile, title="<script>alert(1)</script>")])
    answer = Assistant(index).ask("How many did the dam kill in Velm?")
    assert answer.status == "answered"
    turn = Turn("How many <b>did</b> the dam kill?").answered(answer)
    for shown in (conversation_html(Talk().put(turn)), sources_html(turn, index.get)):
        assert "<img" not in shown
        assert "<script" not in shown
        assert "<b>" not in shown
    assert "<mark>The dam burst &lt;img" in sources_html(turn, index.get)


def test_the_page_answers_on_the_loopback(sample_library: Path, tmp_path: Path) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "ui", "--library", str(sample_library), "--port", str(port)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        page = _read_when_ready(f"http://127.0.0.1:{port}/", process)
        assert "Dateline" in page
        config = _read_when_ready(f"http://127.0.0.1:{port}/config", process)
        assert "26 articles" in config
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", CLIENT, f"http://127.0.0.1:{port}/"], capture_output=True, text=True
        )
        assert "14 August 2018" in done.stdout, done.stderr
    finally:
        process.kill()
        process.communicate()


def _read_when_ready(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> str:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:
                return str(reply.read().decode())
        except OSError:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < deadline, f"{url} did not answer within {seconds} s"
            process_wait(process)


def process_wait(process: subprocess.Popen[bytes]) -> None:
    """Give the server a moment, or return at once when it has ended."""
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return


def test_a_host_that_others_could_reach_is_refused(tmp_path: Path) -> None:
    done = dateline("ui", "--host", "0.0.0.0", cwd=tmp_path)
    assert done.returncode == 2
    assert "--host 0.0.0.0 would show the library to others" in done.stderr
