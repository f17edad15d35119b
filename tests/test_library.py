"""The library: adding twice is no work, removal is everywhere, versions stay, and a killed writer loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, article, assert_in_step

from index import Index, InputError, LibraryError, clusters
from index.errors import EmbedderError, LibraryBusyError, NoLibraryError
from index.lock import write_lock

WRITER = """
import sys
from index import Article, Index
def articles():
    for n in range(4000):
        text = " ".join(f"Report {n} says that dam {n} in town {k} burst, and {n + k} people fled." for k in range(30))
        yield Article(key=f"a{n}", text=text, title=f"Dam {n} bursts", file=f"{n}.txt")
with Index.open(sys.argv[1], create=True) as index:
    index.add(articles(), progress=lambda added: print(" ".join(added.ids), flush=True))
"""


def texts_of(index: Index, question: str, **scope: object) -> list[str]:
    return [item.article.id for item in index.search(question, **scope)]  # type: ignore[arg-type]


def test_a_library_is_made_by_adding_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(NoLibraryError, match=r"file is a file, and a library is a folder"):
        Index.open(tmp_path / "file")
    with pytest.raises(NoLibraryError, match=r"no library at .*nowhere; make one with: dateline add ARTICLES"):
        Index.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_of_other_things_is_not_made_a_library(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(LibraryError, match=r"is not empty and not a library \(it holds thesis.txt\)"):
        Index.open(tmp_path, create=True)


def test_the_same_articles_twice_are_no_work(dam: Index) -> None:
    generation, state = dam.catalog.generation, dam.catalog.meta("vectors")
    again = dam.add(list(dam.articles()))
    assert (again.new, again.updated, again.unchanged, again.passages) == (0, 0, 4, 0)
    assert (dam.catalog.generation, dam.catalog.meta("vectors")) == (generation, state)


def test_adding_leaves_catalog_full_text_and_chroma_in_step(dam: Index) -> None:
    assert_in_step(dam)


def test_chroma_and_the_exact_search_agree(samples: object, sample_library: Path) -> None:
    with Index.open(sample_library) as index:
        _, vectors = index.catalog.vectors()
        assert index.nearest.uses_chroma
        for row in vectors[::7].astype(np.float32):
            exact, similarities = index.nearest.exact(row, 10)
            found, also = index.nearest(row, 10)
            assert set(found.tolist()) == set(exact.tolist())
            assert np.allclose(sorted(similarities), sorted(also), atol=2e-3)


def test_a_small_library_is_asked_without_loading_chroma(dam: Index) -> None:
    """Loading it takes longer than all the rest of a question."""
    asked = (
        "import sys\nfrom qa import ask\nprint(ask(sys.argv[2], library=sys.argv[1]).text, 'chromadb' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", asked, str(dam.folder), "How many bodies did rescuers find in Velm?"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert "12 bodies" in found.stdout
    assert found.stdout.endswith("False\n")


def test_removal_removes_everywhere(dam: Index) -> None:
    gone = article("first", "").id
    dam.remove([gone])
    assert_in_step(dam)
    assert gone not in texts_of(dam, "How many bodies did rescuers find in Velm?")
    with pytest.raises(InputError, match=f"no article '{gone}' in this library"):
        dam.get(gone)


def test_removing_an_unknown_article_removes_nothing(dam: Index) -> None:
    with pytest.raises(InputError, match="no article 'nope' in this library; see the ids with: dateline list"):
        dam.remove([article("first", "").id, "nope"])
    assert dam.catalog.counts()["articles"] == 4


def test_a_new_text_is_a_new_version_and_the_old_one_stays_readable(index: Index) -> None:
    facts = {"title": "Toll", "published": date(2020, 3, 2)}
    index.add([article("a", "The dam killed 12 people in Velm.", **facts)])
    added = index.add([article("a", "The dam killed 14 people in Velm.", **facts, modified=date(2020, 3, 4))])
    assert (added.new, added.updated) == (0, 1)
    id_ = added.ids[0]
    assert index.get(id_).version == 2
    assert index.get(id_, 1).text == "The dam killed 12 people in Velm."

    def seen(as_of: str | None) -> list[str]:
        return [e.passage.text for e in index.search("How many people did the dam kill?", as_of=as_of)]

    assert seen("2020-03-03") == ["The dam killed 12 people in Velm."]
    assert seen("2020-03-04") == ["The dam killed 14 people in Velm."]
    assert seen(None) == ["The dam killed 14 people in Velm."]


def test_versions_follow_the_day_on_which_one_was_modified_whatever_order_they_are_added_in(index: Index) -> None:
    facts = {"published": date(2020, 3, 2)}
    both = [
        article("a", "Corrected: 14 people died.", **facts, modified=date(2020, 3, 4)),
        article("a", "At first: 12 people died.", **facts),
    ]
    index.add(both)
    assert next(iter(index.articles())).text == "Corrected: 14 people died."
    again = [index.add(both), index.add(both[:1]), index.add(both[1:])]
    assert [(added.updated, added.unchanged) for added in again] == [(0, 2), (0, 1), (0, 1)]


def test_a_date_that_is_corrected_at_its_source_holds_whichever_way_it_goes(index: Index) -> None:
    def seen(as_of: str | None) -> list[date | None]:
        return [item.article.published for item in index.search("How many people died in Velm?", as_of=as_of)]

    text = "The dam burst above Velm, and 12 people died."
    for day in (date(2061, 3, 28), date(2016, 3, 28), date(2016, 3, 30)):
        index.add([article("a", text, published=day)])
        assert seen(None) == [day]
        assert seen("2070-01-01") == [day]
    assert seen("2016-03-29") == [date(2016, 3, 28)]
    assert seen("2016-03-27") == []


def test_a_text_that_goes_back_to_what_it_was_is_current_again(index: Index) -> None:
    first, second = (article("a", f"The dam killed {toll} people in Velm.") for toll in (12, 14))
    for version in (first, second, first):
        added = index.add([version])
        assert index.get(version.id).text == version.text
    assert (added.updated, added.unchanged) == (1, 0)
    assert index.get(first.id).version == 3
    assert index.add([first]).unchanged == 1


def test_a_file_that_holds_two_versions_is_no_work_the_second_time(index: Index) -> None:
    both = [article("a", f"The dam killed {toll} people in Velm.") for toll in (12, 14)]
    for _ in range(2):
        added = index.add(both)
        assert next(iter(index.articles())).text == both[1].text
    assert (added.new, added.updated, added.unchanged) == (0, 0, 2)


def test_an_edit_is_kept_when_the_same_file_is_added_again(index: Index) -> None:
    original = article("a", "The dam burst and 12 people died.", title="Dam")
    (id_,) = index.add([original]).ids
    index.edit(id_, published="2 March 2020", outlet="Alpha Post", title="Spillway fails")
    assert index.add([original]).unchanged == 1
    edited = index.get(id_)
    assert (edited.published, edited.outlet, edited.origins["published"]) == (date(2020, 3, 2), "Alpha Post", "edit")
    assert texts_of(index, "spillway", as_of="2020-03-02") == [id_]
    assert_in_step(index)


def test_what_was_given_by_hand_holds_for_the_next_version_of_a_file_too(index: Index) -> None:
    given = article("a", "The storm sank nine boats in Vardo harbour.", outlet="Vardo News", origins={"outlet": "flag"})
    index.add([given])
    index.edit(given.id, published="2023-02-01")
    assert index.add([replace(given, outlet=None, origins={})]).unchanged == 1  # as its file is read without the flag
    corrected = article("a", "The storm sank eleven boats in Vardo harbour.")
    for updated in (1, 0):
        assert index.add([corrected]).updated == updated
        found = index.get(given.id)
        assert (found.text, found.version) == (corrected.text, 2)
        assert (found.outlet, found.published) == ("Vardo News", date(2023, 2, 1))
        assert found.origins == {"outlet": "flag", "published": "edit"}


def test_an_edit_that_changes_nothing_is_refused(dam: Index) -> None:
    with pytest.raises(InputError, match="nothing to change; give --published, --outlet, --title or --author"):
        dam.edit(article("first", "").id)


def test_a_second_writer_is_told_who_the_first_is(dam: Index) -> None:
    with (
        write_lock(dam.folder),
        pytest.raises(LibraryBusyError, match=rf"is being written by process {os.getpid()} "),
        write_lock(dam.folder, wait=0),
    ):
        pass


def test_workers_give_the_same_library_as_one_process(tmp_path: Path) -> None:
    articles = [article(f"a{n}", f"Dam {n} burst. " * 40 + "The end of it.") for n in range(60)]
    contents = []
    for jobs in (1, 2):
        with Index.open(tmp_path / str(jobs), create=True) as index:
            assert index.add(articles, jobs=jobs).new == 60
            pids, vectors = index.catalog.vectors()
            contents.append((sorted(a.id for a in index.articles()), len(pids), float(np.abs(vectors).sum())))
    assert contents[0] == contents[1]


def test_a_killed_writer_loses_nothing_that_was_reported_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    reported: list[str] = []
    for line in writer.stdout:
        reported = line.split()
        if len(reported) >= 240:
            break
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    reported = [*writer.stdout.read().splitlines(), " ".join(reported)][-1].split() or reported
    writer.stdout.close()
    with Index.open(folder) as index:
        held = {item.id: item for item in index.articles()}
        assert set(reported) <= held.keys()
        assert len(held) < 4000
        found = index.search("Which report says that dam 17 in town 3 burst?")
        assert found
        for item in found:
            assert held[item.article.id].text[item.passage.start : item.passage.end] == item.passage.text
        index.add([article("after", "After the kill, the dam was mended.")])
        assert index.catalog.counts()["articles"] == len(held) + 1
        with index.catalog.database.reading() as connection:
            assert not clusters.unfiled(connection, 1)
        assert_in_step(index)
        assert index.verify().ok


def test_a_reader_in_another_process_sees_what_is_added_while_it_is_open(dam: Index) -> None:
    reader = (
        "import sys\nfrom index import Index\nindex = Index.open(sys.argv[1])\nindex.nearest.few = 0\n"
        "for line in sys.stdin:\n    print(len(index.search(line)), flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", reader, str(dam.folder)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def count() -> int:
        process.stdin.write("dam\n")  # type: ignore[union-attr]  # asserted above
        process.stdin.flush()  # type: ignore[union-attr]
        return int(process.stdout.readline())  # type: ignore[union-attr]

    assert count() == 4
    dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
    assert count() == 5
    dam.remove([article("fifth", "").id])
    assert count() == 4
    process.communicate()


@pytest.mark.parametrize("damage", ["deleted", "truncated", "overwritten"])
def test_damaged_vectors_are_noticed_and_built_anew_from_the_catalog(dam: Index, damage: str) -> None:
    before = texts_of(dam, "How high was the toll of the dam?")
    dam.nearest.close()
    files = sorted((dam.folder / "chroma").rglob("*.bin"))
    assert files
    for path in files:
        if damage == "deleted":
            path.unlink()
        elif damage == "truncated":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            path.write_bytes(b"\xff" * path.stat().st_size)
    assert not dam.nearest.uses_chroma
    assert texts_of(dam, "How high was the toll of the dam?") == before
    dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
    assert_in_step(dam)


def test_a_file_that_is_no_catalog_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(LibraryError, match=r"catalog.sqlite is damaged from its first page on; move it away"):
        Index.open(tmp_path)


def test_a_library_of_a_newer_dateline_is_refused(dam: Index) -> None:
    with dam.catalog._reading() as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match=r"has schema 99, this Dateline knows up to \d+; upgrade with"):
        Index.open(dam.folder)


def test_a_library_of_another_embedder_is_refused_with_the_command_that_re_embeds(dam: Index) -> None:
    dam.catalog.set_meta(embedder="static:0000")
    refusal = r"was embedded with static:0000, not static:[0-9a-f]{16}; .*: dateline reembed default --library "
    with pytest.raises(EmbedderError, match=refusal):
        Index.open(dam.folder, embedder="default")
    with Index.open(dam.folder) as index:
        with pytest.raises(EmbedderError, match=refusal):
            index.search("dam")
        with pytest.raises(EmbedderError, match=refusal):
            index.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
        assert len(list(index.articles())) == 4
        assert index.reembed("default") == 4
        assert_in_step(index)
        assert len(index.search("dam")) == 4


def test_an_outlet_is_matched_by_its_name_or_whole_words_of_it(index: Index) -> None:
    names = ("AP", "AP Wire", "Japan Times", "Alpha Times", "Times")
    index.add([article(name, f"The dam burst in Velm, as the {name} reports.", outlet=name) for name in names])

    def seen(outlet: str) -> set[str | None]:
        return {item.article.outlet for item in index.search("Where did the dam burst?", outlets=[outlet])}

    assert seen("ap") == {"AP"}
    assert seen("times") == {"Times"}
    assert seen("alpha") == {"Alpha Times"}
    assert seen("wire") == {"AP Wire"}
    assert seen("apan") == set()
