"""Worker processes of our own: plain subprocesses, so that a script without a `__main__` guard works.

A worker runs one function of `index` at a time, under a time limit; one that overruns or dies is replaced.
It ends by itself when its parent does, because its input closes; an interrupt from the keyboard is left to the
parent.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import queue
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from index.closing import Closing
from index.errors import DatelineError, WorkerError

_ROOT = str(Path(__file__).resolve().parent.parent)
_BOOT = f"import sys; sys.path.insert(0, {_ROOT!r}); from index.workers import serve; serve()"
_HEADER = struct.Struct("<Q")
T = TypeVar("T")
_MEMORY_LIMIT = 4 << 30
"""Bytes of address space of one worker: what stops a bomb that a size cap let through."""


class Worker:
    """One subprocess that runs functions of `index` by name."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._starting = threading.Lock()

    def call(self, task: str, *arguments: Any, seconds: float) -> Any:
        """Run `task` ("module:function") in the subprocess and return what it returns.

        Raises:
            DatelineError: what the function raised on purpose.
            WorkerError: it overran `seconds`, died, or failed in another way.
        """
        process = self._running()
        message = pickle.dumps((task, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        try:
            assert process.stdin is not None
            process.stdin.write(_HEADER.pack(len(message)) + message)
            process.stdin.flush()
            ok, result = pickle.loads(self._receive(process, time.monotonic() + seconds))
        except TimeoutError as exc:  # an OSError too: first
            self.close()
            raise WorkerError(f"it took longer than {seconds:g} s") from exc
        except (OSError, EOFError) as exc:
            self.close()
            raise WorkerError("the worker process died (out of memory, or killed)") from exc
        except BaseException:  # an interrupt: its answer must not be taken for that to the next task
            self.close()
            raise
        if not ok:
            raise result
        return result

    def end(self) -> None:
        """Kill the subprocess for good: a thread that waits for it is told that it died, and cannot start another."""
        with self._starting:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the subprocess, whatever it is doing; no other thread may be waiting for it."""
        if self._process is not None:
            self._process.kill()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):  # unsent input of a dead process
                        stream.close()
            self._process.wait()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            environment = os.environ | {
                "TOKENIZERS_PARALLELISM": "false",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            }
            with self._starting:
                if self._ended:
                    raise WorkerError("the work was stopped")
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _BOOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
                )
        return self._process

    def _receive(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        (size,) = _HEADER.unpack(self._read(process, _HEADER.size, deadline))
        return self._read(process, size, deadline)

    def _read(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None
        found = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while len(found) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                more = os.read(process.stdout.fileno(), min(size - len(found), 1 << 20))
                if not more:
                    raise EOFError
                found += more
        return bytes(found)


class Pool(Closing):
    """A fixed number of workers; results come back in the order of the tasks."""

    def __init__(self, jobs: int) -> None:
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._workers = [Worker() for _ in range(jobs)]
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="dateline-pool")
        self._ahead = jobs * 2

    def map(self, task: str, items: Iterable[T], seconds: float) -> Iterator[tuple[T, Any]]:
        """Yield each item with `task(item)`, in order, reading at most two items a worker ahead.

        An error of one item is yielded as that error, so that the others are not lost.
        """
        waiting: deque[tuple[T, Future[Any]]] = deque()
        for item in items:
            waiting.append((item, self._threads.submit(self._call, task, item, seconds)))
            if len(waiting) >= self._ahead:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())

    def _call(self, task: str, item: Any, seconds: float) -> Any:
        worker = self._idle.get()
        try:
            return worker.call(task, item, seconds=seconds)
        except DatelineError as exc:
            return exc
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all workers; what they were doing is lost."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._threads.shutdown(wait=True)
        for worker in self._workers:
            worker.close()


def _done(item: T, result: Future[Any]) -> tuple[T, Any]:
    return item, result.result()


def serve() -> None:
    """Run tasks from standard input until it closes; the loop of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    _limit_memory()
    while header := sys.stdin.buffer.read(_HEADER.size):
        (size,) = _HEADER.unpack(header)
        task, arguments = pickle.loads(sys.stdin.buffer.read(size))
        message = pickle.dumps(_run(task, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        try:
            answers.write(_HEADER.pack(len(message)) + message)
            answers.flush()
        except BrokenPipeError:
            os._exit(0)  # whoever asked is gone: nobody to tell


def _run(task: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    module, _, function = task.partition(":")
    try:
        return True, getattr(importlib.import_module(module), function)(*arguments)
    except DatelineError as exc:
        return False, exc
    except MemoryError:
        return False, WorkerError("it needs more memory than a worker may use")
    except Exception as exc:
        return False, WorkerError(f"{type(exc).__name__}: {exc}")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return  # not on Windows
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
