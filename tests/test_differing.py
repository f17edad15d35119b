"""Which pairs of sentences are read as two accounts: reading fewer of them changes nothing of what is found."""

from __future__ import annotations

import json
import math

import numpy as np

from eval.cases import CASES, read_cases
from index.scope import Scope
from qa import Assistant, differing
from qa.asked import asked
from qa.question import understand
from qa.reading import look, readings
from qa.retrieve import retrieve
from qa.rivals import proposed


def test_pairs_are_left_unread_only_where_nothing_read_would_make_them_accounts(samples: Assistant) -> None:
    data = json.loads(differing.WEIGHTS.read_text(encoding="utf-8"))
    weights, least = np.array(list(data["weights"].values())), math.log(data["least"] / (1 - data["least"]))
    found = 0
    for case in read_cases(CASES)[:24]:
        question = understand(case.question, newest=samples.index.newest, known=tuple(samples.index.catalog.outlets()))
        wanted = asked(question.standalone)
        looked = look(wanted, readings(retrieve(samples.index, question, Scope())))
        pairs = proposed(wanted, looked)
        odds = differing.matrix(wanted, looked, pairs) @ weights
        expected = {(pair.i, pair.j) for pair, own in zip(pairs, odds, strict=True) if own >= least}
        assert {(pair.i, pair.j) for _, pair in differing.likely(wanted, looked, pairs)} == expected
        found += len(expected)
    assert found
