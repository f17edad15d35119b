"""Worker processes: one that overruns or dies is replaced, and what it held is reported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.errors import InputError, WorkerError
from index.workers import Pool, Worker


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


def test_a_pool_keeps_the_order_and_yields_errors_in_their_place() -> None:
    with Pool(2) as pool:
        results = list(pool.map("math:sqrt", [4, -1, 9], seconds=30))
    assert (results[0], results[2]) == (2.0, 3.0)
    assert isinstance(results[1], WorkerError)
