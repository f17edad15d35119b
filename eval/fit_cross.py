"""Train the cross-encoder from all-MiniLM-L6-v2: `python -m eval fit-cross`; needs the `train` extra, no network.

`eval.cross_pairs` says what it learns from, `eval.cross_network` what is trained, made small and written where
`index.cross` reads it. Twenty-five minutes a round on four cores.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.cross_network import network
from eval.cross_pairs import Pair
from eval.options import processes
from index.cross import LONGEST
from index.distill import source_folder

EPOCHS, RATE, WARM = 3, 1e-4, 0.06
"""Rounds over the pairs; the highest learning rate; the share of the steps over which it is reached."""
BATCH = 3200
"""Tokens of a batch, padding included."""
_SURE = 0.95
"""How sure a label is taken to be: not every one was read a second time."""
_MIXED = 2000
"""Pairs among which those of like length are put into one batch."""

Progress = Callable[[str], None]


def train(
    pairs: Sequence[Pair], progress: Progress, start: Path | None = None, epochs: int = EPOCHS, rate: float = RATE
) -> Any:
    """Return the trained network (a torch module); `start` is a state that an earlier run kept, to go on from.

    Raises:
        InputError: the transformer that it is made from is not installed, or is another one.
    """
    import torch

    torch.set_num_threads(processes(0))  # the commands keep numpy to one
    learner = network(start)
    encoded = _encoded(pairs)
    matrices = [weight for weight in learner.parameters() if weight.requires_grad and weight.dim() > 1]
    others = [weight for weight in learner.parameters() if weight.requires_grad and weight.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=rate
    )
    drawn = random.Random(1)
    torch.manual_seed(1)
    steps = epochs * len(_batches(encoded, random.Random(1)))
    step, lost = 0, 0.0
    for epoch in range(epochs):
        learner.train()
        for batch in _batches(encoded, drawn):
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1.0, step / (WARM * steps)) * max(0.02, 1 - step / steps)
            odds = learner(*_tensors([encoded[number] for number in batch]))
            heads = torch.tensor([pairs[number].head for number in batch])
            wanted = torch.tensor([_SURE if pairs[number].holds else 1 - _SURE for number in batch])
            weights = torch.tensor([pairs[number].weight for number in batch])
            told = odds.gather(1, heads[:, None])[:, 0]
            losses = torch.nn.functional.binary_cross_entropy_with_logits(told, wanted, reduction="none")
            loss = (losses * weights).sum() / weights.sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
            optimizer.step()
            step, lost = step + 1, lost + loss.item()
            if step % 100 == 0:
                progress(f"round {epoch + 1} of {epochs}, step {step} of {steps}, loss {lost / 100:.3f}")
                lost = 0.0
    return learner.eval()


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
    rows = [[field + [0] * (longest - len(field)) for field in (item.ids, item.type_ids, item.attention_mask)]
            for item in encoded]  # fmt: skip
    ids, types, mask = torch.tensor(rows).unbind(dim=1)
    return ids, types, mask
