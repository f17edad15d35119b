"""A text that a claim is held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from index.dates import require_date
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a claim is held against, with who published it and when, where that is known."""

    text: str
    outlet: str | None = None
    published: date | None = None

    def __post_init__(self) -> None:
        """Take the day as text or with an hour, too, and drop from the text what is no character.

        Raises:
            InputError: the text is none, or the day is not one.
        """
        if not isinstance(self.text, str):
            raise InputError(f"the source {self.text!r} is not text; give it as text")
        object.__setattr__(self, "text", characters(self.text))
        if isinstance(self.published, str | datetime):
            object.__setattr__(self, "published", require_date(self.published, "published"))


def characters(text: str) -> str:
    """Return a text with a question mark for each half of a character that stands alone in it."""
    return text.encode("utf-8", "replace").decode("utf-8")
