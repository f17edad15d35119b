"""The commands that fit weights and write them into the package: fit, fit-choices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.options import processes, progress, tell


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
    python -m index.distill --out DIR, and give it here.
    """
    import tempfile

    from eval import fit as fitting
    from eval.cases import read_cases
    from eval.chosen import articles_without
    from index.embed import StaticEmbedder
    from index.lexicon import BACKGROUND
    from index.library import Index

    kept = articles_without(articles, without)
    chosen = [case for case in read_cases(questions) if case.scored and case.answerable]
    tell(f"{len(kept)} articles, {len(chosen)} questions")
    fitting.write(fitting.background(kept, about), BACKGROUND)
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(folder, create=True, embedder=StaticEmbedder(model)) as index,
    ):
        index.add(kept)
        fitting.write(fitting.fit(index, StaticEmbedder(model), chosen, about, tell))


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
