"""What can befall a library, each with its sentence and its way out; where a process dies, a real one is killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, article, assert_in_step, dateline

from index import Index, LibraryError, schema
from index.errors import CatalogError, LibraryBusyError, NoLibraryError
from index.lock import write_lock
from index.pages import rows
from index.vectors import Vectors, manifest
from index.verify import verify

QUESTION = "How many bodies did rescuers find in Velm?"
MUST_MOUNT = "DATELINE_MUST_MOUNT"
"""Where this is set, a test that needs a file system of its own fails instead of being left out."""


def first(index: Index) -> str:
    return index.search(QUESTION)[0].passage.text


def run(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Start Python on `code` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(process: subprocess.Popen[str]) -> str:
    """Kill a process with SIGKILL and return what it printed and was not read yet."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return said


def sql(index: Index, *statements: str) -> None:
    """Change the catalog behind Dateline's back."""
    index.close()
    connection = sqlite3.connect(index.folder / "catalog.sqlite", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def mount(*arguments: str | Path) -> None:
    """Mount a file system; where that is not allowed, leave the test out, or fail if it must not be."""
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        reason = f"cannot mount a file system here: {done.stderr.strip()}"
        if os.environ.get(MUST_MOUNT):
            pytest.fail(reason)
        pytest.skip(reason)


def zero(path: Path, page: int) -> None:
    """Put zeros over a page of a catalog, counted from 0."""
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(bytes(4096))


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only for this very user: by its mode, for root by mounting it read-only."""
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    mount("--bind", folder, folder)
    try:
        mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        unmount(folder)


# --- what verify finds in the catalog, and repairs ----------------------------------------------------

DAMAGE = {
    "articles and passages": {
        "UPDATE articles SET text = replace(text, '12', '13') WHERE row = 1": r"first.txt\) is not what was added",
        "UPDATE articles SET published = '2020-03-03' WHERE row = 2": r"second.txt\) is not what was added",
        "UPDATE passages SET vector = x'0000' WHERE pid = 3": r"third.txt\) has vectors that are none",
        'UPDATE passages SET "end" = "end" - 3 WHERE pid = 4': r"fourth.txt\) has sentences that are not spans of it",
    },
    "more of them": {
        "UPDATE articles SET text = CAST(x'ff00ff' AS TEXT) WHERE row = 1": r"first.txt\) is not what was added",
        "DELETE FROM passages WHERE pid = 2": r"second.txt\) lacks passages",
        "UPDATE passages SET vector = zeroblob(10) || x'ffff' || substr(vector, 13) WHERE pid = 3": (
            r"third.txt\) has vectors that are none"
        ),
        "UPDATE passages SET sentences = x'0900000002000000' WHERE pid = 4": (
            r"fourth.txt\) has sentences that are not spans of its passages"
        ),
    },
    "what is worked out of them": {
        "INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')": "the full-text index is not that of",
        "UPDATE articles SET current = 0 WHERE row = 1": "article [0-9a-f]{12} has not one current version",
        "DELETE FROM articles WHERE row = 2": "1 passages belong to no article",
        "UPDATE articles SET visible_from = '2001-01-01' WHERE row = 3": "is not visible from its own day on",
    },
    "the full-text index": {
        "INSERT INTO passages_fts (rowid, title, text) VALUES (99, 'dam', 'dam')": "the full-text index is not that of",
    },
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_in_the_catalog_is_found_and_repaired(dam: Index, name: str) -> None:
    originals = list(dam.articles())
    sql(dam, *DAMAGE[name])
    report = dam.verify()
    for message in DAMAGE[name].values():
        assert any(re.search(message, line) for line in report.problems), report
    assert dam.verify() == report, "looking changes nothing"
    repaired = dam.verify(repair=True)
    assert repaired.ok, repaired
    assert repaired.repaired == report.problems
    assert_in_step(dam)
    dam.add(originals)
    assert first(dam) == originals[0].text
    assert dam.catalog.counts()["articles"] == 4


def test_an_article_that_is_not_what_was_added_is_set_aside_and_not_lost(dam: Index) -> None:
    sql(dam, "UPDATE articles SET text = replace(text, '12', '13') WHERE row = 1")
    (note,) = dam.verify(repair=True).notes
    found = re.fullmatch(r"first.txt was set aside as (.*\.json); add the article again from its own file", note)
    assert found is not None
    record = json.loads(Path(found[1]).read_text())
    assert record["text"] == "The Karst dam burst on Monday. Rescuers found 13 bodies in the town of Velm."
    assert record["published"] == "2020-03-02"


def test_another_model_behind_the_same_name_is_noticed(dam: Index) -> None:
    _, vectors = dam.catalog.vectors()
    with dam.catalog._writing() as connection:
        for pid in (1, 2, 3, 4):
            turned = np.roll(vectors[pid - 1], 1).astype("<f2").tobytes()
            connection.execute("UPDATE passages SET vector = ? WHERE pid = ?", (turned, pid))
    with write_lock(dam.folder):
        dam.nearest.rebuild()
    (problem,) = dam.verify().problems
    assert re.fullmatch(
        r"static:[0-9a-f]+ gives other vectors than it gave; re-embed with: dateline reembed .*", problem
    )
    dam.reembed("default")
    assert_in_step(dam)


def test_the_command_says_what_is_wrong_and_how_to_put_it_right(dam: Index, tmp_path: Path) -> None:
    dam.close()
    shutil.rmtree(dam.folder / "chroma")
    wrong = dateline("verify", cwd=tmp_path, library=dam.folder)
    assert wrong.returncode == 1
    assert re.match(r"wrong: .*chroma/\d+ is gone\n4 articles", wrong.stdout)
    assert wrong.stderr == (
        f"dateline: {dam.folder} is not as it should be; "
        f"put it right with: dateline verify --repair --library {dam.folder}\n"
    )
    repaired = dateline("verify", "--repair", cwd=tmp_path, library=dam.folder)
    assert (repaired.returncode, repaired.stderr) == (0, "")
    assert re.match(r"repaired: .*chroma/\d+ is gone\n4 articles", repaired.stdout)
    assert_in_step(dam)
    with pytest.raises(NoLibraryError, match=r"no library at .*nowhere; make one with: dateline add ARTICLES"):
        verify(tmp_path / "nowhere")


# --- Chroma -------------------------------------------------------------------------------------------


def chroma_files(index: Index, pattern: str) -> list[Path]:
    files = sorted((index.folder / "chroma").rglob(pattern))
    assert files
    return files


def garbled_in_place(path: Path) -> None:
    """Overwrite the middle of a file, whose size and time stay."""
    stat = path.stat()
    with path.open("r+b") as file:
        file.seek(stat.st_size // 4)
        file.write(os.urandom(stat.st_size // 2))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


CHROMA = {
    "its graph garbled in place": lambda index: [garbled_in_place(path) for path in chroma_files(index, "*.bin")],
    "deleted": lambda index: shutil.rmtree(index.folder / "chroma"),
    "its database emptied": lambda index: [path.write_bytes(b"") for path in chroma_files(index, "*.sqlite3")],
    "its database garbled": lambda index: [
        path.write_bytes(path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096))
        for path in chroma_files(index, "*.sqlite3")
    ],
}


@pytest.mark.parametrize("damage", CHROMA)
def test_damaged_vectors_are_found_searched_around_and_built_anew(dam: Index, damage: str) -> None:
    before = first(dam)
    dam.close()
    CHROMA[damage](dam)
    assert first(dam) == before
    report = dam.verify(repair=True)
    assert report.ok
    assert re.search(r"chroma/\d+ (is gone|is not as it was left|cannot be opened)", report.repaired[0])
    assert first(dam) == before
    assert_in_step(dam)


def test_vectors_that_are_others_than_the_catalogs_are_found(dam: Index) -> None:
    state = json.loads(dam.catalog.meta("vectors"))
    dam.close()
    path = dam.folder / "chroma" / str(state["folder"])
    vectors = Vectors(path)
    held = vectors.get(np.array([1, 2]))
    vectors.add(np.array([1]), held[1:].astype(np.float16))
    vectors.remove([3])
    vectors.close()
    dam.catalog.set_meta(vectors=json.dumps(state | {"files": manifest(path)}))
    report = dam.verify(repair=True)
    assert report.ok
    assert report.repaired[0].endswith("is not in step: 1 missing, 1 different vectors")
    assert_in_step(dam)


def test_a_library_that_was_copied_is_as_it_was(dam: Index, tmp_path: Path) -> None:
    dam.close()
    with Index.open(shutil.copytree(dam.folder, tmp_path / "copy", copy_function=shutil.copyfile)) as copy:
        assert copy.verify().ok
        assert copy.nearest.in_step


def test_a_vector_that_is_wrong_in_the_catalog_is_not_put_into_chroma(index: Index) -> None:
    """One of many, which no sample finds: Chroma has the right one."""
    index.add([article(f"w{n}", f"The gauge at weir {n} in town {n * 7} read {n * 3} centimetres.") for n in range(40)])
    _, right = index.catalog.vectors()
    sql(index, "UPDATE passages SET vector = (SELECT vector FROM passages WHERE pid = 9) WHERE pid = 3")
    assert index.verify().problems == ("article 3 has vectors that its embedder does not give",)
    assert index.verify(repair=True).ok
    _, vectors = index.catalog.vectors()
    assert np.array_equal(np.sort(vectors, axis=0), np.sort(right, axis=0))
    assert_in_step(index)


def test_vectors_of_an_add_that_was_interrupted_are_gone_on_with(dam: Index) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    folder = json.loads(dam.catalog.meta("vectors"))["folder"]
    with pytest.raises(KeyboardInterrupt):
        dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")], progress=interrupt)
    assert dam.catalog.counts()["articles"] == 5
    assert not dam.nearest.in_step
    dam.add([article("sixth", "The new dam above Velm was cancelled.")])
    assert json.loads(dam.catalog.meta("vectors"))["folder"] == folder
    assert_in_step(dam)


# --- a writer that dies ---------------------------------------------------------------------------------

FLUSHES = """
import sys
from index import Article, Index
from index.vectors import Vectors
add = Vectors.add
def told(self, ids, vectors):
    print("flush", flush=True)
    add(self, ids, vectors)
    print("flushed", flush=True)
Vectors.add = told
text = "The gauge at weir {n} in town {k} read {m} centimetres on day {d}."
with Index.open(sys.argv[1]) as index:
    index.add(
        Article(key=f"w{n}", text=text.format(n=n, k=n % 17, m=n * 7 % 113, d=n % 31), file=f"{n}.txt")
        for n in range(1500)
    )
"""


def shape(folder: Path) -> list[tuple[str, int, int]]:
    """Return the names, sizes and times of Chroma's graph files."""
    found = []
    for path in sorted((folder / "chroma").rglob("*.bin")):
        stat = path.stat()
        found.append((path.name, stat.st_size, stat.st_mtime_ns))
    return found


@pytest.mark.parametrize("way_out", ["the next add", "verify --repair"])
def test_a_writer_killed_while_chroma_writes_its_graph_leaves_a_library_that_answers(dam: Index, way_out: str) -> None:
    dam.close()
    with run(FLUSHES, dam.folder) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "flush\n"
        before = shape(dam.folder)
        deadline = time.monotonic() + 60
        while shape(dam.folder) == before:
            assert time.monotonic() < deadline
        said = kill(writer)
    assert "flushed" not in said, "the kill came after the flush"
    assert first(dam).startswith("The Karst dam burst on Monday.")
    assert dam.catalog.counts()["articles"] == 1504
    if way_out == "the next add":
        half_written = json.loads(dam.catalog.meta("vectors"))["folder"]
        dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
        assert json.loads(dam.catalog.meta("vectors"))["folder"] != half_written, "it may pass every check but one"
        assert not (dam.folder / "chroma" / str(half_written)).exists()
    else:
        report = dam.verify(repair=True)
        assert report.ok
        assert report.repaired[0].endswith("was not closed cleanly: a writer was stopped")
    assert_in_step(dam)


WAITS = """
import sys
from index import Index, Article
def articles():
    for number, line in enumerate(sys.stdin):
        for k in range(24):  # a batch
            yield Article(key=f"{number}-{k}", text=f"{line.strip()} was seen in ward {k}.", file=f"{number}.txt")
with Index.open(sys.argv[1]) as index:
    index.add(articles(), progress=lambda added: print(added.new, flush=True))
"""


def test_a_reader_sees_what_a_writer_in_another_process_adds_while_it_writes(dam: Index) -> None:
    assert dam.nearest.uses_chroma
    with run(WAITS, dam.folder) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for number, name in enumerate(("a heron", "an otter", "a lynx"), start=1):
            writer.stdin.write(f"{name}\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == f"{number * 24}\n"
            assert writer.poll() is None
            found = dam.search(f"Where was {name} seen?", k=50)
            assert {item.article.file for item in found if name in item.passage.text} == {f"{number - 1}.txt"}
            assert first(dam).startswith("The Karst dam burst on Monday.")
        writer.communicate()
    assert dam.nearest.uses_chroma
    assert_in_step(dam)


def test_a_second_writer_is_told_who_writes_until_that_one_dies(dam: Index) -> None:
    dam.close()
    with run(WAITS, dam.folder) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("a heron\n")
        writer.stdin.flush()
        writer.stdout.readline()
        with (
            pytest.raises(LibraryBusyError, match=rf"is being written by process {writer.pid} \(-c .*; wait for it"),
            write_lock(dam.folder, wait=0),
        ):
            pass
        assert first(dam).startswith("The Karst dam burst on Monday.")
        kill(writer)
    assert dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")]).new == 1
    assert dam.catalog.counts()["articles"] == 4 + 24 + 1
    assert_in_step(dam)


# --- disks ----------------------------------------------------------------------------------------------


def fill(folder: Path, leave: int) -> None:
    """Fill the file system, but for so many bytes."""
    (folder / "filler").write_bytes(b"")
    with (folder / "filler").open("ab", buffering=0) as file:
        block = b"x" * 65536
        while (free := shutil.disk_usage(folder).free) > leave:
            file.write(block[: min(len(block), free - leave)])


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a file system of its own that holds 24 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=24m", "none", folder)
    yield folder
    unmount(folder)


def test_a_full_disk_is_said_so_loses_nothing_and_can_still_be_asked(dam: Index, small: Path) -> None:
    articles = list(dam.articles())
    more = [article(f"w{n}", f"The gauge at weir {n} read {n} centimetres. " * 60) for n in range(300)]
    with Index.open(small / "library", create=True) as index:
        index.add(articles)
    for room in (0, 400_000, 3_000_000):
        fill(small, room)
        with (
            Index.open(small / "library") as index,
            pytest.raises(LibraryError, match=r"^no space left [^;]*; free some and run the same command again"),
        ):
            index.add(more)
        fill(small, 0)
        with Index.open(small / "library") as index:
            assert first(index) == articles[0].text
            assert index.catalog.counts()["articles"] >= 4
        (small / "filler").unlink()
    with Index.open(small / "library") as index:
        index.add(more)
        assert index.catalog.counts()["articles"] == 304
        assert_in_step(index)
        assert index.verify().ok


def test_a_read_only_library_answers_and_refuses_to_be_written(dam: Index, tmp_path: Path) -> None:
    dam.close()
    with read_only(dam.folder):
        with Index.open(dam.folder) as index:
            assert first(index).startswith("The Karst dam burst on Monday.")
            for write in (
                lambda: index.add([article("fifth", "A new dam is to be built above Velm by 2026.")]),
                lambda: index.remove([article("first", "").id]),
                lambda: index.reembed("default"),
                lambda: index.verify(repair=True),
            ):
                with pytest.raises(LibraryError, match=r"library is read-only; make it writable or give another"):
                    write()
            report = index.verify()
            assert report.ok
            assert report.notes == ("the folder is read-only: full-text index and Chroma were not checked",)
        asked = dateline("ask", QUESTION, cwd=tmp_path, library=dam.folder)
        assert (asked.returncode, asked.stderr) == (0, "")
        assert "12 bodies" in asked.stdout
    dam.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
    assert_in_step(dam)


OTHER_USER = """
import os, sys
from index import Index, LibraryError
import index.library, filelock, sqlite3
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with Index.open(sys.argv[1]) as index:
    for line in sys.stdin:
        print(index.catalog.counts()["articles"], flush=True)
    try:
        index.remove([next(iter(index.articles())).id])
    except LibraryError as exc:
        print(exc, flush=True)
"""


def test_another_user_reads_what_the_owner_adds_and_may_not_write(dam: Index) -> None:
    if os.geteuid():
        pytest.skip("only root can become another user")
    dam.close()
    import tempfile

    with tempfile.TemporaryDirectory() as public:  # those of pytest are closed to others
        Path(public).chmod(0o755)
        folder = Path(shutil.copytree(dam.folder, Path(public) / "library"))
        with run(OTHER_USER, folder) as reader:
            assert reader.stdin is not None
            assert reader.stdout is not None

            def counted() -> str:
                reader.stdin.write("\n")  # type: ignore[union-attr]  # asserted above
                reader.stdin.flush()  # type: ignore[union-attr]
                return reader.stdout.readline()  # type: ignore[union-attr]

            assert counted() == "4\n"
            with Index.open(folder) as index:
                index.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
                index.add([article("sixth", "The new dam above Velm was cancelled.")])
            assert counted() == "6\n"
            said, _ = reader.communicate()
            assert said == f"{folder} is read-only; make it writable or give another --library\n"


# --- a damaged catalog, and other schemas --------------------------------------------------------------


def overwrite(path: Path, table: str) -> None:
    """Overwrite the last page of a table in the file with noise."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,)).fetchall()
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((rows[-1][0] - 1) * size)
        file.write(b"\xa5" * size)


@pytest.mark.parametrize("table", ["articles", "passages", "passages_fts_data"])
def test_a_damaged_catalog_is_said_so_and_what_can_be_read_is_saved(index: Index, table: str) -> None:
    articles = [article(f"w{n}", f"The gauge at weir {n} read {n} centimetres. " * 40) for n in range(40)]
    index.add(articles)
    index.edit(articles[3].id, outlet="Alpha Post")
    index.close()
    path = index.folder / "catalog.sqlite"
    overwrite(path, table)
    damaged = path.read_bytes()
    report = index.verify()
    assert re.search(r"catalog.sqlite is damaged \(|the full-text index", report.problems[0])
    assert path.read_bytes() == damaged
    if table == "articles":
        with pytest.raises(CatalogError, match=r"is damaged .*; save what can be read with: dateline verify --repair "):
            list(index.articles())
    repaired = index.verify(repair=True)
    assert repaired.ok, repaired
    assert 30 <= repaired.articles <= 40
    if table != "articles":
        assert repaired.articles == 40
    assert index.get(articles[3].id).outlet == "Alpha Post"
    index.add(articles)
    assert index.catalog.counts()["articles"] == 40
    assert "weir 17 " in index.search("What did the gauge at weir 17 read?")[0].passage.text
    assert_in_step(index)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: os.truncate(path, path.stat().st_size - 4096),
        lambda path: os.truncate(path, path.stat().st_size - 40_960),
        *(lambda path, page=page: zero(path, page) for page in (1, 2, 4)),
    ],
    ids=["its last page cut off", "ten pages cut off", "page 2", "page 3", "page 5"],
)
def test_articles_are_saved_from_the_pages_of_a_file_whose_tree_is_gone(
    sample_library: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Of a table whose root is overwritten SQLite reads no row; of a file that is cut short it reads none at all."""
    folder = shutil.copytree(sample_library, tmp_path / "library")
    with Index.open(folder) as index:
        before = {article.id: article.sha256 for article in index.articles()}
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    damage(folder / "catalog.sqlite")
    done = dateline("verify", "--repair", cwd=tmp_path, library=folder)
    assert "Traceback" not in done.stderr
    with Index.open(folder) as index:
        after = {article.id: article.sha256 for article in index.articles()}
        assert after.items() <= before.items()
        gone = before.keys() - after.keys()
        assert len(gone) <= 5
        assert index.verify().ok
    assert done.returncode == (1 if gone else 0)
    assert ("could not be read; add it again" in done.stdout) == bool(gone)


def test_a_removed_article_does_not_come_back_from_free_pages(dam: Index) -> None:
    long = " ".join(f"The secret gauge {n} read {n * 3}." for n in range(900))
    dam.add([article("secret", long)])
    dam.remove([article("secret", "").id])
    dam.close()
    with closing(sqlite3.connect(dam.folder / "catalog.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        columns = len(connection.execute("PRAGMA table_info (articles)").fetchall())
    keys = {row[3] for _, row in rows(dam.folder / "catalog.sqlite", (columns,))}
    assert keys == {"first", "second", "third", "fourth"}


def test_a_catalog_of_which_nothing_can_be_read_is_said_so_with_the_way_out(dam: Index) -> None:
    dam.close()
    path = dam.folder / "catalog.sqlite"
    path.write_bytes(b"\xa5" * 40_000)
    held = sorted(dam.folder.iterdir())
    for _ in range(2):
        with pytest.raises(CatalogError, match=r"/catalog.sqlite is damaged from its first page on; move it away"):
            verify(dam.folder, repair=True)
    assert sorted(dam.folder.iterdir()) == held
    path.unlink()
    with Index.open(dam.folder, create=True) as index:
        assert index.add([article("a", "The gauge read 12.")]).new == 1


def test_an_older_schema_is_brought_up_to_date_once(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    dam.close()
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    steps = {schema.VERSION - 1: ("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('made')")}
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    for _ in range(2):
        with Index.open(dam.folder) as index:
            assert first(index).startswith("The Karst dam burst on Monday.")
            with index.catalog.database.reading() as connection:
                assert connection.execute("SELECT * FROM notes").fetchall() == [("made",)]
                assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_a_step_to_a_newer_schema_that_fails_changes_nothing(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    dam.close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        patch.setattr(schema, "MIGRATIONS", {schema.VERSION - 1: ("CREATE TABLE notes (text TEXT)", "DROP TABLE nope")})
        with pytest.raises(LibraryError, match="no such table: nope"):
            Index.open(dam.folder)
    with Index.open(dam.folder) as index:
        assert first(index).startswith("The Karst dam burst on Monday.")


def test_a_schema_that_is_too_old_is_refused(dam: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    dam.close()
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 2)
    monkeypatch.setattr(schema, "MIGRATIONS", {schema.VERSION - 1: ()})
    held, oldest = schema.VERSION - 2, schema.VERSION - 1
    with pytest.raises(LibraryError, match=f"has schema {held}, and this Dateline reads none before {oldest}; add the"):
        Index.open(dam.folder)


def test_what_chromas_log_took_is_given_back(sample_library: Path) -> None:
    """Left as it is, the log of an `add` is more than half of Chroma's SQLite file."""
    (file,) = sample_library.rglob("chroma.sqlite3")
    with closing(sqlite3.connect(file)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    assert free <= 0.2 * pages
