"""Measuring: cases that cannot be scored are refused, and the figures are what they say."""

from __future__ import annotations

import gzip
import json
import math
from datetime import date
from pathlib import Path

import pytest
from conftest import article

from eval.cases import read_cases
from eval.abstention import roc_auc
from eval.intervals import mean, share
from eval.metrics import hit_at
from eval.runner import run, summary, write
from eval.text import holds, normalise
from index import Index, InputError
from qa import Assistant


def cases_file(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_cases_of_both_kinds_are_read(tmp_path: Path) -> None:
    quiz = {
        "id": "q_1",
        "date": "2022-03-04",
        "question": "Who?",
        "choices": ["A", "B"],
        "answer": "A",
        "answerable": False,
    }
    own, unanswerable, other = read_cases(
        cases_file(
            tmp_path,
            {"id": "1", "question": "How many?", "answers": ["12"], "as_of": "2020-03-04"},
            {"id": "2", "question": "Who else?", "answers": []},
            quiz,
        )
    )
    assert (own.answers, own.as_of, own.answerable) == (("12",), date(2020, 3, 4), True)
    assert not unanswerable.answerable
    assert (other.scored, other.as_of) == (False, date(2022, 3, 4))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": 1}, ":1: no question"),
        ({"question": "Who?", "answers": ["?"]}, ":1: an answer without a letter or digit can never be found"),
        ({"question": "Who?", "answers": "Iran"}, ":1: answers is not a list"),
        ({"question": "Who?", "answerable": True}, ":1: answerable, but without answers"),
        ({"question": "Who?", "as_of": "soon"}, ":1: as_of 'soon' is not a date"),
    ],
)
def test_a_case_that_could_never_be_scored_is_refused_with_its_line(tmp_path: Path, row: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_cases(cases_file(tmp_path, row))


def test_files_that_are_no_cases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_cases(tmp_path / "nope.jsonl")
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(b'{"question": "Who?"}\n' * 300)[:-12])
    with pytest.raises(InputError, match="not readable"):
        read_cases(broken)


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("“No,” Kerry replied", '"No," Kerry replied', True),
        ("as many as 470,000 civilians", "470,000", True),
        ("1470,000 civilians", "470,000", False),
        ("the Iranians", "Iran", False),
        ("anything", "?", False),
    ],
)
def test_an_answer_is_found_on_word_borders(text: str, answer: str, found: bool) -> None:
    assert holds(text, [answer]) is found
    assert normalise(text).startswith(" ")


def test_metrics_by_hand() -> None:
    assert [hit_at([False, True, False], k) for k in (1, 2, 5)] == [False, True, True]
    assert share([True, False, False, False]) == 0.25
    assert math.isnan(share([]))
    assert roc_auc([0.9, 0.8, 0.1], [True, False, False]) == 1.0
    assert roc_auc([0.5, 0.5], [True, False]) == 0.5
    assert math.isnan(roc_auc([0.5], [True]))
    half = mean([1.0] * 50 + [0.0] * 50)
    assert 0.38 < half.low < 0.5 < half.high < 0.62


def test_a_run_scores_hits_abstentions_exactness_and_leaks(dam: Index, tmp_path: Path) -> None:
    cases = read_cases(
        cases_file(
            tmp_path,
            {"id": "1", "question": "How many bodies did rescuers find in Velm?", "answers": ["12"]},
            {"id": "2", "question": "How many bodies did rescuers find in Velm?", "answers": ["twelve thousand"]},
            {"id": "3", "question": "What is the boiling point of tungsten carbide?", "answers": []},
        )
    )
    results = run(Assistant(dam), cases)
    figures = summary(results)
    assert figures["evidence hit@1"]["value"] == 0.5
    assert figures["answer hit"]["value"] == 0.5
    assert figures["rightly abstained"]["value"] == 1.0
    assert figures["exact quotes"] == 1.0
    assert figures["as-of leaks"] == 0
    write(results, figures, tmp_path / "out")
    assert len((tmp_path / "out" / "results.jsonl").read_text().splitlines()) == 3


def test_a_shifted_citation_lowers_exactness(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    import qa.assistant
    from eval.cases import Case
    from qa.evidence import Quote, choose

    def shifted(evidence: object) -> list[Quote]:
        found = choose(evidence)  # type: ignore[arg-type]
        other = article("first", "Another text altogether, long enough to be cut from, says nobody in particular.")
        return [Quote(other, quote.start, quote.end, quote.confidence) for quote in found]

    monkeypatch.setattr(qa.assistant, "choose", shifted)
    results = run(Assistant(dam), [Case("1", "How many bodies did rescuers find in Velm?", ("12",))])
    assert summary(results)["exact quotes"] == 0.0


def test_the_shipped_cases_can_be_scored_on_the_shipped_samples(samples: Assistant) -> None:
    from eval.cases import SAMPLES

    cases = read_cases(SAMPLES)
    assert len({case.id for case in cases}) == len(cases)
    texts = [article.text for article in samples.index.articles()]
    for case in cases:
        for answer in case.answers:
            assert any(holds(text, [answer]) for text in texts) or case.as_of, f"{case.id}: {answer!r} stands nowhere"
