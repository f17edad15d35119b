"""Waiting that can be given up: a slow answer holds neither its reader nor the others who ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")
PAUSE = 0.2
"""Seconds of silence after which the one who waits is given the chance to leave."""


class Workers:
    """Threads that are used again, for each keeps a connection to the catalog; none keeps the process alive."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, task: Callable[[], None]) -> None:
        """Run a task in a thread that has nothing to do, else in a new one."""
        self._tasks.put(task)
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._work, daemon=True, name="answer").start()

    def _work(self) -> None:
        while True:
            self._tasks.get()()
            self._idle.release()


_WORKERS = Workers()


def patiently(events: Iterable[T], pause: float = PAUSE) -> Iterator[T | None]:
    """Yield what `events` yields, and None after each pause without anything; who stops iterating waits no longer."""
    come: SimpleQueue[tuple[T | None, BaseException | None, bool]] = SimpleQueue()
    left = threading.Event()

    def read() -> None:
        try:
            for event in events:
                if left.is_set():
                    break
                come.put((event, None, False))
            come.put((None, None, True))
        except BaseException as exc:
            come.put((None, exc, True))
        finally:
            if isinstance(events, Generator):
                events.close()

    _WORKERS.submit(read)
    try:
        while True:
            try:
                event, fault, over = come.get(timeout=pause)
            except Empty:
                yield None
                continue
            if fault is not None:
                raise fault
            if over:
                return
            yield event
    finally:
        left.set()
