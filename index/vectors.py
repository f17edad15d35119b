"""Chroma, called here and nowhere else: ids and vectors, derived from the catalog and disposable.

A collection lives in a numbered folder of its own; a new one is filled beside the old and then takes over.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import VectorStoreError

_ROOT = str(Path(__file__).resolve().parent.parent)
_NAME = "passages"
_BATCH = 5000
"""Records in one call; Chroma refuses more than 5,461."""
_HNSW = {
    "space": "cosine",
    "ef_construction": 200,
    "max_neighbors": 32,
    "ef_search": 200,
    "batch_size": 2,
    "sync_threshold": 2,
}
"""Built for recall: at 18,147 news passages recall@50 is 0.9996 (Chroma's own settings: 0.990), at 4,770
vectors a second; measure it with `python -m eval recall`. The two thresholds make Chroma write its graph
within each call: with larger ones a small collection lives in a log, and every process that reads it builds
the graph files anew, under the feet of the others."""
_CHECK_SECONDS = 120


class Vectors:
    """One Chroma collection in one folder; open it in one process at a time for writing."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        with _mapped(folder):
            import chromadb
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            self._client: Any = chromadb.PersistentClient(str(folder), settings=settings)
            if create:
                configuration: Any = {"hnsw": _HNSW}
                self._collection: Any = self._client.get_or_create_collection(
                    _NAME, configuration=configuration, embedding_function=None
                )
            else:
                self._collection = self._client.get_collection(_NAME, embedding_function=None)

    def count(self) -> int:
        """Return the number of vectors."""
        with _mapped(self.folder):
            return int(self._collection.count())

    def ids(self) -> NDArray[np.int64]:
        """Return all ids, ascending."""
        with _mapped(self.folder):
            found = self._collection.get(include=[])["ids"]
        return np.sort(np.array(found, dtype=np.int64))

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        """Put in vectors, replacing those with the same id; zero rows, which have no direction, are left out."""
        kept = np.flatnonzero(np.abs(vectors).max(axis=1, initial=0) > 0)
        for start in range(0, len(kept), _BATCH):
            part = kept[start : start + _BATCH]
            with _mapped(self.folder):
                self._collection.upsert(
                    ids=[str(pid) for pid in ids[part]], embeddings=vectors[part].astype(np.float32)
                )

    def remove(self, ids: Sequence[int]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        for start in range(0, len(ids), _BATCH):
            with _mapped(self.folder):
                self._collection.delete(ids=[str(pid) for pid in ids[start : start + _BATCH]])

    def nearest(self, vector: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids of the k nearest vectors and their cosine similarities, best first."""
        with _mapped(self.folder):
            found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        ids = np.array(found["ids"][0], dtype=np.int64)
        return ids, 1.0 - np.array(found["distances"][0], dtype=np.float32)

    def close(self) -> None:
        """Stop Chroma and forget its cached client, so that the folder can be opened afresh."""
        from chromadb.api.shared_system_client import SharedSystemClient

        with _mapped(self.folder):
            self._client.close()
            SharedSystemClient.clear_system_cache()


def manifest(folder: Path) -> str:
    """Return the names, sizes and times of the collection's files as one line: what tells if they were touched."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    written = any(path.suffix == ".pickle" for path in files)
    facts: list[list[str | int]] = []
    for path in files:
        facts.append([path.relative_to(folder).as_posix()])
        # Chroma touches its SQLite file when it opens it, and a graph that was never written when it reads it
        if written and path.suffix == ".bin":
            stat = path.stat()
            facts[-1] += [stat.st_size, stat.st_mtime_ns]
    return json.dumps(facts)


def healthy(folder: Path, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> bool:
    """Tell, from a process of its own (a damaged collection can crash it), whether the collection answers.

    `ids` and `vectors` are a sample that it must find again, each as the nearest of itself.
    """
    request = {"folder": str(folder), "ids": ids.tolist(), "vectors": vectors.astype(float).tolist()}
    boot = f"import sys; sys.path.insert(0, {_ROOT!r}); from index.vectors import probe; probe()"
    try:
        done = subprocess.run(
            [sys.executable, "-c", boot],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=_CHECK_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and done.stdout.strip() == b"healthy"


def probe() -> None:
    """Run the check that `healthy` asks for, in this process; it may not survive it."""
    request = json.load(sys.stdin)
    collection = Vectors(Path(request["folder"]))
    held = set(collection.ids().tolist())
    wanted = [(pid, vector) for pid, vector in zip(request["ids"], request["vectors"], strict=True) if pid in held]
    found = 0
    for pid, vector in wanted:
        ids, similarities = collection.nearest(np.array(vector, np.float32), 10)
        found += bool(pid in ids or (len(similarities) and similarities[0] > 0.999))
    if wanted:  # writing can crash where reading does not
        pids, vectors = zip(*wanted, strict=True)
        collection.add(np.array(pids, np.int64), np.array(vectors, np.float16))
    collection.close()
    if found >= 0.9 * len(wanted):
        sys.stdout.write("healthy\n")


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
        raise VectorStoreError(
            f"the vectors in {folder} cannot be used ({type(exc).__name__}); rebuild them with: "
            "dateline verify --repair"
        ) from exc
