"""The command line: `dateline`. Every command says in one line what went wrong, and exits with a number."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from qa import cli_articles, cli_asking, cli_library
from qa.commands import run_app

app = typer.Typer(
    name="dateline",
    help="Answers questions over news articles; every sentence carries a verbatim, dated, attributed quote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    cli_articles.add,
    cli_asking.ask,
    cli_asking.chat,
    cli_asking.search,
    cli_articles.list_articles,
    cli_articles.show,
    cli_articles.edit,
    cli_articles.remove,
    cli_library.stats,
    cli_library.verify,
    cli_library.reembed,
    cli_asking.demo,
    cli_asking.ui,
    cli_asking.feedback,
):
    app.command("list" if command is cli_articles.list_articles else None)(command)


def main() -> NoReturn:
    """Run the command line."""
    run_app(app, "dateline")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Take the options that stand before the command."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"dateline {installed('dateline-qa')}")
        raise typer.Exit
