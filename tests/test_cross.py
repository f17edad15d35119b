"""The cross-encoder, what it reads, and what it learns from."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eval.made_claims import near_claims
from eval.traps import Trap
from eval.written import read_claims, read_questions
from index.cross import HEADS, LONGEST, CrossEncoder, beside
from index.errors import InputError
from index.library import Index
from index.records import Article
from index.rerank import READ, UNREAD, Reranker
from index.scope import Scope
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
    assert encoder.odds("answer", [pair])[0] != encoder.odds("support", [pair])[0]
    assert len(HEADS) == 2


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


def test_pairs_to_learn_from_hold_every_claim_and_question_once() -> None:
    from eval.fit_cross import BATCH, _batches, read_pairs
    from eval.written import TRAINING

    pairs = read_pairs()
    claims = [claim for path in TRAINING.glob("claims-*.txt") for claim in read_claims(path)]
    supported = {pair.first for pair in pairs if pair.head == HEADS.index("support") and pair.holds}
    assert {claim.claim for claim in claims if claim.supported} <= supported
    asked = {pair.first for pair in pairs if pair.head == HEADS.index("answer")}
    posed = [item for path in TRAINING.glob("answers-*.txt") for item in read_questions(path)]
    assert asked == {item.question for item in posed}

    class Encoded:
        def __init__(self, length: int) -> None:
            self.ids = [0] * length

    drawn = random.Random(0)
    encoded = [Encoded(drawn.randrange(8, 180)) for _ in range(3000)]
    batches = _batches(encoded, drawn)
    assert sorted(number for batch in batches for number in batch) == list(range(3000))
    assert max(len(batch) * max(len(encoded[n].ids) for n in batch) for batch in batches) <= BATCH
