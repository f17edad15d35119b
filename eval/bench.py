"""How fast and how big: the same articles and questions at several sizes, each step in a process of its own."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from eval.runner import code_digest
from index.errors import DatelineError, InputError
from index.library import Index
from index.records import Article
from index.workers import Worker

SHARES = (0.01, 0.1, 1.0)
"""Parts of the library that are measured, so that growth can be seen."""
RECIPE = "llama_index.vector_stores.chroma"
"""The module without which the recipe of LlamaIndex cannot be measured; it comes with the extra `bench`."""
_QUESTIONS = 50
_HOURS = 4 * 3600.0
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Sizes:
    """What adding did: articles, the passages (the recipe: nodes) made of them, bytes on disk, seconds."""

    articles: int
    passages: int
    bytes_on_disk: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One system at one size; times in milliseconds, p50 and p95, memory the peak of its process in bytes.

    `check` is the time in which the sentences of an answer are checked; nan: the system has no such step.
    """

    system: str
    articles: int
    passages: int
    articles_per_second: float
    passages_per_second: float
    bytes_on_disk: int
    add_peak_memory: int
    cold_start_ms: float
    search_ms: tuple[float, float]
    ask_ms: tuple[float, float]
    check_ms: tuple[float, float] | None
    ask_peak_memory: int

    def lines(self) -> Iterator[str]:
        """Yield it as it is printed."""
        size = f"{self.bytes_on_disk / 1e6:.1f} MB on disk"
        yield f"{self.system}, {self.articles} articles, {self.passages} passages, {size}"
        speed = f"{self.articles_per_second:.1f} articles/s, {self.passages_per_second:.1f} passages/s"
        yield f"  add      {speed}, in one process"
        for name, times in (("search", self.search_ms), ("ask", self.ask_ms), ("check", self.check_ms)):
            if times is not None:
                yield f"  {name:8} p50 {times[0]:.1f} ms, p95 {times[1]:.1f} ms"
        yield (
            f"  cold start {self.cold_start_ms:.0f} ms; peak memory {self.add_peak_memory / 1e6:.0f} MB to add,"
            f" {self.ask_peak_memory / 1e6:.0f} MB to ask"
        )


def bench(
    library: Path, *, shares: Sequence[float] = SHARES, progress: Callable[[str], None] = lambda what: None
) -> list[Measured]:
    """Measure Dateline, and the recipe of LlamaIndex where it is installed, at these shares of a library.

    Raises:
        InputError: the library has no article with a title to ask about.
    """
    systems = ["dateline", *(["llama-index"] if find_spec("llama_index.vector_stores") and find_spec(RECIPE) else [])]
    with Index.open(library) as index:
        count = index.catalog.counts()["articles"]
    found = []
    for share in shares:
        step = max(1, round(1 / share))
        for system in systems:
            progress(f"{system}, {-(-count // step)} articles")
            with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
                try:
                    found.append(_measure(system, library, step, Path(folder) / "made"))
                except DatelineError as exc:
                    if system == "dateline":
                        raise
                    progress(f"{system} left out: {exc}")
    return found


def machine() -> Mapping[str, Any]:
    """Return what the figures depend on: processor, memory, load, versions, code, time."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "dateline": version("dateline-qa"),
        "code": code_digest()[:16],
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else None,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "packages": {name: version(name) for name in ("chromadb", "llama-index-core", "numpy")},
    }


def earlier(path: Path) -> list[Any]:
    """Return the results of earlier runs in a file; none where there is no file.

    Raises:
        InputError: it holds something else, or cannot be read.
    """
    if not path.exists():
        return []
    try:
        runs = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        runs = None
    if not isinstance(runs, list):
        raise InputError(f"{path} is not a list of earlier results; name another file with --out")
    return runs


def append(results: Sequence[Measured], path: Path) -> None:
    """Add results, with the facts of this machine, to the JSON list in a file; it is made where there is none.

    Raises:
        InputError: as of `earlier`; nothing is changed then.
    """
    runs = earlier(path)
    runs.append({"machine": machine(), "results": [asdict(one) for one in results]})
    unfinished = path.with_suffix(path.suffix + ".tmp")
    unfinished.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def add(library: str, step: int, target: str) -> tuple[Sizes, int]:
    """Make a library of every `step`th article of another; return its sizes and the peak memory. A worker's task."""
    articles = some_articles(library, step)
    begun = time.perf_counter()
    with Index.open(target, create=True) as index:
        added = index.add(articles)
    seconds = time.perf_counter() - begun
    return Sizes(added.new, added.passages, size_of(Path(target)), seconds), peak_memory()


def ask(library: str, source: str, step: int) -> dict[str, Any]:
    """Return the times of searching and asking, and the peak memory. A worker's task."""
    from qa.assistant import Assistant

    questions = some_questions(source, step)
    with Assistant.open(library) as assistant:
        assistant.ask(questions[0])  # what is loaded once belongs to the cold start
        search = [_timed(lambda q=question: assistant.index.search(q)) for question in questions]  # type: ignore[misc]
        answers, asked = [], []
        for question in questions:
            begun = time.perf_counter()
            answers.append(assistant.ask(question))
            asked.append((time.perf_counter() - begun) * 1000)
    check = [answer.elapsed.verify for answer in answers if answer.statements]
    return {"search": search, "ask": asked, "check": check or None, "peak": peak_memory()}


def some_articles(library: str, step: int) -> list[Article]:
    """Return every `step`th article of a library."""
    with Index.open(library) as index:
        return [article for number, article in enumerate(index.articles()) if number % step == 0]


def some_questions(library: str, step: int) -> list[str]:
    """Return the titles of up to 50 articles, evenly spread: what people ask is much like them."""
    titles = [article.title for article in some_articles(library, step) if article.title]
    if not titles:
        raise InputError(f"no article in {library} has a title to ask about; measure another library")
    return titles[:: max(1, len(titles) // _QUESTIONS)][:_QUESTIONS]


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _measure(system: str, library: Path, step: int, target: Path) -> Measured:
    module = {"dateline": "eval.bench", "llama-index": "eval.recipe"}[system]
    sizes, add_peak = _alone(f"{module}:add", str(library), step, str(target))
    found = _alone(f"{module}:ask", str(target), str(library), step)
    question = some_questions(str(library), step)[0]
    code = {"dateline": "from qa.cli import main; main()", "llama-index": "from eval.recipe import main; main()"}[
        system
    ]
    cold = _cold([sys.executable, "-c", code, "ask", question, "--library", str(target)])
    return Measured(
        system=system,
        articles=sizes.articles,
        passages=sizes.passages,
        articles_per_second=sizes.articles / sizes.seconds,
        passages_per_second=sizes.passages / sizes.seconds,
        bytes_on_disk=sizes.bytes_on_disk,
        add_peak_memory=add_peak,
        cold_start_ms=cold,
        search_ms=_percentiles(found["search"]),
        ask_ms=_percentiles(found["ask"]),
        check_ms=_percentiles(found["check"]) if found["check"] else None,
        ask_peak_memory=found["peak"],
    )


def _alone(task: str, *arguments: Any) -> Any:
    """Run a task in a new process, so that its memory is its own."""
    worker = Worker()
    try:
        return worker.call(task, *arguments, seconds=_HOURS)
    finally:
        worker.close()


def _cold(command: Sequence[str]) -> float:
    """Return the milliseconds from the start of a process to its end, answer printed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])}
    return _timed(lambda: subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_HOURS))


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))
