"""What Dateline says in its own words, as files with checked slots: `render("abstain", because="…")`."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

__all__ = ["PromptError", "fingerprint", "render"]

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class PromptError(ValueError):
    """There is no such text, or its slots and the given values do not match."""


def render(name: str, **values: str) -> str:
    """Return the text of `prompts/NAME.md` with its `{{slots}}` filled in, once each, left to right.

    A value that itself looks like a slot is left as it is.

    Raises:
        PromptError: there is no such text, a slot has no value, or a value has no slot.
    """
    text = _read(name)
    slots = set(_SLOT.findall(text))
    if missing := sorted(slots - values.keys()):
        raise PromptError(f"prompts/{name}.md has slots without a value: {', '.join(missing)}")
    if unknown := sorted(values.keys() - slots):
        raise PromptError(f"prompts/{name}.md has no slots named {', '.join(unknown)}")
    return _SLOT.sub(lambda match: values[match[1]], text).strip()


def fingerprint(name: str) -> str:
    """Return `sha256:` and the hash of the text as it is in the file."""
    return f"sha256:{hashlib.sha256(_read(name).encode()).hexdigest()}"


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    path = _FOLDER / f"{name}.md"
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.md")))
        raise PromptError(f"there is no text {name!r} in prompts; there are: {known}")
    return path.read_text(encoding="utf-8")
