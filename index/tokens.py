"""Token counts by tiktoken, from the vocabulary that ships with llama-index: never a download."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

_CACHE = "TIKTOKEN_CACHE_DIR"
"""Where tiktoken looks for a vocabulary before it downloads it; another's folder may hold none."""


@lru_cache(maxsize=1)
def counter() -> Callable[[str], int]:
    """Return a function that counts the cl100k_base tokens of a text; special tokens count as plain text."""
    spec = importlib.util.find_spec("llama_index.core")  # finds the folder without importing the package
    given = os.environ.get(_CACHE)
    if spec is not None and spec.origin is not None:
        os.environ[_CACHE] = str(Path(spec.origin).parent / "_static" / "tiktoken_cache")
    import tiktoken

    try:
        encoding = tiktoken.get_encoding("cl100k_base")
    finally:
        if given is not None:
            os.environ[_CACHE] = given
        else:
            os.environ.pop(_CACHE, None)
    return lambda text: len(encoding.encode(text, disallowed_special=()))
