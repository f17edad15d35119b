"""Calibration: the threshold comes from one half of the questions, its figures from the other."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, article

from eval.calibrate import calibrate, questions
from eval.cases import dump
from eval.records import Case
from index import Index, InputError

KNOWN = [
    Case(f"known_{number}", question, answers, date(2020, 3, 6), story=str(number))
    for number, (question, answers) in enumerate(
        [
            ("How many bodies did rescuers find in Velm?", ("12",)),
            ("What did the toll of the Karst dam disaster rise to?", ("48",)),
            ("In which town did rescuers find bodies after the Karst dam burst?", ("Velm",)),
            ("On which day did the toll of the Karst dam disaster rise?", ("Thursday",)),
        ]
    )
]
UNKNOWN = [
    Case(f"other_{2 * number + 1}", question, ("Ann",), date(2024, 1, 1), scored=False, story=f"other {number}")
    for number, question in enumerate(
        ["Who won the chess title in Orsa?", "What is tungsten carbide used for?", "Who sings the anthem of Brannock?"]
    )
]


def test_all_are_asked_as_of_the_last_day_and_what_is_held_or_was_learned_is_left_out(dam: Index) -> None:
    dam.add([article("own", "Ann won the chess title in Orsa.", url="https://a.example/1", published=date(2020, 4, 1))])
    cases = [replace(UNKNOWN[0], urls=("https://a.example/1",)), *UNKNOWN[1:], replace(UNKNOWN[1], id="other_6")]
    known, unknown, day = questions(dam, KNOWN, cases)
    assert day == date(2021, 6, 1)
    assert {case.as_of for case in (*known, *unknown)} == {day}
    assert [case.id for case in unknown] == ["other_3", "other_5"]
    assert not any(case.answerable for case in unknown)
    with pytest.raises(InputError, match="questions with an answer and questions without one"):
        questions(dam, KNOWN, [])


def test_the_threshold_is_the_even_halfs_and_the_figures_are_the_odd_halfs(dam: Index) -> None:
    found = calibrate(dam.folder, KNOWN, UNKNOWN)
    even = [case for case in KNOWN if case.id[-1] in "02"]
    alone = calibrate(dam.folder, [*even, replace(KNOWN[1], question="Who is who in Orsa?")], UNKNOWN)
    assert alone.threshold == found.threshold
    assert alone.bins == found.bins
    assert found.figures["abstention ROC AUC, odd half and without an answer"].n == 5
    assert found.figures["odd half below the threshold (wrong abstentions)"].n == 2
    assert found.curve[-1].coverage == 1.0
    assert found.curve[-1].risk >= 3 / 5


def test_the_command_writes_the_whole_curve(dam: Index, tmp_path: Path) -> None:
    known, unknown = tmp_path / "known.jsonl", tmp_path / "unknown.jsonl"
    known.write_text(dump(KNOWN))
    unknown.write_text(dump(UNKNOWN))
    command = [sys.executable, "-m", "eval", "calibrate", "--library", str(dam.folder), "--jobs", "1"]
    command += ["--answerable", str(known), "--unanswerable", str(unknown), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "out" / "calibration.json").read_text())
    assert data["as_of"] == "2021-06-01"
    assert data["risk-coverage"][-1]["coverage"] == 1.0
    text = (tmp_path / "out" / "calibration.html").read_text()
    assert text.count("<figure>") == 2
    assert "http" not in text.replace("http-equiv", "")
