"""The bench: every step of both systems is measured on the same articles, and earlier results are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench import append, bench, earlier, some_articles, some_questions
from index import Index, InputError


def test_both_systems_are_measured_and_results_are_added_to_earlier_ones(dam: Index, tmp_path: Path) -> None:
    ours, theirs = bench(dam.folder, shares=(1.0,))
    assert (ours.system, theirs.system) == ("dateline", "llama-index")
    assert ours.articles == theirs.articles == 4
    for one in (ours, theirs):
        assert min(one.articles_per_second, one.passages_per_second, one.bytes_on_disk) > 0
        assert one.add_peak_memory > 20e6
        assert one.ask_peak_memory > 20e6
        assert one.cold_start_ms > max(one.search_ms[0], one.ask_ms[0]) > 0
        assert one.search_ms[0] <= one.search_ms[1]
    assert ours.check_ms is not None
    path = tmp_path / "bench.json"
    append([ours], path)
    append([theirs], path)
    first, second = json.loads(path.read_text())
    assert (first["results"][0]["system"], second["results"][0]["system"]) == ("dateline", "llama-index")
    assert first["machine"]["cores"] >= 1
    assert "p95" in "\n".join(ours.lines())


def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    for text in ('{"mine": 1}', "not JSON"):
        path.write_text(text)
        with pytest.raises(InputError, match="not a list of earlier results"):
            append([], path)
        assert path.read_text() == text
    with pytest.raises(InputError, match="not a list of earlier results"):
        earlier(tmp_path)
    assert earlier(tmp_path / "none.json") == []


def test_a_share_takes_articles_evenly(dam: Index) -> None:
    assert [article.title for article in some_articles(str(dam.folder), 2)] == [
        "Dam bursts above Velm",
        "Operator fined",
    ]
    assert len(some_questions(str(dam.folder), 1)) == 4


def test_a_library_without_titles_is_refused(index: Index) -> None:
    with pytest.raises(InputError, match="has a title to ask about"):
        some_questions(str(index.folder), 1)
