"""How a language model is used: what it may cost in tokens and time, and what becomes of a bad sentence or a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from index.errors import InputError
from qa.settings import setting

Failing = Literal["mark", "drop"]
OnFault = Literal["quotes", "error"]


class Price(NamedTuple):
    """US dollars for a million tokens read, and for a million written."""

    read: float
    written: float


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a language model; each can be set as `DATELINE_LLM_NAME`, in the environment or in `.env`.

    `failing`: a sentence that fails its check and cannot be repaired is shown marked, or dropped.
    `on_fault`: where the model fails, answer with quotes and a note, or raise `ModelError`.
    `timeout`: seconds that a call may take, with all its tries; `retries` of them, after `wait` seconds, doubled
    each time, or after what the service asks for. `budget`: tokens of a prompt; `reply`: tokens of a reply.
    `context`: tokens that the model takes in all; None: what its LlamaIndex class says. `price`: None: not known.
    """

    failing: Failing = "mark"
    on_fault: OnFault = "quotes"
    timeout: float = 60.0
    retries: int = 2
    wait: float = 1.0
    budget: int = 2600
    reply: int = 600
    context: int | None = None
    price: Price | None = None

    @classmethod
    def from_settings(cls) -> Options:
        """Return the options as the settings have them.

        Raises:
            InputError: a setting is not one.
        """
        given: dict[str, Any] = {}
        for name, (read, what) in _READ.items():
            if text := setting(f"llm_{name}"):
                try:
                    given[name] = read(text.strip())
                except ValueError:
                    raise InputError(f"DATELINE_LLM_{name.upper()} is {text!r}; give {what}") from None
        return cls(**given)


def _one_of(*names: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return read


def _number(least: float, kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = kind(text)
        if not least <= number < float("inf"):
            raise ValueError(text)
        return number

    return read


def _price(text: str) -> Price:
    read, _, written = text.partition("/")
    price = Price(float(read), float(written))
    if not all(0 <= dollars < float("inf") for dollars in price):
        raise ValueError(text)
    return price


_READ: dict[str, tuple[Callable[[str], Any], str]] = {
    "failing": (_one_of("mark", "drop"), "mark or drop"),
    "on_fault": (_one_of("quotes", "error"), "quotes or error"),
    "timeout": (_number(0.1, float), "seconds, such as 60"),
    "retries": (_number(0, int), "a number from 0"),
    "wait": (_number(0, float), "seconds, such as 1"),
    "budget": (_number(500, int), "a number of tokens from 500"),
    "reply": (_number(50, int), "a number of tokens from 50"),
    "context": (_number(1000, int), "a number of tokens from 1000"),
    "price": (_price, "dollars for a million tokens read and written, such as 0.15/0.60"),
}
