"""Train the cross-encoder from all-MiniLM-L6-v2: `python -m eval fit-cross`; needs the `train` extra, no network.

One transformer with an output for each of `index.cross.HEADS`. It learns from the texts written for it
(`eval/training/`), from claims made of news articles, and from quiz questions over them. The result is made small,
eight bits a weight, and written where `index.cross` reads it. Twenty-five minutes a round on four cores.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from eval.cases import Case
from eval.made_claims import near_claims
from eval.text import holds
from eval.traps import Trap
from eval.written import TRAINING, Compared, Place, Posed, read_claims, read_compared, read_questions
from index.cross import HEADS, LONGEST, WEIGHTS, beside, together
from index.distill import SOURCE_SHA256, check_sha256, source_folder
from index.library import Index, scope_of
from index.terms import is_stopword, words
from qa.verify.excerpt import excerpt

EPOCHS, RATE, WARM = 3, 1e-4, 0.06
"""Rounds over the pairs; the highest learning rate; the share of the steps over which it is reached."""
BATCH = 3200
"""Tokens of a batch, padding included."""
_MADE, _SEARCHED = 0.3, 0.7
"""What a claim counts that a program made, and a sentence that holds the answer of a quiz or not, beside 1."""
_WRONG = (2, 3)
"""Sentences that a question is paired with though they do not answer it: where another does, and where none does."""
_FOUND, _HOLDING, _FIRST, _LATER = 32, 4, 4, 4
"""Of the best sentences that a search finds for a quiz question, at most so many that hold the answer, and of the
others the first and some later ones."""
_BESIDE = 2
"""Pairs of which a sentence or both tell of something else than the question asks."""
_ALONE = 0.3
"""Share of the questions of which one sentence stands beside itself: it gives no two accounts, unless it is said so."""
_MIXED = 2000
"""Pairs among which those of like length are put into one batch."""

Progress = Callable[[str], None]


class Pair(NamedTuple):
    """Two texts, which of `HEADS` is asked about them, whether it holds, and how much the pair counts."""

    first: str
    second: str
    head: int
    holds: bool
    weight: float = 1.0


def read_pairs(made: Sequence[Trap] = (), seed: int = 5) -> list[Pair]:
    """Return the pairs to learn from: those of the shipped texts, and of claims made of other articles.

    Raises:
        InputError: a file cannot be read; the message has file and line.
    """
    drawn = random.Random(seed)
    pairs: list[Pair] = []
    for path in sorted(TRAINING.glob("claims-*.txt")):
        claims = read_claims(path)
        pairs += map(_claim_pair, claims)
        pairs += [_claim_pair(claim)._replace(weight=_MADE) for claim in near_claims(claims)]
    pairs += [_claim_pair(claim)._replace(weight=_MADE) for claim in made]
    for path in sorted(TRAINING.glob("answers-*.txt")):
        for posed in read_questions(path):
            pairs += _question_pairs(posed, drawn)
    for path in sorted(TRAINING.glob("accounts-*.txt")):
        for compared in read_compared(path):
            pairs += _account_pairs(compared, drawn)
    return pairs


def quiz_pairs(index: Index, cases: Iterable[Case], seed: int = 5) -> list[Pair]:
    """Return pairs of questions with sentences that a search finds for them, without the cross-encoder."""
    drawn = random.Random(seed)
    searcher = index.searcher
    pairs: dict[Pair, None] = {}
    for case in cases:
        candidates = searcher.candidates(case.question, scope_of(case.as_of, None, None))
        if not candidates.passages:
            continue
        sentences = [(item.article.title, text) for item in candidates.passages for text in item.texts]
        scores = candidates.sentence_matrix(candidates.scores) @ searcher.ranking.sentence
        found = [sentences[number] for number in np.argsort(-scores, kind="stable")[:_FOUND]]
        right = [item for item in found if holds(item[1], case.answers)]
        wrong = [item for item in found if item not in right]
        later = wrong[_FIRST:]
        for title, text in [*right[:_HOLDING], *wrong[:_FIRST], *drawn.sample(later, min(_LATER, len(later)))]:
            told = beside(title, text)
            pairs[Pair(case.question, told, HEADS.index("answer"), holds(text, case.answers), _SEARCHED)] = None
    return list(pairs)


def _claim_pair(claim: Trap) -> Pair:
    return Pair(claim.claim, excerpt(claim.claim, claim.sources), HEADS.index("support"), claim.supported)


def _question_pairs(posed: Posed, drawn: random.Random) -> Iterator[Pair]:
    wrong = [number for number in range(len(posed.sentences)) if number not in posed.answering]
    drawn.shuffle(wrong)
    for number in [*sorted(posed.answering), *wrong[: _WRONG[not posed.answering]]]:
        said, right = beside(posed.title, posed.sentences[number]), number in posed.answering
        yield Pair(posed.question, said, HEADS.index("answer"), right, 1.0 if right else 0.7)


def _account_pairs(compared: Compared, drawn: random.Random) -> Iterator[Pair]:
    """Yield pairs of sentences that give different accounts, that agree, and that tell of something else."""
    sides = compared.sides
    texts = {(r, s): text for r, report in enumerate(compared.reports) for s, text in enumerate(report.sentences)}
    differ = [(a, b) for one, other in combinations(sides, 2) for a in sorted(one) for b in sorted(other)]
    alike = [
        (a, b)
        for side in sides
        for a, b in combinations(sorted(side), 2)
        if (a, b) not in differ and (b, a) not in differ
    ]
    telling = sorted(frozenset[Place]().union(*sides))
    if telling and drawn.random() < _ALONE:
        alike += [(place, place) for place in (drawn.choice(telling),) if (place, place) not in differ]
    asked = _content(compared.question)
    others = sorted(texts.keys() - telling, key=lambda place: (-len(asked & _content(texts[place])), place))[:4]
    beyond = [(a, b) for a in telling or others[:1] for b in others if a != b]
    drawn.shuffle(beyond)
    for a, b in [*differ, *alike, *beyond[:_BESIDE]]:
        first, second = drawn.sample((texts[a], texts[b]), 2)
        yield Pair(compared.question, together(first, second), HEADS.index("differ"), (a, b) in differ)
    for a, b in differ:
        earlier, later = sorted((a, b), key=lambda place: (compared.reports[place[0]].published or date.min, place))
        told = together(texts[earlier], texts[later])
        yield Pair(compared.question, told, HEADS.index("supersede"), compared.superseded)


def some(pairs: Iterable[Pair], share: float, seed: int = 5) -> list[Pair]:
    """Return a drawn share of the pairs, and all those of accounts: for a run that goes on from an earlier one."""
    drawn = random.Random(seed)
    return [pair for pair in pairs if HEADS[pair.head] in ("differ", "supersede") or drawn.random() < share]


def _content(text: str) -> set[str]:
    return {word.stem for word in words(text) if not is_stopword(word.text)}


def train(
    pairs: Sequence[Pair], progress: Progress, start: Path | None = None, epochs: int = EPOCHS, rate: float = RATE
) -> Any:
    """Return the trained network (a torch module); `start` is a state that an earlier run kept, to go on from.

    Raises:
        InputError: the transformer that it is made from is not installed, or is another one.
    """
    import torch

    network = _network(start)
    encoded = _encoded(pairs)
    matrices = [weight for weight in network.parameters() if weight.requires_grad and weight.dim() > 1]
    others = [weight for weight in network.parameters() if weight.requires_grad and weight.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=rate
    )
    drawn = random.Random(1)
    torch.manual_seed(1)
    steps = epochs * len(_batches(encoded, random.Random(1)))
    step, lost = 0, 0.0
    for epoch in range(epochs):
        network.train()
        for batch in _batches(encoded, drawn):
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, step / (WARM * steps)) * max(0.02, 1 - step / steps)
            odds = network(*_tensors([encoded[number] for number in batch]))
            heads = torch.tensor([pairs[number].head for number in batch])
            wanted = torch.tensor([float(pairs[number].holds) for number in batch])
            weights = torch.tensor([pairs[number].weight for number in batch])
            told = odds.gather(1, heads[:, None])[:, 0]
            losses = torch.nn.functional.binary_cross_entropy_with_logits(told, wanted, reduction="none")
            loss = (losses * weights).sum() / weights.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step, lost = step + 1, lost + float(loss)
            if step % 100 == 0:
                progress(f"round {epoch + 1} of {epochs}, step {step} of {steps}, loss {lost / 100:.3f}")
                lost = 0.0
    return network.eval()


def _network(start: Path | None) -> Any:
    """Return the transformer with a linear layer over its first position; word vectors stay."""
    import torch
    from transformers import BertModel

    folder = source_folder()
    check_sha256(folder / "model.safetensors", SOURCE_SHA256)

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.bert = BertModel.from_pretrained(
                folder,
                local_files_only=True,
                add_pooling_layer=False,
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,  # they take as long as all the rest
            )
            self.dropout = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(self.bert.config.hidden_size, len(HEADS))
            torch.nn.init.normal_(self.head.weight, std=0.02)
            self.bert.embeddings.word_embeddings.weight.requires_grad_(False)

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            return self.head(self.dropout(hidden[:, 0]))

    network = Network()
    if start:
        state = torch.load(start)
        for name in ("head.weight", "head.bias"):  # outputs that the earlier run did not have begin as they were drawn
            fresh = network.state_dict()[name].clone()
            fresh[: len(state[name])] = state[name]
            state[name] = fresh
        network.load_state_dict(state)
    return network


def _encoded(pairs: Sequence[Pair]) -> list[Any]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    found: list[Any] = tokenizer.encode_batch([(pair.first, pair.second) for pair in pairs])
    return found


def _batches(encoded: Sequence[Any], drawn: random.Random) -> list[list[int]]:
    """Return the numbers of the pairs in batches of at most `BATCH` tokens, in a drawn order."""
    order = list(range(len(encoded)))
    drawn.shuffle(order)
    batches: list[list[int]] = []
    for first in range(0, len(order), _MIXED):
        batch: list[int] = []
        for number in sorted(order[first : first + _MIXED], key=lambda n: len(encoded[n].ids)):
            if batch and (len(batch) + 1) * len(encoded[number].ids) > BATCH:
                batches.append(batch)
                batch = []
            batch.append(number)
        batches.append(batch)
    drawn.shuffle(batches)
    return batches


def _tensors(encoded: Sequence[Any]) -> tuple[Any, Any, Any]:
    import torch

    longest = max(len(item.ids) for item in encoded)
    rows = [[field + [0] * (longest - len(field)) for field in (item.ids, item.attention_mask, item.type_ids)]
            for item in encoded]  # fmt: skip
    ids, mask, types = torch.tensor(rows).unbind(dim=1)
    return ids, mask, types


def write(network: Any, folder: Path = WEIGHTS) -> int:
    """Write the network as ONNX, eight bits a weight, and its tokenizer; return the bytes of both."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)

    class Alone(torch.nn.Module):
        """One pair at a time: all positions count."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, ids: Any, types: Any) -> Any:
            return self.network(ids, torch.ones_like(ids), types)

    example = (torch.ones((1, 12), dtype=torch.long), torch.zeros((1, 12), dtype=torch.long))
    with TemporaryDirectory() as held:
        whole = Path(held) / "whole.onnx"
        torch.onnx.export(
            Alone().eval(), example, whole, input_names=["ids", "types"], output_names=["odds"], dynamo=False,
            dynamic_axes={"ids": {0: "pairs", 1: "tokens"}, "types": {0: "pairs", 1: "tokens"}, "odds": {0: "pairs"}},
            opset_version=17,
        )  # fmt: skip
        quantize_dynamic(whole, folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    tokenizer = json.loads((source_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer |= {"padding": None, "truncation": None}
    written = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(written, encoding="utf-8")
    return sum((folder / name).stat().st_size for name in ("model.onnx", "tokenizer.json"))
