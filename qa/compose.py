"""From drafts to statements: keys become citations, every sentence is checked, a failing one is repaired once."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.errors import ModelError
from index.tokens import counter
from prompts import render
from qa.answer import Answer, Check, Citation, Elapsed, State, Statement, Support, Verdict
from qa.calls import Meter
from qa.candidates import Candidate, by_key, gather
from qa.checking import Get, check_statement
from qa.citations import cite
from qa.drafts import Broken, Drafter, Task, says_no_answer
from qa.events import Cited, Restarted
from qa.options import Failing, Options
from qa.reply import Drafted

Quotes = Callable[[Answer], Generator[Cited | Statement, None, Answer]]
"""What answers with quotes."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The statements of an answer with their citations.

    `declined`: the drafter wrote the agreed phrase. `verify` is the milliseconds that checking took.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    declined: bool
    verify: float

    @property
    def accepted(self) -> bool:
        """Tell whether any statement follows from its quotes, if only partly."""
        return any(statement.support.verdict in ("supported", "partly") for statement in self.statements)


def written(
    drafter: Drafter, answer: Answer, meter: Meter, get: Get, options: Options, quotes: Quotes
) -> Generator[Cited | Statement | Restarted, None, Answer]:
    """Yield the statements that a drafter writes on an answer's evidence; return the answer with them.

    Where it fails, or nothing of it is left, `quotes` answers instead, and a note says so.

    Raises:
        ModelError: the drafter failed, and the options want an error then.
    """
    name = drafter.name
    try:
        reports = gather(answer.evidence, drafter.room(answer.standalone_question), counter())
        if not reports:
            raise ModelError(f"no sentence found fits into what {name} takes")
        task = Task(answer.standalone_question, answer.as_of, reports, meter)
        composed = yield from compose(drafter, task, get, options.failing)
    except ModelError as exc:
        if options.on_fault == "error":
            raise
        return (yield from _instead(answer, quotes, f"{exc}; these are quotes instead."))
    answer = replace(answer, model=name, prompt=drafter.prompt, elapsed=Elapsed(verify=composed.verify))
    if composed.declined and not composed.accepted:
        because = f"by the reading of {name}, the passages found do not answer the question"
        if composed.statements:
            yield Restarted("What was written beside the abstention does not follow from the articles.")
        return replace(
            answer,
            status="abstained",
            reason="evidence too weak",
            notes=(render("abstain", because=because), *answer.notes),
        )
    if not composed.statements:
        why = f"No sentence of {name} follows from the articles; these are quotes instead."
        return (yield from _instead(answer, quotes, why))
    return replace(
        answer,
        statements=composed.statements,
        citations=composed.citations,
        notes=(*answer.notes, *task.notes),
    )


def compose(
    drafter: Drafter, task: Task, get: Get, failing: Failing = "mark"
) -> Generator[Cited | Statement | Restarted, None, Composed]:
    """Yield the statements, in order, each as soon as it and those before it are final; return them all.

    A sentence that fails is held back, with those behind it, until the draft is whole and it was repaired.

    Raises:
        ModelError: the draft came to no end.
    """
    desk = _Desk(by_key(task.reports), get)
    waiting: list[_Checked] = []
    declined = False
    for item in drafter.draft(task):
        if isinstance(item, Restarted):
            desk.clear()
            waiting, declined = [], False
            yield item
        elif says_no_answer(item):
            declined = True
        else:
            waiting.append(desk.check(item))
            if not any(checked.fails for checked in waiting):
                yield from desk.publish(waiting.pop())
    broken = [checked for checked in waiting if checked.fails]
    repaired = iter(_repaired(drafter, task, desk, broken) if broken else [])
    dropped = 0
    for checked in waiting:
        final = next(repaired) if checked.fails else checked
        if final is None or (final.fails and failing == "drop"):
            dropped += 1
        else:
            yield from desk.publish(final)
    if dropped:
        task.notes.append(f"{dropped} sentence{'s' if dropped > 1 else ''} left out: the articles do not say so.")
    return Composed(tuple(desk.statements), tuple(desk.citations.values()), declined, desk.spent)


@dataclass(frozen=True, slots=True)
class _Checked:
    drafted: Drafted
    support: Support
    repaired: bool = False

    @property
    def fails(self) -> bool:
        return self.support.verdict in ("unsupported", "contradicted")


class _Desk:
    """Checks sentences against the candidates behind their keys, and numbers what is cited."""

    def __init__(self, known: Mapping[str, Candidate], get: Get) -> None:
        self._known = known
        self._get = get
        self.spent = 0.0
        self.clear()

    def clear(self) -> None:
        """Forget what was published."""
        self.statements: list[Statement] = []
        self.citations: dict[str, Citation] = {}

    def check(self, drafted: Drafted, repaired: bool = False) -> _Checked:
        """Return a sentence with its support: what its quotes say of it, and whether its keys are real."""
        begun = time.perf_counter()
        known = [key for key in drafted.keys if key in self._known]
        cited = [cite(n, self._known[key].quote, self._get) for n, key in enumerate(known, start=1)]
        support = Support("unsupported", 0.0, (Check("key", False, "no key behind it"),))
        if cited:
            sentence = Statement(drafted.text, tuple(citation.n for citation in cited), support)
            support = check_statement(sentence, cited, self._get).support
        invented = [key for key in drafted.keys if key not in self._known]
        if invented:
            said = Check("key", False, f"no such key: {', '.join(invented)}")
            verdict: Verdict = "contradicted" if support.verdict == "contradicted" else "unsupported"
            support = Support(verdict, 0.0, (*(support.checks if cited else ()), said))
        self.spent += (time.perf_counter() - begun) * 1000
        return _Checked(drafted, support, repaired)

    def publish(self, checked: _Checked) -> Iterator[Cited | Statement]:
        """Yield a sentence as a statement of the answer, after the quotes that it is the first to cite."""
        numbers = []
        for key in checked.drafted.keys:
            if key in self._known:
                if key not in self.citations:
                    self.citations[key] = cite(len(self.citations) + 1, self._known[key].quote, self._get)
                    yield Cited(self.citations[key])
                numbers.append(self.citations[key].n)
        state: State = "repaired" if checked.repaired else "as drafted"
        if checked.support.verdict != "supported":
            state = "marked"
        self.statements.append(Statement(checked.drafted.text, tuple(numbers), checked.support, state))
        yield self.statements[-1]


def _instead(answer: Answer, quotes: Quotes, why: str) -> Generator[Cited | Statement | Restarted, None, Answer]:
    """Answer with quotes, and say why."""
    yield Restarted(why)
    answer = yield from quotes(replace(answer, model="extractive", prompt=None))
    return replace(answer, notes=(*answer.notes, why))


def _repaired(drafter: Drafter, task: Task, desk: _Desk, broken: Sequence[_Checked]) -> list[_Checked | None]:
    """Return the failing sentences after one repair of all of them; None: dropped.

    One that is no better after it stays as it was drafted.
    """
    try:
        written = drafter.repair(task, [Broken(checked.drafted, checked.support) for checked in broken])
    except ModelError as exc:
        task.notes.append(f"What failed its check was not repaired: {exc}.")
        return list(broken)
    final: list[_Checked | None] = []
    for before, drafted in zip(broken, written, strict=True):
        after = desk.check(drafted, repaired=True) if drafted is not None else None
        final.append(before if after is not None and after.fails else after)
    return final
