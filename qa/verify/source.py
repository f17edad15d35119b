"""A text that a claim is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a claim is held against, with who published it and when, where that is known."""

    text: str
    outlet: str | None = None
    published: date | None = None
