"""The README is true: its commands run over the samples in their order, and its Python gives what it shows."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from index import Index, read_paths
from qa.cli import app
from qa.samples import FOLDER

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_HERE = {"ui": "serves until it is stopped", "reembed": "asks a service", "demo": "has a test of its own"}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of an empty library, named as the README's reader may, who stands in something of a clone."""
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / "qa").symlink_to(ROOT / "qa")
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setenv("DATELINE_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def section(name: str) -> str:
    return README.split(f"\n## {name}\n")[1].split("\n## ")[0]


def commands(text: str) -> list[list[str]]:
    """Return the words of each `dateline` command in the fenced blocks of a text."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith("dateline ")]


@pytest.mark.parametrize("name", ["Begin", "Use"])
def test_every_command_runs_in_its_order(name: str, library: Path) -> None:
    ran = 0
    for _, command, *arguments in commands(section(name)):
        if command in NOT_HERE:
            continue
        given = target = None
        if "<" in arguments:
            *arguments, _, file = arguments
            given = Path(file).read_bytes()
        elif ">" in arguments:
            *arguments, _, target = arguments
        done = CliRunner().invoke(app, [command, *arguments], input=given)
        if target:
            Path(target).write_text(done.stdout)
        assert done.exit_code == 0, f"dateline {command} {' '.join(arguments)}: {done.output} {done.exception}"
        ran += 1
    assert ran >= {"Begin": 2, "Use": 13}[name]


def test_the_first_example_prints_what_is_shown(library: Path) -> None:
    with Index.open(library, create=True) as index:
        index.add(read_paths([FOLDER]))
    ((_, command, *arguments),) = commands(README.split("\n## ")[0])
    out = " ".join(CliRunner().invoke(app, [command, *arguments]).output.split())
    (shown,) = re.findall(r"^```\n\$ .*?\n(.*?)^…", README, re.M | re.S)
    assert out.startswith(" ".join(shown.split()))


def test_the_python_gives_what_is_shown(library: Path) -> None:
    with Index.open(library, create=True) as index:
        index.add(read_paths([FOLDER]))
    (block,) = re.findall(r"^```pycon\n(.*?)^```", README, re.M | re.S)
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    said: list[str] = []
    assert len(test.examples) == 8
    assert doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed == 0, "".join(said)


def test_every_command_of_the_program_is_in_the_readme() -> None:
    known = {command.name or (command.callback and command.callback.__name__) for command in app.registered_commands}
    named = {words[1] for words in commands(README)} | set(re.findall(r"`dateline (\w+)", README))
    assert not known - named - NOT_HERE.keys()
    assert NOT_HERE.keys() <= set(re.findall(r"dateline (\w+)", README))
