"""The commands of the checks beside traps: faithbench, fit-support."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer


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
    from eval.written import read_claims
    from index.errors import DatelineError
    from index.readers import read_paths
    from qa.verify.support import findings, strengths

    sets = {path.name: (read_claims if path.suffix == ".txt" else read_traps)(path) for path in claims}
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
