"""What reaches a terminal: no code that it would obey, from whatever article, file name, argument or error."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, dateline

HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLE = re.compile(r"\x1b\[[\d;]*m")
QUESTION = "How many bodies did rescuers find in the town of Velm?"
TITLE = "Dam \x1b[31mRED\x1b[2J bursts \x9b31m \u202eabc"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("hostile")
    row = {
        "title": TITLE,
        "outlet": "Out\x1b]0;pwned\x07Let",
        "published": "2020-03-02",
        "text": "The Karst dam burst on Monday. Rescuers found 12 \x1b[31mbodies\x1b[0m in the town of Velm.",
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + '\n{"text": "Fine.", "date": "\\u001b[31mhello"}\n')
    (tmp_path / "bad\x1b[31m.txt").write_bytes(b"\xff\xfe\x00")
    done = dateline("add", str(tmp_path), cwd=tmp_path, library=tmp_path / "library")
    assert "2 skipped" in done.stdout
    assert not HOSTILE.search(done.stdout + done.stderr)
    return tmp_path / "library"


def test_json_has_the_same_values_as_escapes(tmp_path: Path, library: Path) -> None:
    for arguments in (("ask", QUESTION, "--json"), ("search", "rescuers", "--json"), ("stats", "--json")):
        out = dateline(*arguments, cwd=tmp_path, library=library).stdout
        assert not HOSTILE.search(out)
        if arguments[0] == "search":
            assert json.loads(out)[0]["title"] == TITLE


def test_a_terminal_is_sent_no_code_but_that_of_our_own_styles(tmp_path: Path, library: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "ask", QUESTION, "--library", str(library)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    sent = b""
    try:
        while more := os.read(ours, 65536):
            sent += more
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    text = sent.decode()
    assert STYLE.search(text)
    assert "bodies" in text
    assert not HOSTILE.search(STYLE.sub("", text).replace("\r\n", "\n"))


def test_nothing_that_is_printed_is_obeyed(tmp_path: Path, library: Path) -> None:
    listed = dateline("list", cwd=tmp_path, library=library).stdout
    id_ = re.findall(r"^[0-9a-f]{12}", listed, re.M)[0]
    for arguments in (
        ("stats",),
        ("show", id_),
        ("ask", QUESTION, "--markdown"),
        ("ask", QUESTION, "--outlet", "E\x1b[31mX"),
        ("edit", id_, "--title", "New \x1b[31m title"),
        ("show", "no\x1b[31mpe"),
        ("fly\x1b[31m",),
        ("remove", id_),
    ):
        done = dateline(*arguments, cwd=tmp_path, library=library)
        assert done.stdout + done.stderr
        assert not HOSTILE.search(done.stdout + done.stderr), arguments


def test_a_command_stopped_from_the_keyboard_says_what_is_kept() -> None:
    """Typer makes an exit code of it and says nothing."""
    program = (
        "import typer; from qa.commands import run_app; app = typer.Typer()\n"
        "@app.command()\ndef work(): raise KeyboardInterrupt\n"
        "@app.callback()\ndef first(): pass\n"
        "run_app(app, 'dateline')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "work"],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "dateline: stopped; what was reported done is kept\n")
