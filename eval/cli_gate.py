"""The commands that hold quality to what it was: gate."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from eval.options import Jobs, processes, progress


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
    with progress("measuring", None) as advance:
        gauges = measure(processes(jobs), lambda _: advance())
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
