"""The draft of a language model: one prompt within a budget of tokens, its reply read as it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from index.dates import say
from index.errors import ModelError
from index.tokens import counter
from prompts import fingerprint, render
from qa.calls import Again, Limit, Meter, TooLongError, allowed, complete, stream
from qa.candidates import Report, block, harmless
from qa.condense import condense_with
from qa.drafts import NO_ANSWER, Broken, Task, says_no_answer
from qa.events import Restarted
from qa.models import Model, model_of
from qa.options import Options
from qa.question import History
from qa.reply import Drafted, Reader, Thought, read_repairs

MOST = 5
"""Sentences of an answer."""
_LEAST = 200
"""Tokens of reports below which no answer is tried."""
_ENDS = re.compile(r"[.!?…][\"'”’)]*$")


class ModelDrafter:
    """Drafts with a language model; a `Drafter`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.model.name

    @property
    def prompt(self) -> str:
        """Return the fingerprint of the answer prompt."""
        return fingerprint("answer")

    def __repr__(self) -> str:
        """Name the model."""
        return f"ModelDrafter({self.name!r})"

    def close(self) -> None:
        """Close the model's connections."""
        self.model.close()

    def condense(self, question: str, history: History, meter: Meter) -> str:
        """Return a follow-up so that it stands alone.

        Raises:
            ModelError: the model wrote no question, or failed.
        """
        return condense_with(self.model, question, history, meter)

    def room(self, question: str) -> int:
        """Return the tokens of reports that fit into the prompt with this question.

        Raises:
            ModelError: there is no room for any, or the service was asked for its context and failed.
        """
        whole = allowed(self.model)
        room = whole - counter()(answer_prompt(Task(question, None, ())))
        if room < _LEAST:
            raise ModelError(
                f"{self.name} has no room for articles beside this question: {whole} tokens in all; ask a shorter "
                "question, or set DATELINE_LLM_CONTEXT to what the model takes"
            )
        return room

    def draft(self, task: Task) -> Iterator[Drafted | Restarted]:
        """Yield the sentences of the model's reply; a prompt too long for it is halved once.

        Raises:
            ModelError: no try came to its end, or no line of the reply was a sentence with a key.
        """
        try:
            yield from self._read(task)
        except TooLongError:
            task.reports = _half(task.reports)
            yield from self._read(task)

    def repair(self, task: Task, broken: Sequence[Broken]) -> Sequence[Drafted | None]:
        """Return the sentences as the model puts them right; one that it passes over stays as it was.

        Only as many are put to it as an answer may have, with as many of the reports as there is room for.

        Raises:
            ModelError: no try came to its end, or there is no room for the sentences.
        """
        asked = broken[:MOST]
        text = complete(self.model, self._repair_prompt(task, asked), task.meter)
        found = read_repairs(text, len(asked))
        return [found.get(number, item.drafted) for number, item in enumerate(broken, start=1)]

    def _repair_prompt(self, task: Task, broken: Sequence[Broken]) -> str:
        """Return the prompt of a repair, with all reports, with those cited, or with the first of these."""
        keys = {key for item in broken for key in item.drafted.keys}
        reports, most = task.reports, allowed(self.model)
        cited = tuple(report for report in reports if any(line.key in keys for line in report.candidates))
        while counter()(prompt := repair_prompt(replace(task, reports=reports), broken)) > most:
            shorter = cited if cited and len(cited) < len(reports) else _half(reports)
            if shorter == reports:
                raise ModelError(f"{self.name} has no room for what failed")
            reports = shorter
        return prompt

    def _read(self, task: Task) -> Iterator[Drafted | Restarted]:
        """Yield the sentences of a reply; one without any key is none, and is asked for once more."""
        noted = len(task.notes)
        for again in (True, False):
            keyed = False
            del task.notes[noted:]
            for item in self._sentences(task):
                keyed = isinstance(item, Drafted) and (keyed or bool(item.keys) or says_no_answer(item))
                yield item
            if keyed:
                return
            if again:
                yield Restarted(f"{self.name} cited nothing; it is asked again.")
        raise ModelError(f"{self.name} cited nothing in its reply")

    def _sentences(self, task: Task) -> Iterator[Drafted | Restarted]:
        reader, cut = Reader(), False
        for piece in stream(self.model, answer_prompt(task), task.meter):
            if isinstance(piece, Again):
                reader = Reader()
                yield Restarted(f"The reply of {self.name} broke off; it is asked again.")
            elif isinstance(piece, Limit):
                cut = True
            else:
                yield from map(self._told, reader.feed(piece))
        last = list(reader.finish())
        if cut:
            task.notes.append(f"The reply reached its limit of {self.model.options.reply} tokens: more may be missing.")
            if last and not (isinstance(last[-1], Drafted) and last[-1].keys and _ENDS.search(last[-1].text)):
                last.pop()  # it may be half a sentence
        yield from map(self._told, last)

    def _told(self, item: Drafted | Thought) -> Drafted | Restarted:
        return item if isinstance(item, Drafted) else Restarted(f"{self.name} thought aloud; its answer comes now.")


def drafter_of(llm: Any, options: Options) -> ModelDrafter | None:
    """Return who drafts with the model of a name, or with an LLM of LlamaIndex; None: there is no model.

    Raises:
        InputError: there is none of this name, or it is no LLM.
        ModelError: its package or its key is missing.
    """
    model = model_of(llm, options)
    return ModelDrafter(model) if model else None


def answer_prompt(task: Task) -> str:
    """Return the prompt for a task."""
    return render(
        "answer",
        most=str(MOST),
        no_answer=NO_ANSWER,
        seal=task.seal,
        reports=block(task.reports),
        scope=_scope(task),
        question=harmless(task.question),
    )


def repair_prompt(task: Task, broken: Sequence[Broken]) -> str:
    """Return the prompt that asks for sentences to be put right; each with what its checks found."""
    lines = []
    for number, item in enumerate(broken, start=1):
        keys = "".join(f" [{harmless(key)}]" for key in item.drafted.keys)
        wrong = "; ".join(check.detail for check in item.support.checks if not check.ok) or item.support.verdict
        lines.append(f"{number}. {harmless(item.drafted.text)}{keys}\n   Wrong: {harmless(wrong)}")
    return render(
        "repair",
        seal=task.seal,
        reports=block(task.reports),
        scope=_scope(task),
        question=harmless(task.question),
        failing="\n".join(lines),
    )


def _scope(task: Task) -> str:
    """Return the day that the answer is to hold for, in words."""
    if task.as_of:
        return f"It is asked as of {say(task.as_of)}: nothing that came later is known."
    days = [report.article.published for report in task.reports if report.article.published]
    return f"The newest of the reports is of {say(max(days))}." if days else "None of the reports has a date."


def _half(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the first half of the candidates, at least one."""
    left = max(1, sum(len(report.candidates) for report in reports) // 2)
    kept = []
    for report in reports:
        if left > 0:
            kept.append(replace(report, candidates=report.candidates[:left]))
            left -= len(report.candidates)
    return tuple(kept)
