"""Embedders by name: the shipped one, and any embedding of LlamaIndex in its place."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.embed import Embedder, default_embedder
from index.errors import EmbedderError, InputError
from index.services import fit_to_send, passing, status_of, unreachable

DEFAULT = "default"
_WAITS = (1.0, 4.0, 10.0)
"""Seconds before each new try when a service is busy, failing or out of reach."""
_SECONDS = 60.0


class _Kind(NamedTuple):
    """What stands before the colon of a name: which class of LlamaIndex embeds, and how it is made."""

    package: str
    cls: str
    key: str | None
    """The environment variable that must hold a key."""
    arguments: Callable[[str], dict[str, Any]]


_KINDS = {
    "openai": _Kind(
        "openai",
        "OpenAIEmbedding",
        "OPENAI_API_KEY",
        lambda model: {"model_name": model, "max_retries": 0, "timeout": _SECONDS},
    ),
    "ollama": _Kind(
        "ollama",
        "OllamaEmbedding",
        None,
        lambda model: {
            "model_name": model,
            "base_url": os.environ.get("OLLAMA_HOST") or "http://127.0.0.1:11434",
            "client_kwargs": {"timeout": _SECONDS},
        },
    ),
    "huggingface": _Kind("huggingface", "HuggingFaceEmbedding", None, lambda model: {"model_name": model}),
}


class LlamaIndexEmbedder:
    """An embedding of LlamaIndex as an embedder: made at its first use, its faults told in one sentence."""

    def __init__(self, fingerprint: str, make: Callable[[], Any], waits: Sequence[float] = _WAITS) -> None:
        self.fingerprint = fingerprint
        self._make = make
        self._waits = waits

    @cached_property
    def _model(self) -> Any:
        return self._make()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit rows, shape (len(texts), dimensions), for texts that are to be found.

        Raises:
            EmbedderError: the service refuses, fails or cannot be reached, or a package or key is missing.
        """
        return self._rows(lambda: self._model.get_text_embedding_batch(list(texts)), len(texts))

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """Return the one unit row of a question, which some models embed in another way."""
        return self._rows(lambda: [self._model.get_query_embedding(question)], 1)

    def _rows(self, call: Callable[[], list[list[float]]], count: int) -> NDArray[np.float32]:
        if not count:
            return np.empty((0, 0), np.float32)
        rows = np.asarray(self._patiently(call), np.float32)
        if rows.shape[:1] != (count,) or rows.ndim != 2 or not np.isfinite(rows).all():
            raise EmbedderError(f"{self.fingerprint} returned {rows.shape} numbers for {count} texts, not a row each")
        lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)

    def _patiently(self, call: Callable[[], list[list[float]]]) -> list[list[float]]:
        for wait in (*self._waits, None):
            try:
                return call()
            except EmbedderError:
                raise
            except Exception as exc:
                if wait is None or not passing(exc):
                    raise EmbedderError(_sentence(self.fingerprint, exc)) from None  # its message may hold the key
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")


class _ForQuestions:
    """The side of an embedder that embeds questions."""

    def __init__(self, embedder: LlamaIndexEmbedder) -> None:
        self.fingerprint = embedder.fingerprint
        self._embedder = embedder

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.vstack([self._embedder.embed_question(text) for text in texts])


def for_questions(embedder: Embedder) -> Embedder:
    """Return what embeds questions for a library whose passages this embedder embeds."""
    return _ForQuestions(embedder) if isinstance(embedder, LlamaIndexEmbedder) else embedder


def as_embedder(given: Any) -> Embedder:
    """Return an embedder as it is, one by its name, or one made of an embedding of LlamaIndex.

    Raises:
        InputError: it is none of these.
    """
    if isinstance(given, str):
        return embedder_named(given)
    if callable(getattr(given, "get_text_embedding_batch", None)):
        name = f"llama-index:{type(given).__name__}:{given.model_name}"
        return LlamaIndexEmbedder(name, lambda: given)
    if callable(getattr(given, "embed", None)):
        embedder: Embedder = given
        return embedder
    raise InputError(f"{type(given).__name__} does not embed; give {_known()}, or an embedding of LlamaIndex")


def embedder_named(spec: str) -> Embedder:
    """Return the embedder of a name: default, openai:MODEL, ollama:MODEL or huggingface:MODEL.

    Raises:
        InputError: there is none of this name.
    """
    if spec == DEFAULT:
        return default_embedder()
    kind, _, model = spec.partition(":")
    if kind not in _KINDS or not model.strip():
        raise InputError(f"no embedder {spec!r}; give {_known()}")
    return LlamaIndexEmbedder(spec, lambda: _made(spec, _KINDS[kind], model))


def embedder_of(fingerprint: str, library: Path) -> Embedder:
    """Return the embedder that a library remembers; one that is not to be had refuses when it is used."""
    if fingerprint.partition(":")[0] in _KINDS:
        return embedder_named(fingerprint)
    default = default_embedder()
    return default if fingerprint == default.fingerprint else _Absent(fingerprint, library)


def another(held: str, wanted: str, library: Path) -> EmbedderError:
    """Return the refusal to use a library with another embedder than its own."""
    spec = wanted if wanted.partition(":")[0] in _KINDS else DEFAULT
    return EmbedderError(
        f"{library} was embedded with {held or 'another embedder'}, not {wanted}; use that one, or re-embed the "
        f"library with: dateline reembed {spec} --library {library}"
    )


def changed(held: str, dimensions: int, now: int, library: Path) -> EmbedderError:
    """Return the refusal of vectors that have another number of dimensions than the library's."""
    spec = held if held.partition(":")[0] in _KINDS else DEFAULT
    return EmbedderError(
        f"{held} embedded {library} in {dimensions} dimensions and now gives {now}: it is another model; "
        f"re-embed the library with: dateline reembed {spec} --library {library}"
    )


class _Absent:
    """The embedder of a library that was given as an object, or shipped with another Dateline."""

    def __init__(self, fingerprint: str, library: Path) -> None:
        self.fingerprint = fingerprint
        self._library = library

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise another(self.fingerprint, default_embedder().fingerprint, self._library)


def _known() -> str:
    return ", ".join([DEFAULT, *(f"{kind}:MODEL" for kind in _KINDS)])


def _made(spec: str, kind: _Kind, model: str) -> Any:
    if kind.key and not os.environ.get(kind.key):
        raise EmbedderError(f"{spec} needs a key; set {kind.key}")
    if kind.key and not fit_to_send(os.environ[kind.key]):
        raise EmbedderError(f"{kind.key} holds a space, a line break or a letter that no key has; copy the key again")
    try:
        module = importlib.import_module(f"llama_index.embeddings.{kind.package}")
    except ImportError as exc:
        raise EmbedderError(
            f"{spec} needs a package that is not installed; install it with: pip install 'dateline-qa[{kind.package}]'"
        ) from exc
    return getattr(module, kind.cls)(**kind.arguments(model))


def _sentence(spec: str, exc: Exception) -> str:
    status = status_of(exc)
    kept = "what was embedded so far is kept: run the same command again later"
    if status in (401, 403):
        return f"{spec} refused the key ({status}); set a valid one in the environment and run this again"
    if status == 404:
        return f"{spec} is not a model that the service knows (404); name another, or load it there"
    if status == 429:
        return f"{spec} allows no more requests for now, or the account is used up (429); {kept}"
    if status is not None:
        return f"{spec} failed with status {status}; {kept}"
    if "Timeout" in type(exc).__name__:
        return f"{spec} did not answer in time; {kept}"
    if unreachable(exc):
        return f"{spec} cannot be reached; check its name and address and that it runs, then run this again"
    return f"{spec} failed ({type(exc).__name__}); see its own documentation for the cause"
