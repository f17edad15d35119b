"""What a worker does with articles before they are stored: cut, embed and sign them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.copies import signature
from index.embed import Embedder, default_embedder
from index.passages import passages_of
from index.records import Article, Passage
from index.stored import Prepared


def prepare(articles: Sequence[Article], embedder: Embedder | None = None) -> list[Prepared]:
    """Return the articles cut, embedded and signed, in order; by default with the shipped embedder."""
    embedder = embedder or default_embedder()
    cut = [passages_of(article) for article in articles]
    texts = [embedded_text(article, p) for article, passages in zip(articles, cut, strict=True) for p in passages]
    vectors = embedder.embed(texts).astype(np.float16)
    found = []
    start = 0
    for article, passages in zip(articles, cut, strict=True):
        found.append(Prepared(article, passages, vectors[start : start + len(passages)], signature(article.text)))
        start += len(passages)
    return found


def embedded_text(article: Article, passage: Passage) -> str:
    """Return what is embedded for a passage: its article's title, a line break, its text."""
    return f"{article.title}\n{passage.text}" if article.title else passage.text
