"""Calls to a language model: bounded tries within a deadline, faults told in one sentence, tokens counted."""

from __future__ import annotations

import contextvars
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from index.errors import ModelError
from index.services import passing, retry_after, status_of, unreachable
from index.tokens import counter
from qa.answer import Usage
from qa.models import Model
from qa.reply import without_thoughts

_TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|maximum context|too (?:long|many tokens)|n_ctx|max_model_len", re.I
)
_RUNS_ON = 40
"""Characters for each token of a reply's limit, past which it is cut off: a token has about 4."""
_INSIDE = ("APIError", "ResponseError", "APIStatusError")
"""What OpenAI's, Ollama's and Anthropic's clients raise, without a status of a fault, for one told inside a stream."""
_SPARE = 0.9
"""Share of the tokens that is used: models count in other vocabularies than tiktoken's cl100k_base."""
T = TypeVar("T")


class TooLongError(ModelError):
    """The prompt is longer than the model takes."""


@dataclass(frozen=True, slots=True)
class Again:
    """The reply broke off, and another try begins: what came before is void."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The last piece of a reply that reached its limit of tokens: what came last may be half a sentence."""


class Meter:
    """Counts the tokens that a model reads and writes for one answer: as the service says, else by tiktoken."""

    def __init__(self) -> None:
        self.usage = Usage()

    def add(self, model: Model, read: int, written: int) -> None:
        """Add a call; the cost is known only where the model's price is."""
        read, written = self.usage.prompt_tokens + read, self.usage.completion_tokens + written
        price = model.price
        cost = (read * price.read + written * price.written) / 1e6 if price else None
        self.usage = Usage(read, written, cost)


def stream(model: Model, prompt: str, meter: Meter, whole: bool = False) -> Iterator[str | Again | Limit]:
    """Yield a reply piece by piece; `Again` where it broke off and begins anew. It always ends whole, or raises.

    With `whole` the service is asked for the reply in one piece.

    Raises:
        TooLongError: the model does not take so long a prompt.
        ModelError: every try failed; the message says how the last one did.
    """
    options = model.options
    deadline = time.monotonic() + options.timeout
    for left in range(options.retries, -1, -1):
        begun = False
        try:
            for piece in _pieces(model, prompt, meter, deadline, whole):
                begun = True
                yield piece
            return
        except Exception as exc:
            fault = _Fault.of(model, exc)
            pause = fault.after if fault.after is not None else options.wait * 2 ** (options.retries - left)
            if not left or not fault.passing or time.monotonic() + pause >= deadline:
                raise (TooLongError if fault.too_long else ModelError)(fault.sentence) from None  # it may hold the key
        if begun:
            yield Again()
        time.sleep(pause)


def complete(model: Model, prompt: str, meter: Meter) -> str:
    """Return a reply without what it thinks aloud; of one that reached its limit of tokens, the lines before the last.

    Raises:
        ModelError: as in `stream`.
    """
    text, cut = "", False
    for piece in stream(model, prompt, meter, whole=True):
        text, cut = (text + piece, cut) if isinstance(piece, str) else (text, isinstance(piece, Limit))
    text = without_thoughts(text)
    return text.rpartition("\n")[0] if cut else text


def context_of(model: Model) -> int:
    """Return how many tokens the model takes in all.

    Raises:
        ModelError: its service was asked and failed.
    """
    if model.options.context:
        return model.options.context
    try:
        return int(model.llm.metadata.context_window)
    except Exception as exc:
        raise ModelError(_Fault.of(model, exc).sentence) from None


def allowed(model: Model) -> int:
    """Return how many tokens a prompt may have: within the budget, and with a reply within the model's context.

    Raises:
        ModelError: its service was asked for its context and failed.
    """
    return int(min(model.options.budget, context_of(model) - model.options.reply) * _SPARE)


class _UnusableError(Exception):
    """The service answered, but not with a whole reply; `passing`: another try may bring one."""

    def __init__(self, what: str, passing: bool = True) -> None:
        super().__init__(what)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class _Fault:
    sentence: str
    passing: bool
    after: float | None = None
    too_long: bool = False

    @classmethod
    def of(cls, model: Model, exc: Exception) -> _Fault:
        """Return what went wrong; the message of a client library is never repeated, for it may hold the key."""
        name, status = model.name, status_of(exc)
        if isinstance(exc, _UnusableError):
            return cls(f"{name} {exc}", exc.passing)
        if isinstance(exc, TimeoutError) or "Timeout" in type(exc).__name__:
            return cls(f"{name} did not answer within {model.options.timeout:g} s", True)
        if status in (400, 413, 422) and (status == 413 or _TOO_LONG.search(str(exc))):
            return cls(f"{name} takes no prompt of this length ({status})", False, too_long=True)
        if status is not None:
            return cls(f"{name} {_says(model, status)}", passing(exc), retry_after(exc))
        if type(exc).__name__ in _INSIDE:
            return cls(f"{name} reported an error in the middle of its reply", True)
        if unreachable(exc):
            return cls(f"{name} cannot be reached, or broke off; check its address and that it runs", True)
        return cls(f"{name} sent what is no reply ({type(exc).__name__})", False)


def _says(model: Model, status: int) -> str:
    if status in (401, 403):
        return f"refused the key ({status}); set a valid one as {model.key or 'its service asks for it'}"
    if status == 404:
        return "is not a model that the service knows (404); name another, or load it there"
    if status == 429:
        return "allows no more requests for now, or the account is used up (429)"
    return f"failed with status {status}"


def _pieces(model: Model, prompt: str, meter: Meter, deadline: float, whole: bool) -> Iterator[str | Limit]:
    """Yield the pieces of one try; raise unless it comes to its end and holds a word."""
    from llama_index.core.llms import ChatMessage

    llm, messages = model.llm, [ChatMessage(role="user", content=prompt)]
    ask: Callable[[], Iterator[Any]] = lambda: iter([llm.chat(messages)]) if whole else llm.stream_chat(messages)  # noqa: E731
    written: list[str] = []
    most = _RUNS_ON * model.options.reply
    said: tuple[int, int] | None = None
    ending: str | None = ""
    try:
        for response in _until(deadline, ask):
            said = _tokens(response) or said
            ending = _ending(response, ending)
            if piece := (response.message.content if whole else response.delta) or "":
                written.append(piece)
                most -= len(piece)
                yield piece
            if most < 0:  # some services keep to no limit
                ending = "length"
                break
    finally:
        if said or written:
            meter.add(model, *(said or (counter()(prompt), counter()("".join(written)))))
    limited = (ending or "").lower() in ("length", "max_tokens")
    if not re.search(r"\w", without_thoughts("".join(written))):
        if limited:
            raise _UnusableError(
                f"reached its limit of {model.options.reply} tokens before it answered, as models do that think first; "
                "set DATELINE_LLM_REPLY higher",
                passing=False,
            )
        raise _UnusableError("sent an empty reply")
    if ending is None and not whole:
        raise _UnusableError("broke off in the middle of its reply")
    if ending == "content_filter":
        raise _UnusableError("refused to go on with its reply")
    if limited:
        yield Limit()


def _tokens(response: Any) -> tuple[int, int] | None:
    """Return the tokens read and written, where this piece of a reply says them."""
    for place in (response.additional_kwargs, response.message.additional_kwargs, response.raw):
        for usage in (place, _get(place, "usage")):
            for names in (("prompt_tokens", "completion_tokens"), ("input_tokens", "output_tokens")):
                read, written = (_get(usage, name) for name in names)
                if isinstance(read, int) and isinstance(written, int):
                    return read, written
    return None


def _ending(response: Any, before: str | None) -> str | None:
    """Return why the reply ended; None: it has not yet; blank: this service does not say."""
    raw, extra = response.raw, response.message.additional_kwargs
    for place in (extra, raw):
        if isinstance(place, dict) and "stop_reason" in place:  # Anthropic's
            return _text(place["stop_reason"])
    if isinstance(raw, dict) and "done" in raw:  # Ollama's
        return _text(raw.get("done_reason") or "stop") if raw["done"] else None
    choices = _get(raw, "choices")
    if choices:
        return _text(_get(choices[0], "finish_reason"))
    return before


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _get(thing: Any, name: str) -> Any:
    """Return a value of a mapping or of an object; None: it has none of this name."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _until(deadline: float, make: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what another thread takes from an iterator; a thread, for no client keeps to a time for all of a reply.

    What the caller does with an item is not counted.

    Raises:
        TimeoutError: the deadline, of `time.monotonic`, has passed.
    """
    pipe: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()
    left = threading.Event()

    def take() -> None:
        try:
            for item in make():
                if left.is_set():
                    return
                pipe.put((item, None))
            pipe.put((None, None))
        except Exception as exc:  # raised again where it is waited for
            pipe.put((None, exc))

    threading.Thread(target=contextvars.copy_context().run, args=(take,), daemon=True).start()
    try:
        while True:
            patience = deadline - time.monotonic()
            if patience <= 0:  # even where there is always one more
                raise TimeoutError
            try:
                item, error = pipe.get(timeout=patience)
            except queue.Empty:
                raise TimeoutError from None
            if error is not None:
                raise error
            if item is None:
                return
            begun = time.monotonic()
            yield item
            deadline += time.monotonic() - begun
    finally:
        left.set()
