"""Questions over news articles, answered with verbatim, dated, attributed quotes: `from qa import ask`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qa._siblings import check_siblings

check_siblings()

if TYPE_CHECKING:
    from pathlib import Path

    from index.scope import Day
    from qa.answer import Answer, Citation, Statement, Support
    from qa.assistant import Assistant
    from qa.events import Cited, Done, Restarted, Searching
    from qa.question import History

__all__ = ["Answer", "Assistant", "Citation", "Cited", "Done", "Restarted", "Searching", "Statement", "Support", "ask"]

_HOME = {
    "Answer": "qa.answer",
    "Assistant": "qa.assistant",
    "Citation": "qa.answer",
    "Cited": "qa.events",
    "Done": "qa.events",
    "Restarted": "qa.events",
    "Searching": "qa.events",
    "Statement": "qa.answer",
    "Support": "qa.answer",
}


def ask(
    question: str,
    library: str | Path | None = None,
    *,
    as_of: Day = None,
    since: Day = None,
    outlets: Sequence[str] | None = None,
    history: History = (),
    llm: Any = None,
) -> Answer:
    """Answer one question over the library in a folder (None: the one that the settings name), and close it.

    `llm`: the name of a language model that writes the answer, or an LLM of LlamaIndex; None: it is quotes.

    Raises:
        NoLibraryError: there is no library there.
        InputError: the question is blank or too long, or the scope or the model is not one.
        ModelError: the package or the key of the model is missing.
    """
    from qa.assistant import Assistant  # here, so that `from qa import ask` is instant

    with Assistant.open(library, llm) as assistant:
        return assistant.ask(question, as_of=as_of, since=since, outlets=outlets, history=history)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import qa` is instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
