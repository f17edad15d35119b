"""The chain from drafts to statements, whoever drafts: here scripts, good and bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from conftest import article

from index import Index
from index.errors import ModelError
from qa import Assistant, Cited, Restarted, Statement
from qa.drafts import NO_ANSWER, Broken, Task
from qa.events import Event
from qa.options import Options
from qa.reply import Drafted

QUESTION = "How many people did the burst of the Karst dam kill?"


@dataclass
class Script:
    """Drafts what a function of the task says; repairs with `mend`, else not at all."""

    write: Callable[[Task], Sequence[Drafted | Restarted]]
    mend: Callable[[Broken], Drafted | None] | None = None
    fails: str = ""
    repairs: int = 0
    name: str = "script"
    prompt: str | None = None

    def condense(self, question: str, history: Any, meter: Any) -> None:
        return None

    def room(self, question: str) -> int:
        return 2000

    def close(self) -> None:
        pass

    def draft(self, task: Task) -> Iterator[Drafted | Restarted]:
        yield from self.write(task)
        if self.fails:
            raise ModelError(self.fails)

    def repair(self, task: Task, broken: Sequence[Broken]) -> Sequence[Drafted | None]:
        self.repairs += 1
        if self.mend is None:
            raise ModelError("no repair")
        return [self.mend(item) for item in broken]


def key(task: Task, phrase: str) -> str:
    return next(c.key for report in task.reports for c in report.candidates if phrase in c.quote.text)


def said(task: Task, phrase: str) -> Drafted:
    """Return a candidate drafted word for word."""
    found = next(c for report in task.reports for c in report.candidates if phrase in c.quote.text)
    return Drafted(found.quote.text, (found.key,))


def stream(index: Index, script: Script, options: Options | None = None) -> list[Event]:
    return list(Assistant(index, script, options).stream(QUESTION))


def test_what_the_candidates_say_word_for_word_is_supported(dam: Index) -> None:
    script = Script(lambda task: [Drafted(c.quote.text, (c.key,)) for r in task.reports for c in r.candidates])
    answer = stream(dam, script)[-1].answer  # type: ignore[union-attr]
    assert len(answer.statements) >= 4
    assert {statement.support.verdict for statement in answer.statements} == {"supported"}
    assert script.repairs == 0
    assert (answer.model, answer.prompt) == ("script", None)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("48", "84").replace("9 million", "90 million").replace("12", "21"),
        lambda text: text.replace("Karst", "Orlen"),
        lambda text: "The mayor of Brenn resigned over lost files.",
    ],
)
def test_a_drafter_that_is_wrong_is_never_shown_as_right(dam: Index, spoil: Callable[[str], str]) -> None:
    script = Script(
        lambda task: [
            Drafted(spoil(c.quote.text), (c.key,))
            for r in task.reports
            for c in r.candidates
            if spoil(c.quote.text) != c.quote.text
        ],
        lambda broken: broken.drafted,
    )
    answer = stream(dam, script)[-1].answer  # type: ignore[union-attr]
    assert answer.statements
    assert all(statement.state == "marked" for statement in answer.statements)
    assert all(statement.mark for statement in answer.statements)
    assert script.repairs == 1


def test_a_real_key_does_not_cover_for_one_that_was_made_up(dam: Index) -> None:
    script = Script(lambda task: [Drafted(said(task, "rose to 48").text, (key(task, "rose to 48"), "9-zzzzz"))])
    (statement,) = stream(dam, script)[-1].answer.statements  # type: ignore[union-attr]
    assert (statement.support.verdict, statement.citations, statement.state) == ("unsupported", (1,), "marked")
    assert "no such key: 9-zzzzz" in str(statement.support.checks)


def test_a_sentence_without_a_key_is_unsupported(dam: Index) -> None:
    script = Script(lambda task: [Drafted(said(task, "rose to 48").text)])
    (statement,) = stream(dam, script)[-1].answer.statements  # type: ignore[union-attr]
    assert statement.support.verdict == "unsupported"
    assert "no key behind it" in str(statement.support.checks)


def test_statements_come_in_order_and_a_failing_one_holds_back_those_behind_it(dam: Index) -> None:
    seen: list[str] = []

    def write(task: Task) -> list[Drafted | Restarted]:
        return [said(task, "rose to 48"), Drafted("It is so.", ("9-zzzzz",)), said(task, "A court fined")]

    def mend(broken: Broken) -> Drafted | None:
        seen.append(broken.drafted.text)
        return Drafted("Rescuers found 12 bodies in the town of Velm.", (key_of_velm[0],))

    key_of_velm: list[str] = []
    script = Script(lambda task: key_of_velm.append(key(task, "12 bodies")) or write(task), mend)
    events = stream(dam, script)
    statements = [event for event in events if isinstance(event, Statement)]
    assert [s.state for s in statements] == ["as drafted", "repaired", "as drafted"]
    assert [s.citations for s in statements] == [(1,), (2,), (3,)]
    assert seen == ["It is so."]
    assert tuple(statements) == events[-1].answer.statements  # type: ignore[union-attr]


def test_a_draft_that_begins_anew_leaves_nothing_of_the_first(dam: Index) -> None:
    script = Script(lambda task: [said(task, "A court fined"), Restarted("again"), said(task, "rose to 48")])
    events = stream(dam, script)
    (statement,) = events[-1].answer.statements  # type: ignore[union-attr]
    assert statement.text == "The toll of the Karst dam disaster rose to 48 on Thursday, the ministry said."
    assert statement.citations == (1,)
    assert "rose to 48" in events[-1].answer.citations[0].quote  # type: ignore[union-attr]
    assert [type(e) for e in events[1:-1]] == [Cited, Statement, Restarted, Cited, Statement]


def test_half_a_draft_is_never_an_answer(dam: Index) -> None:
    script = Script(lambda task: [said(task, "A court fined")], fails="it broke off")
    answer = stream(dam, script)[-1].answer  # type: ignore[union-attr]
    assert answer.model == "extractive"
    assert "it broke off; these are quotes instead." in answer.notes
    with pytest.raises(ModelError, match="it broke off"):
        stream(dam, script, Options(on_fault="error"))


def test_an_abstention_beside_a_sentence_that_stands_is_passed_over(dam: Index) -> None:
    script = Script(lambda task: [said(task, "rose to 48"), Drafted(NO_ANSWER)])
    answer = stream(dam, script)[-1].answer  # type: ignore[union-attr]
    assert (answer.status, len(answer.statements)) == ("answered", 1)


def test_an_abstention_beside_nothing_that_stands_is_one(dam: Index) -> None:
    script = Script(lambda task: [Drafted(NO_ANSWER), Drafted("It is so.", ("9-zzzzz",))], lambda broken: None)
    answer = stream(dam, script)[-1].answer  # type: ignore[union-attr]
    assert (answer.status, answer.reason, answer.statements) == ("abstained", "evidence too weak", ())


def test_a_follow_up_is_left_to_the_rules_where_the_drafter_does_so(samples: Assistant) -> None:
    script = Script(lambda task: [Drafted(NO_ANSWER)])
    history = [{"question": "Who retook Palmyra in March 2016?"}]
    answer = Assistant(samples.index, script).ask("And in March 2017?", history=history)
    assert answer.standalone_question == samples.ask("And in March 2017?", history=history).standalone_question


def test_an_account_that_a_model_leaves_out_is_quoted_beside_its_answer(index: Index) -> None:
    texts = {
        "Alpha Post": "Fourteen people died in the fire at the Orlow paper mill, the fire brigade said.",
        "Beta News": "The fire at the Orlow paper mill killed at least 19 people, according to the mayor.",
    }
    index.add([
        article(outlet, text, title="Fire at the Orlow paper mill", outlet=outlet, published=date(2019, 5, 6))
        for outlet, text in texts.items()
    ])  # fmt: skip
    script = Script(lambda task: [said(task, "at least 19")])
    answer = Assistant(index, script).ask("How many people died in the fire at the Orlow paper mill?")
    assert len(answer.statements) == 1
    (account,) = answer.accounts
    quotes = {citation.n: citation for citation in answer.citations}
    assert {claim.outlet for claim in account.claims} == {"Alpha Post", "Beta News"}
    assert {"Fourteen" in quotes[claim.citation].quote for claim in account.claims} == {True, False}
    for citation in answer.citations:
        assert index.get(citation.article_id).text[citation.start : citation.end] == citation.quote
