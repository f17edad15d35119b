"""Whether the claim follows, as the cross-encoder reads it beside the nearest sentences of its sources."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index.cross import default_cross_encoder
from qa.verify.excerpt import excerpt
from qa.verify.findings import Finding
from qa.verify.source import Source

CLIPPED = 3.0
"""Log-odds beyond which a claim follows no more, or no less: the encoder is surer than it should be."""


def check_entailment(claim: str, sources: Sequence[Source]) -> Finding:
    """Return what the cross-encoder holds of the claim: its strength is 0 where it surely follows, 1 where not."""
    odds = float(default_cross_encoder().odds("support", [(claim, excerpt(claim, sources))])[0])
    likely = 1 / (1 + math.exp(-odds))
    strength = (CLIPPED - max(-CLIPPED, min(CLIPPED, odds))) / (2 * CLIPPED)
    said = f"read together, {likely:.0%} likely to follow"
    return Finding("entailment", odds >= 0, said, "entailment", strength)
