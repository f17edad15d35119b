"""Follow-ups, by a model and by rule, and conversations in the terminal, as processes of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, Fail, Say
from conftest import ROOT, dateline
from rich.console import Console
from typer.testing import CliRunner

from index import Index
from index.errors import ModelError
from index.tokens import counter
from qa import Assistant
from qa.cli import app
from qa.events import Event
from qa.generate import drafter_of
from qa.options import Options
from qa.show import show_stream

QUESTION = "Who retook Palmyra in March 2016?"
BACK = "Palmyra was back in the hands of the Syrian army on Monday after an offensive of three weeks."
RETOOK = Say(f"{BACK} {{back in the hands}}")
QUICK = Options(timeout=5, wait=0.01)


def asked(index: Index, server: ChatServer, options: Options = QUICK, **given: Any) -> Any:
    drafter = drafter_of(f"openai-like:m@{server.address}", options)
    try:
        return Assistant(index, drafter, options).ask(**given)
    finally:
        drafter.close()


def test_a_follow_up_is_made_to_stand_alone_by_the_model(samples: Assistant) -> None:
    history = [{"question": QUESTION, "answer": "Syrian government forces. [1]"}]
    alone = "Who retook Palmyra in March 2017?"
    with ChatServer(Say(f'"{alone}"\n'), Say("The army retook Palmyra in 2017. {Palmyra}")) as server:
        answer = asked(samples.index, server, question="And in March 2017?", history=history)
    assert (answer.question, answer.standalone_question) == ("And in March 2017?", alone)
    assert "Question: Who retook Palmyra in March 2016?\nAnswer: Syrian government forces. (1)" in server.prompts[0]
    assert f"Question: {alone}" in server.prompts[1]
    assert answer.usage.prompt_tokens == 2400


def test_a_day_up_to_which_it_was_asked_holds_whatever_the_model_makes_of_it(samples: Assistant) -> None:
    history = [{"question": "As of April 2016, who held Palmyra?", "answer": "The Syrian army. [1]"}]
    with ChatServer(Say("Was Palmyra retaken?"), Say("The army retook Palmyra. {Palmyra}")) as server:
        answer = asked(samples.index, server, question="Was it retaken?", history=history)
    assert answer.standalone_question == "Was Palmyra retaken?"
    assert str(answer.as_of) == "2016-04-30"
    assert "It is asked as of 30 April 2016" in server.prompts[1]


def test_a_first_question_costs_no_call_to_be_understood(samples: Assistant) -> None:
    with ChatServer(RETOOK) as server:
        asked(samples.index, server, question=QUESTION)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [Fail(401), Say("x" * 5000), Say(" \n")])
def test_where_the_model_cannot_the_rules_understand_a_follow_up(samples: Assistant, fault: Any) -> None:
    options = Options(timeout=5, wait=0.01, retries=0)
    with ChatServer(fault, RETOOK) as server:
        answer = asked(samples.index, server, options, question="And in March 2017?", history=[{"question": QUESTION}])
    by_rule = samples.ask("And in March 2017?", history=[{"question": QUESTION}])
    assert answer.standalone_question == by_rule.standalone_question
    assert "The follow-up was understood by rule" in answer.notes[-1]


@pytest.mark.parametrize(
    "cut", [Say("<think>Is it about 2017?"), Say("Who retook Palmyra in", finish="length"), Say("Who?</think>")]
)
def test_a_thought_or_half_a_question_is_no_question(samples: Assistant, cut: Say) -> None:
    options = Options(timeout=5, wait=0.01, retries=0)
    with ChatServer(cut, RETOOK) as server:
        answer = asked(samples.index, server, options, question="And in March 2017?", history=[{"question": QUESTION}])
    assert answer.standalone_question == "Who retook Palmyra in March 2017?"
    assert "The follow-up was understood by rule" in answer.notes[-1]


def test_a_long_conversation_is_told_within_the_budget(samples: Assistant) -> None:
    history = [{"question": "what " * 700, "answer": "so " * 1500} for _ in range(4)] + [{"question": QUESTION}]
    options = Options(timeout=5, wait=0.01, budget=900)
    with ChatServer(Say("Who retook Palmyra in March 2017?"), RETOOK) as server:
        asked(samples.index, server, options, question="And in March 2017?", history=history)
    assert counter()(server.prompts[0]) <= 810
    assert f"Question: {QUESTION}" in server.prompts[0]


def test_a_follow_up_that_the_model_cannot_make_is_an_error_where_that_is_wanted(samples: Assistant) -> None:
    options = Options(timeout=5, on_fault="error")
    with ChatServer(Fail(401)) as server, pytest.raises(ModelError, match="refused the key"):
        asked(samples.index, server, options, question="And in 2017?", history=[{"question": QUESTION}])


# --- the command line -----------------------------------------------------------------------------------


def chat(library: Path, typed: str, cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", "chat", "--library", str(library), *arguments],
        input=typed,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def run(*arguments: str) -> Any:
    """Run a command in this process, where LlamaIndex is loaded already."""
    return CliRunner().invoke(app, arguments)


def test_ask_takes_the_model_from_a_flag_the_environment_or_a_file(
    sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_LIBRARY", str(sample_library))
    with ChatServer(RETOOK, RETOOK, RETOOK) as server:
        spec = f"openai-like:m@{server.address}"
        by_flag = run("ask", QUESTION, "--llm", spec, "--json")
        Path(".env").write_text(f"DATELINE_LLM={spec}\nDATELINE_LLM_PRICE=1/2\n")
        by_file = run("ask", QUESTION, "--json")
        monkeypatch.setenv("DATELINE_LLM", spec)
        by_name = run("ask", QUESTION)
        without = run("ask", QUESTION, "--llm", "none", "--json")
    assert by_flag.exit_code == by_name.exit_code == by_file.exit_code == without.exit_code == 0, by_flag.output
    assert json.loads(by_flag.stdout)["model"] == spec
    assert f"✓ {BACK[:60]}" in by_name.stdout
    assert json.loads(by_file.stdout)["usage"]["cost_usd"] == pytest.approx(1268e-6)
    assert json.loads(without.stdout)["model"] == "extractive"
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("spec", "code", "said"),
    [
        ("gpt", 2, "dateline: no language model 'gpt'; give none, openai:MODEL"),
        ("openai-like:m@http://127.0.0.1:9/v1", 1, "cannot be reached"),
    ],
)
def test_ask_says_in_one_line_what_is_wrong_with_a_model(
    sample_library: Path, tmp_path: Path, spec: str, code: int, said: str
) -> None:
    done = dateline(
        "ask", QUESTION, "--llm", spec, cwd=tmp_path, library=sample_library,
        DATELINE_LLM_ON_FAULT="error", DATELINE_LLM_RETRIES="0",
    )  # fmt: skip
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_conversation_of_quotes_follows_up_and_goes_on_after_a_bad_question(
    sample_library: Path, tmp_path: Path
) -> None:
    done = chat(sample_library, f"{QUESTION}\n\n{'x' * 4001}\nAnd in March 2017?\nexit\nnever asked\n", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "✓" in done.stdout
    assert "has 4001 characters" in done.stdout
    first, then = done.stdout.split("has 4001 characters")
    assert "Asked as: " not in first
    assert "Asked as: Who retook Palmyra in March 2017?" in " ".join(then.split())


def test_a_conversation_with_a_model_condenses_and_shows_what_fails(sample_library: Path, tmp_path: Path) -> None:
    bad = "The mayor of Palmyra resigned in shame. [1-zzzzz]"
    with ChatServer(RETOOK, Say("Who retook Palmyra in March 2017?"), Say(bad), Say(f"1. {bad}")) as server:
        done = chat(sample_library, f"{QUESTION}\nAnd in 2017?\n", tmp_path, "--llm", f"openai-like:m@{server.address}")
    assert done.returncode == 0, done.stderr
    assert f"✓ {BACK[:60]}" in done.stdout
    assert "✗ The mayor of Palmyra resigned in shame." in done.stdout
    assert "no such key: 1-zzzzz" in " ".join(done.stdout.split())
    assert f"Answer: {BACK}" in server.prompts[1]


def test_a_conversation_with_a_bad_scope_is_refused_before_the_first_question(
    sample_library: Path, tmp_path: Path
) -> None:
    done = chat(sample_library, f"{QUESTION}\n", tmp_path, "--as-of", "2016-13-40")
    assert done.returncode == 2
    assert "2016-13-40" in done.stderr


# --- a terminal -----------------------------------------------------------------------------------------


def test_a_terminal_shows_each_sentence_as_it_comes_and_says_what_is_void(samples: Assistant) -> None:
    shown: list[str] = []
    console = Console(file=io.StringIO(), force_terminal=True, width=200, color_system=None)

    def watched(events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            yield event
            shown.append(console.file.getvalue())  # type: ignore[attr-defined]  # what stands there after the event

    with ChatServer(Say(f"{RETOOK.text}\nAnd then they left", cut=20), RETOOK) as server:
        drafter = drafter_of(f"openai-like:m@{server.address}", QUICK)
        assert drafter is not None
        events = list(Assistant(samples.index, drafter, QUICK).stream(QUESTION))
        drafter.close()
    show_stream(console, watched(iter(events)))
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["Searching", "Cited", "Statement", "Restarted", "Cited", "Statement", "Done"]
    assert "✓ Palmyra was back" in shown[kinds.index("Statement")]
    assert "What stands above is void." in shown[kinds.index("Restarted")]
    assert console.file.getvalue().count("[1] ") >= 1  # type: ignore[attr-defined]
