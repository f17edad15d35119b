"""What a model wrote, read sentence by sentence: whole, in pieces, sloppy, hostile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.drafts import NO_ANSWER, says_no_answer
from qa.reply import Drafted, Reader, read_repairs

GOOD = "The dam burst on Monday, Alpha Post said. [1-bcdfg] [2-hjkmn]\nA court fined the operator. [3-pqrst]\n"
CASES = {
    "good": (GOOD, [("The dam burst on Monday, Alpha Post said.", "1-bcdfg 2-hjkmn"),
                    ("A court fined the operator.", "3-pqrst")]),
    "one line": ("It burst. [1-bcdfg] It was rusted. [2-hjkmn]",
                 [("It burst.", "1-bcdfg"), ("It was rusted.", "2-hjkmn")]),
    "keys in one bracket": ("It burst. [1-bcdfg, 2-hjkmn; 3-pqrst]", [("It burst.", "1-bcdfg 2-hjkmn 3-pqrst")]),
    "keys before the stop": ("It burst [1-bcdfg]. It was rusted [2-hjkmn].",
                             [("It burst.", "1-bcdfg"), ("It was rusted.", "2-hjkmn")]),
    "keys in the middle": ("It burst [1-bcdfg], the ministry said [2-hjkmn].",
                           [("It burst, the ministry said.", "1-bcdfg 2-hjkmn")]),
    "a quotation": ("“It burst.” [1-bcdfg] She left.", [("“It burst.”", "1-bcdfg"), ("She left.", "")]),
    "round brackets": ("It burst. (1-bcdfg)\nIt was (by then) rusted. (2-hjkmn)",
                       [("It burst.", "1-bcdfg"), ("It was (by then) rusted.", "2-hjkmn")]),
    "lenticular brackets": ("It burst.【1-bcdfg】", [("It burst.", "1-bcdfg")]),
    "a list": ("- It burst. [1-bcdfg]\n2. It was rusted. [2-hjkmn]\n* **Nobody died.** [3-pqrst]",
               [("It burst.", "1-bcdfg"), ("It was rusted.", "2-hjkmn"), ("Nobody died.", "3-pqrst")]),
    "an introduction": ("Answer: It burst. [1-bcdfg]", [("It burst.", "1-bcdfg")]),
    "made up": ("It burst. [4]\nIt was rusted. [A7]\nSo it fell. [source]",
                [("It burst.", "4"), ("It was rusted.", "A7"), ("So it fell.", "source")]),
    "no key": ("It burst.", [("It burst.", "")]),
    "words in brackets": ("“He [the mayor] left in [2016],” she said. [1-bcdfg]",
                          [("“He [the mayor] left in [2016],” she said.", "1-bcdfg")]),
    "doubled": ("It burst. [1-bcdfg] [1-bcdfg]", [("It burst.", "1-bcdfg")]),
    "cut": ("It burst. [1-bcdfg]\nA court fined [2-hj", [("It burst.", "1-bcdfg"), ("A court fined [2-hj", "")]),
    "empty": ("", []),
    "only keys": ("[1-bcdfg] [2-hjkmn]\n\n", []),
    "thinking": ("<think>It burst. [1-bcdfg]\n</think>\nA court fined it. [2-hjkmn]",
                 [("A court fined it.", "2-hjkmn")]),
    "thinking without end": ("<think>It burst. [1-bcdfg]\n", []),
    "an initial": ("The U.S. [1-bcdfg] sent help. [2-hjkmn]", [("The U.S.", "1-bcdfg"), ("sent help.", "2-hjkmn")]),
}  # fmt: skip


def read(*pieces: str) -> list[Drafted]:
    reader = Reader()
    found = [drafted for piece in pieces for drafted in reader.feed(piece)]
    return [*found, *reader.finish()]


@pytest.mark.parametrize("name", CASES)
def test_a_reply_is_read_into_sentences_and_keys(name: str) -> None:
    text, expected = CASES[name]
    assert read(text) == [Drafted(sentence, tuple(keys.split())) for sentence, keys in expected]


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_it_does_not_matter_in_which_pieces_it_comes(name: str, data: st.DataObject) -> None:
    text, _ = CASES[name]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert read(*pieces) == read(text)


@given(st.text(alphabet="ab1-[]()【】.!?\n <>/think“”", max_size=120))
def test_any_text_is_read_without_losing_a_word_or_failing(text: str) -> None:
    for drafted in read(text):
        assert drafted.text.strip()


def test_a_sentence_is_given_back_as_soon_as_it_is_finished() -> None:
    reader = Reader()
    assert list(reader.feed("It burst. [1-bcdfg]")) == []  # another key may follow
    assert list(reader.feed("\nThe")) == [Drafted("It burst.", ("1-bcdfg",))]


def test_long_lines_without_an_end_are_read_in_good_time() -> None:
    assert len(read("a [b" * 20_000)) == 1
    assert len(read("word. [1-bcdfg" * 5_000)) >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. It burst. [1-bcdfg]\n2. DROP", {1: Drafted("It burst.", ("1-bcdfg",)), 2: None}),
        ("**2.** It burst. [1-bcdfg]\nThank you", {2: Drafted("It burst.", ("1-bcdfg",))}),
        ("<think>1. No. [9]</think>1) It burst. [1-bcdfg]", {1: Drafted("It burst.", ("1-bcdfg",))}),
        ("1. Drop.\n1. It burst. [1-bcdfg]", {1: None}),
        ("3. Who asked? [1-bcdfg]\n0. Nobody", {}),
        ("", {}),
        ("1.", {1: None}),
    ],
)
def test_repairs_are_read_by_their_numbers(text: str, expected: dict[int, Drafted | None]) -> None:
    assert read_repairs(text, 2) == expected


@pytest.mark.parametrize(
    ("text", "keys", "declines"),
    [
        (NO_ANSWER, (), True),
        ("the reports do not say", ("1-bcdfg",), True),
        ("None of the reports answers the question.", (), True),
        ("The reports do not name the mayor. She resigned in May.", (), False),
        ("The reports do not name the mayor.", ("1-bcdfg",), False),
        ("The reports say that the dam burst.", (), False),
        ("The reports do not agree on the toll.", (), False),
    ],
)
def test_the_agreed_phrase_is_told_from_a_sentence(text: str, keys: tuple[str, ...], declines: bool) -> None:
    assert says_no_answer(Drafted(text, keys)) is declines
