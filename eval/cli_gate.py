"""The commands that hold quality to what it was: gate, traps."""

from __future__ import annotations

import math
from pathlib import Path
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
        typer.echo(f"{gauge.name:52}{gauge.value:.4f}  {gauge.sign} {held.floors.get(gauge.name, math.nan):.4f}")
    failures = held.failures(gauges, digests())
    for failure in failures:
        typer.echo(f"fails: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


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
