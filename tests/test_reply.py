"""What a model wrote, read sentence by sentence: whole, in pieces, sloppy, hostile."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.drafts import NO_ANSWER, says_no_answer
from qa.reply import Drafted, Reader, Thought, read_repairs, without_thoughts

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
    "thinking under another name": ("<Reasoning>It burst. [1-bcdfg]</Reasoning>It fell. [2-hjkmn]",
                                    [("It fell.", "2-hjkmn")]),
    "thinking that was begun before": ("It burst. [1-bcdfg]\nOr not? </think>\n\nA court fined it. [2-hjkmn]",
                                       [("A court fined it.", "2-hjkmn")]),
    "nothing but thinking": ("It burst. [1-bcdfg]\n</think>", []),
    "keys on a line of their own": ("It burst.\n[1-bcdfg]\n\nIt fell.\n\n  [2-hjkmn] (3-pqrst)\nSo be it.",
                                    [("It burst.", "1-bcdfg"), ("It fell.", "2-hjkmn 3-pqrst"), ("So be it.", "")]),
    "a line that begins with a bracket": ("It burst.\n[Sic] he said. [1-bcdfg]",
                                          [("It burst.", ""), ("[Sic] he said.", "1-bcdfg")]),
    "full width": ("It burst.［１－ｂｃｄｆｇ］", [("It burst.", "1-bcdfg")]),
    "other dashes": ("It burst. [1‑bcdfg] It fell. [2–hjkmn, 3−pqrst]",
                     [("It burst.", "1-bcdfg"), ("It fell.", "2-hjkmn 3-pqrst")]),
    "other brackets": ("It burst. 〔1-bcdfg〕\nIt fell. （2-hjkmn）",
                       [("It burst.", "1-bcdfg"), ("It fell.", "2-hjkmn")]),
    "brackets in brackets": ("It burst. [[1-bcdfg]]\nIt fell. ([2-hjkmn])",
                             [("It burst.", "1-bcdfg"), ("It fell.", "2-hjkmn")]),
    "marked up": ("It burst. `[1-bcdfg]` It fell. **[2-hjkmn]**\n**Answer:** *It rose.* _[3-pqrst]_",
                  [("It burst.", "1-bcdfg"), ("It fell.", "2-hjkmn"), ("It rose.", "3-pqrst")]),
    "a row of a table": ("|---|---|\n| It burst. | [1-bcdfg] |", [("It burst.", "1-bcdfg")]),
    "words beside a key": ("It burst. [key: 1-bcdfg]\nIt fell. [1-bcdfg and 2-hjkmn]\nIt rose. 【3-pqrst†source】",
                           [("It burst.", "1-bcdfg"), ("It fell.", "1-bcdfg 2-hjkmn"), ("It rose.", "3-pqrst")]),
    "a word like a key": ("The (10-year) bond fell (2-nil), and the [5-year] plan. (3-abcde)",
                          [("The (10-year) bond fell (2-nil), and the plan.", "5-year 3-abcde")]),
    "an initial": ("The U.S. [1-bcdfg] sent help. [2-hjkmn]", [("The U.S.", "1-bcdfg"), ("sent help.", "2-hjkmn")]),
}  # fmt: skip


def read(*pieces: str) -> list[Drafted]:
    reader = Reader()
    found: list[Drafted] = []
    for item in [item for piece in pieces for item in reader.feed(piece)] + [*reader.finish()]:
        if isinstance(item, Thought):
            found.clear()
        else:
            found.append(item)
    return found


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


@given(st.text(alphabet="ab1-‑[]()【】［］.!?\n <>/think“”`*_^|", max_size=120))
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
    begun = time.perf_counter()
    assert len(read(*["a (word) goes on "] * 5_000)) == 1
    assert time.perf_counter() - begun < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. It burst. [1-bcdfg]\n2. DROP", {1: Drafted("It burst.", ("1-bcdfg",)), 2: None}),
        ("**2.** It burst. [1-bcdfg]\nThank you", {2: Drafted("It burst.", ("1-bcdfg",))}),
        ("<think>1. No. [9]</think>1) It burst. [1-bcdfg]", {1: Drafted("It burst.", ("1-bcdfg",))}),
        ("1. No. [9]\n</think>\n1. It burst. [1-bcdfg]", {1: Drafted("It burst.", ("1-bcdfg",))}),
        ("1. Drop.\n1. It burst. [1-bcdfg]", {1: None}),
        ("3. Who asked? [1-bcdfg]\n0. Nobody", {}),
        ("", {}),
        ("1.", {1: None}),
    ],
)
def test_repairs_are_read_by_their_numbers(text: str, expected: dict[int, Drafted | None]) -> None:
    assert read_repairs(text, 2) == expected


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It burst.", "It burst."),
        ("<think>It fell.</think>It burst.", "It burst."),
        ("It fell.</THINK>It burst.", "It burst."),
        ("<think>a</think>b<thinking>c</thinking>It burst.", "It burst."),
        ("<think>It fell.", ""),
        ("", ""),
    ],
)
def test_what_is_thought_aloud_is_no_part_of_a_reply(text: str, answer: str) -> None:
    assert without_thoughts(text) == answer


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
