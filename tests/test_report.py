"""The report: one page that loads nothing, in which articles are data; and two runs held against each other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT, article

from eval.compare import compare
from eval.records import Case
from eval.report import page
from eval.runner import Run, run
from eval.summary import sum_up
from index import Index, InputError
from index.scope import Scope

HOSTILE = '</script><img src="http://127.0.0.1/x" onerror="alert(1)"><!--'
CASES = [
    Case("1", "How many bodies did rescuers find in Velm?", ("12",), story="dam"),
    Case("2", f"How many bodies {HOSTILE} in Velm?", ("12",), story="dam"),
    Case("3", "Who fined the operator of the Karst dam?", ("parliament",), story="court"),
    Case("4", "What is the boiling point of tungsten carbide?", kind="unanswerable", story="none"),
]


class Page(HTMLParser):
    """What a browser would make of the page: its tags, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script" and self.scripts:
            self.scripts[-1] += data


@pytest.fixture
def done(dam: Index) -> Run:
    dam.add([article("fifth", f"Bodies in Velm: {HOSTILE} was written on a wall in Velm.", outlet=HOSTILE)])
    return run(CASES, dam.folder)


def test_the_page_loads_nothing_and_holds_every_case_as_data(done: Run) -> None:
    text = page(done, sum_up(done, {"cases": {HOSTILE: "1"}}))
    found = Page(text)
    loading = {"src", "srcset", "action", "data", "background", "poster"}
    assert not [tag for tag, attributes in found.tags if loading & attributes.keys() or "href" in attributes]
    assert {tag for tag, _ in found.tags} & {"img", "link", "iframe", "object", "base"} == set()
    assert len(found.scripts) == 2
    rows = json.loads(found.scripts[0])
    assert [row["case"]["id"] for row in rows] == ["1", "2", "3", "4"]
    assert any(HOSTILE in item.get("text", "") for row in rows for item in row["evidence"])
    assert "default-src 'none'" in text
    assert text.count("<figure>") == 4


def test_a_run_compared_with_itself_differs_in_nothing(done: Run) -> None:
    found = compare(done, done)
    assert {one.value for one in found.differences.values()} == {0.0}
    assert (found.cases, found.unpaired, found.won, found.lost) == (4, 0, (), ())


def test_what_flipped_is_named_and_the_difference_counted(done: Run) -> None:
    worse = [replace(done.outcomes[0], figures={"right": 0.0}, problems=done.outcomes[2].problems), *done.outcomes[1:3]]
    found = compare(done, Run(tuple(worse), (), ()))
    assert found.differences["right"].value == pytest.approx(-1 / 3)
    assert [outcome.case["id"] for outcome in found.lost] == ["1"]
    assert (found.won, found.cases, found.unpaired) == ((), 3, 1)
    assert "now wrong: 1" in "\n".join(found.lines())
    with pytest.raises(InputError, match="no case in common"):
        compare(done, Run((), (), ()))


def test_the_commands_write_and_compare_runs(dam: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(CASES, dam.folder, out=tmp_path / "before")
    monkeypatch.setattr(Scope, "_in_time", lambda scope, table: table.current & False)
    run(CASES, dam.folder, out=tmp_path / "after")
    command = [sys.executable, "-m", "eval", "compare", str(tmp_path / "before"), str(tmp_path / "after")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "4 cases in both" in done.stdout
    assert re.search(r"now wrong: [1-4]\b", done.stdout)
    (tmp_path / "after" / "report.html").unlink(missing_ok=True)
    again = subprocess.run([*command[:3], "report", str(tmp_path / "after")], cwd=ROOT, capture_output=True, timeout=60)
    assert again.returncode == 0
    assert (tmp_path / "after" / "report.html").read_text().count("<figure>") == 4
    nowhere = subprocess.run([*command[:-1], str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert nowhere.returncode == 2
    assert "no finished run in" in nowhere.stderr
