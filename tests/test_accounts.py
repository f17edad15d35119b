"""Accounts: what sources give differently of one thing is shown with who gives it; what does not differ is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from conftest import article
from rich.console import Console

from index import Article, Index
from qa import Answer, Assistant
from qa.accounts import MOST_CLAIMS, find, quotes, told
from qa.reading import claim_of
from qa.show import show_answer
from qa.values import amounts, days, names

FIRST, NEXT, LATER = date(2019, 5, 6), date(2019, 5, 7), date(2019, 5, 20)
QUESTION = "How many people died in the fire at the Orlow paper mill?"
FOURTEEN = "Fourteen people died in the fire at the Orlow paper mill, the fire brigade said."
NINETEEN = "The fire at the Orlow paper mill killed at least 19 people, according to the mayor."
RISEN = "The number of people killed in the fire at the Orlow paper mill has risen to 23."


def ask(index: Index, question: str, *articles: Article) -> Answer:
    """Return the answer of a library of a few articles and some that have nothing to do with it."""
    index.add([
        *articles,
        article("choir", "The choir of Lindau sang in the town hall on Sunday. Forty singers took part.",
                title="Choir sings", outlet="Lake Journal", published=FIRST),
        article("rates", "The bank of Norland left its rates unchanged. Analysts had expected a rise.",
                title="Rates unchanged", outlet="Norland Mail", published=LATER),
    ])  # fmt: skip
    answer = Assistant(index).ask(question)
    assert answer.status == "answered", answer.text
    for account in answer.accounts:
        for claim in account.claims:
            citation = answer.citations[claim.citation - 1]
            assert claim.value in citation.quote
            assert claim.outlet == (citation.outlet or citation.file)
    return answer


def mill(name: str, text: str, outlet: str | None = None, day: date | None = FIRST) -> Article:
    return article(name, text, title="Fire at the Orlow paper mill", outlet=outlet, published=day)


def shown(answer: Answer) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(a.kind, [(claim.value, claim.outlet) for claim in a.claims]) for a in answer.accounts]


def test_two_outlets_that_differ_on_one_day_are_a_dispute_and_both_are_named(index: Index) -> None:
    answer = ask(index, QUESTION, mill("a", FOURTEEN, "Alpha Post"), mill("b", NINETEEN, "Beta News"))
    ((kind, claims),) = shown(answer)
    assert kind == "dispute"
    assert {outlet for _, outlet in claims} == {"Alpha Post", "Beta News"}
    assert {value for value, _ in claims} == {"Fourteen people", "at least 19 people"}
    assert "Alpha Post, 6 May 2019: “Fourteen people died" in answer.text
    assert "Beta News, 6 May 2019: “The fire at the Orlow" in answer.text
    assert "Accounts differ." in answer.notes


def test_what_is_not_sure_to_differ_is_quoted_side_by_side_and_not_said_to(index: Index) -> None:
    answer = ask(index, QUESTION, mill("a", FOURTEEN, "Alpha Post"), mill("b", NINETEEN, "Beta News"))
    found = find(QUESTION, answer.evidence)
    assert found
    assert told(QUESTION, found, answer.citations) == answer.accounts
    unsure = replace(found, values=tuple(value._replace(said=False) for value in found.values))
    assert quotes(unsure, []) == quotes(found, [])
    assert told(QUESTION, unsure, answer.citations) == ()


def test_a_later_toll_is_an_update_with_the_newest_first(index: Index) -> None:
    answer = ask(
        index,
        QUESTION,
        mill("a", FOURTEEN, "Alpha Post"),
        mill("b", RISEN, "Beta News", LATER),
    )
    assert shown(answer) == [("update", [("23", "Beta News"), ("Fourteen people", "Alpha Post")])]
    assert answer.text.startswith("Beta News, 20 May 2019: ")
    assert "The newest is “23” (Beta News, 20 May 2019); before that “Fourteen people” (Alpha Post, 6 May 2019)." in (
        answer.notes
    )


def test_a_toll_after_two_that_differ_is_an_update_of_both(index: Index) -> None:
    answer = ask(
        index,
        QUESTION,
        mill("a", FOURTEEN, "Alpha Post"),
        mill("b", NINETEEN, "Beta News"),
        mill("c", RISEN, "Gamma", LATER),
    )
    ((kind, claims),) = shown(answer)
    assert kind == "update"
    assert claims[0] == ("23", "Gamma")
    assert {value for value, _ in claims} == {"23", "at least 19 people", "Fourteen people"}
    assert answer.citations[0].outlet == "Gamma", "the newest is quoted first"


@pytest.mark.parametrize(("day", "kind"), [(LATER, "update"), (FIRST, "dispute"), (None, "dispute")])
def test_what_is_not_known_to_be_later_supersedes_nothing(index: Index, day: date | None, kind: str) -> None:
    answer = ask(
        index,
        QUESTION,
        mill("a", FOURTEEN, "Alpha Post"),
        mill("b", RISEN, "Beta News", day),
    )
    ((found, claims),) = shown(answer)
    assert found == kind
    assert {value for value, _ in claims} == {"23", "Fourteen people"}


@pytest.mark.parametrize(
    "other",
    [
        "The fire at the Orlow paper mill killed 12 people, according to the mayor.",
        "A dozen people were killed when fire swept through the Orlow paper mill, the mayor said.",
        "Some 30 people were injured in the fire at the Orlow paper mill, the hospital said.",
        "The fire at the Orlow paper mill burned for 40 hours before it was put out.",
        "Some 900 people were expected to mourn those who died in the fire at the Orlow paper mill.",
    ],
)
def test_equal_values_and_values_of_other_things_are_no_dispute(index: Index, other: str) -> None:
    first = "Twelve people died in the fire at the Orlow paper mill, the fire brigade said."
    assert not ask(index, QUESTION, mill("a", first, "Alpha Post"), mill("b", other, "Beta News")).accounts


def test_the_same_thing_at_another_place_is_no_dispute(index: Index) -> None:
    answer = ask(
        index,
        QUESTION,
        mill("a", FOURTEEN, "Alpha Post"),
        article("b", "A bus fell into a gorge near Tarnac. Nine people were killed and the driver was arrested.",
                title="Bus falls into gorge", outlet="Beta News", published=FIRST),
    )  # fmt: skip
    assert not answer.accounts


def test_a_near_copy_is_one_source_with_its_copy_listed(index: Index) -> None:
    text = (
        "Fourteen people died in the fire at the Orlow paper mill, the fire brigade said. The blaze began in a store "
        "of old newspapers shortly after midnight. Workers on the night shift climbed to the roof and waited for help. "
    )
    answer = ask(
        index,
        QUESTION,
        mill("a", text + "The mill was built in 1922.", "Alpha Post"),
        mill("b", text + "The mill stands by the river.", "Beta News"),
    )
    assert not answer.accounts
    assert sum("Fourteen people" in citation.quote for citation in answer.citations) == 1
    (first,) = [citation for citation in answer.citations if "Fourteen" in citation.quote]
    assert {first.outlet, *(copy.outlet for copy in first.copies)} == {"Alpha Post", "Beta News"}


def test_opposite_statements_of_two_days_are_both_shown_the_newer_first_where_it_supersedes(index: Index) -> None:
    answer = ask(
        index,
        "Were the sluice gates of the Velm reservoir opened?",
        article("a", "The sluice gates of the Velm reservoir were opened on Monday night, the operator announced.",
                title="Velm reservoir", outlet="Alpha Post", published=FIRST),
        article("b", "The sluice gates of the Velm reservoir were not opened on Monday, an inquiry found.",
                title="Velm reservoir", outlet="Beta News", published=LATER),
    )  # fmt: skip
    ((kind, claims),) = shown(answer)
    newest_first = ["Beta News", "Alpha Post"]
    assert sorted(outlet for _, outlet in claims) == sorted(newest_first)
    assert kind == "dispute" or [outlet for _, outlet in claims] == newest_first


def test_rival_causes_inside_one_article_are_a_dispute(index: Index) -> None:
    answer = ask(
        index,
        "Why did the ferry Aurelia sink?",
        article("a", "Why the ferry Aurelia sank is disputed. The harbour authority said that the ferry Aurelia sank "
                "because its bow door had been left open. The shipping company denied this and insisted that a "
                "freak wave had broken the hull of the Aurelia.",
                title="Ferry Aurelia sinks", outlet="Alpha Post", published=FIRST),
    )  # fmt: skip
    ((kind, _),) = shown(answer)
    assert kind == "dispute"
    assert "bow door" in answer.text
    assert "freak wave" in answer.text


def test_undated_sources_are_each_given_a_reading(index: Index) -> None:
    answer = ask(
        index,
        "When was the Harrow Hall built?",
        article("a", "Harrow Hall in Kent is a brick house. It was built in 1712 for a wool merchant."),
        article("b", "Harrow Hall is a theatre in Ohio. The hall was built in 1931 and seats 900."),
    )
    ((kind, claims),) = shown(answer)
    assert kind == "dispute"
    assert {outlet for _, outlet in claims} == {"a.txt", "b.txt"}
    assert "1712" in answer.text
    assert "1931" in answer.text


def test_at_most_four_accounts_are_shown(index: Index) -> None:
    reports = (
        "Eleven people died in the fire at the Orlow paper mill, the fire brigade said.",
        "The fire at the Orlow paper mill killed fourteen people, according to the mayor.",
        "In the Orlow paper mill sixteen people have died in a fire, a doctor reported.",
        "Nineteen people were killed by the fire that swept through the Orlow paper mill at night.",
        "A union leader spoke of 22 people dead after the Orlow paper mill caught fire.",
        "Neighbours counted 31 people killed in the fire at the paper mill of Orlow.",
    )
    answer = ask(index, QUESTION, *(mill(f"m{n}", report, f"Paper {n}") for n, report in enumerate(reports)))
    ((_, claims),) = shown(answer)
    assert len({value for value, _ in claims}) == len(claims) == MOST_CLAIMS
    assert len(answer.statements) == MOST_CLAIMS


def test_accounts_stand_in_the_terminal_and_in_markdown(index: Index) -> None:
    answer = ask(
        index,
        QUESTION,
        mill("a", FOURTEEN, "Alpha *Post*"),
        mill("b", NINETEEN, "Beta News"),
    )
    console = Console(record=True, width=200)
    show_answer(console, answer)
    assert "Accounts differ:" in (text := console.export_text())
    assert "    Fourteen people — Alpha *Post*, 6 May 2019 [" in text
    assert "- Fourteen people — Alpha \\*Post\\*, 6 May 2019 [" in answer.to_markdown()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 35 people were killed", [(35, 35, "dead", "At least 35 people")]),
        ("a dozen bodies were found", [(12, 12, "dead", "a dozen bodies")]),
        ("twenty-six deaths", [(26, 26, "dead", "twenty-six deaths")]),
        ("the deaths of more than 150 people", [(150, 150, "dead", "more than 150 people")]),
        ("two COVID-19 vaccines", [(2, 2, "", "two COVID-19 vaccines")]),
        ("a fine of $1.2 million", [(1.2e6, 1.2e6, "money", "$1.2 million")]),
        ("a fine of 1,200,000 dollars", [(1.2e6, 1.2e6, "money", "1,200,000 dollars")]),
        ("by a quarter of a percentage point", [(0.25, 0.25, "share", "a quarter of a percentage point")]),
        ("minus 0.5 percent", [(-0.5, -0.5, "share", "minus 0.5 percent")]),
        ("between 40 and 50 tonnes", [(40000, 50000, "weight", "between 40 and 50 tonnes")]),
        ("three and a half days", [(3.5, 3.5, "time", "three and a half days")]),
        ("It opened in 1967, on 14 August, at 11.36 in the morning", []),
        ("one of the largest ships", []),
        ("", []),
        ("１２ ... 12,,3 - -5 %%", [(12, 12, "", "１２")]),
    ],
)
def test_numbers_are_read_with_their_things(text: str, expected: list[tuple[float, float, str, str]]) -> None:
    found = [(a.low, a.high, a.kind, text[a.start : a.end]) for a in amounts(text)]
    if text.startswith("１"):
        assert found  # whatever it reads, it does not fail
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 people", "twelve people", True),
        ("nearly 19,000 ships", "18,829 ships", True),
        ("about 180 soldiers", "188 soldiers", False),
        ("27,000 tonnes", "about 30,000 tonnes", False),
        ("$19 million", "$19,000,100", True),
        ("three months", "90 days", True),
        ("50 people", "48 people", False),
        ("1.2 kilometres", "1,200 metres", True),
    ],
)
def test_rounded_numbers_agree_and_others_do_not(one: str, other: str, same: bool) -> None:
    (a,), (b,) = amounts(one), amounts(other)
    assert a.agrees(b) is b.agrees(a) is same


def test_days_and_names_are_found_where_they_stand() -> None:
    text = "On Sunday, 23 August the director, Khaled al-Asaad, met Osama Rabie in Suez. They spoke in May 2015."
    assert [text[a:b].strip() for a, b in days(text)] == ["Sunday, 23 August", "May 2015"]
    assert [text[a:b] for a, b in names(text)] == ["Khaled al-Asaad", "Osama Rabie", "Suez"]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (
            "According to the Syrian Observatory for Human Rights, by contrast, Islamic State pulled out of most.",
            "Islamic State pulled out of most",
        ),
        ("The staff put losses at more than 1,000 dead, or 4.5 percent.", "losses at more than 1,000 dead"),
        ("The mayor said that the dam had held all night, and would hold.", "the dam had held all night"),
        ("Velm (CNN) The court overturned Roe v. Wade, holding it wrong.", "The court overturned Roe v. Wade"),
        ("VELM – In a ruling of weight the court sided with him.", "In a ruling of weight the court sided with him"),
        ("OPEC – the club of those who sell oil – cut its quota.", "OPEC – the club of those who sell oil"),
        ("Dora Lind said Tuesday that she would run again.", "she would run again"),
        ("The dam.", "The dam."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_claim_is_what_is_said_and_ends_at_no_point_or_comma_of_a_number(text: str, claim: str) -> None:
    assert claim_of(text) == claim


def test_a_question_about_all_that_was_reported_of_a_name_has_no_accounts(samples: Assistant) -> None:
    assert samples.ask("What was reported about Suez Canal in March 2021?").accounts == ()
    assert samples.ask("What do the reports say about the Suez Canal?").accounts == ()
    assert samples.ask("How many people died when the bridge in Genoa collapsed?").accounts
