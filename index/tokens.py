"""Token counts by tiktoken, from the vocabulary that ships with llama-index: never a download."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def counter() -> Callable[[str], int]:
    """Return a function that counts the cl100k_base tokens of a text; special tokens count as plain text."""
    spec = importlib.util.find_spec("llama_index.core")  # finds the folder without importing the package
    if spec is not None and spec.origin is not None:
        shipped = Path(spec.origin).parent / "_static" / "tiktoken_cache"
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(shipped))
    import tiktoken

    encoding = tiktoken.get_encoding("cl100k_base")
    return lambda text: len(encoding.encode(text, disallowed_special=()))
