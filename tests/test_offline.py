"""Nothing leaves the machine: with sockets to anywhere but the loopback refused, everything works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

GUARD = """
import socket
def refuse(self, address, *rest):
    host = address[0] if isinstance(address, tuple) else ""
    if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"a connection to {address} was tried")
    return ORIGINAL(self, address, *rest)
def no_names(host, *rest, **more):
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"a look-up of {host} was tried")
    return LOOKUP(host, *rest, **more)
ORIGINAL, LOOKUP = socket.socket.connect, socket.getaddrinfo
socket.socket.connect = refuse
socket.getaddrinfo = no_names
"""
GUARDED = "import sys; sys.argv[0] = 'dateline'; from qa.cli import main; main()"
TRY = "import socket; socket.create_connection(('example.invalid', 80), timeout=1)"


def run(tmp_path: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the guard installed in it and, by sitecustomize, in every process that it starts."""
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path, "DATELINE_LIBRARY": str(tmp_path / "library")},
        capture_output=True,
        text=True,
    )


def test_the_guard_refuses(tmp_path: Path) -> None:
    done = run(tmp_path, TRY)
    assert done.returncode != 0
    assert "a look-up of example.invalid was tried" in done.stderr


def test_demo_add_and_ask_work_without_a_network(tmp_path: Path) -> None:
    from qa.samples import FOLDER

    for arguments, shown in (
        (("demo",), "“"),
        (("add", str(FOLDER), "--jobs", "2"), "added"),
        (("ask", "Who retook Palmyra in March 2016?", "--as-of", "2016-04-30"), "“"),
    ):
        done = run(tmp_path, GUARDED, *arguments)
        assert done.returncode == 0, done.stderr
        assert shown in done.stdout


def test_the_vocabulary_is_not_downloaded_into_anothers_empty_cache(tmp_path: Path) -> None:
    code = (
        "import os; os.environ['TIKTOKEN_CACHE_DIR'] = 'theirs'\n"
        "from index.tokens import counter\nprint(counter()('the dam'), os.environ['TIKTOKEN_CACHE_DIR'])"
    )
    done = run(tmp_path, code)
    assert (done.stdout, done.returncode) == ("2 theirs\n", 0), done.stderr
