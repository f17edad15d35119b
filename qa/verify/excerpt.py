"""The few sentences of the sources that a claim has most to do with: what the cross-encoder reads beside it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from index.dates import say
from index.sentences import sentence_spans
from index.terms import content_stems
from qa.verify.source import Source

LONGEST = 80
"""Words of an excerpt, but for what the first sentence has more."""
_AGAIN, _BESIDE = 0.3, 0.15
"""What a word counts that is already in the excerpt, beside 1 for a new one; and what it counts to stand beside it."""


def excerpt(claim: str, sources: Sequence[Source]) -> str:
    """Return the sentences that share most with the claim, in order, each source's after its outlet and date."""
    wanted = content_stems(claim)
    sentences = [(source, source.text[a:b].strip()) for source in sources for a, b in sentence_spans(source.text)]
    shared = [content_stems(text) & wanted for _, text in sentences]
    chosen: set[int] = set()
    length = 0
    while left := [number for number in range(len(sentences)) if number not in chosen]:
        best = max(left, key=lambda number: (_worth(number, chosen, shared), -number))
        length += len(sentences[best][1].split())
        if chosen and length > LONGEST:
            break
        chosen.add(best)
    parts: list[str] = []
    last: Source | None = None
    for number in sorted(chosen):
        source, text = sentences[number]
        if source is not last and (head := _head(source)):
            parts.append(f"{head}:")
        last = source
        parts.append(text)
    return " ".join(parts)


def _worth(number: int, chosen: AbstractSet[int], shared: Sequence[AbstractSet[str]]) -> float:
    """Return what a sentence adds to those chosen."""
    mine = shared[number]
    held = set().union(*(shared[other] for other in chosen))
    return len(mine - held) + _AGAIN * len(mine) + _BESIDE * bool({number - 1, number + 1} & chosen)


def _head(source: Source) -> str:
    return ", ".join(filter(None, (source.outlet, say(source.published) if source.published else None)))
