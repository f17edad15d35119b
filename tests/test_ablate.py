"""The ablation: what search finds without each of its pieces."""

from __future__ import annotations

from conftest import article

from eval.ablate import PIECES, ablate
from eval.records import Case
from index import Index
from index.features import SENTENCE_FEATURES
from index.ranking import CLOSE_FEATURES


def test_every_piece_is_left_out_in_turn_and_the_weights_are_put_back(index: Index) -> None:
    strike = "The harbour of Oster was closed on Tuesday. Forty ships wait in the roads."
    flood = "The Karst dam burst on Monday. Rescuers found twelve bodies in the town of Velm."
    index.add([article("harbour", strike, title="Strike"), article("dam", flood, title="Flood")])
    case = Case("c1", "How many bodies did rescuers find in the town of Velm?", ("twelve bodies",))
    whole = index.searcher.ranking
    found = {worth.piece: worth for worth in ablate(index, [case])}
    assert list(found) == ["everything", *PIECES, "reading"]
    assert found["everything"].hits == (1.0, 1.0, 1.0)
    assert found["everything"].first == 1.0
    assert index.searcher.ranking is whole


def test_every_feature_of_a_piece_is_one_of_search() -> None:
    """Else a piece would seem to be worth nothing."""
    assert frozenset().union(*PIECES.values()) <= {*CLOSE_FEATURES, *SENTENCE_FEATURES}
