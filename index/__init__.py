"""Articles in, passages out: readers, dates, passages, embeddings, the catalog, Chroma, search."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.errors import DatelineError, InputError, LibraryError, ReadError
    from index.intake import Added
    from index.library import Index
    from index.readers import read_paths
    from index.records import Article, Evidence, Passage, Sentence

__all__ = [
    "Added",
    "Article",
    "DatelineError",
    "Evidence",
    "Index",
    "InputError",
    "LibraryError",
    "Passage",
    "ReadError",
    "Sentence",
    "read_paths",
]

_HOME = {
    "Added": "intake",
    "Article": "records",
    "DatelineError": "errors",
    "Evidence": "records",
    "Index": "library",
    "InputError": "errors",
    "LibraryError": "errors",
    "Passage": "records",
    "ReadError": "errors",
    "Sentence": "records",
    "read_paths": "readers",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import index` is instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(importlib.import_module(f"index.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
