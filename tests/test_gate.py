"""The gate: floors only rise, and a deliberate regression anywhere in the chain does not pass."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT

import eval.traps
import qa.assistant
from eval.cases import CASES, read_cases
from eval.floors import Floors, Gauge, Lowered, read_floors, write_floors
from eval.gate import digests, of_cases, of_traps
from eval.runner import run
from eval.traps import TRAPS, read_traps
from index import InputError
from index.scope import Scope
from qa.answer import Citation, Support
from qa.citations import cite

RIGHT = Gauge("right", 0.8, slack=0.1)
LEAKS = Gauge("leaks", 0.0, "lower")


def test_a_value_below_its_floor_or_above_its_ceiling_fails() -> None:
    floors = Floors({}, {}).updated([RIGHT, LEAKS], {})
    assert floors.floors == {"right": 0.7, "leaks": 0.0}
    assert floors.failures([RIGHT, LEAKS], {}) == []
    assert floors.failures([replace(RIGHT, value=0.71), LEAKS], {}) == []
    assert floors.failures([replace(RIGHT, value=0.69), replace(LEAKS, value=1.0)], {}) == [
        "right is 0.6900, below its floor of 0.7000",
        "leaks is 1.0000, above its ceiling of 0.0000",
    ]


@pytest.mark.parametrize("value", [1 / 3, 2 / 3, 0.37963, 1.0, 0.0])
def test_a_value_holds_the_limit_that_it_asks_for(value: float) -> None:
    assert Gauge("up", value).holds(Gauge("up", value).limit)
    assert Gauge("down", value, "lower").holds(Gauge("down", value, "lower").limit)


def test_what_could_not_be_told_has_no_floor_or_was_left_out_fails() -> None:
    floors = Floors({}, {}).updated([RIGHT], {})
    assert floors.failures([replace(RIGHT, value=math.nan)], {})
    assert "has no floor" in floors.failures([RIGHT, LEAKS], {})[0]
    assert floors.failures([], {}) == ["right has a floor, but was not measured"]


def test_floors_of_other_data_do_not_count() -> None:
    floors = Floors({}, {}).updated([RIGHT], {"cases": "a"})
    assert "the cases are not those of the floors" in floors.failures([RIGHT], {"cases": "b"})[0]


def test_floors_rise_and_fall_only_for_a_reason_that_is_kept(tmp_path: Path) -> None:
    floors = Floors({}, {}).updated([RIGHT, LEAKS], {})
    assert floors.updated([replace(RIGHT, value=0.75), LEAKS], {}).floors["right"] == 0.7
    assert floors.updated([replace(RIGHT, value=0.95), LEAKS], {}).floors["right"] == 0.85
    with pytest.raises(InputError, match=r"right is 0\.5000, its floor is 0\.7000, and floors only rise"):
        floors.updated([replace(RIGHT, value=0.5), LEAKS], {})
    with pytest.raises(InputError, match="right is no longer measured"):
        floors.updated([LEAKS], {})
    lowered = floors.updated([replace(RIGHT, value=0.5), LEAKS], {}, "fewer samples")
    write_floors(lowered, tmp_path / "floors.json")
    again = read_floors(tmp_path / "floors.json")
    assert again == lowered
    assert again.lowered == (Lowered("right", 0.7, 0.4, "fewer samples"),)


def test_a_file_that_holds_no_floors_is_refused(tmp_path: Path) -> None:
    assert read_floors(tmp_path / "none.json") == Floors({}, {})
    (tmp_path / "floors.json").write_text('{"floors": []}')
    with pytest.raises(InputError, match="not a file of floors"):
        read_floors(tmp_path / "floors.json")


def gate(library: Path, kind: str) -> list[str]:
    """Return what the gate has to say of the cases of one kind, whose share has a floor of its own."""
    cases = [case for case in read_cases(CASES) if case.kind == kind]
    gauges = [
        gauge for gauge in of_cases(run(cases, library).outcomes) if gauge.name in NARROW | {f"cases: right, {kind}"}
    ]
    floors = read_floors()
    held = {gauge.name: floors.floors[gauge.name] for gauge in gauges}
    return replace(floors, floors=held).failures(gauges, digests())


NARROW = {"cases: exact quotes", "cases: as-of leaks", "cases: unsupported", "cases: contradicted", "cases: not scored"}
"""Gauges whose floors hold for any part of the cases."""


def shifted(citation: Citation) -> Citation:
    return replace(citation, start=citation.start + 1, end=citation.end + 1)


def cutoff_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Scope, "_in_time", lambda scope, table: table.current.copy())


def citations_shifted_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(qa.assistant, "cite", lambda *given: shifted(cite(*given)))


@pytest.mark.parametrize(
    ("regress", "kind", "gauge"),
    [
        (cutoff_off, "as-of", "cases: as-of leaks"),
        (citations_shifted_by_one, "attribution", "cases: exact quotes"),
    ],
)
def test_a_deliberate_regression_fails(
    sample_library: Path,
    monkeypatch: pytest.MonkeyPatch,
    regress: Callable[[pytest.MonkeyPatch], None],
    kind: str,
    gauge: str,
) -> None:
    assert gate(sample_library, kind) == []
    regress(monkeypatch)
    failures = gate(sample_library, kind)
    assert any(failure.startswith(gauge) for failure in failures), failures


def test_with_the_support_check_off_the_traps_are_not_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eval.traps, "check", lambda claim, sources: Support("supported", 1.0))
    floors = read_floors().floors
    fails = [gauge.name for gauge in of_traps(read_traps(TRAPS)) if not gauge.holds(floors[gauge.name])]
    assert fails == ["traps: caught", "traps: ROC AUC"]


def test_the_gate_holds_as_it_is() -> None:
    done = subprocess.run([sys.executable, "-m", "eval", "gate"], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "cases: as-of leaks" in done.stdout


def test_lowering_needs_an_update_and_a_reason() -> None:
    command = [sys.executable, "-m", "eval", "gate", "--lower", "because"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--lower goes with --update" in done.stderr
