"""Support: what follows from a source is accepted, what only looks so is caught, and by the check that it is for."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, article
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.faithbench import Summary, figures, read_summaries, trigram_share
from eval.fit_support import fit_strengths
from eval.made_claims import made_claims
from eval.traps import read_traps, run
from index import InputError
from qa import Assistant
from qa.answer import Statement, Support
from qa.checking import check_statement
from qa.samples import FOLDER
from qa.verify import Source, check
from qa.verify.lexicon import canon, verb_form
from qa.verify.moments import dates
from qa.verify.reading import read
from qa.verify.support import WEIGHTS
from qa.verify.values import numbers

FERRY = Source(
    "The ferry Corrie Lass struck a sandbank off Port Edin on Tuesday with 148 passengers aboard. Nine were hurt, "
    "three of them badly. The captain, Moira Teague, blamed a faulty radar. The owner, Sallow Lines, denied that the "
    "radar had failed and said it was considering the sale of the ship. Divers may search the hull this week. Some of "
    "the cargo was lost, according to the preliminary report. The harbour closed for two hours after the accident.",
    "Edin Courier",
    date(2012, 5, 10),
)
VOTE = Source(
    "Parliament in Norra approved a tax on sugar by 61 votes to 38 on Monday. Prime Minister Lars Ekdal accused the "
    "drinks maker Fizzo of misleading children. Fizzo sued the health ministry in March. Sales of its drinks fell by "
    "12 per cent last year. The tax takes effect in January. Rain kept crowds away from the square.",
    "Norra Times",
    date(2016, 9, 14),
)
TAKEN_FOR_A_TRAP = pytest.mark.xfail(reason="the cross-encoder takes it for a trap")
TRUE = [
    pytest.param(FERRY, "Nine people were injured, a third of them seriously.", marks=TAKEN_FOR_A_TRAP),
    (FERRY, "The ship hit a sandbank on 8 May 2012."),
    (FERRY, "The captain of the Corrie Lass put the blame on a faulty radar."),
    (FERRY, "Sallow Lines denied that the radar had failed."),
    pytest.param(
        FERRY,
        "The ferry ran into a sandbank with 148 people aboard, the Edin Courier reported.",
        marks=TAKEN_FOR_A_TRAP,
    ),
    (FERRY, "Divers might look over the hull."),
    (FERRY, "Edin Courier, 10 May 2012: “Nine were hurt, three of them badly.”"),
    pytest.param(VOTE, "Sixty-one members voted for the tax on sugar.", marks=TAKEN_FOR_A_TRAP),
    (VOTE, "Norra's parliament passed a sugar tax."),
    (VOTE, "The health ministry was sued by Fizzo."),
    pytest.param(VOTE, "Sales of Fizzo's drinks dropped by 12 percent.", marks=TAKEN_FOR_A_TRAP),
    pytest.param(VOTE, "Lars Ekdal accused Fizzo of misleading children.", marks=TAKEN_FOR_A_TRAP),
    (VOTE, "According to the prime minister, Fizzo misled children."),
    (VOTE, "The vote was held on 12 September 2016."),
]
TRAPS = [
    (FERRY, "Nine of the 184 passengers were hurt.", "number"),
    (FERRY, "Three people were hurt, nine of them badly.", "number"),
    (FERRY, "The ferry Corrie Lass struck a sandbank off Port Edin on Wednesday.", "date"),
    (FERRY, "The harbour closed for two hours before the accident.", "order"),
    (FERRY, "The captain, Lars Ekdal, blamed a faulty radar.", "name"),
    (FERRY, "Sallow Lines confirmed that the radar had failed.", "attribution"),
    (FERRY, "The owner of the ferry has sold the ship.", "modality"),
    (FERRY, "Divers searched the hull this week.", "modality"),
    (FERRY, "All of the cargo was lost, according to the preliminary report.", "scope"),
    (FERRY, "The final report says that some of the cargo was lost.", "scope"),
    (FERRY, "The ferry struck a sandbank because the harbour had closed.", "cause"),
    (
        FERRY,
        "The ferry Corrie Lass struck a sandbank off Port Edin with 148 passengers and a horse aboard.",
        "coverage",
    ),
    (FERRY, "BBC, 10 May 2012: “Nine were hurt, three of them badly.”", "attribution"),
    (FERRY, "Edin Courier, 11 May 2012: “Nine were hurt, three of them badly.”", "attribution"),
    (VOTE, "The health ministry sued Fizzo in March.", "role"),
    (VOTE, "Sales of its drinks rose by 12 per cent last year.", "negation"),
    (VOTE, "Parliament in Norra rejected a tax on sugar by 61 votes to 38 on Monday.", "negation"),
    (VOTE, "Fizzo did not sue the health ministry in March.", "negation"),
    (VOTE, "The tax takes effect in June.", "date"),
    (VOTE, "Rain kept crowds away from every square in the country.", "scope"),
]


@pytest.mark.parametrize(("source", "claim"), TRUE)
def test_what_follows_in_other_words_is_accepted(source: Source, claim: str) -> None:
    support = check(claim, [source])
    assert support.verdict == "supported", support.checks


@pytest.mark.parametrize(("source", "claim", "by"), TRAPS)
def test_a_trap_is_caught_by_the_check_that_it_is_for(source: Source, claim: str, by: str) -> None:
    support = check(claim, [source])
    assert support.verdict in ("unsupported", "contradicted")
    assert by in {found.check for found in support.checks if not found.ok}, support.checks


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Falk leads the party.", "Falk no longer leads the party."),
        ("Falk no longer leads the party.", "Falk leads the party."),
        ("Engineers found no fault.", "Engineers found a fault."),
        ("Farmers say that Tessel poisoned the river.", "Tessel poisoned the river."),
        ("The strike ended on Monday.", "The strike ended on Tuesday."),
        ("The council rejected the plan.", "The council approved the plan."),
        ("Bert sued Anna.", "Anna sued Bert."),
    ],
)
def test_a_plain_sentence_turned_round_is_not_supported(text: str, claim: str) -> None:
    """However few of the rules it breaks: the reader alone may reject it."""
    assert check(claim, text).verdict in ("unsupported", "contradicted")


def test_a_failed_check_says_what_it_found() -> None:
    support = check("The ferry Corrie Lass struck a sandbank off Port Edin on Wednesday.", [FERRY])
    assert support.verdict == "contradicted"
    assert any("Wednesday" in found.detail and "Tuesday" in found.detail for found in support.checks)


def test_an_outlets_own_words_are_supported_though_it_names_itself_in_them() -> None:
    text = "The storm Kora was the worst in Lune for a decade, the AP reported."
    assert check(f"AP, 5 January 2019: “{text}”", [Source(text, "AP", date(2019, 1, 5))]).score == 1.0


def test_odd_texts_are_checked_or_refused_in_a_sentence() -> None:
    assert check("Three \ud800 were hurt.", "Three \ud800 were hurt.").verdict == "supported"
    assert check("It fell yesterday.", Source("It fell yesterday.", "AP", "2019-01-05")).verdict == "supported"  # type: ignore[arg-type]
    for day in (date.min, date.max):
        assert check("It fell last week.", [Source("It rose last week.", "AP", day)]).verdict != "supported"
    (said,) = check("12 " * 2000, ["Three were hurt."]).checks
    assert said.detail == "it has 6000 characters; check it sentence by sentence"
    with pytest.raises(InputError, match="the claim 5 is not text"):
        check(5, ["Five."])  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the source None is not text"):
        check("Five.", [None])  # type: ignore[list-item]


def test_nothing_is_supported_by_nothing() -> None:
    assert check("The ferry sank.", []).verdict == "unsupported"
    assert check("", [FERRY]).verdict == "unsupported"
    assert check("   “” ", [FERRY]).verdict == "unsupported"
    assert check("The ferry sank.", [""]).verdict == "unsupported"


def test_every_sentence_and_every_run_of_sentences_supports_itself() -> None:
    for path in sorted(FOLDER.glob("*.md"))[:8]:
        text = path.read_text(encoding="utf-8").split("---")[-1]
        reading = read(text)
        spans = [(reading.tokens[a].start, reading.tokens[b - 1]) for a, b in reading.sentences if b > a]
        for start, last in spans:
            sentence = text[start : last.start + len(last.text)]
            assert check(sentence, [Source(text, "An outlet", None)]).verdict == "supported", sentence


words = st.sampled_from(
    "the a not never 12 per cent Monday Anna said will may all rose £3m , . “ ” Smith sued because".split()
)
texts = st.one_of(st.text(max_size=80), st.lists(words, max_size=25).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(texts, st.lists(texts, max_size=3))
def test_a_score_is_a_share_whatever_the_texts(claim: str, sources: list[str]) -> None:
    support = check(claim, sources)
    assert math.isfinite(support.score)
    assert 0.0 <= support.score <= 1.0
    assert (support.score >= 0.5) == (support.verdict == "supported")
    assert support == check(claim, sources)


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_the_order_of_the_sources_makes_no_difference(claim: str, other: str) -> None:
    one = [FERRY, Source(other), VOTE]
    assert check(claim, one) == check(claim, one[::-1])


def test_a_claim_over_two_sources_draws_on_both() -> None:
    later = Source("Sallow Lines has sold the Corrie Lass, it said on Friday.", "Edin Courier", date(2012, 6, 1))
    claim = "Sallow Lines, which had denied that the radar failed, has sold the Corrie Lass."
    assert check(claim, [FERRY]).verdict != "supported"
    assert check(claim, [later, FERRY]).verdict == "supported"


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("1.2 million people", 1.2e6, "count"),
        ("twelve hundred cases", 1200, "count"),
        ("a dozen eggs", 12, "count"),
        ("half a dozen eggs", 6, "count"),
        ("$2.3bn was paid", 2.3e9, "money:USD"),
        ("20 per cent of it", 20, "percent"),
        ("two thirds of it", 2 / 3, "fraction"),
        ("one in eight posts", 1 / 8, "fraction"),
        ("for four weeks", 28, "time:d"),
        ("an hour and ten minutes", 4200, "time:s"),
        ("the 71st minute", 71, "ordinal"),
        ("won 3-1 there", 3001, "score"),
        ("a 58-year-old man", 58, "age"),
        ("at 4.12am today", 252, "clock"),
    ],
)
def test_a_number_is_read_in_words_and_digits(text: str, value: float, kind: str) -> None:
    found = numbers(read(text), frozenset())
    assert [(n.value, n.kind) for n in found][:1] == [(pytest.approx(value), kind)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on Tuesday", "2012-05-08", "2012-05-08"),
        ("on 3 May", "2012-05-03", "2012-05-03"),
        ("last month", "2012-04-01", "2012-04-30"),
        ("in August 2011", "2011-08-01", "2011-08-31"),
        ("yesterday", "2012-05-09", "2012-05-09"),
        ("next year", "2013-01-01", "2013-12-31"),
    ],
)
def test_a_date_is_worked_out_beside_the_day_of_publication(text: str, first: str, last: str) -> None:
    (when,) = dates(read(text), ((99, date(2012, 5, 10)),))
    spans = [(date.fromordinal(a).isoformat(), date.fromordinal(b).isoformat()) for a, b in when.spans]
    assert (first, last) in spans


@pytest.mark.parametrize(
    ("word", "base"), [("fell", "fall"), ("organised", "organize"), ("stopped", "stop"), ("carries", "carry")]
)
def test_a_verb_is_known_in_all_its_forms(word: str, base: str) -> None:
    form = verb_form(word)
    assert form is not None
    assert canon(word) == canon(base) == canon(form.base)


@pytest.mark.parametrize(("name", "floor"), [("traps-dev.jsonl", 0.76), ("claims.jsonl", 0.76)])
def test_the_claims_that_the_weights_were_fitted_on_stay_told_apart(name: str, floor: float) -> None:
    assert run(read_traps(ROOT / "eval" / "data" / name)).balanced >= floor


def test_the_weights_say_what_they_were_fitted_on_and_none_is_negative() -> None:
    weights = json.loads(WEIGHTS.read_text())
    assert "made from" in weights["about"]
    assert min(weights["rules"].values()) >= 0


def test_a_rule_that_only_traps_break_weighs_more_than_one_that_all_break() -> None:
    broken = [{"sure": 1.0, "vague": 1.0}, {"sure": 1.0}, {"vague": 1.0}, {}] * 5
    fitted = fit_strengths(broken, [False, False, True, True] * 5)
    assert fitted.rules["sure"] > 2 * fitted.rules["vague"]


def test_made_claims_differ_from_the_true_ones_in_one_place() -> None:
    text = " ".join(
        f"Reporter Anna Berg said on Monday that {n} boats had left the port of Lund early." for n in range(10, 22)
    )
    made = made_claims([article(f"a{n}", text, outlet="Lund Post") for n in range(6)], 4, seed=3)
    assert made
    for true, trap in zip(made[::2], made[1::2], strict=True):
        assert (true.supported, trap.supported) == (True, False)
        assert true.claim != trap.claim
        assert true.sources == trap.sources


def test_every_sentence_of_an_answer_is_checked_against_its_quotes(samples: Assistant) -> None:
    answer = samples.ask("Who retook Palmyra in March 2016?")
    for statement in answer.statements:
        assert statement.support.verdict == "supported"
        assert {"key", "coverage"} <= {found.check for found in statement.support.checks}


def test_a_statement_fails_with_a_wrong_quote_and_with_a_wrong_sentence(samples: Assistant) -> None:
    answer = samples.ask("Who retook Palmyra in March 2016?")
    (citation, *_), (statement, *_) = answer.citations, answer.statements
    get = samples.index.get
    moved = check_statement(statement, [replace(citation, start=citation.start + 1)], get)
    assert moved.support.verdict == "unsupported"
    assert moved.support.score == 0.0
    wrong = Statement(
        "The city was retaken by the coast guard on 2 June 1999.", (citation.n,), Support("supported", 1.0)
    )
    assert check_statement(wrong, [citation], get).support.verdict in ("unsupported", "contradicted")


def measure(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval", *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(cwd)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_traps_prints_totals_and_no_text_unless_asked(tmp_path: Path) -> None:
    source = {"text": FERRY.text, "outlet": FERRY.outlet, "published": "2012-05-10"}
    true = "The captain of the Corrie Lass put the blame on a faulty radar."
    rows = [
        {"id": "1", "kind": "paraphrase", "claim": true, "sources": [source], "supported": True},
        {
            "id": "2",
            "kind": "coverage",
            "claim": "Nine were hurt, three of them badly.",
            "sources": [source],
            "supported": False,
        },
    ]
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    quiet = measure("traps", "--file", str(file), cwd=tmp_path)
    assert quiet.returncode == 0, quiet.stderr
    assert "paraphrase" in quiet.stdout
    assert "balanced accuracy   0.500" in quiet.stdout
    assert "Nine" not in quiet.stdout
    assert (
        "Nine were hurt, three of them badly." in measure("traps", "--file", str(file), "--misses", cwd=tmp_path).stdout
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "no claims in it"),
        ("{", ":1: not a claim"),
        ('{"id": "1"}', ":1: not a claim"),
        ('{"id": 1, "kind": "x", "claim": "y", "supported": true, "sources": ["z"]}', ":1: not a claim"),
    ],
)
def test_a_file_that_holds_no_claims_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text(line)
    with pytest.raises(InputError, match=message):
        read_traps(file)


def test_faithbench_ranks_summaries_beside_the_share_of_trigrams(tmp_path: Path) -> None:
    good, bad = "The owner denied that the radar had failed.", "The owner confirmed that the radar had failed."
    found = figures([Summary(FERRY.text, good, True), Summary(FERRY.text, bad, False)], rounds=20)
    assert found.summaries == 2
    assert found.auc == 1.0
    assert trigram_share("a b c d", "a b c x") == 0.5
    file = tmp_path / "faith.jsonl"
    file.write_text('{"source": "a", "summary": "b", "label": "maybe"}')
    with pytest.raises(InputError, match=":1: not a summary"):
        read_summaries(file)


@pytest.mark.parametrize(
    "claim", ["No.", "Yes.", "No, it did not.", "They didn’t.", "He was.", "It is so.", "All of them."]
)
def test_what_says_something_only_beside_its_question_is_not_supported(claim: str) -> None:
    support = check(claim, [FERRY, VOTE])
    assert support.verdict == "unsupported"
    assert "it says nothing that can be held against it" in str(support.checks)
    assert check(claim, [f"She was asked. {claim} She left."]).verdict == "supported"


@pytest.mark.parametrize(
    ("claim", "sentence", "frame"),
    [
        (
            "The radar had failed twice.",
            "The radar had failed twice, said a mate of the ferry.",
            "said a mate of the ferry",
        ),
        ("The dam will be rebuilt by May.", "The ministry said on Monday that the dam will be rebuilt by May.", "that"),
        (
            "The mine was known to be unsafe.",
            "According to the union, the mine was known to be unsafe.",
            "according to the",
        ),
        ("The radar had failed twice.", "The radar had failed twice, once off Brack.", ""),
        ("The dam will be rebuilt.", "The ministry confirmed its plan: the dam will be rebuilt by May.", ""),
    ],
)
def test_what_somebody_says_is_not_supported_without_who_says_it(claim: str, sentence: str, frame: str) -> None:
    support = check(claim, [f"It was a wet day. {sentence} Nobody was hurt."])
    lost = [found.detail for found in support.checks if "somebody says it" in found.detail]
    assert bool(lost) is bool(frame)
    if frame:
        assert support.verdict == "unsupported"
        assert frame in lost[0]
    assert check(sentence, [f"It was a wet day. {sentence}"]).verdict == "supported"
