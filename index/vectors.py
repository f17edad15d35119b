"""Chroma, called here and nowhere else: ids and vectors, derived from the catalog and disposable.

A collection lives in a numbered folder of its own; a new one is filled beside the old and then takes over.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.disk import is_full
from index.errors import VectorStoreError

_ROOT = str(Path(__file__).resolve().parent.parent)
_NAME = "passages"
_BATCH = 5000
"""Records in one call; Chroma refuses more than 5,461."""
_HNSW = {
    "space": "cosine",
    "ef_construction": 300,
    "max_neighbors": 16,
    "ef_search": 300,
    "batch_size": 2,
    "sync_threshold": 2,
}
"""Built for recall: at 53,558 news passages recall@50 is 0.998, as it is with 32 neighbours and 8 MB more on disk;
measure it with `python -m eval recall`. The two thresholds make Chroma write its graph within each call: with larger
ones a small collection lives in a log, and every process that reads it builds the graph files anew, under the feet of
the others."""
_FREE = 0.2
"""Share of free pages from which Chroma's SQLite file is written anew."""
_PART = 1 << 20
_CHECK_SECONDS = 300
_SAMPLE = 50
"""Vectors that are searched for when a collection is checked; one in ten may be missed."""
_SAME = 2e-3
"""Difference in a coordinate up to which two unit vectors are the same: they are kept with eleven bits."""


class _Shared:
    """Chroma's client of one folder, shared by all that read it in this process; a writer has it alone.

    `stamp` is what the catalog noted of the folder when it was opened, None for a writer: a client does not see
    what another process writes, so that a newer note needs a new one.
    """

    def __init__(self, folder: Path, stamp: str | None) -> None:
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        self.folder = folder
        self.stamp = stamp
        self.users = 1
        self.closed = False
        self.lock = threading.RLock()
        settings = Settings(anonymized_telemetry=False)
        try:
            self.client: Any = chromadb.PersistentClient(str(folder), settings=settings)
        except BaseException:
            vars(SharedSystemClient).get("_identifier_to_system", {}).pop(str(folder), None)  # it would be used again
            raise

    def end(self) -> None:
        """Close, when nobody is in the middle of a call."""
        with self.lock:
            if not self.closed:
                self.closed = True
                self.client.close()


_open: dict[str, _Shared] = {}
_opening = threading.RLock()


class Vectors:
    """One Chroma collection in one folder; open it in one process at a time for writing.

    With a `stamp`, the note that the catalog has of it, it is open for reading, and shared with others of this
    process that have the same note; those with another one, and all of them once somebody writes, are told so
    with a VectorStoreError.
    """

    def __init__(self, folder: Path, *, create: bool = False, stamp: str | None = None) -> None:
        self.folder = folder
        with _mapped(folder), _opening:
            self._shared = _share(folder, stamp)
            try:
                if create:
                    configuration: Any = {"hnsw": _HNSW}
                    self._held: Any = self._shared.client.get_or_create_collection(
                        _NAME, configuration=configuration, embedding_function=None
                    )
                else:
                    self._held = self._shared.client.get_collection(_NAME, embedding_function=None)
            except BaseException:
                self._let_go()
                raise

    def count(self) -> int:
        """Return the number of vectors."""
        with self._collection() as collection:
            return int(collection.count())

    def ids(self) -> NDArray[np.int64]:
        """Return all ids, ascending."""
        with self._collection() as collection:
            found = collection.get(include=[])["ids"]
        return np.sort(np.array(found, dtype=np.int64))

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        """Put in vectors, replacing those with the same id; zero rows, which have no direction, are left out."""
        kept = np.flatnonzero(np.abs(vectors).max(axis=1, initial=0) > 0)
        for start in range(0, len(kept), _BATCH):
            part = kept[start : start + _BATCH]
            with self._collection() as collection:
                collection.upsert(ids=[str(pid) for pid in ids[part]], embeddings=vectors[part].astype(np.float32))

    def remove(self, ids: Sequence[int]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        for start in range(0, len(ids), _BATCH):
            with self._collection() as collection:
                collection.delete(ids=[str(pid) for pid in ids[start : start + _BATCH]])

    def nearest(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids of the k nearest vectors and their cosine similarities, best first."""
        with self._collection() as collection:
            found = collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        ids = np.array(found["ids"][0], dtype=np.int64)
        return ids, 1.0 - np.array(found["distances"][0], dtype=np.float32)

    def get(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors with these ids, in their order, shape (len(ids), dimensions).

        Raises:
            VectorStoreError: one of them is not there.
        """
        parts = [np.empty((0, 0), np.float32)] if not len(ids) else []
        for start in range(0, len(ids), _BATCH):
            names = [str(pid) for pid in ids[start : start + _BATCH]]
            with self._collection() as collection:
                found = collection.get(ids=names, include=["embeddings"])
                rows = dict(zip(found["ids"], found["embeddings"], strict=True))
                parts.append(np.array([rows[name] for name in names], np.float32))
        return np.concatenate(parts)

    def close(self) -> None:
        """Let go of Chroma, and stop it when nobody else uses it, so that the folder can be opened afresh."""
        with _mapped(self.folder), _opening:
            self._let_go()

    def _let_go(self) -> None:
        if self._shared.closed:
            return
        self._shared.users -= 1
        if not self._shared.users:
            _open.pop(str(self.folder.resolve()), None)
            self._shared.end()

    @contextmanager
    def _collection(self) -> Iterator[Any]:
        """Give the collection for one call."""
        with _mapped(self.folder), self._shared.lock:
            if self._shared.closed:
                raise VectorStoreError(f"the vectors in {self.folder} were opened anew elsewhere in this program")
            yield self._held


def _share(folder: Path, stamp: str | None) -> _Shared:
    """Return the client of a folder: the one that is open, where it is of the same stamp, else a new one."""
    place = str(folder.resolve())
    held = _open.get(place)
    if held is not None and stamp is not None:
        if held.stamp is None:
            raise VectorStoreError(f"the vectors in {folder} are being written elsewhere in this program")
        if held.stamp == stamp:
            held.users += 1
            return held
    if held is not None:
        del _open[place]
        held.end()
    _open[place] = shared = _Shared(folder, stamp)
    return shared


def manifest(folder: Path) -> str:
    """Return the collection's files as one line, with the CRC-32 of each that is read without a check of its own.

    A graph that was damaged ends the process that searches it; 85 MB of it are read in 70 ms.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    written = any(path.suffix == ".pickle" for path in files)
    facts: list[list[str | int]] = []
    for path in files:
        facts.append([path.relative_to(folder).as_posix()])
        # Chroma writes to its SQLite file when it opens it, and to a graph that was never written when it reads it
        if written and path.suffix in (".bin", ".pickle"):
            facts[-1] += [path.stat().st_size, _checksum(path)]
    return json.dumps(facts)


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            checksum = zlib.crc32(part, checksum)
    return checksum


class Audit(NamedTuple):
    """What a collection's process found when it compared the collection with what it should hold, in vectors."""

    missing: int
    extra: int
    different: int
    lost: int
    """Those of a sample that a search for themselves does not find."""

    @property
    def sound(self) -> bool:
        """Tell whether every vector is there, is right and can be found."""
        return not any(self)


def audit(folder: Path, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> Audit | None:
    """Compare a collection with the ids and vectors that it should hold; None: it crashes, hangs or fails.

    It is opened in a process of its own, because a damaged one can take its process with it.
    """
    request = io.BytesIO()
    np.savez(request, ids=ids, vectors=vectors, folder=np.array(str(folder)))
    boot = f"import sys; sys.path.insert(0, {_ROOT!r}); from index.vectors import probe; probe()"
    try:
        done = subprocess.run(
            [sys.executable, "-c", boot], input=request.getvalue(), capture_output=True, timeout=_CHECK_SECONDS
        )
        return Audit(*json.loads(done.stdout)) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError, TypeError):
        return None


def probe() -> None:
    """Run the comparison that `audit` asks for, in this process; it may not survive it."""
    with np.load(io.BytesIO(sys.stdin.buffer.read())) as request:
        wanted, rows, folder = request["ids"], request["vectors"], str(request["folder"])
    there = np.abs(rows).max(axis=1, initial=0) > 0  # a text without a known word has no direction to be found by
    wanted, rows = wanted[there], rows[there]
    collection = Vectors(Path(folder))
    held = collection.ids()
    common = np.isin(wanted, held)
    wanted, missing = wanted[common], int((~common).sum())
    rows = rows[common].astype(np.float32)
    different = int((np.abs(collection.get(wanted) - rows).max(axis=1, initial=0) > _SAME).sum())
    sample = np.unique(np.linspace(0, len(wanted) - 1, min(_SAMPLE, len(wanted))).astype(int))
    lost = 0
    for pid, row in zip(wanted[sample], rows[sample], strict=True):
        ids, similarities = collection.nearest(row, 10)
        lost += not (pid in ids or (len(similarities) and similarities[0] > 0.999))
    collection.close()
    extra = len(np.setdiff1d(held, wanted))
    sys.stdout.write(json.dumps([missing, extra, different, 0 if lost <= 0.1 * len(sample) else lost]))


def compact(folder: Path) -> None:
    """Give back what Chroma's log took of its SQLite file, more than half; put off while somebody else uses it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(folder / "chroma.sqlite3", timeout=0)) as connection:
        (free,), (pages,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count")
        )
        if free > _FREE * pages:
            connection.execute("VACUUM")


def discard(folder: Path) -> None:
    """Delete a collection's folder; what cannot be deleted is left for the next time."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _mapped(folder: Path) -> Iterator[None]:
    """Turn whatever Chroma raises, its Rust panics included, into our error."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, VectorStoreError):
        raise
    except BaseException as exc:
        if is_full(folder):
            raise VectorStoreError(
                f"no space left for the vectors in {folder}; free some and run the same command again"
            ) from exc
        raise VectorStoreError(
            f"the vectors in {folder} cannot be used ({type(exc).__name__}); rebuild them with: "
            "dateline verify --repair"
        ) from exc
