"""The commands that fit weights and write them into the package: fit, fit-choices, fit-cross."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.options import Half, processes, progress, tell


def fit(
    articles: Annotated[list[Path], typer.Option("--articles", help="The articles to fit on.")],
    questions: Annotated[Path, typer.Option("--questions", help="Dated questions over them.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    model: Annotated[Path, typer.Option("--model", help="The static model to embed with: one untuned on them.")],
    about: Annotated[str, typer.Option("--about", help="What it was fitted on, in words, for the file.")],
) -> None:
    """Fit the weights of search, and write them into the package.

    The shipped model was tuned on questions of 2023 and knows them by heart: weights that are fitted on the
    same questions with it trust its cosines far too much. Make the model before tuning with
    python -m index.distill --out DIR, and give it here. The cross-encoder learned from the even half of the questions:
    what builds on its odds is fitted on the odd half.
    """
    import tempfile

    from eval import fit as fitting
    from eval.cases import read_cases
    from eval.chosen import articles_without, in_half
    from eval.files import write_json
    from eval.written import TRAINING, read_stories
    from index.embed import StaticEmbedder
    from index.lexicon import BACKGROUND
    from index.library import Index
    from index.ranking import WEIGHTS

    kept = articles_without(articles, without)
    written, asked = read_stories(sorted(TRAINING.glob("stories-*.txt")))
    chosen = [case for case in read_cases(questions) if case.scored and case.answerable]
    tell(f"{len(kept)} articles, {len(chosen)} questions")
    write_json(BACKGROUND, fitting.background(kept, about))
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(f"{folder}/news", create=True, embedder=StaticEmbedder(model)) as index,
        Index.open(f"{folder}/stories", create=True, embedder=StaticEmbedder(model)) as stories,
    ):
        index.add(kept)
        stories.add(written)
        learned = frozenset(case.id for case in chosen if in_half(case.id, Half.EVEN))
        fitted = fitting.fit(index, StaticEmbedder(model), chosen, learned, (stories, asked), about, tell)
        write_json(WEIGHTS, fitted)


def fit_choices(
    articles: Annotated[list[Path], typer.Option("--articles", help="The articles to fit on.")],
    questions: Annotated[Path, typer.Option("--questions", help="Quiz questions over them.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    about: Annotated[str, typer.Option("--about", help="What it was fitted on, in words, for the file.")],
) -> None:
    """Fit the weights by which `choose` chooses, and write them into the package."""
    import tempfile

    from eval.chosen import articles_without
    from eval.quiz import fit as fit_quiz
    from eval.quiz import read_quiz
    from eval.reader import write_weights
    from index.library import Index

    cases = read_quiz([questions])
    kept = articles_without(articles, without)
    tell(f"{len(kept)} articles, {len(cases)} questions")
    with tempfile.TemporaryDirectory() as folder, Index.open(folder, create=True) as index:
        index.add(kept, jobs=processes(0))
        with progress("reading", len(cases)) as advance:
            write_weights(fit_quiz(cases, index, advance), about)


def fit_cross(
    articles: Annotated[list[Path], typer.Option("--articles", help="Articles to make claims from, too.")],
    questions: Annotated[Path, typer.Option("--questions", help="Dated questions over them: the even half is read.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    model: Annotated[Path, typer.Option("--model", help="The static model to search with: one untuned on them.")],
    count: Annotated[int, typer.Option("--count", help="Pairs of claims to make from them.", min=0)] = 1000,
    start: Annotated[Path | None, typer.Option("--start", help="A state that an earlier run kept: go on.")] = None,
    share: Annotated[
        float, typer.Option("--share", help="Share of the pairs, but all of accounts.", min=0, max=1)
    ] = 1.0,
    epochs: Annotated[int, typer.Option("--epochs", help="Rounds over all pairs.", min=1)] = 3,
    rate: Annotated[float, typer.Option("--rate", help="The highest learning rate.")] = 1e-4,
    keep: Annotated[Path | None, typer.Option("--keep", help="Where to keep the state, to go on from.")] = None,
) -> None:
    """Train the cross-encoder on the shipped texts and a quiz, and write it into the package. Needs the extra train.

    After it, the weights that build on its odds are to be fitted anew: fit, fit-support and fit-accounts.
    """
    import tempfile

    from eval.cases import read_cases
    from eval.chosen import articles_without, in_half
    from eval.cross_network import write
    from eval.cross_pairs import quiz_pairs, read_pairs, some
    from eval.fit_cross import train
    from eval.made_claims import made_claims
    from index.embed import StaticEmbedder
    from index.library import Index

    kept = articles_without(articles, without)
    pairs = read_pairs(made_claims(kept, count))
    tell(f"{len(pairs)} pairs of written texts and made claims")
    cases = [case for case in read_cases(questions) if case.scored and case.answerable and in_half(case.id, Half.EVEN)]
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(folder, create=True, embedder=StaticEmbedder(model)) as index,
    ):
        index.add(kept, jobs=processes(0))
        pairs += quiz_pairs(index, cases)
    pairs = some(pairs, share)
    tell(f"{len(pairs)} pairs")
    network = train(pairs, tell, start, epochs, rate)
    if keep:
        import torch

        torch.save(network.state_dict(), keep)
    typer.echo(f"{write(network):,} bytes")
