"""One library in several hands of one process: threads, two objects, two first adds, a removal in mid-search."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import article, assert_in_step

from index import Index
from index.catalog import Catalog
from index.stored import Stored
from qa import ask


def in_threads(count: int, run: Callable[[int], object]) -> list[str]:
    """Run a function in threads that begin together; return the errors."""
    errors: list[str] = []
    begin = threading.Barrier(count)

    def one(number: int) -> None:
        begin.wait()
        try:
            run(number)
        except Exception as exc:
            errors.append(f"{type(exc).__name__}: {exc}")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_a_catalog_that_several_make_at_once_is_made_once(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}.sqlite"
        assert in_threads(4, lambda _, path=path: Catalog(path, create=True).close()) == []  # type: ignore[misc]
        assert Catalog(path).counts()["articles"] == 0


def test_an_article_that_is_removed_in_the_middle_of_a_search_is_not_found(dam: Index) -> None:
    read = dam.catalog.passages
    gone = article("first", "").id

    def then_remove(pids: Sequence[int]) -> dict[int, Stored]:
        found = read(pids)
        with Index.open(dam.folder) as other:
            other.remove([gone])
        dam.catalog.passages = read  # type: ignore[method-assign]
        return found

    dam.catalog.passages = then_remove  # type: ignore[method-assign]
    found = {item.article.id for item in dam.search("How many bodies did rescuers find in Velm?")}
    assert found == {article(name, "").id for name in ("second", "third", "fourth")}


def test_a_reader_and_a_writer_of_one_process_do_not_close_each_others_vectors(
    dam: Index, caplog: pytest.LogCaptureFixture
) -> None:
    def ids(index: Index) -> set[str]:
        return {item.article.id for item in index.search("What happened to the Karst dam?")}

    with caplog.at_level(logging.WARNING, "index"), Index.open(dam.folder) as other, Index.open(dam.folder) as third:
        for number in range(3):
            assert ids(dam) == ids(other) == ids(third)
            assert all(index.nearest.uses_chroma for index in (dam, other, third))
            added = other.add(
                article(f"{number} {place}", f"The Karst dam held back {place} lakes in year {number}.")
                for place in range(5)
                if ids(dam)
            )
            assert added.new == 5
            assert ids(dam) & set(added.ids)
    assert caplog.messages == []
    assert_in_step(dam)


def test_questions_from_several_threads_are_answered(dam: Index, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "index"):
        assert (
            in_threads(4, lambda _: [ask("What was the operator fined?", library=dam.folder) for _ in range(5)]) == []
        )
    assert caplog.messages == []


def test_a_thread_that_ends_lets_go_of_its_connection(dam: Index) -> None:
    held = len(dam.catalog.database._open)
    for _ in range(20):
        assert in_threads(1, lambda _: dam.search("dam")) == []
    assert len(dam.catalog.database._open) == held
