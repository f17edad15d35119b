"""The command line of measuring: `dateline-eval`, also `python -m eval`."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from eval import cli_fit, cli_gate, cli_judge, cli_measure, cli_support

app = typer.Typer(
    name="dateline-eval",
    help="Measures Dateline: what it finds, what it answers, how exact its quotes are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    cli_measure.run,
    cli_measure.report,
    cli_measure.compare,
    cli_measure.ablate,
    cli_measure.choose,
    cli_measure.calibrate,
    cli_measure.bench,
    cli_measure.ramdocs,
    cli_measure.recall,
    cli_gate.gate,
    cli_gate.traps,
    cli_judge.judge,
    cli_fit.fit,
    cli_fit.fit_answers,
    cli_fit.fit_choices,
    cli_fit.fit_cross,
    cli_support.faithbench,
    cli_support.fit_support,
    cli_fit.fit_accounts,
):
    app.command()(command)


def main() -> NoReturn:
    """Run the command line; errors as in `dateline`."""
    from qa.commands import run_app

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
