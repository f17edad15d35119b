"""What is taken out of a file that is not plain text: its text, and fields with their origins."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Document:
    """What a page, PDF or word-processor file says of itself; made inside a worker process.

    `properties` (title, author) are kept with the file and often wrong: they count where nothing is printed.
    """

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)

    def set(self, name: str, value: object, origin: str) -> None:
        """Keep the first non-blank value given for a field."""
        if name not in self.fields and isinstance(value, str) and value.strip():
            self.fields[name] = " ".join(value.split())
            self.origins[name] = origin
