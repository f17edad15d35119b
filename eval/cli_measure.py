"""The commands that measure: run, report, compare, ablate, choose, calibrate, bench, ramdocs, recall."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from eval.options import Cases, Half, HalfOption, Jobs, Library, processes, progress, tell


def run(
    cases: Cases = None,
    library: Library = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for results.jsonl, summary.json and report.html.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Only the first so many cases.", min=1)] = None,
    half: HalfOption = Half.ALL,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Ask all as of this day.")] = None,
    llm: Annotated[str | None, typer.Option("--llm", help="The model that answers; by default quotes.")] = None,
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
    with library_for(paths, library) as folder, progress("asking", len(chosen)) as advance:
        check_cases(chosen, folder)
        about = facts(paths, folder, half=half.value, limit=limit, as_of=as_of, llm=llm)
        asked = ask_all(chosen, folder, out=out, jobs=processes(jobs), llm=llm, progress=lambda _: advance())
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


def report(folder: Annotated[Path, typer.Argument(help="The folder of a run.", metavar="DIR")]) -> None:
    """Write summary.json and report.html of a run anew."""
    from eval import report as page
    from eval import summary
    from eval.runner import read

    asked = read(folder)
    found = summary.sum_up(asked, summary.read_about(folder))
    summary.write(found, folder)
    typer.echo(str(page.write(asked, found, folder)))


def compare(
    before: Annotated[Path, typer.Argument(help="The folder of one run.", metavar="A")],
    after: Annotated[Path, typer.Argument(help="The folder of another.", metavar="B")],
) -> None:
    """Print the paired differences of two runs over the same cases, B less A, and the cases that flipped."""
    from eval.compare import compare as compare_runs
    from eval.runner import read

    for line in compare_runs(read(before), read(after)).lines():
        typer.echo(line)


def ablate(
    cases: Annotated[Path, typer.Option("--cases", help="Dated questions, as JSON Lines.")],
    library: Library = None,
    half: HalfOption = Half.ALL,
) -> None:
    """Print what search finds without each of its pieces, whose weights are set to 0 and not fitted anew."""
    from eval.ablate import ablate as taken_apart
    from eval.chosen import choose_answerable
    from eval.scores import DEPTHS
    from index.library import Index
    from qa.settings import library_folder

    chosen = choose_answerable(cases, half)
    columns = "".join(f"  hit@{depth:<4}" for depth in DEPTHS)
    typer.echo(f"{'without':<26}{columns}  first sentence   (n = {len(chosen)})")
    with Index.open(library or library_folder()) as index:
        for found in taken_apart(index, chosen, tell):
            hits = "".join(f"  {hit:<8.3f}" for hit in found.hits)
            typer.echo(f"{found.piece:<26}{hits}  {found.first:.3f}")


def choose(
    cases: Annotated[list[Path], typer.Option("--cases", help="Quiz questions with choices; may be given again.")],
    library: Annotated[Path, typer.Option("--library", help="The library's folder.")],
    half: HalfOption = Half.ALL,
    misses: Annotated[bool, typer.Option("--misses", help="Print each question that was got wrong.")] = False,
) -> None:
    """Answer a quiz by what the library says up to each question's day, without asking it; print the share right."""
    from eval.chosen import in_half
    from eval.quiz import read_quiz, sit
    from index.library import Index

    questions = [case for case in read_quiz(cases) if in_half(case.id, half)]
    with Index.open(library) as index, progress("choosing", len(questions)) as advance:
        result = sit(questions, index, advance)
    for line in result.lines(misses=misses):
        typer.echo(line)


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
    from eval.files import made_folder

    cases, others = ([case for path in paths for case in read_cases(path)] for paths in (known, unknown))
    out = made_folder(out) if out is not None else None
    with progress("asking", None) as advance:
        found = measure(library, cases, others, jobs=processes(jobs), progress=lambda _: advance())
    if out is not None:
        (out / "calibration.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n", encoding="utf-8")
        (out / "calibration.html").write_text(report.calibration_page(found), encoding="utf-8")
    for line in found.lines():
        typer.echo(line)


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
    from eval.bench import SHARES, append, earlier
    from eval.bench import bench as measure

    earlier(out)  # refused before anything is measured
    results = measure(library, shares=share or SHARES, progress=tell)
    append(results, out)
    for one in results:
        for line in one.lines():
            typer.echo(line)
    typer.echo(f"added to {out}")


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
        index.nearest.few = 0
        if not index.nearest.uses_chroma:
            raise InputError(f"Chroma is out of step with {library}; run: dateline add on it once more")
        _, vectors = index.catalog.vectors()
        rows = vectors[np.linspace(0, len(vectors) - 1, sample).astype(int)].astype(np.float32)
        shares = []
        for row in rows:
            exact = set(index.nearest.exact(row, k)[0].tolist())
            shares.append(len(exact & set(index.nearest(row, k)[0].tolist())) / len(exact))
    typer.echo(f"recall@{k} {np.mean(shares):.4f} over {len(rows)} vectors of {len(vectors)}")
