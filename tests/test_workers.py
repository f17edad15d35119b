"""Worker processes: one that overruns or dies is replaced, and what it held is reported."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, article

from index import Index
from index.errors import InputError, WorkerError
from index.lock import write_lock
from index.workers import Pool, Worker

ENDLESS = """
import sys
from index import Article, Index
articles = (Article(key=f"a{n}", file=f"{n}.txt", text=f"Dam {n} burst. " * 300) for n in range(100_000))
with Index.open(sys.argv[1], create=True) as index:
    index.add(articles, jobs=2, progress=lambda added: print(*added.ids, flush=True))
"""


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def test_a_task_that_overruns_its_time_is_ended_and_the_next_one_runs(worker: Worker) -> None:
    with pytest.raises(WorkerError, match=r"it took longer than 0.3 s"):
        worker.call("time:sleep", 60, seconds=0.3)
    assert worker.call("math:sqrt", 9, seconds=30) == 3.0


def test_a_worker_that_dies_is_reported_and_replaced(worker: Worker) -> None:
    with pytest.raises(WorkerError, match="the worker process died"):
        worker.call("os:abort", seconds=30)
    assert worker.call("math:sqrt", 9, seconds=30) == 3.0


def test_what_a_task_prints_is_not_taken_for_its_answer(worker: Worker) -> None:
    assert worker.call("builtins:print", "noise", seconds=30) is None
    assert worker.call("math:sqrt", 9, seconds=30) == 3.0


def test_our_own_error_comes_back_as_it_is_and_another_as_a_worker_error(worker: Worker) -> None:
    with pytest.raises(InputError, match="as_of 'soon' is not a date"):
        worker.call("index.dates:require_date", "soon", "as_of", seconds=30)
    with pytest.raises(WorkerError, match=r"ValueError: (math domain|expected a nonneg)"):
        worker.call("math:sqrt", -1, seconds=30)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is not limited elsewhere")
def test_a_worker_may_not_use_all_memory(worker: Worker) -> None:
    import resource

    most, _ = worker.call("resource:getrlimit", resource.RLIMIT_AS, seconds=30)
    assert most == 4 << 30
    with pytest.raises(WorkerError, match="it needs more memory than a worker may use"):
        worker.call("builtins:bytearray", 5 << 30, seconds=30)
    assert worker.call("math:sqrt", 9, seconds=30) == 3.0


def test_a_pool_keeps_the_order_and_yields_errors_in_their_place() -> None:
    with Pool(2) as pool:
        items, results = zip(*pool.map("math:sqrt", [4, -1, 9], seconds=30), strict=True)
    assert items == (4, -1, 9)
    assert (results[0], results[2]) == (2.0, 3.0)
    assert isinstance(results[1], WorkerError)


def test_a_pool_that_is_left_in_the_middle_ends_at_once_with_what_is_queued() -> None:
    began = time.monotonic()
    with Pool(2) as pool:
        next(pool.map("time:sleep", [0, *[60] * 20], seconds=120))
    assert time.monotonic() - began < 10
    assert all(worker._process is None for worker in pool._workers)


def test_an_interrupt_from_the_keyboard_ends_an_add_at_once_and_keeps_what_was_reported(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(tmp_path / "library")],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert writer.stdout is not None
    reported = writer.stdout.readline().split()
    began = time.monotonic()
    os.killpg(writer.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _, errors = writer.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert errors.count("Traceback") == 1, errors  # the writer's own, none of a worker
    assert "KeyboardInterrupt" in errors
    with Index.open(tmp_path / "library") as index, write_lock(index.folder, wait=0):
        assert set(reported) <= {article.id for article in index.articles(with_text=False)}


def test_an_article_that_a_worker_cannot_do_is_skipped_by_name_and_the_rest_of_its_batch_kept(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.intake._BATCH_SECONDS", 1.0)
    monkeypatch.setattr("index.intake._ARTICLE_SECONDS", 4.0)
    articles = [article(f"a{n}", f"Dam {n} burst above Velm.") for n in range(5)]
    articles[2] = article("slow", "The dam burst above Velm. " * 300_000)
    added = index.add(articles, jobs=2)
    assert added.new == 4
    (error,) = added.skipped
    assert re.fullmatch(
        r"slow.txt: cannot be cut into passages: it took longer than 4 s; split the article", str(error)
    )
