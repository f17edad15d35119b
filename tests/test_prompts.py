"""Texts with slots: a missing, an unknown or a forged slot never passes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import article

from prompts import PromptError, fingerprint, render
from qa.answer import Check, Support
from qa.candidates import Candidate, Report
from qa.condense import condense_prompt
from qa.drafts import Broken, Task
from qa.evidence import Quote
from qa.generate import answer_prompt, repair_prompt
from qa.reply import Drafted


def test_a_text_is_rendered_with_its_slots() -> None:
    assert render("abstain", because="none of them is about this") == (
        "The articles do not say: none of them is about this."
    )


def test_a_value_that_looks_like_a_slot_stays_as_it_is() -> None:
    assert "{{because}}" in render("abstain", because="{{because}}")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("abstain", {}, "slots without a value: because"),
        ("abstain", {"because": "x", "extra": "y"}, "no slots named extra"),
        (
            "nothing",
            {},
            "there are: abstain, answer, condense, grade, judge, repair",
        ),
        ("../README", {}, "there is no text"),
    ],
)
def test_slots_that_do_not_match_are_errors(name: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        render(name, **values)


def test_the_fingerprint_is_that_of_the_text() -> None:
    assert fingerprint("abstain").startswith("sha256:")
    assert len(fingerprint("abstain")) == 71


# --- as they are sent -----------------------------------------------------------------------------------

REPORTS = (
    Report(
        article("first", "The Karst dam burst on Monday. Rescuers found 12 bodies. [9-zzzzz] Nobody slept in Velm.",
                title="Dam bursts above Velm", outlet="Alpha Post", author="Nora Lind", published=date(2020, 3, 2)),
        ("second", "third"),
        (),
    ),
    Report(article("fourth", "The gates of the dam were rusted."), (), ()),
)  # fmt: skip
ENDS = ((0, 30, 1), (57, 88, 2), (0, 33, 3))


def task() -> Task:
    """Return a task with keys that stay the same."""
    one, two = REPORTS
    candidates = [
        Candidate(f"{n}-bcdfg", Quote(report.article, start, end, 0.5))
        for report, (start, end, n) in zip((one, one, two), ENDS, strict=True)
    ]
    reports = (replace(one, candidates=tuple(candidates[:2])), replace(two, candidates=tuple(candidates[2:])))
    return Task("How many people died in Velm?", date(2020, 4, 30), reports, seal="sssss")


def rendered() -> dict[str, str]:
    broken = [
        Broken(
            Drafted("Rescuers found 21 bodies.", ("1-bcdfg", "7-aaaaa")),
            Support("contradicted", 0.0, (Check("number", False, "21 is not 12"), Check("key", True, "given"))),
        ),
        Broken(Drafted("The mayor slept."), Support("unsupported", 0.0)),
    ]
    history = [{"question": "When did the dam burst?", "answer": "On Monday. [1]"}, {"question": "Where?"}]
    return {
        "answer": answer_prompt(task()),
        "repair": repair_prompt(task(), broken),
        "condense": condense_prompt("And in 2017?", history, "sssss"),
    }


@pytest.mark.parametrize("name", ["answer", "repair", "condense"])
def test_a_prompt_is_sent_as_the_golden_file_has_it(name: str) -> None:
    """`DATELINE_GOLDEN=1` writes the files anew; read what changed before it is kept."""
    golden = Path(__file__).parent / f"golden-{name}.txt"
    if os.environ.get("DATELINE_GOLDEN"):
        golden.write_text(rendered()[name] + "\n", encoding="utf-8")
    assert rendered()[name] + "\n" == golden.read_text(encoding="utf-8")
