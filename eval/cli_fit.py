"""The commands that fit weights and write them into the package: fit, fit-answers, fit-choices, fit-accounts,
fit-cross.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval.options import Half, Of, processes, progress, tell


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
    from eval.chosen import articles_without, choose_answerable, in_half
    from eval.files import json_document, write_json
    from eval.written import TRAINING, read_stories
    from index.embed import StaticEmbedder
    from index.lexicon import BACKGROUND
    from index.library import Index
    from index.ranking import WEIGHTS

    kept = articles_without(articles, without)
    written, asked, _ = read_stories(sorted(TRAINING.glob("stories-*.txt")))
    chosen = choose_answerable(questions)
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
        answering = json_document(WEIGHTS)
        write_json(WEIGHTS, fitted | {name: answering[name] for name in ("answering", "topic", "answers")})


def fit_answers(
    articles: Annotated[list[Path], typer.Option("--articles", help="The articles to fit on.")],
    questions: Annotated[Path, typer.Option("--questions", help="Dated questions over them: the odd half is asked.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    about: Annotated[str, typer.Option("--about", help="What it was fitted on, in words, for the file.")],
) -> None:
    """Fit what tells when a sentence answers, and write it into the package; after fit, before fit-accounts.

    It learns from the odd half of the questions, because the cross-encoder learned from the even one, and from the
    shipped stories.
    """
    import tempfile

    from eval.chosen import articles_without, choose_answerable
    from eval.files import json_document, write_json
    from eval.fit_answers import as_written
    from eval.fit_answers import fit as fitting
    from eval.written import TRAINING, read_stories
    from index.library import Index
    from index.ranking import WEIGHTS

    texts, asked, places = read_stories(sorted(TRAINING.glob("stories-*.txt")))
    cases = choose_answerable(questions, Half.ODD)
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(f"{folder}/news", create=True) as news,
        Index.open(f"{folder}/stories", create=True) as stories,
    ):
        news.add(articles_without(articles, without), jobs=processes(0))
        stories.add(texts)
        fitted = fitting(news, cases, stories, list(zip(asked, places, strict=True)), tell)
    typer.echo(f"ROC AUC over stories left out  {fitted.auc:.3f} (n = {fitted.n})")
    write_json(WEIGHTS, json_document(WEIGHTS) | {"answering": about} | as_written(fitted))


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


def fit_accounts(
    stories: Annotated[list[Path], typer.Option("--stories", help="Questions put to several reports, as text.")],
    articles: Annotated[list[Path], typer.Option("--articles", help="Articles that a quiz is asked of.")],
    questions: Annotated[Path, typer.Option("--questions", help="Dated questions over them: the odd half is asked.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    about: Annotated[str, typer.Option("--about", help="What they are, in words, for the file.")],
) -> None:
    """Fit what tells that two sentences give different accounts, and write it into the package.

    The cross-encoder should not have learned from the stories, nor from the odd half of the quiz, whose questions are
    taken to be settled. Prints how questions fared whose stories were left out.
    """
    import tempfile

    from eval.chosen import articles_without, choose_answerable
    from eval.fit_accounts import fit, library, read, settled, write
    from eval.written import read_compared
    from index.library import Index

    compared = [item for path in stories for item in read_compared(path)]
    cases = choose_answerable(questions, Half.ODD)
    with (
        tempfile.TemporaryDirectory() as folder,
        library(Path(folder) / "reports", compared, tell) as reports,
        Index.open(f"{folder}/news", create=True) as news,
    ):
        news.add(articles_without(articles, without), jobs=processes(0))
        found = list(read(reports, compared))
        tell(f"{len(cases)} questions of a quiz")
        quiz = list(settled(news, cases))
    fitted = fit(found, [item.reports for item in compared], quiz)
    differing = sum(item.differs for item in found)
    for name, shown in fitted.shown.items():
        typer.echo(f"accounts {name}")
        typer.echo(f"  at all             {shown.shown:.3f} of {differing} questions on which reports differ")
        typer.echo(f"  of both sides      {shown.rightly:.3f} of them")
        typer.echo(f"  wrongly            {shown.wrongly:.3f} of {len(found) - differing} others")
        typer.echo(f"  wrongly in a quiz  {shown.settled:.3f} of {len(quiz)}")
    typer.echo(f"updates, disputes  {fitted.told:.3f} told apart, the mean of both")
    write(fitted, about)


def fit_cross(
    of: Annotated[Of, typer.Argument(help="The network to train.")],
    articles: Annotated[list[Path], typer.Option("--articles", help="Articles to make claims from, too.")],
    questions: Annotated[Path, typer.Option("--questions", help="Dated questions over them: the even half is read.")],
    without: Annotated[list[Path], typer.Option("--without", help="Articles to leave out, by URL and text.")],
    model: Annotated[Path, typer.Option("--model", help="The static model to search with: one untuned on them.")],
    count: Annotated[int, typer.Option("--count", help="Pairs of claims to make from them.", min=0)] = 1000,
    start: Annotated[
        Path | None, typer.Option("--start", help="A state that an earlier run kept, or a network (.onnx): go on.")
    ] = None,
    share: Annotated[
        float, typer.Option("--share", help="Share of the pairs, but for those of the quiz.", min=0, max=1)
    ] = 1.0,
    whole: Annotated[
        list[str] | None, typer.Option("--whole", help="With --share: files to take whole, such as claims-2*.")
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", help="Rounds over all pairs.", min=1)] = 3,
    rate: Annotated[float, typer.Option("--rate", help="The highest learning rate.")] = 1e-4,
    mix: Annotated[
        list[str] | None,
        typer.Option("--mix", help="FILE=SHARE: a state or network of before, and its share of what is written."),
    ] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="Where to keep the state, to go on from.")] = None,
) -> None:
    """Train a network of the cross-encoder and write it into the package. Needs the extra train.

    That for claims learns from the shipped claims and made ones, that for questions from the shipped questions and a
    quiz.

    After it, the weights that build on its odds are to be fitted anew: fit, fit-answers, fit-support and fit-accounts.
    """
    import tempfile

    from eval.chosen import articles_without, choose_answerable
    from eval.cross_network import mixed, write
    from eval.cross_pairs import quiz_pairs, read_pairs
    from eval.fit_cross import train
    from eval.made_claims import made_claims
    from index.embed import StaticEmbedder
    from index.library import Index

    others = _shares(mix or ())
    kept = articles_without(articles, without)
    pairs = read_pairs(of, made_claims(kept, count) if of is Of.CLAIMS else (), share, whole or ())
    if of is Of.QUESTIONS:
        cases = choose_answerable(questions, Half.EVEN)
        with (
            tempfile.TemporaryDirectory() as folder,
            Index.open(folder, create=True, embedder=StaticEmbedder(model)) as index,
        ):
            index.add(kept, jobs=processes(0))
            pairs += quiz_pairs(index, cases)
    tell(f"{len(pairs)} pairs")
    network = train(pairs, tell, start, epochs, rate)
    if keep:
        import torch

        torch.save(network.state_dict(), keep)
    network = mixed(network, others)
    typer.echo(f"{write(network, of):,} bytes")


def _shares(mix: Sequence[str]) -> dict[Path, float]:
    """Return the share of each file, given as FILE=SHARE.

    Raises:
        InputError: one has none, or together they leave nothing.
    """
    from index.errors import InputError

    found: dict[Path, float] = {}
    for item in mix:
        name, _, share = item.rpartition("=")
        try:
            found[Path(name)] = float(share)
        except ValueError as exc:
            raise InputError(f"--mix {item!r} has no share; write it like states/one.pt=0.4") from exc
        if not Path(name).is_file():
            raise InputError(
                f"--mix {item!r}: no such file; give a state that an earlier run kept, or a network (.onnx)"
            )
    if not all(0 < share < 1 for share in found.values()) or sum(found.values()) >= 1:
        raise InputError(f"the shares of --mix are {', '.join(mix)}; each is above 0, and together they are below 1")
    return found
