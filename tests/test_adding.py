"""`dateline add` as its user meets it: from standard input, with files that are gone, and what it says of what came."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, dateline

from index import Index, InputError, read_paths
from index.errors import ReadError
from qa.adding import said_of_skipped

PAGE = b"""<!doctype html><html><head><title>Dam bursts above Velm</title>
<meta property="article:published_time" content="2016-03-28"></head><body><article><h1>Dam bursts above Velm</h1>
<p>The Karst dam burst on Monday. Rescuers found 12 bodies in the town of Velm, the fire service said.</p>
<p>The operator had been told that two of the spillway gates no longer opened.</p></article></body></html>"""


def piped(data: bytes, *arguments: str, library: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `dateline add` with this on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "qa", "add", *arguments],
        cwd=library.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_LIBRARY": str(library)},
        input=data,
        capture_output=True,
        timeout=120,
    )


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text("Dam bursts\n\nBy Nora Lind\n\n28 March 2016\n\nThe Karst dam burst on Monday.\n")
    (folder / "inner" / "b.txt").write_text("A court fined the operator of the Karst dam 9 million crowns.\n")
    return folder


def fill(library: Path, *paths: Path) -> None:
    with Index.open(library, create=True) as index:
        index.add(read_paths(paths))


def titles(library: Path) -> list[str]:
    with Index.open(library) as index:
        return sorted(item.title or item.file for item in index.articles())


# --- standard input ----------------------------------------------------------------------------------


def test_one_article_is_read_from_standard_input(library: Path) -> None:
    done = piped(b"# Dam bursts\n\n28 March 2016\n\nThe Karst dam burst.\n", "-", library=library)
    assert (done.returncode, done.stdout) == (0, b"1 added, 0 updated, 0 unchanged, 0 skipped (1 new passages)\n")
    assert re.search(r"^[0-9a-f]{12}: Dam bursts — standard input, 28 March 2016$", done.stderr.decode(), re.M)
    assert piped(PAGE, "-", "--outlet", "Alpha Post", library=library).returncode == 0
    again = piped(PAGE, "-", "--outlet", "Alpha Post", library=library)
    assert again.stdout.startswith(b"0 added, 0 updated, 1 unchanged")
    with Index.open(library) as index:
        assert [(item.title, item.outlet) for item in index.articles()] == [
            ("Dam bursts", None),
            ("Dam bursts above Velm", "Alpha Post"),
        ]


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        (b"", ("-",), "standard input: empty; there is no article in it"),
        (b"The dam burst.", ("-", "--prune"), "- reads one article from standard input; give it alone"),
    ],
)
def test_what_cannot_be_read_from_standard_input_makes_no_library(
    library: Path, data: bytes, arguments: tuple[str, ...], message: str
) -> None:
    done = piped(data, *arguments, library=library)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not library.exists()


# --- files that are gone -----------------------------------------------------------------------------


def test_prune_removes_and_names_the_articles_whose_files_are_gone(
    tmp_path: Path, library: Path, articles: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("The harbour of Oster was closed by a strike.\n")
    fill(library, articles, elsewhere)
    (articles / "inner" / "b.txt").unlink()
    elsewhere.unlink()
    fill(library, articles)
    assert titles(library) == ["Dam bursts", "b.txt", "elsewhere.txt"]
    done = dateline("add", "articles", "--prune", cwd=tmp_path, library=library)
    assert (done.returncode, done.stdout) == (
        0, "0 added, 0 updated, 1 unchanged, 0 skipped, 1 pruned (0 new passages)\n",
    )  # fmt: skip
    assert re.search(r"^pruned: [0-9a-f]{12} .*\(b.txt is gone\)$", done.stderr, re.M)
    assert titles(library) == ["Dam bursts", "elsewhere.txt"]
    with Index.open(library) as index:
        assert index.verify().ok


def test_an_article_that_another_file_holds_too_is_not_pruned(tmp_path: Path, library: Path, articles: Path) -> None:
    row = json.dumps({"url": "https://a.example/dam", "text": "The Karst dam burst on Monday."})
    (articles / "one.json").write_text(row)
    (articles / "two.json").write_text(row)
    fill(library, articles)
    (articles / "one.json").unlink()
    with Index.open(library) as index:
        assert index.prune([articles]) == []
        (articles / "two.json").unlink()
        assert [gone.url for gone in index.prune([articles])] == ["https://a.example/dam"]


def test_a_moved_file_is_added_under_its_new_path_and_pruned_under_the_old_one(
    tmp_path: Path, library: Path, articles: Path
) -> None:
    fill(library, articles)
    (articles / "a.txt").rename(articles / "inner" / "a.txt")
    fill(library, articles)
    with Index.open(library) as index:
        assert len(index.prune([articles])) == 1
    assert titles(library) == ["Dam bursts", "b.txt"]


@pytest.mark.parametrize(
    ("what", "message"),
    [("missing", "no such file or folder; nothing was pruned"), ("emptied", "no file is in the folder; nothing was")],
)
def test_a_folder_that_is_not_mounted_prunes_nothing(
    tmp_path: Path, library: Path, articles: Path, what: str, message: str
) -> None:
    fill(library, articles)
    articles.rename(tmp_path / "away")
    if what == "emptied":
        (articles / "lost+found").mkdir(parents=True)
        (articles / ".DS_Store").touch()
    with Index.open(library) as index, pytest.raises(InputError, match=message):
        index.prune([articles])
    done = dateline("add", str(articles), "--prune", cwd=tmp_path, library=library)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(titles(library)) == 2


# --- what it says ------------------------------------------------------------------------------------


def test_a_path_that_is_missing_makes_no_library(tmp_path: Path, library: Path) -> None:
    done = dateline("add", "nope.txt", cwd=tmp_path, library=library)
    assert done.returncode == 2
    assert "skipped: nope.txt: no such file or folder; check the path" in done.stderr
    assert not library.exists()


def test_many_skipped_for_one_reason_are_summed_up(tmp_path: Path, library: Path, articles: Path) -> None:
    rows = [json.dumps({"title": f"Report {n}"}) for n in range(40)] + ['{"text": "Fine."}', "{"]
    (articles / "c.jsonl").write_text("\n".join(rows))
    done = dateline("add", str(articles), cwd=tmp_path, library=library)
    skipped = [line for line in done.stderr.splitlines() if line.startswith("skipped: ")]
    assert len(skipped) == 5
    assert skipped[0].endswith("c.jsonl:1: no text; give it in one of the fields text, body, content")
    assert re.fullmatch(r"skipped: 37 more for the same reason, the last: .*c\.jsonl:40", skipped[3])
    assert "c.jsonl:42: not valid JSON" in skipped[4]
    assert "41 skipped" in done.stdout


def test_a_few_skipped_are_each_named() -> None:
    few = [ReadError(f"{n}.txt: empty; there is no article in it") for n in range(4)]
    assert list(said_of_skipped(few)) == [f"skipped: {error}" for error in few]


def test_a_month_is_shown_as_a_month_and_counts_from_its_last_day(
    tmp_path: Path, library: Path, articles: Path
) -> None:
    def run(*arguments: str) -> str:
        done = dateline(*arguments, cwd=tmp_path, library=library)
        return done.stdout + done.stderr

    run("add", str(articles / "inner"), "--published", "May 2025")
    found = re.search(r"^([0-9a-f]{12})\s+2025-05\s", run("list"), re.M)
    assert found is not None
    assert "May 2025  (from: flag)" in run("show", found[1])
    asked = json.loads(run("ask", "How much was the operator of the Karst dam fined?", "--json"))
    assert asked["citations"][0]["published"] == "2025-05-31"
    assert asked["citations"][0]["published_precision"] == "month"
    assert "b.txt, May 2025: “" in asked["text"]
    with Index.open(library) as index:
        assert not index.search("operator fined", as_of="2025-05-30")
        assert index.edit(found[1], published="2024").when == "2024"
    assert "b.txt, 3 May 2024, by Nora Lind\n" in run(
        "edit", found[1], "--published", "2024-05-03", "--author", "Nora Lind"
    )
