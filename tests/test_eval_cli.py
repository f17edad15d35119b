"""The commands of dateline-eval: the README names each, and each has its help."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import ROOT
from typer.main import get_command

from eval import cli_fit
from eval.cli import app
from index import Index, InputError


def test_the_readme_names_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"dateline-eval ([a-z][a-z-]+)", readme))
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert named - known == set()
    assert known - named == set()


def test_every_command_says_what_it_does_and_what_each_option_is_for() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", "an argument") or parameter.param_type_name == "argument", (
                name,
                parameter,
            )


def test_the_version_is_that_of_the_package() -> None:
    done = subprocess.run([sys.executable, "-m", "eval", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == f"dateline-eval {version('dateline-qa')}\n"


def test_results_that_cannot_be_kept_are_refused_in_one_sentence_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text('{"question": "Who fell?", "answers": ["Ann"]}\n')
    (tmp_path / "file").write_text("no folder")
    Index.open(tmp_path / "library", create=True).close()
    for out in ("file", "file/sub"):
        command = ["run", "--cases", "cases.jsonl", "--library", "library", "--out", out]
        done = subprocess.run(
            [sys.executable, "-m", "eval", *command], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 2
        assert f"{out} cannot be made" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        (["six.pt"], "--mix 'six.pt' has no share; write it like states/one.pt=0.4"),
        (["nowhere.pt=0.4"], "--mix 'nowhere.pt=0.4': no such file"),
        (["six.pt=0.6", "seven.pt=0.4"], "the shares of --mix are six.pt=0.6, seven.pt=0.4; each is above 0"),
        (["six.pt=-1"], "each is above 0, and together they are below 1"),
    ],
)
def test_a_mix_that_is_none_is_refused_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mix: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("six.pt", "seven.pt"):
        Path(name).touch()
    with pytest.raises(InputError, match=re.escape(message)):
        cli_fit._shares(mix)
    assert cli_fit._shares(["six.pt=0.4", "seven.pt=0.3"]) == {Path("six.pt"): 0.4, Path("seven.pt"): 0.3}
