"""The four packages have plain names; make sure that a user's own `index.py` has not taken a place of theirs."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SIBLINGS = ("index", "prompts", "qa")


def check_siblings(names: tuple[str, ...] = SIBLINGS) -> None:
    """Make sure that the sibling packages come from the folder that this one came from.

    Raises:
        ImportError: one does not; the message names the intruding file.
    """
    home = Path(__file__).resolve().parent.parent
    for name in names:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if origin is None or origin.parent != home / name:
            raise ImportError(
                f"Dateline needs its own package {name!r}, but {origin or 'nothing'} was found in its place; "
                "rename that file, or run from another folder"
            )
