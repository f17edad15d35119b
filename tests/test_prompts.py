"""Texts with slots: a missing, an unknown or a forged slot never passes."""

from __future__ import annotations

import pytest

from prompts import PromptError, fingerprint, render


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
