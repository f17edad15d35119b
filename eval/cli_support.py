"""The commands of the checks beside traps: faithbench, fit-support, fit-accounts."""

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


def fit_accounts(
    stories: Annotated[list[Path], typer.Option("--stories", help="Questions put to several reports, as text.")],
    about: Annotated[str, typer.Option("--about", help="What they are, in words, for the file.")],
) -> None:
    """Fit what tells that two sentences give different accounts, and write it into the package.

    The cross-encoder should not have learned from the stories. Prints how questions fared whose stories were left out.
    """
    import tempfile

    from eval.fit_accounts import fit, library, read, write
    from eval.options import progress, tell
    from eval.written import read_compared

    compared = [item for path in stories for item in read_compared(path)]
    with tempfile.TemporaryDirectory() as folder, library(Path(folder), compared, tell) as index:
        found = []
        with progress("reading", len(compared)) as advance:
            for item in read(index, compared):
                found.append(item)
                advance()
    fitted = fit(found, [item.reports for item in compared])
    differing = sum(item.differs for item in found)
    typer.echo(f"accounts shown     {fitted.shown:.3f} of {differing} questions on which reports differ")
    typer.echo(f"both sides shown   {fitted.rightly:.3f} of them")
    typer.echo(f"wrongly shown      {fitted.wrongly:.3f} of {len(found) - differing} others, as the bound is set to")
    typer.echo(f"updates, disputes  {fitted.told:.3f} told apart, the mean of both")
    write(fitted, about)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
