"""Libraries to test on: the shipped samples, and small ones made of a few sentences."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from qa.commands import calm

calm()  # as a command does, before anything imports numpy

from index import Article, Index, nearest, read_paths  # noqa: E402
from index.vectors import Vectors  # noqa: E402
from qa.assistant import Assistant  # noqa: E402
from qa.samples import FOLDER  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def article(name: str, text: str, **facts: object) -> Article:
    """Return an article with a key of its own."""
    return Article(key=name, text=text, file=f"{name}.txt", **facts)  # type: ignore[arg-type]


def dateline(
    *arguments: str, cwd: Path, library: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would: a process of its own."""
    given = {"DATELINE_LIBRARY": str(library)} if library else {}
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **given, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def assert_in_step(index: Index) -> None:
    """Hold articles, passages, full-text index and vectors against one another."""
    pids = index.catalog.pids()
    assert index.nearest.in_step
    assert index.nearest.uses_chroma
    counts = index.catalog.counts()
    assert counts["passages"] == len(pids)
    with index.catalog._reading() as connection:
        connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
        (indexed,) = connection.execute("SELECT count(*) FROM passages_fts_docsize").fetchone()
    assert indexed == len(pids)
    state = json.loads(index.catalog.meta("vectors"))
    index.nearest.close()
    vectors = Vectors(index.folder / "chroma" / str(state["folder"]))
    assert vectors.ids().tolist() == pids.tolist()
    vectors.close()


@dataclass(frozen=True)
class Served:
    """A running page: its address, the library behind it, and its process."""

    url: str
    library: Path
    pid: int


@contextmanager
def serving(library: Path, folder: Path, *options: str) -> Iterator[Served]:
    """Run `dateline ui` in a folder, over a library, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "ui", "--library", str(library), "--port", str(port), *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    late = threading.Timer(60, process.kill)
    late.start()
    assert process.stdout is not None
    said = process.stdout.readline()
    before = said if "is a new, empty library" in said else ""
    said = process.stdout.readline() if before else said
    late.cancel()
    try:
        assert said.startswith("Dateline is at http://127.0.0.1:"), said + process.stdout.read()
        threading.Thread(target=process.stdout.read, daemon=True).start()  # nothing it says may block it
        yield Served(f"http://127.0.0.1:{port}/", library, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library of the shipped samples; only to be read."""
    folder = tmp_path_factory.mktemp("samples") / "library"
    with Index.open(folder, create=True) as index:
        added = index.add(read_paths([FOLDER]))
    assert not added.skipped
    return folder


@pytest.fixture(scope="session")
def samples(sample_library: Path) -> Iterator[Assistant]:
    """Return an assistant over the shipped samples; only to be read."""
    with Assistant.open(sample_library) as assistant:
        yield assistant


@pytest.fixture(autouse=True, scope="session")
def _chroma_however_few() -> None:
    """Let the libraries of these tests be searched by Chroma, though they are small."""
    nearest.FEW = 0


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """Return an empty library."""
    with Index.open(tmp_path / "library", create=True) as opened:
        yield opened


@pytest.fixture
def dam(index: Index) -> Index:
    """Return a library of four reports about a dam, one of them undated."""
    index.add([
        article("first", "The Karst dam burst on Monday. Rescuers found 12 bodies in the town of Velm.",
                title="Dam bursts above Velm", outlet="Alpha Post", published=date(2020, 3, 2)),
        article("second", "The toll of the Karst dam disaster rose to 48 on Thursday, the ministry said.",
                title="Toll rises", outlet="Beta News", published=date(2020, 3, 5)),
        article("third", "A court fined the operator of the Karst dam 9 million crowns for neglect.",
                title="Operator fined", outlet="Alpha Post", published=date(2021, 6, 1)),
        article("fourth", "Engineers had warned for years that the spillway gates of the Karst dam were rusted.",
                title="Warnings ignored", outlet="Gamma Review"),
    ])  # fmt: skip
    return index
