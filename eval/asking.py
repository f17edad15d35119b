"""Ask one case of a library and score it, here or in a worker process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eval.outcome import Outcome, failed, outcome_of
from eval.records import Case
from eval.scores import score
from index.errors import DatelineError, LibraryError
from qa.answer import Elapsed
from qa.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Task:
    """A case to be asked of the library in a folder; `llm` names the model that answers, None: quotes."""

    library: Path
    case: Case
    llm: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a case, the milliseconds that the question took, and those of each step."""

    outcome: Outcome
    milliseconds: float
    elapsed: Elapsed


def ask(task: Task) -> Done:
    """Ask and score one case, in a worker process, which keeps the library open; as `ask_of`."""
    return ask_of(_assistant(task.library, task.llm), task.case)


def ask_of(assistant: Assistant, case: Case) -> Done:
    """Ask and score one case. What goes wrong with a single case is its outcome; a broken library is not.

    Raises:
        LibraryError: the library cannot be read.
    """
    begun = time.perf_counter()
    try:
        answer = assistant.ask(
            case.question,
            as_of=case.as_of,
            since=case.since,
            outlets=case.outlets or None,
            history=[{"question": turn.question, "answer": turn.answer} for turn in case.history],
        )
        milliseconds = (time.perf_counter() - begun) * 1000
        scores = score(case, answer, assistant.index.get)
    except LibraryError:
        raise
    except Exception as exc:  # of one case: told beside it and counted, the others go on
        error = str(exc) if isinstance(exc, DatelineError) else f"{type(exc).__name__}: {exc}"
        return Done(failed(case, error), (time.perf_counter() - begun) * 1000, Elapsed())
    return Done(outcome_of(case, answer, scores), milliseconds, answer.elapsed)


@lru_cache(maxsize=1)
def _assistant(library: Path, llm: str | None) -> Assistant:
    return Assistant.open(library, llm)
