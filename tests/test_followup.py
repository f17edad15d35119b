"""Follow-ups: made to stand alone by rule, with the time, the source and the subject of what was asked before."""

from __future__ import annotations

from datetime import date

import pytest

from qa import Assistant
from qa.followup import Turn, asks_else, points_back, standalone
from qa.timing import prefer
from qa.when import When

KNOWN = ("The Harbour Ledger (sample)", "Alpha Post")
SIEGE = Turn(
    "Who lifted the siege of Velm in March 2016?",
    "The army said on 27 March 2016 that it had lifted the siege.",
    date(2020, 1, 1),
)
LEDGER = Turn("According to the Ledger, who lifted the siege of Velm in March 2016?", "The army.", date(2020, 1, 1))
HELD = Turn("As of April 2016, who held Velm?", "The rebels held Velm.", date(2020, 1, 1))
FERRY = Turn("What sank in the harbour of Larnvik?", "The ferry Solveig sank.", date(2020, 1, 1))
MAYOR = Turn("What did Ada Brandt announce in Orm on 3 May 2016?", "She said that she would resign.", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("turn", "text", "alone"),
    [
        # another time
        (SIEGE, "And in 2017?", "Who lifted the siege of Velm in 2017?"),
        (SIEGE, "what about April?", "Who lifted the siege of Velm in April 2016?"),
        (SIEGE, "And in April?", "Who lifted the siege of Velm in April 2016?"),
        (SIEGE, "And the year before?", "Who lifted the siege of Velm in 2015?"),
        (SIEGE, "And a year later?", "Who lifted the siege of Velm in 2017?"),
        (SIEGE, "And in May of the following year?", "Who lifted the siege of Velm in May 2017?"),
        (SIEGE, "And at Christmas of that year?", "Who lifted the siege of Velm at Christmas 2016?"),
        (SIEGE, "And now?", "Who lifted the siege of Velm now?"),
        (SIEGE, "And before that?", "Who lifted the siege of Velm before 27 March 2016?"),
        (MAYOR, "And the day after?", "What did Ada Brandt announce in Orm on 4 May 2016?"),
        (LEDGER, "How did they get there?",
         "How did they get in Velm (the siege of Velm; in March 2016; According to the Ledger)?"),
        # up to a day
        (HELD, "And in 2017?", "As of 2017, who held Velm?"),
        (HELD, "Was it retaken?", "Was Velm retaken (as of April 2016)?"),
        (HELD, "Who said that?", "Who said that the rebels held Velm, as of April 2016?"),
        (HELD, "Why?", "Why was it that the rebels held Velm, as of April 2016?"),
        # another source, place or thing
        (SIEGE, "And according to the Observatory?",
         "Who lifted the siege of Velm in March 2016, according to the Observatory?"),
        (SIEGE, "And the Ledger?", "Who lifted the siege of Velm in March 2016, according to the Ledger?"),
        (SIEGE, "What about Orm?", "Who lifted the siege of Orm in March 2016?"),
        (MAYOR, "And in Velm?", "What did Ada Brandt announce in Velm on 3 May 2016?"),
        (SIEGE, "And the prisoners?", "The prisoners: who lifted the siege of Velm in March 2016?"),
        # about what was answered
        (SIEGE, "Who said that?", "Who said that the army said on 27 March 2016 that it had lifted the siege?"),
        (SIEGE, "Why?", "Why was it that the army said on 27 March 2016 that it had lifted the siege?"),
        (SIEGE, "When was that?", "When was it that the army said on 27 March 2016 that it had lifted the siege?"),
        (SIEGE, "What did the other side say?",
         "What did the other side say (who denied, disputed or rejected it; the siege of Velm; in March 2016)?"),
        # words that point back
        (Turn("Did Solveig's pumps fail?", "They did."), "Where was it built?", "Where was Solveig built?"),
        (Turn("Who died in the siege of Velm?", "Forty soldiers died."), "How long did it last?",
         "How long did the siege of Velm last?"),
        (Turn("What was decided at the summit in Geneva?", "A truce."), "Who attended it?",
         "Who attended the summit in Geneva?"),
        (Turn("What did Ada Brandt say at the trial of Carl Orm?", "Nothing."), "When did it start?",
         "When did the trial of Carl Orm start (Ada Brandt)?"),
        (FERRY, "Who owned it?", "Who owned it (Larnvik; the ferry Solveig sank)?"),
        (SIEGE, "How long had it lasted?", "How long had the siege of Velm lasted (in March 2016)?"),
        (SIEGE, "What did people eat there?", "What did people eat in Velm (the siege of Velm; in March 2016)?"),
        (MAYOR, "Why did she resign?", "Why did Ada Brandt resign (Orm; on 3 May 2016)?"),
        (MAYOR, "Who is her successor?", "Who is Ada Brandt’s successor (Orm; on 3 May 2016)?"),
        # nothing to do with it
        (SIEGE, "How many ferries sank off Orm in 2019?", "How many ferries sank off Orm in 2019?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_made_to_stand_alone(turn: Turn, text: str, alone: str) -> None:
    assert standalone(text, [turn], KNOWN) == alone


def test_a_first_question_stands_as_it_is() -> None:
    assert standalone("And in 2017?", []) == "And in 2017?"


def test_the_source_is_carried_until_another_side_is_asked_for() -> None:
    turn = Turn("How many were freed in Velm in March 2016, according to the Ledger?", "Twelve.", date(2020, 1, 1))
    assert standalone("How did they get there?", [turn], KNOWN).endswith("; according to the Ledger)?")
    assert "Ledger" not in standalone("What did others say?", [turn], KNOWN)


@pytest.mark.parametrize(
    "text", ["And?", "?", "And and and", "(", "\\", "who said that", "why", "a" * 300, "And 2017-99-99?"]
)
@pytest.mark.parametrize("turn", [SIEGE, Turn("?"), Turn("why", "It."), Turn("((", "))"), Turn("x" * 500, "y " * 500)])
def test_any_text_gives_a_question(turn: Turn, text: str) -> None:
    assert standalone(text, [turn], KNOWN).strip()


def test_what_has_nothing_to_do_with_the_question_before_is_asked_as_typed(samples: Assistant) -> None:
    before = samples.ask("Who is Christine Lagarde?")
    answer = samples.ask("How high was the plume?", history=[before])
    assert answer.status == "answered"
    assert answer.standalone_question == "How high was the plume?"
    assert "58 kilometres" in answer.text


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("How high was the plume?", False),
        ("How high was it?", True),
        ("And the plume?", True),
        ("What about the plume?", True),
        ("Who else saw the plume?", True),
        ("Was there a plume in that year?", True),
    ],
)
def test_a_question_with_a_word_that_points_back_is_never_asked_as_typed(text: str, back: bool) -> None:
    assert points_back(text) is back


@pytest.mark.parametrize(
    ("text", "other"),
    [("And the ministry?", True), ("What else?", True), ("And in 2017?", False), ("Why did he go?", False)],
)
def test_something_else_is_asked_for(text: str, other: bool) -> None:
    assert asks_else(text) is other


def test_a_chain_of_follow_ups_over_the_samples(samples: Assistant) -> None:
    first = samples.ask("Who retook Palmyra in March 2016?")
    second = samples.ask("And in March 2017?", history=[first])
    assert second.standalone_question == "Who retook Palmyra in March 2017?"
    assert second.citations[0].published == date(2017, 3, 3)
    third = samples.ask("And according to the Northbank Courier?", history=[first, second])
    assert third.standalone_question == "Who retook Palmyra in March 2017, according to the Northbank Courier?"
    assert third.outlets == ("Northbank Courier (sample)",)


def test_a_day_up_to_which_it_was_asked_holds_for_what_follows(samples: Assistant) -> None:
    first = samples.ask("As of April 2016, who held Palmyra?")
    second = samples.ask("Was it retaken?", history=[first])
    third = samples.ask("And who said that?", history=[first, second])
    assert [answer.as_of for answer in (first, second, third)] == [date(2016, 4, 30)] * 3
    assert samples.ask("And in 2017?", history=[first]).as_of == date(2017, 12, 31)


def test_history_may_be_plain_mappings(samples: Assistant) -> None:
    history = [
        {"question": "Who retook Palmyra in March 2016?", "answer": "The Syrian army did."},
        {"question": "And in March 2017?", "answer": "The Syrian army again."},
    ]
    answer = samples.ask("And in December 2016?", history=history)
    assert answer.standalone_question == "Who retook Palmyra in December 2016?"
    assert samples.ask("Who held Palmyra?", history=[{}]).standalone_question == "Who held Palmyra?"


def test_what_was_answered_is_moved_down_where_something_else_is_asked_for(samples: Assistant) -> None:
    question = "How many people died when the bridge in Genoa collapsed?"
    found = samples.index.search(question)
    best = max((sentence for item in found for sentence in item.sentences), key=lambda sentence: sentence.score)
    again = prefer(found, When(about=question), told=[best.text])
    now = max((sentence for item in again for sentence in item.sentences), key=lambda sentence: sentence.score)
    assert now.text != best.text
    (moved,) = (sentence for item in again for sentence in item.sentences if sentence.text == best.text)
    assert moved.confidence < best.confidence


def test_days_that_an_older_article_counts_from_its_own_are_not_carried_along() -> None:
    told = "At least 35 people were killed on Tuesday when a bridge gave way."
    turn = Turn("How many people died in Genoa in 2018?", told, anchor=date(2022, 7, 25))
    assert standalone("And when was that?", [turn]) == (
        "When was it that at least 35 people were killed when a bridge gave way (Genoa; in 2018)?"
    )
    assert standalone("Who said that?", [turn]) == (
        "Who said that at least 35 people were killed when a bridge gave way?"
    )


def test_a_short_question_about_a_name_of_its_own_stands_alone() -> None:
    turn = Turn("Who won the 2022 World Cup?")
    assert standalone("Where is Ever Given?", [turn]) == "Where is Ever Given?"
    assert standalone("Who won in Ohio?", [turn]) != "Who won in Ohio?"


def test_it_is_not_the_person_who_stands_beside_it() -> None:
    turn = Turn("Did Elena Marsh buy the Ledger?", "Elena Marsh agreed to pay 40 million.")
    assert standalone("When did she buy it?", [turn]) == "When did Elena Marsh buy the Ledger?"
