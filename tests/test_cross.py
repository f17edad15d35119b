"""The cross-encoder, what it reads, and what it learns from."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import article

from eval.made_claims import near_claims
from eval.options import Of
from eval.records import Case
from eval.traps import Trap
from eval.written import TRAINING, read_claims, read_compared, read_questions
from index.cross import HEADS, LONGEST, CrossEncoder, beside
from index.errors import InputError
from index.library import Index
from index.records import Article
from index.rerank import READ, UNREAD, Reranker
from index.scope import Scope
from index.sentences import sentence_spans
from qa.verify import Source
from qa.verify.excerpt import LONGEST as EXCERPT
from qa.verify.excerpt import excerpt

SOURCE = (
    "The bakery on Mill Street closed on Friday after 41 years. Its owner, Ines Holt, sold the building to the "
    "neighbouring school for 210,000 pounds. The school intends to turn it into a library."
)
CLAIMS = ("The school bought the bakery's building from Ines Holt.", "Ines Holt bought the school's building.")


@pytest.fixture(scope="module")
def encoder() -> CrossEncoder:
    return CrossEncoder()


def test_a_pair_is_read_alike_alone_and_among_others(encoder: CrossEncoder) -> None:
    """Else the confidence of an answer would hang on what else was found."""
    pairs = [(claim, SOURCE) for claim in CLAIMS] + [("Who sold it?", "No.")]
    together = encoder.odds("support", pairs)
    alone = [float(encoder.odds("support", [pair])[0]) for pair in reversed(pairs)]
    assert together.tolist() == alone[::-1]
    assert together.tolist() == CrossEncoder().odds("support", pairs).tolist()


def test_odds_come_one_a_pair_and_differ_by_head(encoder: CrossEncoder) -> None:
    assert encoder.odds("answer", []).shape == (0,)
    pair = ("Who bought the building?", "The neighbouring school bought the building.")
    assert len({float(encoder.odds(head, [pair])[0]) for head in HEADS}) == len(HEADS)


def test_what_is_longer_than_the_limit_is_cut_not_refused(encoder: CrossEncoder) -> None:
    long = "word " * (LONGEST * 3)
    found = encoder.odds("answer", [("Who?", long), ("Who?", long + "and more"), ("", "")])
    assert found[0] == found[1]
    assert np.isfinite(found).all()


def test_a_sentence_stands_after_its_headline() -> None:
    assert beside("Bakery closes.", "It was sold.") == "Bakery closes. It was sold."
    assert beside(None, "It was sold.") == beside("  ", "It was sold.") == "It was sold."


def test_sentences_are_read_once_and_only_the_best(tmp_path: Path) -> None:
    """Asked of a narrower scope, a question is not read with the same sentences again."""

    class Counting(CrossEncoder):
        read = 0

        def odds(self, head, pairs):  # type: ignore[no-untyped-def]
            self.read += len(pairs)
            return super().odds(head, pairs)

    articles = [
        Article(
            str(number),
            " ".join(f"Mill {number} of the town was closed by its owner in {n}." for n in range(1900, 1908)),
        )
        for number in range(6)
    ]
    with Index.open(tmp_path / "library", create=True) as index:
        index.add(articles)
        candidates = index.searcher.candidates("Who closed mill 3?", Scope())
        counting = Counting()
        reranker = Reranker(counting)
        assert candidates.pool is not None
        scores = np.arange(len(candidates.sentences), dtype=float)
        first = reranker.odds("Who closed mill 3?", candidates.pool, scores)
        assert counting.read == READ < len(scores)
        assert (first[:-READ] == UNREAD).all()
        assert first.tolist() == reranker.odds("Who closed mill 3?", candidates.pool, scores).tolist()
        assert counting.read == READ


def test_an_excerpt_has_the_nearest_sentences_in_order_after_their_byline() -> None:
    filler = " ".join(f"The council met in the hall for hour {n} and heard the people of ward {n}." for n in range(20))
    source = Source(f"{SOURCE} {filler}", "The Post", date(2020, 5, 4))
    found = excerpt("Ines Holt sold the building to the school.", [source])
    assert found.startswith("The Post, 4 May 2020: ")
    assert "Ines Holt, sold the building" in found
    assert len(found.split()) <= EXCERPT + 5
    assert excerpt("anything", [Source("One sentence that shares no word.")]) == "One sentence that shares no word."
    assert excerpt("anything", []) == ""


def test_written_texts_are_read_with_their_sources(tmp_path: Path) -> None:
    path = tmp_path / "claims.txt"
    path.write_text(
        "===\nS The Post, 4 May 2020 | It rained.\nS | It was dry.\n+ near | It rained.\n- number | 3 died.\n"
        "===\nS  | Snow fell.\n+ part | It snowed.\n",
        encoding="utf-8",
    )
    claims = read_claims(path)
    assert [(claim.claim, claim.kind, claim.supported) for claim in claims] == [
        ("It rained.", "near", True),
        ("3 died.", "number", False),
        ("It snowed.", "part", True),
    ]
    assert claims[0].sources == (Source("It rained.", "The Post", date(2020, 5, 4)), Source("It was dry."))
    assert claims[2].sources == (Source("Snow fell."),)
    path.write_text(
        "===\nT The Post | Rain.\n1 It rained.\n2 It stopped.\nQ 1,2 | What?\nQ 0 | Why?\n", encoding="utf-8"
    )
    first, second = read_questions(path)
    assert (first.title, first.sentences, first.answering) == ("Rain.", ("It rained.", "It stopped."), {0, 1})
    assert second.answering == frozenset()


@pytest.mark.parametrize(
    ("line", "said"),
    [("2 It began with two.", "not a line of a text"), ("Q 4 | Which?", "no sentences 4"), ("so", "not a line")],
)
def test_a_wrong_line_of_a_written_text_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(f"===\nT | Rain.\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"answers\.txt:3: {said}"):
        read_questions(path)


def test_near_claims_are_sentences_as_they_stand_and_with_one_thing_changed() -> None:
    claim = Trap("c", "near", "It closed.", (Source(SOURCE),), True)
    made = near_claims([claim, claim])
    assert made
    assert len(made) % 2 == 0
    for true, trap in zip(made[::2], made[1::2], strict=True):
        assert true.claim in SOURCE
        assert trap.claim not in SOURCE
        assert (true.supported, trap.supported) == (True, False)


def test_the_shipped_texts_are_all_of_their_form() -> None:
    for path in TRAINING.glob("*claims*.txt"):
        claims = read_claims(path)
        assert {claim.supported for claim in claims} == {True, False}, path
        assert all(claim.sources for claim in claims), path
    for path in (*TRAINING.glob("answers-*.txt"), *TRAINING.glob("stories-*.txt")):
        assert {bool(item.answering) for item in read_questions(path)} == {True, False}, path
    for path in TRAINING.glob("*accounts*.txt"):
        assert {len(item.sides) for item in read_compared(path)} >= {0, 1, 2}, path


def test_what_is_held_back_is_in_nothing_that_is_learned_from() -> None:
    """Else the weights that build on the cross-encoder's odds would trust what it knows by heart."""

    def told(path: Path) -> set[str]:
        if "claims" in path.name:
            return {source.text for claim in read_claims(path) for source in claim.sources}
        if "accounts" in path.name:
            return {text for item in read_compared(path) for report in item.reports for text in report.sentences}
        return {text for item in read_questions(path) for text in item.sentences}

    learned = [path for kind in ("claims-*", "answers-*", "accounts-*") for path in TRAINING.glob(kind)]
    held = [path for path in TRAINING.glob("*.txt") if path not in learned]
    assert {path.stem.rstrip("-123456789") for path in held} == {"held-claims", "held-accounts", "stories"}
    known = {text for path in learned for text in told(path)}
    for path in held:
        assert not {text for text in told(path) if len(text.split()) > 6} & known, path


def test_a_sentence_that_is_held_back_is_one_when_it_is_found() -> None:
    """Else a right pair of sentences would be taken for a wrong one."""
    for item in read_compared(TRAINING / "held-accounts.txt"):
        for report in item.reports:
            text = report.article("x").text
            assert [text[a:b].strip() for a, b in sentence_spans(text)] == list(report.sentences)


STORY = """===
T The Post, 4 May 2020 | Army takes the hill
1 The army said the rebels had fled.
2 Four people died.
3 It rained all night.
T Radio Tolme | A deal
1 A commander said his men left under a deal.
2 Six people died, a doctor said.
D 1.1 / 2.1 | How did the rebels leave?
U 1.2 / 2.2 | How many people died?
N 1.3 | Did it rain?
N 0 | Who is the commander?
"""


def test_questions_put_to_several_reports_are_read_with_their_sides(tmp_path: Path) -> None:
    path = tmp_path / "accounts.txt"
    path.write_text(STORY, encoding="utf-8")
    disputed, updated, agreed, unanswered = read_compared(path)
    assert (disputed.sides, disputed.superseded) == ((frozenset({(0, 0)}), frozenset({(1, 0)})), False)
    assert (updated.sides, updated.superseded) == ((frozenset({(0, 1)}), frozenset({(1, 1)})), True)
    assert (agreed.sides, unanswered.sides) == ((frozenset({(0, 2)}),), ())
    first, second = disputed.reports
    assert (first.outlet, first.published, first.title) == ("The Post", date(2020, 5, 4), "Army takes the hill")
    assert (second.outlet, second.published) == ("Radio Tolme", None)
    assert second.article("x").text == "A commander said his men left under a deal. Six people died, a doctor said."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("D 1.1 / 2.9 | How?", "no sentence 2.9"),
        ("D 1.1 / 3.1 | How?", "no sentence 3.1"),
        ("D 1.1 | How?", "D with 1 sides"),
        ("N 1.1 / 2.1 | How?", "N with 2 sides"),
    ],
)
def test_a_wrong_line_of_several_reports_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "accounts.txt"
    path.write_text(STORY + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"accounts\.txt:13: {said}"):
        read_compared(path)


def test_pairs_to_learn_from_hold_every_claim_question_and_account_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval import cross_pairs, fit_cross

    for name in ("claims-1.txt", "answers-1.txt"):
        text = (TRAINING / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text("===".join(text.split("===")[:12]), encoding="utf-8")
    (tmp_path / "accounts-1.txt").write_text(STORY, encoding="utf-8")
    monkeypatch.setattr(cross_pairs, "TRAINING", tmp_path)
    pairs = cross_pairs.read_pairs(Of.CLAIMS) + cross_pairs.read_pairs(Of.QUESTIONS)
    supported = {pair.first for pair in pairs if HEADS[pair.head] == "support" and pair.holds}
    assert {claim.claim for claim in read_claims(tmp_path / "claims-1.txt") if claim.supported} <= supported
    asked = {pair.first for pair in pairs if HEADS[pair.head] == "answer"}
    compared = {item.question for item in read_compared(tmp_path / "accounts-1.txt")}
    assert asked == {item.question for item in read_questions(tmp_path / "answers-1.txt")} | compared
    told = {pair.second for pair in pairs if pair.first == "How many people died?" and pair.head == 1 and pair.holds}
    assert {text.rpartition(". ")[2] for text in told} == {"Four people died.", "Six people died, a doctor said."}
    differ = {
        (pair.first, frozenset(pair.second.split(" | ")))
        for pair in pairs
        if HEADS[pair.head] == "differ" and pair.holds
    }
    assert differ == {
        (
            "How did the rebels leave?",
            frozenset({"The army said the rebels had fled.", "A commander said his men left under a deal."}),
        ),
        ("How many people died?", frozenset({"Four people died.", "Six people died, a doctor said."})),
    }
    assert any(HEADS[pair.head] == "differ" and not pair.holds for pair in pairs)
    claims = cross_pairs.read_pairs(Of.CLAIMS, share=0, whole=["claims-*"])
    assert claims == [pair for pair in pairs if HEADS[pair.head] == "support"]
    assert 0 < len(cross_pairs.read_pairs(Of.CLAIMS, share=0.5)) < len(claims)
    with pytest.raises(InputError, match=r"no text of claims in eval/training is named like claims-2\*;"):
        cross_pairs.read_pairs(Of.CLAIMS, whole=["claims-2*"])

    class Encoded:
        def __init__(self, length: int) -> None:
            self.ids = [0] * length

    drawn = random.Random(0)
    encoded = [Encoded(drawn.randrange(8, 180)) for _ in range(3000)]
    batches = fit_cross._batches(encoded, drawn)
    assert sorted(number for batch in batches for number in batch) == list(range(3000))
    assert max(len(batch) * max(len(encoded[n].ids) for n in batch) for batch in batches) <= fit_cross.BATCH


@pytest.mark.parametrize(("question", "mixed"), [("Who won the Velm regatta?", True), ("How many won in Velm?", False)])
def test_sentences_found_for_a_quiz_are_learned_to_give_no_two_accounts(
    index: Index, question: str, mixed: bool
) -> None:
    from eval import cross_pairs

    won = "Ada Brandt and 40 others won in Velm."
    index.add([
        article("a", f"{won} The Velm regatta was won by Ada Brandt and 40 others.", title="Velm regatta"),
        article("b", "The Velm regatta was won in rain. It rained on all who won in Velm.", title="Rain in Velm"),
    ])  # fmt: skip
    answers = ("Ada Brandt",) if mixed else ("40",)
    pairs = cross_pairs.quiz_pairs(index, [Case("q1", question, answers)])
    answering = {pair.second for pair in pairs if HEADS[pair.head] == "answer" and pair.holds}
    assert f"Velm regatta. {won}" in answering
    settled = [pair for pair in pairs if HEADS[pair.head] == "differ"]
    assert settled
    assert not any(pair.holds for pair in settled)
    sides = [[answers[0] in text for text in pair.second.split(" | ")] for pair in settled]
    assert any(one != other for one, other in sides) == mixed
