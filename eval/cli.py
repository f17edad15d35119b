"""The command line of measuring: `dateline-eval`, also `python -m eval`."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from eval.chosen import Half

app = typer.Typer(
    name="dateline-eval",
    help="Measures Dateline: what it finds, what it answers, how exact its quotes are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


Cases = Annotated[
    list[Path] | None,
    typer.Option("--cases", help="A file of cases; may be given again. Default: the shipped ones.", show_default=False),
]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library", help="The library's folder. Default: made of the articles of the cases.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", help="Worker processes; 0: one a core.", min=0, max=64)]


def main() -> NoReturn:
    """Run the command line; errors as in `dateline`."""
    from qa.cli import run_app

    run_app(app, "dateline-eval")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Take the options that stand before the command."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"dateline-eval {installed('dateline-qa')}")
        raise typer.Exit


@app.command()
def run(
    cases: Cases = None,
    library: Library = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for results.jsonl, summary.json and report.html.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Only the first so many cases.", min=1)] = None,
    half: Annotated[Half, typer.Option("--half", help="Only ids with an odd or even last digit.")] = Half.ALL,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Ask all as of this day.")] = None,
    jobs: Jobs = 0,
    misses: Annotated[bool, typer.Option("--misses", help="Print each case that went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask every case of a library and print the figures; a run with --out that was stopped goes on."""
    from eval import report, summary
    from eval.chosen import check_cases, choose_cases, facts, library_for
    from eval.runner import run as ask_all

    paths = cases or []
    chosen = choose_cases(paths, half=half, limit=limit, as_of=as_of)
    with library_for(paths, library) as folder, _progress("asking", len(chosen)) as advance:
        check_cases(chosen, folder)
        about = facts(paths, folder, half=half.value, limit=limit, as_of=as_of)
        asked = ask_all(chosen, folder, out=out, jobs=_processes(jobs), progress=lambda _: advance())
    found = summary.sum_up(asked, about)
    if out is not None:
        summary.write(found, out)
        report.write(asked, found, out)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
        return
    for line in found.lines():
        typer.echo(line)
    for outcome in asked.outcomes if misses else ():
        if not outcome.right:
            wrong = outcome.error or "; ".join(f"{problem.step}: {problem.what}" for problem in outcome.problems)
            said = str(outcome.answer["text"]) if outcome.answer else ""
            typer.echo(f"\n{outcome.case['id']} {outcome.case['question']}\n{said}\n→ {wrong}")


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="The folder of a run.", metavar="DIR")]) -> None:
    """Write summary.json and report.html of a run anew."""
    from eval import report as page
    from eval import summary
    from eval.runner import read

    asked = read(folder)
    found = summary.sum_up(asked, summary.read_about(folder))
    summary.write(found, folder)
    typer.echo(str(page.write(asked, found, folder)))


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="The folder of one run.", metavar="A")],
    after: Annotated[Path, typer.Argument(help="The folder of another.", metavar="B")],
) -> None:
    """Print the paired differences of two runs over the same cases, B less A, and the cases that flipped."""
    from eval.compare import compare as compare_runs
    from eval.runner import read

    for line in compare_runs(read(before), read(after)).lines():
        typer.echo(line)


@app.command()
def choose(
    cases: Annotated[list[Path], typer.Option("--cases", help="Quiz questions with choices; may be given again.")],
    library: Annotated[Path, typer.Option("--library", help="The library's folder.")],
    half: Annotated[Half, typer.Option("--half", help="Only ids with an odd or even last digit.")] = Half.ALL,
    misses: Annotated[bool, typer.Option("--misses", help="Print each question that was got wrong.")] = False,
) -> None:
    """Answer a quiz by what the library says up to each question's day, without asking it; print the share right."""
    from eval.chosen import in_half
    from eval.quiz import read_quiz, sit
    from index.library import Index

    questions = [case for case in read_quiz(cases) if in_half(case.id, half)]
    with Index.open(library) as index, _progress("choosing", len(questions)) as advance:
        result = sit(questions, index, advance)
    for line in result.lines(misses=misses):
        typer.echo(line)


@app.command("fit-choices")
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
    _tell(f"{len(kept)} articles, {len(cases)} questions")
    with tempfile.TemporaryDirectory() as folder, Index.open(folder, create=True) as index:
        index.add(kept, jobs=_processes(0))
        with _progress("reading", len(cases)) as advance:
            write_weights(fit_quiz(cases, index, advance), about)


@app.command()
def calibrate(
    known: Annotated[list[Path], typer.Option("--answerable", help="Questions that the library answers.")],
    unknown: Annotated[list[Path], typer.Option("--unanswerable", help="Questions of another time.")],
    library: Annotated[Path, typer.Option("--library", help="The library's folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for calibration.json and calibration.html.")
    ] = None,
    jobs: Jobs = 0,
) -> None:
    """Tell what the confidence is worth: the threshold is chosen on even ids, its figures are those of odd ones."""
    from eval import report
    from eval.calibrate import calibrate as measure
    from eval.cases import read_cases

    cases, others = ([case for path in paths for case in read_cases(path)] for paths in (known, unknown))
    with _progress("asking", None) as advance:
        found = measure(library, cases, others, jobs=_processes(jobs), progress=lambda _: advance())
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "calibration.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n", encoding="utf-8")
        (out / "calibration.html").write_text(report.calibration_page(found), encoding="utf-8")
    for line in found.lines():
        typer.echo(line)


@app.command()
def bench(
    library: Annotated[Path, typer.Option("--library", help="The library whose articles are used.")],
    out: Annotated[Path, typer.Option("--out", help="The JSON file to which the results are added.")] = Path(
        "bench.json"
    ),
    share: Annotated[
        list[float] | None,
        typer.Option(
            "--share", help="A part of the library; may be given again. Default: 0.01, 0.1 and 1.", min=0.0001, max=1.0
        ),
    ] = None,
) -> None:
    """Measure speed, memory and size at several sizes, and LlamaIndex's recipe beside it where it is installed."""
    from eval.bench import SHARES, append
    from eval.bench import bench as measure

    results = measure(library, shares=share or SHARES, progress=_tell)
    append(results, out)
    for one in results:
        for line in one.lines():
            typer.echo(line)
    typer.echo(f"added to {out}")


@app.command()
def gate(
    jobs: Jobs = 0,
    update: Annotated[bool, typer.Option("--update", help="Raise the floors to what was measured.")] = False,
    lower: Annotated[
        str | None, typer.Option("--lower", help="With --update: why floors may fall, too.", metavar="REASON")
    ] = None,
) -> None:
    """Measure what every change must hold; exits with 1 when a floor does not hold."""
    from eval import floors as kept
    from eval.gate import digests, measure

    if lower is not None and not (update and lower.strip()):
        raise typer.BadParameter("--lower goes with --update, and gives the reason")
    with _progress("measuring", None) as advance:
        gauges = measure(_processes(jobs), lambda _: advance())
    held = kept.read_floors()
    if update:
        held = held.updated(gauges, digests(), lower)
        kept.write_floors(held)
    for gauge in gauges:
        typer.echo(f"{gauge.name:32}{gauge.value:.4f}  {gauge.sign} {held.floors.get(gauge.name, math.nan):.4f}")
    failures = held.failures(gauges, digests())
    for failure in failures:
        typer.echo(f"fails: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


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
    from eval.chosen import articles_without
    from index.embed import StaticEmbedder
    from index.lexicon import BACKGROUND
    from index.library import Index

    kept = articles_without(articles, without)
    chosen = [case for case in read_cases(questions) if case.scored and case.answerable]
    _tell(f"{len(kept)} articles, {len(chosen)} questions")
    fitting.write(fitting.background(kept, about), BACKGROUND)
    with (
        tempfile.TemporaryDirectory() as folder,
        Index.open(folder, create=True, embedder=StaticEmbedder(model)) as index,
    ):
        index.add(kept)
        fitting.write(fitting.fit(index, StaticEmbedder(model), chosen, about, _tell))


@app.command()
def ramdocs(
    file: Annotated[Path, typer.Option("--file", help="dev.jsonl of RAMDocs.")],
    half: Annotated[Half, typer.Option("--half", help="Only the lines with an odd or even number.")] = Half.ALL,
    misses: Annotated[bool, typer.Option("--misses", help="Print each miss with its answer.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask questions whose documents conflict: every gold answer shown, and no wrong one?"""
    from rich.progress import track

    from eval.chosen import in_half
    from eval.intervals import Figure
    from eval.ramdocs import ask_items, read_items, summary

    items = [item for item in read_items(file) if in_half(str(item.number), half)]
    results = ask_items(track(items, description="asking", disable=not sys.stderr.isatty(), transient=True))
    figures = summary(results)
    if as_json:
        plain = {name: value.to_dict() if isinstance(value, Figure) else value for name, value in figures.items()}
        typer.echo(json.dumps(plain, indent=2))
        return
    for name, value in figures.items():
        typer.echo(f"{name:24}{value}")
    for shown in results:
        if misses and not shown.right:
            wanted = f"gold {', '.join(shown.item.gold)}; wrong {', '.join(shown.item.wrong) or 'none'}"
            typer.echo(f"\n{shown.item.number} {shown.item.question} ({wanted})\n{shown.text}")


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
        typer.echo(f"{row.kind:16}{row.wrong:4} of {row.of:4}  {what}")
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


def _processes(jobs: int) -> int:
    return jobs or os.cpu_count() or 1


def _tell(message: str) -> None:
    typer.echo(message, err=True)


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Yield what is called after each piece of work; shown on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(
        *Progress.get_default_columns(), console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
