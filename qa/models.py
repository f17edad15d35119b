"""Language models by name: `openai:MODEL` and others become an LLM of LlamaIndex, with what a call needs to know."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.errors import InputError, ModelError
from index.services import fit_to_send
from qa.options import Options, Price
from qa.settings import variable

NONE = "none"
_REASONS = re.compile(r"o\d|gpt-[5-9]")
"""OpenAI's models that think before they write: a limit on the reply would cut the thinking."""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model: its name, as answers carry it, and the LLM of LlamaIndex, which is kept out of the repr.

    `key` is the environment variable that holds its key; `price` is None where it is not known; `client` is what
    its connections are closed by, None: they are another's.
    """

    name: str
    llm: Any = field(repr=False)
    options: Options = field(default_factory=Options)
    key: str | None = None
    price: Price | None = None
    client: Any = field(default=None, repr=False)

    def close(self) -> None:
        """Close its connections."""
        if self.client is not None:
            self.client.close()


class _Kind(NamedTuple):
    """What stands before the colon: the extra that installs it, the class of LlamaIndex, how it is made."""

    extra: str
    cls: str
    key: str | None
    needs_key: bool
    arguments: Callable[[str, str | None, Options], dict[str, Any]]
    price: Price | None = None


def model_of(given: Any, options: Options | None = None) -> Model | None:
    """Return the model of a name, or of an LLM of LlamaIndex; None, `none` or blank: no model.

    Raises:
        InputError: there is none of this name, or it is no LLM.
        ModelError: its package or its key is missing.
    """
    if given is None or (isinstance(given, str) and given.strip() in ("", NONE)):
        return None
    options = options or Options.from_settings()
    if isinstance(given, str):
        return _named(given.strip(), options)
    if callable(getattr(given, "stream_chat", None)) and callable(getattr(given, "chat", None)):
        name = getattr(given, "model", None) or given.metadata.model_name
        return Model(f"llama-index:{type(given).__name__}:{name}", given, options, None, options.price)
    raise InputError(f"{type(given).__name__} is no language model; give {_known()}, or an LLM of LlamaIndex")


def _named(spec: str, options: Options) -> Model:
    name, _, model = spec.partition(":")
    kind = _KINDS.get(name)
    if kind is None or not model.strip():
        raise InputError(f"no language model {_shown(spec)!r}; give {_known()}")
    if name == "openai-like":
        _address(model)
    key = (variable(kind.key) or "").strip() if kind.key else None
    if key and not fit_to_send(key):
        raise ModelError(f"{kind.key} holds a space, a line break or a letter that no key has; copy the key again")
    if kind.needs_key and not key:
        raise ModelError(f"{spec} needs a key; set {kind.key} in the environment or in .env")
    try:
        module = importlib.import_module(f"llama_index.llms.{kind.extra.replace('-', '_')}")
    except ImportError as exc:
        raise ModelError(
            f"{spec} needs a package that is not installed; install it with: pip install 'dateline-qa[{kind.extra}]'"
        ) from exc
    arguments = kind.arguments(model, key, options)
    try:
        llm = getattr(module, kind.cls)(**arguments)
        if name == "openai":
            llm.metadata  # noqa: B018  # refuses a model that it does not know
    except ValueError:
        raise InputError(
            f"{spec} is no model that the installed llama-index-llms-{kind.extra} knows; correct it, upgrade that "
            f"package, or give openai-like:{model}@https://HOST/v1 and its key as DATELINE_LLM_KEY"
        ) from None  # the message of the cause names hundreds of models
    client = arguments.get("http_client") or arguments.get("client")
    return Model(spec, llm, options, kind.key, options.price or kind.price, client)


def _openai(model: str, key: str | None, options: Options) -> dict[str, Any]:
    import httpx  # here, for most answers need no model

    return {
        "model": model,
        "api_key": key,
        "temperature": 0.0,
        "max_tokens": None if _REASONS.match(model) else options.reply,
        "max_retries": 0,
        "timeout": options.timeout,
        "http_client": httpx.Client(timeout=options.timeout, follow_redirects=True),
        "additional_kwargs": {"stream_options": {"include_usage": True}},
    }


def _openai_like(model: str, key: str | None, options: Options) -> dict[str, Any]:
    name, address = _address(model)
    return {
        **_openai(name, key or "none", options),  # never the key of OpenAI, which the class would take by itself
        "max_tokens": options.reply,
        "api_base": address,
        "is_chat_model": True,
        "context_window": options.context or options.budget + options.reply,
    }


def _anthropic(model: str, key: str | None, options: Options) -> dict[str, Any]:
    return {
        "model": model,
        "api_key": key,
        "temperature": 0.0,
        "max_tokens": options.reply,
        "max_retries": 0,
        "timeout": options.timeout,
    }


def _ollama(model: str, key: str | None, options: Options) -> dict[str, Any]:
    from ollama import Client

    host = variable("OLLAMA_HOST") or "http://127.0.0.1:11434"
    return {
        "model": model,
        "base_url": host,
        "client": Client(host, timeout=options.timeout),
        "temperature": 0.0,
        "request_timeout": options.timeout,
        "context_window": options.context or options.budget + options.reply,
        "additional_kwargs": {"num_predict": options.reply},
    }


_KINDS = {
    "openai": _Kind("openai", "OpenAI", "OPENAI_API_KEY", True, _openai),
    "anthropic": _Kind("anthropic", "Anthropic", "ANTHROPIC_API_KEY", True, _anthropic),
    "ollama": _Kind("ollama", "Ollama", None, False, _ollama, Price(0.0, 0.0)),
    "openai-like": _Kind("openai-like", "OpenAILike", "DATELINE_LLM_KEY", False, _openai_like),
}


def _address(text: str) -> tuple[str, str]:
    """Return the model and the address of `MODEL@http://host/v1`."""
    match = re.fullmatch(r"(.+?)@(https?://\S+)", text)
    if not match:
        raise InputError(
            f"openai-like:{_shown(text)} has no address; give openai-like:MODEL@http://HOST/v1, "
            "such as openai-like:qwen3@http://127.0.0.1:8000/v1"
        )
    parts = urlsplit(match[2])
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            f"the address of openai-like:{match[1]} holds more than host and path; leave it out, "
            "and give a key as DATELINE_LLM_KEY"
        )
    return match[1], match[2]


def _known() -> str:
    return ", ".join([NONE, "openai:MODEL", "anthropic:MODEL", "ollama:MODEL", "openai-like:MODEL@http://HOST/v1"])


def _shown(spec: str) -> str:
    """Return a name fit for a message: an address without what may be a password."""
    return re.sub(r"//[^/@\s]*@", "//", spec)
