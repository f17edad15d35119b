"""Cases: questions with what a right answer holds; read from JSON Lines of our own kind or RealTimeQA's."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.dates import require_date
from index.errors import InputError

SAMPLES = Path(__file__).parent / "data" / "samples.jsonl"
"""The shipped cases over the shipped sample articles."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question. `answers`: any one of them, in a quote, is right; empty: the articles do not answer it.

    `as_of` is the day as of which it is asked, None: no limit. `scored` is False for a question whose answer
    is not known to be in the articles: it counts for nothing but multiple choice.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    as_of: date | None = None
    scored: bool = True

    @property
    def answerable(self) -> bool:
        """Tell whether an answer is expected, and not an abstention."""
        return bool(self.answers)


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file (.jsonl or .jsonl.gz) in order.

    A line has `id`, `question`, and either `answers` (a list; empty for a question that should be abstained
    from) with an optional `as_of`, or RealTimeQA's `date`, `answer` and `answerable`.

    Raises:
        InputError: the file cannot be read, or a line is not a case; the message has file and line.
    """
    try:
        cases = [_case(line, f"{path}:{number}") for number, line in _lines(path)]
    except OSError as exc:
        raise InputError(f"{path}: cannot be read ({exc.strerror or exc}); check the path") from exc
    except (EOFError, UnicodeDecodeError) as exc:
        raise InputError(f"{path}: not readable as JSON Lines ({exc}); make the file again") from exc
    if not cases:
        raise InputError(f"{path}: no cases in it; give one JSON object a line")
    return cases


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield number, line


def _case(line: str, where: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as exc:
        raise InputError(f"{where}: not valid JSON; mend the line") from exc
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise InputError(f"{where}: no question; give a text in the field question")
    id_ = str(row.get("id", where.rsplit(":", 1)[-1]))
    if "choices" in row:
        answers = (str(row.get("answer", "")),)
        scored = bool(row.get("answerable")) and _findable(answers[0])
        return Case(id_, row["question"], answers, require_date(str(row.get("date")), f"{where}: date"), scored)
    as_of = row.get("as_of")
    day = require_date(str(as_of), f"{where}: as_of") if as_of else None
    return Case(id_, row["question"], _answers(row, where), day)


def _answers(row: dict[str, Any], where: str) -> tuple[str, ...]:
    answers = row.get("answers", [row["answer"]] if "answer" in row else [])
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise InputError(f'{where}: answers is not a list of texts; give one like ["Iran"], or [] for none')
    if not all(_findable(answer) for answer in answers):
        raise InputError(f"{where}: an answer without a letter or digit can never be found; mend it")
    if row.get("answerable") is True and not answers:
        raise InputError(f"{where}: answerable, but without answers, it could never be scored; give some")
    return tuple(answers)


def _findable(answer: str) -> bool:
    return any(character.isalnum() for character in answer)
