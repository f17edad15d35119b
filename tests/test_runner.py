"""Runs: what went wrong is told by its step, a failure counts apart, a killed run goes on, equal runs are equal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import qa.assistant
from eval.asking import ask_of
from eval.cases import dump
from eval.outcome import Outcome
from eval.records import Account, Case
from eval.runner import Run, read, run
from eval.summary import sum_up
from index import Index, InputError, nearest
from index.scope import Scope
from qa import Assistant
from qa.answer import Citation
from qa.citations import cite


def case(**facts: Any) -> Case:
    given = {"id": "1", "question": "How many bodies did rescuers find in Velm?", "answers": ("12",)}
    return Case(**(given | facts))


def outcome(assistant: Assistant, **facts: Any) -> Outcome:
    found = ask_of(assistant, case(**facts)).outcome
    assert found.error is None
    return found


def steps(found: Outcome) -> list[str]:
    return [problem.step for problem in found.problems]


def test_a_right_answer_has_no_problem(dam: Index) -> None:
    found = outcome(Assistant(dam), as_of=date(2020, 3, 3), must_cite=("first.txt",), must_not_cite=("second.txt",))
    assert (found.problems, found.figures["right"], found.figures["evidence hit@1"]) == ((), 1.0, 1.0)
    assert (found.figures["article recall@20"], found.figures["exact quotes"], found.figures["as-of leaks"]) == (
        1,
        1,
        0,
    )


@pytest.mark.parametrize(
    ("facts", "steps_expected"),
    [
        ({"answers": ("twelve thousand",)}, ["retrieval"]),
        ({"answers": ("48",), "question": "How many bodies were found in Velm by rescuers?"}, ["draft"]),
        ({"answers": ()}, ["abstention"]),
        ({"question": "What is the boiling point of tungsten carbide?", "answers": ("tungsten",)}, ["retrieval"]),
        ({"must_cite": ("third.txt",)}, ["citation"]),
        ({"must_not_cite": ("first.txt",)}, ["citation"]),
        ({"must_not_say": ("12 bodies",)}, ["draft"]),
        ({"accounts": (Account("Beta News", ("12",)),)}, ["draft"]),
        ({"accounts": (Account("Alpha Post", ("12",)),)}, []),
    ],
)
def test_what_went_wrong_is_told_by_its_step(dam: Index, facts: dict[str, Any], steps_expected: list[str]) -> None:
    assert steps(outcome(Assistant(dam), **facts))[:1] == steps_expected


def test_a_cutoff_that_is_off_is_a_leak(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scope, "_in_time", lambda scope, table: table.current.copy())
    found = outcome(Assistant(dam), as_of=date(2020, 3, 3))
    assert steps(found)[0] == "as-of"
    assert found.figures["as-of leaks"] == 3


def test_a_shifted_citation_is_not_exact(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa.assistant, "cite", lambda *given: shifted(cite(*given)))
    found = outcome(Assistant(dam))
    assert found.figures["exact quotes"] == 0.0
    assert set(steps(found)) == {"citation"}


def shifted(citation: Citation) -> Citation:
    return replace(citation, start=citation.start + 1, end=citation.end + 1)


def test_what_cannot_be_scored_is_counted_apart(dam: Index) -> None:
    asked = ask_of(Assistant(dam), case(question="x" * 5000))
    assert asked.outcome.error is not None
    assert "the most is 4000" in asked.outcome.error
    good = ask_of(Assistant(dam), case())
    summary = sum_up(Run((asked.outcome, good.outcome), (1.0, 2.0), ()), {})
    assert (summary.cases, summary.unscored) == (2, 1)
    assert (summary.figures["right"].value, summary.figures["right"].n) == (1.0, 1)


def many(count: int) -> list[Case]:
    question = "How many bodies did rescuers find in Velm on day {}?"
    return [case(id=f"day {number}", question=question.format(number)) for number in range(count)]


def test_processes_side_by_side_write_what_one_writes_byte_for_byte(
    dam: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "FEW", 4000)  # as in the processes begun here, which do not know of this one's
    for name, jobs in (("one", 1), ("two", 2)):
        run(many(8), dam.folder, out=tmp_path / name, jobs=jobs)
    one, two = ((tmp_path / name / "results.jsonl").read_bytes() for name in ("one", "two"))
    assert one == two
    assert [item.case["id"] for item in read(tmp_path / "one").outcomes] == [item.id for item in many(8)]


def times(path: Path) -> list[float]:
    lines = path.read_text().splitlines()
    return [json.loads(line)["ms"] for line in lines if '"ms"' in line]


def test_a_killed_run_goes_on_where_it_was(dam: Index, tmp_path: Path) -> None:
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out"
    cases.write_text(dump(many(150)))
    command = [
        sys.executable,
        "-m",
        "eval",
        "run",
        "--cases",
        cases,
        "--library",
        dam.folder,
        "--out",
        out,
        "--jobs",
        "1",
    ]
    unfinished = out / "unfinished.jsonl"
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while process.poll() is None and not (unfinished.exists() and len(times(unfinished)) > 3):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    with pytest.raises(InputError, match="only one that was stopped"):
        read(out)
    with unfinished.open("a") as stream:
        stream.write('{"outcome": {"key": "cut o')
    before = times(unfinished)[:-1]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert times(out / "times.jsonl")[: len(before)] == before  # not asked again
    assert len(read(out).outcomes) == 150
    assert not unfinished.exists()


def test_a_run_over_other_cases_does_not_go_on_with_what_was_left(dam: Index, tmp_path: Path) -> None:
    def stop(done: Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(many(3), dam.folder, out=tmp_path, progress=stop)
    others = [replace(item, answers=("told nowhere",)) for item in many(3)]
    assert [item.figures["answer hit"] for item in run(others, dam.folder, out=tmp_path).outcomes] == [0.0] * 3


def test_the_command_says_what_a_file_of_cases_lacks(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"question": "Who?", "answers": ["Iran"]}\n')
    done = subprocess.run(
        [sys.executable, "-m", "eval", "run", "--cases", cases], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "brings no articles along; name their library" in done.stderr
