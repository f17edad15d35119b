"""The embedder seam: one method over a batch; the default is the static model shipped in `weights/`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights" / "static"
"""The shipped model, in model2vec's format; `model-card.md` beside it says what it was made from."""


class Embedder(Protocol):
    """Anything that turns a batch of texts into vectors."""

    @property
    def fingerprint(self) -> str:
        """Return a string that changes whenever the same text would get another vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimensions); a text without a known word is a zero row."""
        ...


class StaticEmbedder:
    """A model2vec model read from a folder: a table of token vectors, averaged; no network, no GPU."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self.folder = folder

    @cached_property
    def fingerprint(self) -> str:
        """Return `static:` and 16 hex digits over the model's files."""
        digest = hashlib.sha256()
        for name in ("config.json", "model.safetensors", "tokenizer.json"):
            digest.update((self.folder / name).read_bytes())
        return f"static:{digest.hexdigest()[:16]}"

    @cached_property
    def _model(self) -> Any:
        from model2vec import StaticModel  # half a second: only when something is embedded

        return StaticModel.from_pretrained(self.folder, normalize=True, force_download=False)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimensions); a text without a known word is a zero row."""
        vectors = self._model.encode(list(texts), use_multiprocessing=False, max_length=None)
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))

    @property
    def dimensions(self) -> int:
        """Return the number of dimensions."""
        return int(self._model.dim)

    def sums(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the sum of the token vectors of each text, shape (len(words), dimensions): not of unit length.

        The sum over the words of a text, scaled to length one, is the vector of the text, but for punctuation.
        """
        tokens = self._model.tokenize(list(words))
        counts = np.array([len(ids) for ids in tokens])
        rows = self._model.embedding[[token for ids in tokens for token in ids]].astype(np.float32)
        found = np.zeros((len(tokens), self.dimensions), np.float32)
        np.add.at(found, np.repeat(np.arange(len(tokens)), counts), rows)
        return found


@lru_cache(maxsize=1)
def default_embedder() -> StaticEmbedder:
    """Return the shipped embedder, loaded once per process."""
    return StaticEmbedder()
