"""Context: a true quote must not mislead by what was left out around it."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import article

from index import Index
from qa import Assistant
from qa.context import beside, is_evidence, with_denial
from qa.evidence import Quote

DAY = date(2019, 5, 6)


def quote_of(text: str, quoted: str) -> Quote:
    start = text.index(quoted)
    return Quote(article("a", text), start, start + len(quoted), 1.0)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("By Jane Miller", False),
        ("By Jane Miller and Tom Reed", False),
        ("Monday, 20 August 2018", False),
        ("LINDAU, 20 August 2018", False),
        ("Photo: Jane Miller / Lake Agency", False),
        ("Soldiers stand beside the bridge of Lindau, 1 April 2018 REUTERS/Jane Miller", False),
        ("A boat is towed into the harbour. Jane Miller/AFP/Getty Images", False),
        ("A boat is towed into the harbour on Monday (AP Photo/Jane Miller)", False),
        ("Support fell to 40 percent, according to a Reuters/Ipsos poll.", True),
        ("She leads by five points in a Reuters/Ipsos poll published on Monday.", True),
        ("The court struck down the EPA/Army Corps rule.", True),
        ("An AP Photo editor was arrested in Yangon.", True),
        ("洪水造成四十人死亡,另有两百人受伤,总统说。", True),
        ("He resigned.[1]", True),
        ("The agencies AFP and AP said that two boats had sunk.", True),
        ("A Reuters/Ipsos poll found that 40 percent would vote for her.", True),
        ("Norland", False),
        ("New York CNN Business —", False),
        ("Lindau (AFP) —", False),
        ("He left —", True),
        ("Latest from Lindau", False),
        ("It fell.", True),
        ("Image caption: the bridge before its fall", False),
        ("More:Bridge at Lindau was closed twice before it fell", False),
        ("Read the report:What the engineers knew", False),
        ("Lindau:A 90-year-old bridge fell on Monday, and four people died.", True),
        ("He said:“The bridge was sound.”", True),
        ("Subscribe to our weekly letter at https://lake.example/letter.", False),
        ("Contact the newsroom: desk@lake.example", False),
        ("## What happened", False),
        ("Bridge falls at Lindau", False),
        ("By then they left.", True),
        ("By Monday the water had reached the church.", True),
        ("The photograph shows the bridge before its fall.", True),
        ("On 20 August 2018 the bridge fell.", True),
        ("Readers can contact the ministry until Friday.", True),
    ],
)
def test_titles_bylines_datelines_and_captions_are_no_evidence(text: str, evidence: bool) -> None:
    assert is_evidence(text, title="Bridge falls at Lindau") is evidence


def test_a_dangling_he_is_named_beside_the_quote_never_inside_it(index: Index) -> None:
    index.add([
        article("a", "The chairman of the port of Lindau, Otto Berger, spoke to reporters on Sunday. "
                "The crane collapsed because a bolt had rusted through, he said.",
                title="Crane collapses", outlet="Lake Journal", published=DAY),
    ])  # fmt: skip
    answer = Assistant(index).ask("Why did the crane collapse?")
    (statement,) = [s for s in answer.statements if "bolt" in s.text]
    assert statement.text.endswith("rusted through, he said.” [“he”: Otto Berger]")
    quote = answer.citations[statement.citations[0] - 1].quote
    assert quote == "The crane collapsed because a bolt had rusted through, he said."
    assert ("context", True) in [(check.check, check.ok) for check in statement.support.checks]


@pytest.mark.parametrize(
    ("before", "quoted", "note"),
    [
        ("Otto Berger spoke on Sunday. ", "He denied that the crane was old.", "“He”: Otto Berger"),
        ("Otto Berger owns it. Berger spoke in Bern. ", "The crane was old, he added.", "“he”: Otto Berger"),
        ("The Lake Authority met. ", "The crane was old, it said.", "before it: “The Lake Authority met.”"),
        ("Otto Berger spoke on Sunday. ", "The crane was old, said Mia Stern.", ""),
        ("Otto Berger spoke on Sunday. ", "Mia Stern said that she was sorry.", ""),
        ("Rain fell. ", "It was five past three when the crane fell.", ""),
        (
            "The chairman, Otto Berger, came. ",
            "The chairman said that the crane was old.",
            "“The chairman”: Otto Berger",
        ),
        ("They sang “God Save The King”. ", "She smiled.", "before it: “They sang “God Save The King”.”"),
        ("The Prime Minister left. ", "She had lost the vote.", "before it: “The Prime Minister left.”"),
        ("Swiss engineers came. ", "He said that the crane was old.", "before it: “Swiss engineers came.”"),
        ("", "He said that the crane was old.", ""),
    ],
)
def test_what_points_before_the_quote_is_said_beside_it(before: str, quoted: str, note: str) -> None:
    assert beside(quote_of(before + quoted, quoted))[0] == note


@pytest.mark.parametrize(
    "before",
    [
        "The surgeon Emil Roth treated the singer Tom Vance at noon.",
        "Judge Petra Orlow sentenced the banker Martin Ebb on Friday. Ebb heard Petra Orlow in silence.",
    ],
)
def test_of_several_people_none_is_guessed_to_be_he(before: str) -> None:
    note, check = beside(quote_of(f"{before} He had lied for years.", "He had lied for years."))
    assert note.startswith("before it: “")
    assert check is not None


def test_who_is_named_nearest_is_he() -> None:
    text = "Judge Petra Orlow read the sentence to the banker Martin Ebb. Ebb is ruined. He had lied for years."
    assert beside(quote_of(text, "He had lied for years."))[0] == "“He”: Martin Ebb"


def test_a_pronoun_that_nothing_explains_fails_its_check() -> None:
    _, check = beside(quote_of("He said that the crane was old.", "He said that the crane was old."))
    assert check is not None
    assert not check.ok


def test_a_claim_that_the_next_sentence_denies_is_shown_with_its_denial(index: Index) -> None:
    index.add([
        article("a", "Residents said that the Orlow mill had poured acid into the river. "
                "The owners rejected the accusation. The river is 40 kilometres long.",
                title="Acid in the river", outlet="Lake Journal", published=DAY),
    ])  # fmt: skip
    answer = Assistant(index).ask("What did the Orlow mill pour into the river?")
    assert "poured acid into the river." in answer.text
    assert "The owners rejected the accusation." in answer.text
    for citation in answer.citations:
        assert index.get(citation.article_id).text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("after", "runs_on"),
    [
        (" The company denied it.", True),
        (" But it was not true.", True),
        (" That figure was wrong, the ministry said later.", True),
        (" The company was founded in 1922.", False),
        (" What nobody denied was the noise.", False),
        ("\n\nThe company denied something else.", False),
        ("", False),
    ],
)
def test_a_quote_runs_on_through_its_denial_and_no_further(after: str, runs_on: bool) -> None:
    quoted = "Acid was poured into the river."
    quote = with_denial(quote_of(quoted + after, quoted))
    assert quote.text == (quoted + after if runs_on else quoted)


SPEECH = (
    "“The dam at Velm was rotten for years. Everyone on the board knew it. The inspectors were paid to keep silent,” "
    "Anton Brekke, a former engineer, said on Thursday. Traffic was heavy.\n"
    'Ada Finch said: "The men were told on Friday. Nobody asked them." She left. "It is a shame," said Finch. '
    'The "Velm plan" was dropped. The mayor is a “rising star” of the party.'
)


@pytest.mark.parametrize(
    ("quoted", "note"),
    [
        ("Everyone on the board knew it.",
         "the words of a speaker: “…” Anton Brekke, a former engineer, said on Thursday."),
        ("“The dam at Velm was rotten for years.",
         "the words of a speaker: “…” Anton Brekke, a former engineer, said on Thursday."),
        ('Nobody asked them."', "the words of a speaker: Ada Finch said: “…”"),
        ("The inspectors were paid to keep silent,” Anton Brekke, a former engineer, said on Thursday.", ""),
        ("Traffic was heavy.", ""),
        ('Ada Finch said: "The men were told on Friday.', ""),
        ('"It is a shame," said Finch.', ""),
        ('The "Velm plan" was dropped.', ""),
        ("The mayor is a “rising star” of the party.", ""),
    ],
)  # fmt: skip
def test_a_sentence_out_of_a_speech_says_whose_words_it_is(quoted: str, note: str) -> None:
    """Alone it would read as what the outlet itself reports."""
    assert beside(quote_of(SPEECH, quoted))[0] == note


def test_a_speech_that_names_no_speaker_is_shown_with_the_sentence_before() -> None:
    text = "Mara Quist spoke to the dockers at noon. “We will not be moved by threats.” They cheered."
    note, check = beside(quote_of(text, "“We will not be moved by threats.”"))
    assert note == "the words of a speaker; before it: “Mara Quist spoke to the dockers at noon.”"
    assert check is not None
    assert check.ok
