"""The command line of measuring: `dateline-eval`, also `python -m eval`."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.runner import Result

app = typer.Typer(
    name="dateline-eval",
    help="Measures Dateline: what it finds, what it answers, how exact its quotes are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Half(StrEnum):
    """Which cases to take, by the last digit of their ids."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


def main() -> NoReturn:
    """Run the command line; errors as in `dateline`."""
    from qa.cli import run_app

    run_app(app, "dateline-eval")


@app.callback()
def options() -> None:
    """Keep the commands as commands."""


@app.command()
def run(
    cases: Annotated[list[Path], typer.Option("--cases", help="A file of cases; may be given again.")],
    library: Annotated[Path, typer.Option("--library", help="The library's folder.")],
    out: Annotated[Path | None, typer.Option("--out", help="A folder for results.jsonl and summary.json.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Only the first so many cases.", min=1)] = None,
    half: Annotated[Half, typer.Option("--half", help="Only ids with an odd or even last digit.")] = Half.ALL,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Ask all as of this day.")] = None,
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help="None of these cases has its answer in the library.")
    ] = False,
    misses: Annotated[bool, typer.Option("--misses", help="Print each miss with its answer.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask every case of a library and print the figures."""
    from dataclasses import replace

    from eval.cases import read_cases
    from eval.runner import run as ask_all
    from eval.runner import summary, write
    from index.dates import require_date
    from qa.assistant import Assistant

    day = require_date(as_of, "--as-of") if as_of else None
    chosen = [case for path in cases for case in read_cases(path) if _in_half(case.id, half)]
    chosen = [case for case in chosen if case.scored or unanswerable][:limit]
    if unanswerable:
        chosen = [replace(case, answers=(), scored=True) for case in chosen]
    if day is not None:
        chosen = [replace(case, as_of=day) for case in chosen]
    with Assistant.open(library) as assistant:
        from rich.progress import track

        shown = track(chosen, description="asking", disable=not sys.stderr.isatty(), transient=True)
        results = ask_all(assistant, shown)
    figures = summary(results)
    if out is not None:
        write(results, figures, out)
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    _print(figures, results if misses else [])


@app.command()
def samples(
    misses: Annotated[bool, typer.Option("--misses", help="Print each miss with its answer.")] = False,
) -> None:
    """Ask the shipped cases of the shipped sample articles and print the figures."""
    import tempfile

    from eval.cases import SAMPLES, read_cases
    from eval.runner import run as ask_all
    from eval.runner import summary
    from index.library import Index
    from index.readers import read_paths
    from qa.assistant import Assistant
    from qa.samples import FOLDER

    with tempfile.TemporaryDirectory() as folder, Index.open(folder, create=True) as index:
        index.add(read_paths([FOLDER]))
        results = ask_all(Assistant(index), read_cases(SAMPLES))
    _print(summary(results), results if misses else [])


@app.command()
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
    from index.embed import StaticEmbedder
    from index.errors import DatelineError
    from index.lexicon import BACKGROUND
    from index.library import Index
    from index.readers import read_paths

    left = [item for item in read_paths(without) if not isinstance(item, DatelineError)]
    keys, texts = {article.key for article in left}, {article.text for article in left}
    kept = [
        article
        for article in read_paths(articles)
        if not isinstance(article, DatelineError) and article.key not in keys and article.text not in texts
    ]
    chosen = [case for case in read_cases(questions) if case.scored and case.answerable]
    _tell(f"{len(kept)} articles, {len(chosen)} questions")
    fitting.write(fitting.background(kept, about), BACKGROUND)
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(folder, create=True, embedder=StaticEmbedder(model)) as index,
    ):
        index.add(kept)
        fitting.write(fitting.fit(index, chosen, about, _tell))


@app.command()
def recall(
    library: Annotated[Path, typer.Option("--library", help="The library's folder.")],
    k: Annotated[int, typer.Option("-k", help="Neighbours.", min=1)] = 50,
    sample: Annotated[int, typer.Option("--sample", help="Vectors asked with.", min=1)] = 300,
) -> None:
    """Compare Chroma's nearest vectors with the exact ones."""
    import numpy as np

    from index.errors import InputError
    from index.library import Index

    with Index.open(library) as index:
        if not index.nearest.uses_chroma:
            raise InputError(f"Chroma is out of step with {library}; run: dateline add on it once more")
        _, vectors = index.catalog.vectors()
        rows = vectors[np.linspace(0, len(vectors) - 1, sample).astype(int)].astype(np.float32)
        shares = []
        for row in rows:
            exact = set(index.nearest.exact(row, k)[0].tolist())
            shares.append(len(exact & set(index.nearest(row, k)[0].tolist())) / len(exact))
    typer.echo(f"recall@{k} {np.mean(shares):.4f} over {len(rows)} vectors of {len(vectors)}")


@app.command()
def traps(
    file: Annotated[Path | None, typer.Option("--file", help="Claims to judge; the shipped ones by default.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Print each claim that was judged wrongly.")] = False,
) -> None:
    """Hold claims, true ones and traps, against their sources and print how many the check tells apart."""
    from eval.traps import TRAPS, read_traps
    from eval.traps import run as judge

    outcome = judge(read_traps(file or TRAPS))
    for row in outcome.rows:
        what = "wrongly rejected" if row.supported else "not caught"
        typer.echo(f"{row.kind:16}{row.wrong:4} of {row.claims:4}  {what}")
    typer.echo(f"{'caught':20}{outcome.caught:.3f}")
    typer.echo(f"{'wrongly rejected':20}{outcome.rejected:.3f}")
    typer.echo(f"{'balanced accuracy':20}{outcome.balanced:.3f}  ({outcome.low:.3f} to {outcome.high:.3f})")
    typer.echo(f"{'ROC AUC':20}{outcome.auc:.3f}")
    true, false, auc = outcome.words
    typer.echo(f"{'words in the source':20}{true:.3f} of true claims, {false:.3f} of traps, ROC AUC {auc:.3f}")
    typer.echo(f"{'ms a claim':20}{outcome.milliseconds:.2f}")
    for trap, support in outcome.missed if misses else ():
        typer.echo(f"\n{trap.id} {trap.kind}: {trap.claim}")
        for found in support.checks:
            if not found.ok:
                typer.echo(f"  {found.check}: {found.detail}")


@app.command()
def faithbench(
    file: Annotated[Path, typer.Option("--file", help="A FaithBench file: source, summary and label a line.")],
) -> None:
    """Score summaries that people have judged and print how well the check ranks the faithful ones.

    A summary's score is that of its weakest sentence.
    """
    from eval.faithbench import figures, read_summaries

    found = figures(read_summaries(file))
    typer.echo(f"{'summaries':20}{found.summaries}")
    typer.echo(f"{'ROC AUC':20}{found.auc:.3f}  ({found.low:.3f} to {found.high:.3f})")
    typer.echo(f"{'trigram share':20}{found.trigrams:.3f}")


@app.command("fit-support")
def fit_support(
    claims: Annotated[list[Path], typer.Option("--claims", help="A file of claims; may be given again.")],
    about: Annotated[str, typer.Option("--about", help="What they are, in words, for the file.")],
    articles: Annotated[Path | None, typer.Option("--articles", help="News articles to make claims from.")] = None,
    count: Annotated[int, typer.Option("--count", help="Pairs of claims to make from them.", min=1)] = 300,
) -> None:
    """Fit the weights of the support check, and write them into the package.

    Prints first how well weights fitted on five sixths of the sources tell the claims of the rest apart.
    """
    from eval.fit_support import crossed, fit_strengths, write
    from eval.made_claims import made_claims
    from eval.traps import read_traps
    from index.errors import DatelineError
    from index.readers import read_paths
    from qa.verify.support import findings, strengths

    sets = {path.name: read_traps(path) for path in claims}
    if articles is not None:
        read = [item for item in read_paths([articles]) if not isinstance(item, DatelineError)]
        sets["made"] = made_claims(read, count)
    traps = [trap for each in sets.values() for trap in each]
    broken = [strengths(findings(trap.claim, trap.sources)) for trap in traps]
    right = crossed(traps, broken)
    at = 0
    for name, each in sets.items():
        mine = list(zip(each, right[at : at + len(each)], strict=True))
        true = [good for trap, good in mine if trap.supported]
        false = [good for trap, good in mine if not trap.supported]
        typer.echo(f"{name:24}{len(each):5} claims  {_mean(true):.3f} accepted  {_mean(false):.3f} caught")
        at += len(each)
    write(fit_strengths(broken, [trap.supported for trap in traps]), about)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _print(figures: dict[str, Any], results: Sequence[Result]) -> None:
    """Print the figures, and of these results those that missed."""
    for name, value in figures.items():
        typer.echo(f"{name:20}{_said(value)}")
    for result in results:
        if (result.answerable and not result.answer_hit) or (not result.answerable and not result.abstained):
            typer.echo(f"\n{result.id} ({result.confidence:.2f}) {result.question}\n{result.text}")


def _tell(message: str) -> None:
    typer.echo(message, err=True)


def _in_half(id_: str, half: Half) -> bool:
    if half is Half.ALL:
        return True
    return id_[-1:].isdigit() and int(id_[-1]) % 2 == (half is Half.ODD)


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f}  ({value['low']:.3f} to {value['high']:.3f}, n = {value['n']})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
