"""Tune the static model for news: `python -m index.tune --articles A --questions Q --without A`.

A query and its passage are drawn together, the other passages of a batch pushed away (in-batch negatives:
Henderson et al. 2017, arXiv 1705.00652). Needs the `train` extra, no network, minutes on a CPU. With
`--measure ARTICLES QUESTIONS` it prints the evidence hits, before and after, of a year that it did not see.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.distill import SOURCE, SOURCE_SHA256, distill, source_folder
from index.embed import WEIGHTS, StaticEmbedder
from index.errors import InputError
from index.fields import canonical_url
from index.passages import passages_of
from index.prepare import embedded_text
from index.readers import read_paths
from index.records import Article
from index.weights_io import StaticTable, write_table

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

STEPS, BATCH, RATE = 400, 1024, 0.003
SEEDS = (0, 1, 2)
"""One run each, their tables averaged: .710 to .713 at 256 dimensions, one run .705 to .709."""
TEMPERATURE = 0.03
"""0.1 .666, 0.05 .690, 0.03 .696; with DROPPED 0.2: 0.05 .701, 0.03 .705, 0.02 .704."""
SHARES = (0.3, 0.6, 0.1)
"""Of the pairs that start from a title, a sentence, a question: (0, .9, .1) .692, (.3, .7, 0) .692, this .690 and
.694, (.3, .4, .3) .684: the mix hardly matters, but too few questions to repeat them often."""
KEPT = 0.5
"""How often a sentence stays in the passage that it is the query for: 0 .690, 0.2 .690, 0.5 .691."""
DROPPED = 0.3
"""Share of a query's tokens left out: 0 .696, 0.2 .705, 0.4 (with KEPT 0.5) .709."""
DISTILLED = 0.15
"""Share of the distilled vectors in the end: 0 .716, 0.15 .716, 0.25 .715, 0.35 .712; keeps rare words sane."""
# The figures after the constants: mean of hit@1, 2, 3, 5, 7, 10, 14, 20 over the even half of 2022 and the last
# four months of 2023 (n = 363, fitted on the months before; .634 before tuning).

_RANKS = (1, 5, 10, 20)
_FEWEST_TOKENS, _FEWEST_WORDS = 4, 20
_WORD = re.compile(r"\w+")
_TITLE_TAIL = re.compile(r"\s*(?:\.\.\.|…)?(?:\s+[-|–—]\s+[^-|–—]{2,25})?\s*(?:\.\.\.|…)?\s*$")


class Question(NamedTuple):
    """A question of a quiz, the answer that counts as found, and its articles."""

    id: str
    day: str
    text: str
    answer: str
    urls: frozenset[str]


class Source(NamedTuple):
    """A passage to draw pairs from, as token ids; `article` is the number of its article."""

    article: int
    title: Ids
    headline: Ids
    """The title without the outlet's name."""
    sentences: list[Ids]


class Corpus(NamedTuple):
    """What pairs are drawn from: passages, and questions with the numbers of the passages that answer them."""

    sources: list[Source]
    questions: list[tuple[Ids, list[int]]]


class Pairs(NamedTuple):
    """Queries, their passages, and the article of each."""

    queries: list[Ids]
    passages: list[Ids]
    articles: NDArray[np.int64]


def fold(text: str) -> str:
    """Return the text lower-cased, runs of non-word characters folded to one space, a space at both ends."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def read_articles(path: Path, without: Sequence[Article] = ()) -> list[Article]:
    """Return the file's articles, none that has the URL or the text of one in `without`.

    Raises:
        InputError: nothing is left to learn from.
    """
    keys = {article.key for article in without}
    texts = {fold(article.text) for article in without}
    found = [item for item in read_paths([path]) if isinstance(item, Article)]
    kept = [item for item in found if item.key not in keys and fold(item.text) not in texts]
    if not kept:
        raise InputError(f"{path}: no article is left of {len(found)}; give articles of another year")
    return kept


def read_questions(path: Path) -> list[Question]:
    """Return the answerable questions of a RealTimeQA file (.jsonl.gz).

    Raises:
        InputError: the file cannot be read as such.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["answerable"]]
            return [
                Question(
                    r["id"], r["date"], r["question"], r["answer"], frozenset(map(canonical_url, r["article_urls"]))
                )
                for r in rows
            ]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{path}: not a file of RealTimeQA questions ({exc}); give one as .jsonl.gz") from exc


class Words:
    """A tokenizer that leaves out what it does not know, as the embedder does."""

    def __init__(self, tokenizer: str) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._unknown = self._tokenizer.token_to_id("[UNK]")

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """Return the token ids of each text."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        rows = [np.array(item.ids, dtype=np.int64) for item in encoded]
        return [row[row != self._unknown] for row in rows]


def corpus_of(articles: Sequence[Article], questions: Sequence[Question], words: Words) -> Corpus:
    """Return passages and questions as token ids; a question without an answering passage is left out."""
    sources: list[Source] = []
    by_url: dict[str, list[tuple[int, str]]] = {}
    for number, article in enumerate(articles):
        title = article.title or ""
        whole, headline = words.ids([title, _TITLE_TAIL.sub("", title)])
        for passage in passages_of(article):
            if len(passage.text.split()) >= _FEWEST_WORDS and not passage.boilerplate:
                by_url.setdefault(article.key, []).append((len(sources), fold(passage.text)))
                sentences = [article.text[start:end] for start, end in passage.sentences]
                sources.append(Source(number, whole, headline, words.ids(sentences)))
    answered = []
    for question, ids in zip(questions, words.ids([item.text for item in questions]), strict=True):
        answer = fold(question.answer)
        places = [place for url in sorted(question.urls) for place, text in by_url.get(url, []) if answer in text]
        if places:
            answered.append((ids, places))
    return Corpus(sources, answered)


def draw(corpus: Corpus, count: int, random: np.random.Generator) -> Pairs:
    """Return `count` pairs: a headline, a sentence or a question, and a passage that belongs to it."""
    queries: list[Ids] = []
    passages: list[Ids] = []
    articles: list[int] = []
    while len(queries) < count:
        kind = random.choice(3, p=SHARES)
        if kind == 2 and corpus.questions:
            query, places = corpus.questions[random.integers(len(corpus.questions))]
            source = corpus.sources[places[random.integers(len(places))]]
            parts = [source.title, *source.sentences]
        else:
            source = corpus.sources[random.integers(len(corpus.sources))]
            query, parts = source.headline, source.sentences
            if kind == 1:
                left_out = random.integers(len(source.sentences))
                query = source.sentences[left_out]
                kept = [s for n, s in enumerate(source.sentences) if n != left_out or random.random() < KEPT]
                parts = [source.title, *kept] if len(source.sentences) > 1 else []
        passage = np.concatenate(parts) if parts else query[:0]
        query = query[random.random(len(query)) >= DROPPED]
        if len(query) >= _FEWEST_TOKENS and len(passage) >= _FEWEST_TOKENS:
            queries.append(query)
            passages.append(passage)
            articles.append(source.article)
    return Pairs(queries, passages, np.array(articles))


def train(start: Vectors, corpus: Corpus, seed: int, steps: int = STEPS) -> Vectors:
    """Return the token vectors after `steps` batches; the same seed on the same machine gives the same."""
    import torch
    from torch.nn import functional

    random = np.random.default_rng(seed)
    table = torch.nn.Parameter(torch.from_numpy(start.copy()))
    adam = torch.optim.Adam([table], betas=(0.9, 0.99))

    def embed(rows: list[Ids]) -> Any:
        offsets = torch.from_numpy(np.cumsum([0, *map(len, rows[:-1])]))
        ids = torch.from_numpy(np.concatenate(rows))
        return functional.normalize(functional.embedding_bag(ids, table, offsets, mode="sum"), dim=1)

    for step in range(steps):
        adam.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / (0.05 * steps)) * (1 - step / steps)
        pairs = draw(corpus, BATCH, random)
        same = torch.from_numpy(pairs.articles[:, None] == pairs.articles[None, :]).fill_diagonal_(False)
        scores = (embed(pairs.queries) @ embed(pairs.passages).T / TEMPERATURE).masked_fill(same, -1e4)
        own = torch.arange(BATCH)
        loss = (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2
        adam.zero_grad()
        loss.backward()
        adam.step()
    trained: Vectors = table.detach().numpy()
    return trained


def tune(distilled: StaticTable, corpus: Corpus) -> StaticTable:
    """Return the tuned model: the mean of one run per seed, mixed with what it started from."""
    start = distilled.vectors / np.linalg.norm(distilled.vectors, axis=1).mean()
    runs = np.mean([train(start, corpus, seed) for seed in SEEDS], axis=0)
    return StaticTable(((1 - DISTILLED) * runs + DISTILLED * start).astype(np.float32), distilled.tokenizer)


def first_hits(folder: Path, articles: Sequence[Article], questions: Sequence[Question]) -> NDArray[np.int64]:
    """Return the rank, from 1, of the first passage that holds each question's answer; 0: none does.

    Exact cosine over the passages of articles published no later than the question's day.
    """
    embedder = StaticEmbedder(folder)
    cut = [(article, passage) for article in articles for passage in passages_of(article)]
    passages = embedder.embed([embedded_text(article, passage) for article, passage in cut])
    texts = [fold(passage.text) for _, passage in cut]
    days = np.array([article.published.isoformat() if article.published else "9999" for article, _ in cut])
    ranks = []
    for question, vector in zip(questions, embedder.embed([item.text for item in questions]), strict=True):
        seen = np.flatnonzero(days <= question.day)
        answer = fold(question.answer)
        order = seen[np.argsort(-(passages[seen] @ vector), kind="stable")]
        ranks.append(next((rank for rank, place in enumerate(order, 1) if answer in texts[place]), 0))
    return np.array(ranks)


def report(name: str, ranks: NDArray[np.int64], questions: Sequence[Question]) -> str:
    """Return a line for each half: evidence hit@1, 5, 10, 20, and the 95 % bootstrap interval of hit@5."""
    odd = np.array([int(item.id[-1]) % 2 == 1 for item in questions])
    lines = []
    for half, chosen in (("even", ranks[~odd]), ("odd", ranks[odd])):
        hits = [float(np.mean((chosen > 0) & (chosen <= k))) for k in _RANKS]
        sample = np.random.default_rng(0).choice(chosen, (10_000, len(chosen)))
        low, high = np.quantile(((sample > 0) & (sample <= 5)).mean(axis=1), (0.025, 0.975))
        figures = " ".join(f"@{k} {hit:.3f}" for k, hit in zip(_RANKS, hits, strict=True))
        lines.append(f"{name:10} {half:4} n={len(chosen)} {figures}  @5 from {low:.3f} to {high:.3f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tuned model; return 0, or 1 after one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m index.tune", description=__doc__)
    parser.add_argument("--articles", type=Path, required=True, help="what to learn from (.jsonl.gz)")
    parser.add_argument("--questions", type=Path, required=True, help="RealTimeQA questions on them (.jsonl.gz)")
    parser.add_argument("--without", type=Path, required=True, help="articles never to learn from (.jsonl.gz)")
    parser.add_argument("--measure", type=Path, nargs=2, metavar=("ARTICLES", "QUESTIONS"), help="print its figures")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="DIR", help="where the model goes")
    options = parser.parse_args(arguments)
    facts = {"made_from": SOURCE, "sha256": SOURCE_SHA256}
    try:
        distilled = distill(source_folder())
        articles = read_articles(options.articles, read_articles(options.without))
        corpus = corpus_of(articles, read_questions(options.questions), Words(distilled.tokenizer))
        print(f"{len(articles):,} articles, {len(corpus.sources):,} passages, {len(corpus.questions)} questions")
        if options.measure:
            library, asked = read_articles(options.measure[0]), read_questions(options.measure[1])
            write_table(options.out, distilled, facts)
            print(report("distilled", first_hits(options.out, library, asked), asked))
        size = write_table(options.out, tune(distilled, corpus), facts | {"tuned": "news, RealTimeQA 2023"})
        if options.measure:
            print(report("tuned", first_hits(options.out, library, asked), asked))
    except InputError as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"{options.out}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
