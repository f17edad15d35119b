"""The nearest passages to a vector: Chroma while it is in step with the catalog, else exact, from the blobs.

Chroma is derived and disposable (`vectors`), so this file says at any moment whether to trust it. The catalog
holds a note of its state: which folder, clean or being written, at which count, of which embedding, and what its
files looked like. A reader that finds anything else, or few vectors, searches the catalog's own vectors with numpy,
which is always right.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.embedders import changed
from index.errors import LibraryError, VectorStoreError
from index.vectors import Audit, Vectors, audit, compact, discard, manifest

log = logging.getLogger(__name__)

Matrix = NDArray[np.float16] | NDArray[np.float32]

FEW = 4000
"""Up to so many vectors are compared one by one: that takes 2 ms, and to load Chroma more than a second."""
_WIDENED = 200_000
"""Up to so many vectors are kept as float32, 250 MB of them: to widen 53,000 for every search takes 40 ms."""
_FILL = 4000
"""Vectors that go into Chroma at a time: each call writes its whole graph to disk."""


@dataclass(frozen=True, slots=True)
class State:
    """The note that the catalog keeps about Chroma: what a clean close left behind."""

    folder: int = 0
    clean: bool = False
    generation: int = -1
    count: int = 0
    files: str = ""
    embedding: int = 0


class Nearest:
    """Finds the nearest passages of one library; writes to Chroma only when told to, under the write lock.

    Up to `few` vectors are searched without Chroma.
    """

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self.few = FEW
        self._catalog = catalog
        self._folder = folder
        self._reading: Vectors | None = None
        self._writing: Vectors | None = None
        self._pending: list[tuple[NDArray[np.int64], NDArray[np.float16]]] = []
        self._judged: str = ""
        self._exact: tuple[int, NDArray[np.int64], Matrix] | None = None
        self._lock = threading.RLock()

    def __call__(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids and cosine similarities of the k nearest passages, best first."""
        with self._lock:
            vectors = self._reader()
            if vectors is not None:
                try:
                    return vectors.nearest(vector, k)
                except VectorStoreError as exc:
                    log.warning("%s; searching the catalog's own vectors instead", exc)
                    self._reading = None
            return self.exact(vector, k)

    def exact(
        self, vector: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the same from the catalog's vectors, by comparing with every one of them.

        `among` limits them to these ids, ascending; None: all.

        Raises:
            EmbedderError: the vector has another number of dimensions than the passages'.
        """
        ids, matrix = self._matrix()
        if among is not None:
            places = np.flatnonzero(np.isin(ids, among))
            ids, matrix = ids[places], matrix[places]
        if not len(ids):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if matrix.shape[1] != len(vector):
            raise changed(self._catalog.meta("embedder"), matrix.shape[1], len(vector), self._folder.parent)
        similarities = matrix.astype(np.float32, copy=False) @ vector
        k = min(k, len(ids))
        top = np.argpartition(-similarities, k - 1)[:k]
        top = top[np.argsort(-similarities[top], kind="stable")]
        return ids[top], similarities[top]

    def ready(self) -> None:
        """Open Chroma, and read the vectors that a search of a few days compares unless they are many.

        The first search need not do so then, which takes more than a second.
        """
        with self._lock:
            self._reader()
        if self._catalog.counts()["passages"] <= _WIDENED:
            self._matrix()

    def _matrix(self) -> tuple[NDArray[np.int64], Matrix]:
        """Return the ids, ascending, and vectors of all passages, read again when they have changed."""
        generation = self._catalog.passage_generation
        with self._lock:
            if self._exact is None or self._exact[0] != generation:
                ids, matrix = self._catalog.vectors()
                self._exact = (generation, ids, matrix.astype(np.float32) if len(ids) <= _WIDENED else matrix)
            return self._exact[1], self._exact[2]

    @property
    def uses_chroma(self) -> bool:
        """Tell whether the next search goes to Chroma."""
        with self._lock:
            return self._reader() is not None

    @property
    def in_step(self) -> bool:
        """Tell whether Chroma was closed cleanly after the last change of passages, and not touched since."""
        state = self._state()
        return state.generation == self._catalog.passage_generation and self._as_left(state)

    def complaint(self) -> str:
        """Return what is wrong with Chroma, beginning in lower case; nothing: it holds what the catalog does.

        The write lock must be held. Every vector is compared, in a process of its own; nothing is written.
        """
        with self._lock:
            self.close()
            state, ids = self._state(), self._catalog.pids()
            path = self._path(state.folder)
            if not path.is_dir():
                return f"{path} is gone" if state.folder or len(ids) else ""
            if not state.clean:
                return f"{path} was not closed cleanly: a writer was stopped"
            if not self._as_left(state):
                return f"{path} is not as it was left: its files were changed, or hold other vectors"
            found = audit(path, *self._catalog.vectors())
            if found is None:
                return f"{path} cannot be opened"
            return "" if found.sound else f"{path} is not in step: {_counted(found)}"

    def rebuild(self) -> None:
        """Fill Chroma anew from the catalog's vectors and delete all else beside it; the write lock must be held.

        Raises:
            VectorStoreError: Chroma fails, e.g. for want of space; searches go on without it.
        """
        with self._lock:
            self.close()
            number = self._state().folder + 1
            for path in self._folder.glob("*"):
                discard(path)
            self._keep(State(folder=number))
            self._open_for_writing(number)
            self.settle()

    def add(self, ids: NDArray[np.int64], matrix: NDArray[np.float16]) -> None:
        """Put vectors into Chroma, a few thousand at a time; the write lock must be held, `settle` must follow."""
        with self._lock, self._trusting() as vectors:
            if len(ids):
                self._pending.append((ids, matrix))
            if sum(len(part) for part, _ in self._pending) >= _FILL:
                self._flush(vectors)

    def settle(self) -> None:
        """Bring Chroma in step with the catalog, close it, and note what it looks like then.

        The write lock must be held. What Chroma lacks is added from the catalog's own vectors, what it has
        too much is removed; nothing is embedded.

        Raises:
            VectorStoreError: Chroma fails; the catalog holds everything, and searches go on without it.
        """
        with self._lock:
            with self._trusting() as vectors:
                self._flush(vectors)
                ids = self._catalog.pids()
                held = vectors.ids()
                vectors.remove([int(pid) for pid in np.setdiff1d(held, ids)])
                missing = np.setdiff1d(ids, held)
                for start in range(0, len(missing), _FILL):
                    vectors.add(*self._catalog.vectors(missing[start : start + _FILL]))
            self._part(self._catalog.passage_generation)

    def close(self) -> None:
        """Let go of Chroma; what was being written can be gone on with by the next writer."""
        with self._lock:
            _close(self._reading)
            self._reading = self._exact = None
            if self._writing is not None:
                with suppress(LibraryError):  # not noted as clean then: begun anew by the next writer
                    self._part()
            self._pending.clear()
            self._judged = ""

    def _part(self, generation: int = -1) -> None:
        """Close Chroma after writing and note what it looks like; -1: it is not in step with the catalog."""
        with self._trusting() as vectors:
            number, count = self._state().folder, vectors.count()
            vectors.close()
            self._writing = None
            compact(self._path(number))
            self._keep(State(number, True, generation, count, manifest(self._path(number)), self._embedding))

    @contextmanager
    def _trusting(self) -> Iterator[Vectors]:
        """Give Chroma for writing; where it fails, let go of it as it is: it is begun anew by the next writer."""
        vectors = self._writer()
        try:
            yield vectors
        except VectorStoreError:
            _close(self._writing)
            self._writing = None
            raise

    def _reader(self) -> Vectors | None:
        """Return Chroma if it can be trusted now; judged again only when the catalog's note has changed."""
        if self._writing is not None:
            return None
        note = f"{self._catalog.meta('vectors')}{self._catalog.passage_generation}"
        if note != self._judged:
            _close(self._reading)
            worth = self._state().count > self.few and self.in_step and os.access(self._folder, os.W_OK)
            self._reading = self._open(note) if worth else None
            self._judged = note
        return self._reading

    def _flush(self, vectors: Vectors) -> None:
        if self._pending:
            ids, matrices = zip(*self._pending, strict=True)
            self._pending.clear()
            vectors.add(np.concatenate(ids), np.vstack(matrices))

    def _open(self, note: str) -> Vectors | None:
        state = self._state()
        try:
            vectors = Vectors(self._path(state.folder), stamp=note)
            if vectors.count() == state.count and state.count:
                return vectors
            vectors.close()
        except VectorStoreError as exc:
            log.warning("%s; searching the catalog's own vectors instead", exc)
        return None

    def _writer(self) -> Vectors:
        """Return Chroma for writing: noted as unclean first, begun anew if it is not as it was left.

        One whose writer died is not gone on with, even if it answers: after a kill during a flush collections
        were seen to pass every check once, and then to crash, or to grow a graph file to 5 TB, nearly all holes.
        """
        if self._writing is not None:
            return self._writing
        _close(self._reading)
        self._reading = None
        state = self._state()
        if not self._as_left(state):
            path = self._path(state.folder)
            if state.folder:
                log.warning("the vectors in %s are not as they were left; rebuilding them from the catalog", path)
            discard(path)
            state = State(folder=state.folder + 1)
            discard(self._path(state.folder))
        return self._open_for_writing(state.folder)

    def _open_for_writing(self, number: int) -> Vectors:
        path = self._path(number)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise VectorStoreError(f"the vectors in {path} cannot be written ({exc.strerror}); free the way") from exc
        self._keep(State(folder=number))
        self._writing = Vectors(path, create=True)
        return self._writing

    def _as_left(self, state: State) -> bool:
        path = self._path(state.folder)
        known = state.clean and state.embedding == self._embedding
        return known and path.is_dir() and manifest(path) == state.files

    @property
    def _embedding(self) -> int:
        return int(self._catalog.meta("embedding", "0"))

    def _path(self, number: int) -> Path:
        return self._folder / str(number)

    def _state(self) -> State:
        note = self._catalog.meta("vectors")
        return State(**json.loads(note)) if note else State()

    def _keep(self, state: State) -> None:
        self._catalog.set_meta(vectors=json.dumps(asdict(state)))


def _counted(found: Audit) -> str:
    counts = [f"{count} {name}" for name, count in found._asdict().items() if count]
    return f"{', '.join(counts)} vectors"


def _close(vectors: Vectors | None) -> None:
    if vectors is not None:
        try:
            vectors.close()
        except VectorStoreError as exc:
            log.warning("%s", exc)
