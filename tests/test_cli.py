"""The command line as its user meets it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, article, dateline

from index import Index, InputError

SEVERAL = "Only one of these can be read."


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text(
        "---\ntitle: Dam bursts above Velm\noutlet: Alpha Post\npublished: 2020-03-02\n---\n"
        "The Karst dam burst on Monday. Rescuers found 12 bodies in the town of Velm.\n"
    )
    (folder / "b.txt").write_text("A court fined the operator of the Karst dam 9 million crowns for neglect.\n")
    return folder


def test_add_ask_list_show_edit_remove(tmp_path: Path, articles: Path) -> None:
    library = tmp_path / "library"

    def run(*arguments: str) -> tuple[int, str, str]:
        done = dateline(*arguments, cwd=tmp_path, library=library)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    code, out, err = run("add", str(articles))
    assert (code, out) == (0, "2 added, 0 updated, 0 unchanged, 0 skipped (2 new passages)\n")
    assert "1 of them is undated: see dateline list --undated" in err
    code, out, _ = run("add", str(articles))
    assert (code, out) == (0, "0 added, 0 updated, 2 unchanged, 0 skipped (0 new passages)\n")
    code, out, err = run("ask", "How many bodies did rescuers find in Velm?")
    assert code == 0
    assert "Alpha Post, 2 March 2020: “" in out
    assert "12 bodies" in out
    assert err == ""
    code, out, _ = run("ask", "How many bodies did rescuers find in Velm?", "--json")
    assert json.loads(out)["status"] == "answered"
    code, out, _ = run("ask", "How many bodies did rescuers find in Velm?", "--markdown")
    assert out.startswith("**How many bodies")
    code, out, _ = run("ask", "How many bodies did rescuers find in Velm?", "--as-of", "2020-03-01")
    assert code == 3
    assert "published after 1 March 2020" in out
    code, out, _ = run("list", "--undated")
    undated = re.search(r"^([0-9a-f]{12})\s+undated", out, re.M)
    assert undated is not None
    assert not re.search(r"[ \t]$", out, re.M)
    code, out, _ = run("edit", undated[1][:6], "--published", "1 June 2021", "--outlet", "Beta News")
    assert (code, "Beta News, 1 June 2021" in out) == (0, True)
    code, out, _ = run("show", undated[1][:8].upper())
    assert "1 June 2021  (from: edit)" in out
    assert "9 million crowns" in out
    code, out, _ = run("search", "court", "fined", "operator", "-k", "1")
    assert (code, "9 million" in out) == (0, True)
    assert not re.search(r"[ \t]$", out, re.M)
    code, out, err = run("search", "zzzqqq")
    assert (code, "Karst dam" in out) == (3, True)
    assert "no passage in this scope has any of these words; these are the nearest in meaning" in err
    code, out, _ = run("stats", "--json")
    assert json.loads(out)["articles"] == 2
    code, out, err = run("remove", undated[1])
    assert (code, out) == (2, "")
    assert "standard input is closed, so that nobody can answer; nothing was removed: say --yes to remove" in err
    code, out, _ = run("remove", undated[1], undated[1][:6], "--yes")
    assert (code, out) == (0, "1 removed\n")
    code, out, _ = run("list")
    assert undated[1] not in out


def test_what_cannot_be_read_is_skipped_said_and_counted(tmp_path: Path, articles: Path) -> None:
    (articles / "c.jsonl").write_text('{"text": "Fine."}\n{"text": \n')
    done = dateline("add", str(articles), "nope.txt", cwd=tmp_path, library=tmp_path / "library")
    assert done.returncode == 0
    assert "3 added, 0 updated, 0 unchanged, 2 skipped" in done.stdout
    assert "c.jsonl:2: not valid JSON" in done.stderr
    assert "skipped: nope.txt: no such file or folder" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("ask", "Who?"), 2, "no library at "),
        (("add", "nope.txt"), 2, "nothing was added"),
        (("list", "--since", "soon"), 2, "since 'soon' is not a date"),
        (("ask",), 2, "Missing argument"),
        (("add", "x", "--jobs", "99"), 2, "--jobs is 99; give a number from 0 to 64"),
        (("ask", "Who?", "--json", "--markdown"), 2, "leave one out"),
        (("ui", "--host", "203.0.113.9"), 2, "--host 203.0.113.9 is no address of this machine; give 127.0.0.1, or"),
        (("fly",), 2, "No such command 'fly'"),
        (("list", "--flub"), 2, "No such option: --flub"),
        (("ask", "Who?", "--as-of"), 2, "--as-of"),
        (("show", "nope"), 2, "no library at "),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = dateline(*arguments, cwd=tmp_path, library=tmp_path / "library")
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "" or arguments[0] == "add"


def test_the_library_may_be_named_in_a_dotenv_file(tmp_path: Path, articles: Path) -> None:
    (tmp_path / ".env").write_text("DATELINE_LIBRARY=from-dotenv\n")
    assert dateline("add", str(articles), cwd=tmp_path).returncode == 0
    assert (tmp_path / "from-dotenv" / "catalog.sqlite").exists()


def test_version_and_help_answer_without_a_library(tmp_path: Path) -> None:
    assert re.fullmatch(r"dateline \d+\.\d+\.\d+\n", dateline("--version", cwd=tmp_path).stdout)
    text = dateline("--help", cwd=tmp_path).stdout
    for command in ("add", "ask", "search", "list", "show", "edit", "remove", "stats", "demo"):
        assert re.search(rf"^\s+{command}\s", text, re.M)


def test_hostile_terminal_text_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "The dam burst [bold]and[/bold] [link=http://x.example]12[/link] people \x1b[31mdied\x1b[0m in Velm."
    )
    library = tmp_path / "library"
    dateline("add", str(path), cwd=tmp_path, library=library)
    out = dateline("ask", "How many people died when the dam burst in Velm?", cwd=tmp_path, library=library).stdout
    assert "[bold]and[/bold]" in out
    assert "\x1b" not in out


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, sample_library: Path) -> None:
    for arguments in (("list",), ("ask", "Who retook Palmyra in March 2016?")):
        process = subprocess.Popen(
            [sys.executable, "-m", "qa", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_LIBRARY": str(sample_library)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # before the first line comes
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(60) == 0


def test_a_port_that_is_taken_is_said_so(tmp_path: Path, sample_library: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = dateline("ui", "--port", str(port), cwd=tmp_path, library=sample_library)
    assert done.returncode == 2
    assert done.stderr == (
        f"dateline: --port {port} is taken by another program; give another, or none to take the first free\n"
    )


def test_the_beginning_of_an_id_is_enough_where_it_is_clear(index: Index) -> None:
    first, second = "0123456789ab", "0123456aaaaa"
    index.add([article("a", "The dam burst."), article("b", "The gates were rusted."), article("c", "All fled.")])
    with index.catalog.database.writing() as connection:
        for name, id_ in (("a", first), ("b", second)):
            connection.execute("UPDATE articles SET id = ? WHERE id = ?", (id_, article(name, "").id))
    third = article("c", "").id
    assert index.catalog.full_id(first) == first
    assert index.catalog.full_id("01234567") == first
    assert index.catalog.full_id(third[:6]) == third
    with pytest.raises(InputError, match=r"several articles begin with '012345' \(0123456789ab, 0123456aaaaa\)"):
        index.catalog.full_id("012345")
    for beginning in (third[:5], "", "%", "______"):
        with pytest.raises(InputError, match=r"no article .* in this library; see the ids with: dateline list"):
            index.catalog.full_id(beginning)


def test_settings_and_folders_that_cannot_be_read_are_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe=1")
    for arguments, message in (
        (("list",), ".env: not UTF-8 text; save it as UTF-8, or remove it"),
        (("list", "--library", "~nosuchuser/x"), "~nosuchuser/x: there is no such user; write the folder in full"),
    ):
        done = dateline(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (2, f"dateline: {message}\n")
