"""The bad drafter: every sentence of it is known to be right or wrong, and the chain is held to that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import qa.checking
from eval.cases import CASES, read_cases
from eval.drafter import RIGHT, SPOILS, Shown, gauges, put_through
from eval.floors import read_floors
from eval.records import Case
from index import Index
from qa import Assistant
from qa.answer import Statement, Support

CASE = Case("1", "How many people did the burst of the Karst dam kill?", ("48",))


@pytest.fixture
def shown(dam: Index) -> list[Shown]:
    return put_through([CASE], dam)


def test_every_way_to_spoil_a_sentence_is_tried_and_what_is_right_is_accepted(shown: list[Shown]) -> None:
    assert {one.spoil for one in shown} == {spoil.name for spoil in SPOILS}
    assert all(one.accepted for one in shown if one.spoil == RIGHT)


def test_what_is_spoiled_is_what_it_is_said_to_be(shown: list[Shown], dam: Index) -> None:
    texts = " ".join(" ".join(item.text.split()) for item in dam.articles())
    for one in shown:
        whole = one.statement.text in texts
        assert whole == (one.spoil not in ("wrong number", "lost speaker")), one.statement.text
    lost = [one.statement.text for one in shown if one.spoil == "lost speaker"]
    assert "The toll of the Karst dam disaster rose to 48 on Thursday." in lost


def test_an_invented_key_is_never_accepted(shown: list[Shown]) -> None:
    invented = [one for one in shown if one.spoil.startswith("invented key")]
    assert len(invented) == 4
    assert not any(one.accepted for one in invented)


def of(spoil: str, verdict: str, count: int) -> Iterator[Shown]:
    statement = Statement("So it is.", (1,), Support(verdict, 1.0))  # type: ignore[arg-type]
    return (Shown(spoil, statement) for _ in range(count))


def test_gauges_count_what_is_accepted_and_what_is_caught() -> None:
    found = [*of(RIGHT, "supported", 3), *of(RIGHT, "partly", 1)]
    found += [*of("wrong number", "supported", 1), *of("wrong number", "contradicted", 3)]
    assert {gauge.name: gauge.value for gauge in gauges(found)} == {
        "drafter: word for word, accepted": 0.75,
        "drafter: wrong number, caught": 0.75,
    }


def test_with_the_support_check_off_the_gate_fails(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case for case in read_cases(CASES) if case.kind == "attribution"]
    monkeypatch.setattr(qa.checking, "check", lambda claim, sources: Support("supported", 1.0))
    floors = read_floors()
    measured = list(gauges(put_through(cases, samples.index)))
    fails = [gauge.name for gauge in measured if not gauge.holds(floors.floors[gauge.name])]
    assert {"drafter: wrong number, caught", "drafter: quote from another article, caught"} <= set(fails)
    assert "drafter: invented key, caught" not in fails
