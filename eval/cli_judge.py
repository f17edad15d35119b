"""The command of `dateline-eval` that lets a model judge."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer


def judge(
    llm: Annotated[str, typer.Option("--llm", help="The model that judges: openai:MODEL and others, as in dateline.")],
    faithbench: Annotated[Path | None, typer.Option("--faithbench", help="Summaries with labels by people.")] = None,
    cases: Annotated[Path | None, typer.Option("--cases", help="Cases whose answers to judge.")] = None,
    library: Annotated[Path | None, typer.Option("--library", help="The library that answers the cases.")] = None,
    writer: Annotated[str | None, typer.Option("--writer", help="The model that answers; by default quotes.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="Only the first so many.", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Let a model judge summaries or answers, and print how far it agrees with people and with our own check."""
    from functools import partial

    from rich.progress import track

    from eval.judge import Judge, about, judge_answers, judge_summaries, read_summaries
    from index.errors import InputError
    from qa.assistant import Assistant
    from qa.models import model_of

    if (cases is None) != (library is None) or (faithbench is None and cases is None):
        raise InputError("nothing to judge; give --faithbench FILE, or --cases FILE with --library DIR")
    model = model_of(llm)
    if model is None:
        raise InputError(f"--llm {llm!r} is no model; give one, such as ollama:llama3.3")
    ours = Judge(model)
    figures: dict[str, object] = {}
    shown = partial(track, description="judging", disable=not sys.stderr.isatty(), transient=True)
    if faithbench is not None:
        figures |= judge_summaries(ours, shown(read_summaries(faithbench)[:limit]))
    if cases is not None and library is not None:
        from eval.cases import read_cases

        with Assistant.open(library, writer) as assistant:
            figures |= judge_answers(ours, assistant, shown(read_cases(cases)[:limit]))
    model.close()
    figures |= about(ours)
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        typer.echo(f"{name:20}{value}")
