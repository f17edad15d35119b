"""Near-copies: what is one report is found, shown and counted once; what says otherwise is never hidden."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from conftest import article
from typer.testing import CliRunner

from index import Article, Index
from index.copies import bands, compare, differ, figures, may_be_copies, signature
from qa.answer import Answer
from qa.assistant import Assistant
from qa.cli import app

REPORT = (
    "The Karst dam above the town of Velm burst early on Monday after a week of heavy rain. "
    "Rescuers in boats brought 340 people out of the lower streets, the fire service said. "
    "Twelve bodies were found before nightfall, and the search was to go on until Wednesday. "
    "The operator had been told last spring that two of the spillway gates no longer opened. "
    "A spokesman for the operator said that the gates were to be renewed in the autumn. "
    "Schools in the valley stay closed, and drinking water is handed out on the market square."
)
ADDED = " The mayor of Velm asked for tents, blankets and field kitchens from the neighbouring towns."
OTHER = (
    "The harbour of Oster was closed on Tuesday by a strike of the pilots, who ask for longer rests between two "
    "passages. Forty ships wait in the roads. The port authority said that talks would be held on Thursday, and "
    "that ferries to the islands were not affected by the strike of the pilots."
)
DAY = date(2020, 3, 2)


def report(name: str, text: str, outlet: str = "Alpha Post", published: date | None = DAY) -> Article:
    return article(name, text, title="Dam bursts above Velm", outlet=outlet, published=published)


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        pytest.param(report("a", REPORT), report("b", REPORT, "Beta News"), "copy", id="equal"),
        pytest.param(report("a", REPORT), report("b", REPORT + ADDED, "Beta News"), "copy", id="added to"),
        pytest.param(report("a", REPORT), report("b", REPORT[: len(REPORT) // 2], "Beta News"), "copy", id="cut short"),
        pytest.param(report("a", REPORT), report("b", OTHER, "Beta News"), "other", id="another report"),
        pytest.param(report("a", REPORT), report("b", REPORT.replace("Twelve", "Fourteen"), "Beta News"), "update",
                     id="another toll"),
        pytest.param(report("a", REPORT), report("b", REPORT.replace("until Wednesday", "until Thursday"), "Beta News"),
                     "update", id="another day"),
        pytest.param(report("a", REPORT), report("b", REPORT + ADDED, published=date(2020, 3, 3)), "update",
                     id="the outlet's own update"),
        pytest.param(report("a", REPORT), report("b", REPORT, published=date(2020, 3, 3)), "copy", id="printed again"),
        pytest.param(report("a", OTHER + " " + REPORT * 2), report("b", f"{ADDED * 3} {ADDED} {REPORT * 2}"), "other",
                     id="what an outlet prints under all its articles"),
        pytest.param(report("a", "The dam burst."), report("b", "The dam burst. All fled.", "Beta News"), "other",
                     id="too short to tell"),
        pytest.param(report("a", ""), report("b", OTHER, "Beta News"), "other", id="empty"),
    ],
)  # fmt: skip
def test_what_is_a_copy_and_what_is_not(a: Article, b: Article, relation: str) -> None:
    assert compare(a, b) == relation
    assert compare(b, a) == relation


def test_signatures_bring_copies_together_and_keep_others_apart() -> None:
    whole, longer, other = signature(REPORT), signature(REPORT + ADDED), signature(OTHER)
    assert may_be_copies(whole, longer)
    assert set(bands(whole)) & set(bands(longer))
    assert not may_be_copies(whole, other)
    assert not set(bands(whole)) & set(bands(other))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Twelve of 1,500 fled", {"12", "1500"}),
        ("twenty-one of the 3.5 million", {"21", "3.5"}),
        ("one of them, at least", set()),
        ("", set()),
    ],
)
def test_figures_are_read_in_digits_and_in_words(text: str, found: set[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("Judge Berg fined the operator on Monday.", "Judge Lind fined the operator on Monday.", True),
        ("It burst on Aug 3, the ministry said.", "It burst on August 3, the ministry said.", False),
        ("The ISIS group left Velm at night.", "The Isis group left Velm at night.", False),
        ("Judge Berg fined it.", "The court fined the operator.", False),
        ("The dam burst early on Monday.", "The dam broke early on Monday.", False),
        ("Diggers were removing sand around it.", "Excavators were removing sand around it.", False),
        ("Reuters was told of it at noon on Monday.", "AFP was told of it at noon on Monday.", True),
    ],
)
def test_a_sentence_with_another_name_is_another_account(a: str, b: str, found: bool) -> None:
    assert differ([a], [b]) is differ([b], [a]) is found


def test_a_sentence_with_another_figure_is_an_update_and_a_new_sentence_is_not() -> None:
    assert differ(["The flood killed 12 people in Velm."], ["The flood killed 14 people in Velm."])
    assert not differ(["The flood killed 12 people in Velm."], ["Schools stay closed for 3 weeks."])


# --- in a library ------------------------------------------------------------------------------------


def ids(*names: str) -> set[str]:
    return {article(name, "").id for name in names}


def clusters(index: Index) -> list[set[str]]:
    """Return the ids of the current versions in each cluster of several articles."""
    with index.catalog.database.reading() as connection:
        rows = connection.execute(
            "SELECT s.cluster, a.id FROM signatures s JOIN articles a ON a.row = s.article WHERE a.current"
        ).fetchall()
    found: dict[int, set[str]] = {}
    for cluster, id_ in rows:
        found.setdefault(cluster, set()).add(id_)
    return [members for members in found.values() if len(members) > 1]


@pytest.fixture
def three(index: Index) -> Index:
    """Return a library of one report in three outlets, and another report."""
    index.add([
        report("a", REPORT),
        report("b", REPORT, "Beta News"),
        report("c", REPORT + ADDED, "Gamma Review"),
        article("d", OTHER, title="Pilots strike", outlet="Alpha Post", published=DAY),
    ])  # fmt: skip
    return index


def test_three_articles_of_one_report_are_one_piece_of_evidence(three: Index) -> None:
    assert clusters(three) == [ids("a", "b", "c")]
    first = three.search("How many people did rescuers bring out of the streets of Velm?")[0]
    assert {first.article.id, *first.copies} == ids("a", "b", "c")


def test_an_answer_says_that_several_articles_are_one_report(three: Index) -> None:
    answer: Answer = Assistant(three).ask("How many people did rescuers bring out of the lower streets of Velm?")
    (citation,) = [citation for citation in answer.citations if "340" in citation.quote]
    others = {"Alpha Post", "Beta News", "Gamma Review"} - {citation.outlet}
    assert {copy.outlet for copy in citation.copies} == others
    assert citation.shared.startswith("3 articles, one report: also ")
    assert all(outlet in citation.shared for outlet in others)
    assert "3 articles, one report" in answer.to_markdown()


def test_search_and_show_name_the_copies(three: Index) -> None:
    (id_,) = ids("a")
    assert [copy.outlet for copy in three.copies(three.get(id_))] == ["Beta News", "Gamma Review"]
    shown = CliRunner().invoke(app, ["show", id_, "--library", str(three.folder)]).output
    for copy in three.copies(three.get(id_)):
        assert f"copy      {copy.id}, {copy.outlet}, 2 March 2020\n" in shown
    found = CliRunner().invoke(app, ["search", "spillway", "gates", "--library", str(three.folder)]).output
    assert found.count("3 articles, one report: also ") == 1


def test_a_copy_out_of_scope_is_not_named(three: Index) -> None:
    (found,) = three.search("spillway gates of the dam", outlets=["Beta News"], k=1)
    assert found.copies == ()
    three.add([report("e", REPORT, "Delta Wire", date(2020, 6, 1))])
    found = three.search("spillway gates of the dam", as_of="2020-03-31", k=1)[0]
    assert {found.article.id, *found.copies} == ids("a", "b", "c")


def test_a_copy_with_another_toll_stays_apart(three: Index) -> None:
    three.add([report("e", REPORT.replace("Twelve", "Fourteen"), "Delta Wire", date(2020, 3, 3))])
    assert clusters(three) == [ids("a", "b", "c")]
    texts = [item.passage.text for item in three.search("How many bodies were found in Velm?")]
    assert any("Twelve" in text for text in texts)
    assert any("Fourteen" in text for text in texts)


def test_removing_the_first_of_a_cluster_leaves_the_others_together(three: Index) -> None:
    three.remove(list(ids("a")))
    assert clusters(three) == [ids("b", "c")]
    three.remove(list(ids("b")))
    assert clusters(three) == []
    three.add([report("f", REPORT, "Delta Wire")])
    assert clusters(three) == [ids("c", "f")]


def test_what_was_a_copy_through_a_removed_article_only_is_one_no_more(index: Index) -> None:
    words = REPORT.split()
    index.add([
        report("opening", " ".join(words[:60]), "Beta News"),
        report("whole", REPORT),
        report("end", " ".join(words[-60:]), "Gamma Review"),
    ])  # fmt: skip
    assert clusters(index) == [ids("opening", "whole", "end")]
    index.remove(list(ids("whole")))
    assert clusters(index) == []


def test_a_new_version_leaves_the_cluster_and_the_old_one_stays_in_it(three: Index) -> None:
    three.add([article("b", OTHER, title="Pilots strike", outlet="Beta News", published=date(2020, 3, 5))])
    assert sorted(clusters(three), key=len) == sorted([ids("a", "c"), ids("b", "d")], key=len)
    now = three.search("spillway gates of the dam", k=1)[0]
    then = three.search("spillway gates of the dam", as_of="2020-03-03", k=1)[0]
    assert {now.article.id, *now.copies} == ids("a", "c")
    assert {then.article.id, *then.copies} == ids("a", "b", "c")


def test_an_edit_that_makes_an_update_of_a_copy_takes_it_out(index: Index) -> None:
    index.add([report("a", REPORT), report("c", REPORT + ADDED, "Beta News")])
    assert clusters(index) == [ids("a", "c")]
    index.edit(*ids("c"), outlet="Alpha Post", published="2020-03-04")
    assert clusters(index) == []


def test_a_library_of_the_first_schema_is_taken_over_and_clustered_when_it_is_added_to(three: Index) -> None:
    folder = three.folder
    three.close()
    with sqlite3.connect(folder / "catalog.sqlite") as old:  # as the first schema had it
        for table in ("sources", "signature_bands", "signatures", "answers", "conversations"):
            old.execute(f"DROP TABLE {table}")
        old.execute("ALTER TABLE articles DROP COLUMN published_precision")
        old.execute("PRAGMA user_version = 1")
    old.close()
    with Index.open(folder) as index:
        assert len(list(index.articles())) == 4
        assert index.search("spillway gates of the dam")
        index.add([report("e", REPORT, "Delta Wire")])
        assert clusters(index) == [ids("a", "b", "c", "e")]
        assert index.verify().ok


def test_a_repair_finds_the_same_clusters_again(three: Index, tmp_path: Path) -> None:
    with three.catalog.database.writing() as connection:
        connection.execute("UPDATE passages SET vector = zeroblob(4) WHERE pid = 1")
    assert not three.verify().ok
    assert three.verify(repair=True).ok
    assert clusters(three) == [ids("a", "b", "c")]
