"""What the page draws, from answers made by hand; and its doors: HTTP, MCP, users, addresses."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import Served, dateline, serving

from index import Index, InputError
from index.dates import say
from qa import Assistant
from qa.accounts import notes
from qa.answer import (
    Account,
    Answer,
    Check,
    Citation,
    Claim,
    Copy,
    Excluded,
    Resolved,
    Statement,
    Support,
    Usage,
    answer_from,
)
from qa.page.doors import Door, users_of
from qa.page.examples import candidates
from qa.page.patience import patiently
from qa.page.render import TEMPLATES, conversation_html, resolved, safe_url, sources_html
from qa.page.scope import scope_html
from qa.page.talk import Talk, Turn
from qa.page.timeline import timeline
from qa.page.uploads import MOST_FILES, articles_of, check_files, pasted

GENOA = "How many people died when the bridge in Genoa collapsed?"


class Text(HTMLParser):
    """Collects the tags of some HTML, and its text by the class of the element that it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def cited(n: int, quote: str, start: int = 0, **facts: Any) -> Citation:
    values: dict[str, Any] = {
        "article_id": "0" * 12, "version": 1, "file": "a.txt", "title": "Dam bursts", "outlet": "Alpha Post",
        "author": "Ann Bee", "published": date(2020, 3, 2), "published_origin": "byline", "url": None,
        "article_sha256": "",
    } | facts  # fmt: skip
    return Citation(n=n, quote=quote, start=start, end=start + len(quote), **values)


def answer(**facts: Any) -> Answer:
    values: dict[str, Any] = {
        "question": "How many died?", "status": "answered", "asked_at": "2026-01-01T00:00:00+00:00",
        "standalone_question": "How many died?",
    } | facts  # fmt: skip
    return Answer(**values)


def shown(made: Answer, **turn: Any) -> Text:
    return Text(conversation_html(Talk().put(replace(Turn(made.question).answered(made), **turn))))


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("supported", "Supported"),
        ("partly", "partly supported"),
        ("unsupported", "not supported"),
        ("contradicted", "contradicted"),
    ],
)
def test_every_verdict_is_said_in_words_and_its_failed_checks_come_first(verdict: Any, words: str) -> None:
    checks = (Check("key", True, "the quote stands there"), Check("number", False, "48 is not in the quote"))
    made = answer(
        statements=(Statement("48 people died.", (1,), Support(verdict, 0.4, checks)),),
        citations=(cited(1, "12 died"),),
    )
    page = shown(made)
    assert words in page.words
    assert page.words.index("48 is not in the quote") < page.words.index("the quote stands there")
    (sign,) = [attributes for _, attributes in page.tags if attributes.get("class") == "dl-sign"]
    (why,) = [attributes for _, attributes in page.tags if attributes.get("role") == "tooltip"]
    assert sign["aria-describedby"] == why["id"]


def test_a_repaired_and_a_marked_sentence_say_so() -> None:
    for state, words in (("repaired", "repaired once"), ("marked", "shown although it did not pass")):
        made = answer(statements=(Statement("x", (), Support("partly", 0.5), state),))  # type: ignore[arg-type]
        assert words in shown(made).words


def test_accounts_are_a_table_of_who_says_what_and_when() -> None:
    claims = (
        Claim("26", "Northbank Courier", date(2018, 8, 14), 1),
        Claim("35", "Meridian Wire", date(2018, 8, 14), 2),
        Claim("43", "Kestrel <Daily>", None, 2),
    )
    made = answer(
        citations=(cited(1, "26"), cited(2, "35")),
        accounts=(Account("the number of dead", "dispute", claims), Account("the toll", "update", claims[:2])),
    )
    page = shown(made)
    assert "Accounts differ : the number of dead" in page.words.replace("differ:", "differ :")
    assert "Later reports changed this: the toll" in page.words
    assert "35 Meridian Wire 14 August 2018 2" in page.words
    assert "43 Kestrel <Daily> undated 2" in page.words
    assert len([1 for tag, attributes in page.tags if tag == "button" and attributes.get("data-source") == "2"]) == 3


def test_an_account_that_is_cut_says_so() -> None:
    long = "it had been agreed by all who were there in the hall that evening"
    claims = (Claim(long, "Courier", None, 1), Claim("It was not agreed", "Wire", None, 1))
    made = answer(citations=(cited(1, "x"),), accounts=(Account("the hall", "dispute", claims),))
    words = shown(made).words
    assert f"{long} … Courier" in words
    assert "It was not agreed Wire" in words


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (("", "", []), ""),
        (("June 2015", "", ["Beta", "Alpha"]), "Asking only: as of 30 June 2015 · Beta, Alpha Ask of everything"),
        (("", "2015", []), "Asking only: since 1 January 2015"),
        (("<b>", "", []), "the as-of date '<b>' is not a date; write it like 2016-03-28"),
        (("", "", ["Nobody"]), "no outlet here is called 'Nobody'; choose one under “Dates and outlets”"),
    ],
)
def test_the_scope_is_said_in_words_or_what_is_wrong_with_it(limits: Any, words: str) -> None:
    said = Text(scope_html(*limits, ["Alpha Post", "Beta"])).words
    assert said.startswith(words)
    assert bool(said) == bool(words)


def test_a_note_that_only_repeats_the_table_of_accounts_is_left_out() -> None:
    claims = (Claim("35", "Meridian Wire", date(2018, 8, 14), 2), Claim("26", "Courier", date(2018, 8, 13), 1))
    found = (Account("the toll", "update", claims),)
    made = answer(citations=(cited(1, "26"), cited(2, "35")), accounts=found,
                  notes=(*notes(found), "the article was corrected"))  # fmt: skip
    words = shown(made).words
    assert "the article was corrected" in words
    assert "The newest is" not in words


def test_a_conversation_knows_the_limits_of_its_last_answer_but_not_what_the_question_says() -> None:
    def limits(question: str, **scope: Any) -> tuple[str, str, list[str]]:
        made = answer(question=question, standalone_question=question, **scope)
        return Talk().put(Turn(question).answered(made)).limits(["Alpha Post", "Beta"])

    day = date(2016, 5, 3)
    assert Talk().limits([]) == ("", "", [])
    assert limits("Who held it?", as_of=day, since=date(2016, 1, 1), outlets=("Beta",)) == (
        "2016-05-03", "2016-01-01", ["Beta"],
    )  # fmt: skip
    assert limits("As of 3 May 2016, who held it?", as_of=day) == ("", "", [])
    april = {"as_of": date(2016, 4, 30), "since": date(2016, 4, 1)}
    assert limits("What was reported about Velm in April 2016?", **april) == ("", "", [])
    assert limits("Who held it in April 2016?", **april) == ("2016-04-30", "2016-04-01", [])
    assert limits("Who held it, according to Beta?", outlets=("Beta",)) == ("", "", [])


def test_a_relative_date_stands_beside_its_day() -> None:
    dates = (Resolved("on Sunday", "2016-03-27"), Resolved("a day later", "2016-03-28"))
    made = answer(
        statements=(
            Statement("It fell on Sunday (so they say), and a day later rose.", (1,), Support("supported", 1.0)),
        ),
        citations=(cited(1, "It fell on Sunday", resolved=dates),),
    )
    words = shown(made).words
    assert "It fell on Sunday (so they say), and a day later rose. (on Sunday: 27 March 2016; a day later: 28" in words
    assert resolved("It rose.", [{"resolved": [{"text": "on Sunday", "date": "2016-03-27"}]}]) == []


def test_scope_notes_usage_and_time_are_said() -> None:
    made = answer(
        as_of=date(2016, 4, 30), excluded=Excluded(later=3, undated=1), notes=("two reports are copies",),
        model="openai:x", usage=Usage(900, 80, 0.0021),
    )  # fmt: skip
    page = shown(made)
    assert made.scope in page.words
    for words in ("two reports are copies", "openai:x", "0 ms", "900 + 80 tokens, $0.0021"):
        assert words in page.words


def test_who_wrote_an_answer_and_how_sure_it_is_stands_below_it() -> None:
    quotes = shown(answer(confidence=0.784)).words
    assert "extractive: no language model confidence 0.78" in quotes
    dropped = shown(answer(usage=Usage(900, 0))).words
    assert "quotes: the language model's draft is not used" in dropped
    assert "no language model" not in dropped


def test_what_has_come_of_an_answer_is_shown_before_its_end() -> None:
    turn = Turn("How many?").saying(Statement("Twelve died.", (1,), Support("supported", 1.0)))
    page = Text(conversation_html(Talk().put(turn)))
    assert "Twelve died." in page.words
    assert "Writing …" in page.words
    named = conversation_html(Talk().put(turn.citing(cited(1, "Twelve died."))))
    assert "Source 1: Alpha Post, 2 March 2020" in named
    assert "Twelve died." not in conversation_html(Talk().put(turn.restarted()))
    assert "Stopped." in Text(conversation_html(Talk().put(replace(turn, stopped=True)))).words
    assert "the disk is full" in Text(conversation_html(Talk().put(replace(turn, fault="the disk is full")))).words


def test_an_answer_comes_back_from_its_json_as_it_was(samples: Assistant) -> None:
    made = replace(samples.ask(GENOA, as_of="2018-08-20"), evidence=())
    claims = (Claim("26", "Courier", date(2018, 8, 14), 1), Claim("35", "Wire", None, 2))
    made = replace(made, accounts=(Account("toll", "dispute", claims),), usage=Usage(1, 2, 0.5))
    data = json.loads(json.dumps(made.to_dict()))
    assert answer_from(data).to_dict() == data
    assert answer_from(data).to_markdown() == made.to_markdown()


def test_a_source_shows_where_the_quote_stands_and_where_its_facts_come_from(dam: Index) -> None:
    found = next(item for item in dam.articles() if item.title == "Dam bursts above Velm")
    quote = "Rescuers found 12 bodies in the town of Velm."
    start = found.text.index(quote)
    made = answer(
        citations=(
            cited(1, quote, start, article_id=found.id, copies=(Copy("1", "Beta News"),),
                  resolved=(Resolved("on Monday", "2020-03-02"),), url="https://alpha.example/dam"),
        ),
    )  # fmt: skip
    page = sources_html(Turn("?").answered(made), dam.get)
    assert f"The Karst dam burst on Monday. <mark>{quote}</mark>" in page
    words = Text(page).words
    for part in ("Alpha Post · 2 March 2020 (date from: byline) · Ann Bee", "2 articles, one report: also Beta News"):
        assert part in words
    assert "“on Monday” is 2 March 2020" in words
    assert "Beta News The article has been removed from the library." in words
    assert 'href="https://alpha.example/dam" target="_blank" rel="noopener noreferrer"' in page


def test_a_copy_of_a_report_can_be_read_beside_it(dam: Index) -> None:
    found, other = list(dam.articles())[:2]
    copy = Copy(other.id, other.outlet)
    made = answer(citations=(cited(1, found.text[:9], 0, article_id=found.id, copies=(copy,)),))
    (text,) = re.findall("<details.*?</details>", sources_html(Turn("?").answered(made), dam.get), re.S)
    words = Text(text).words
    assert words.startswith(f"{other.outlet}, {say(other.published)}: {other.title}")
    assert " ".join(other.text.split()) in words


def test_a_source_that_is_gone_or_altered_still_shows_its_quote(dam: Index) -> None:
    gone = answer(citations=(cited(1, "12 bodies", 5),))
    page = Text(sources_html(Turn("?").answered(gone), dam.get)).words
    assert "12 bodies" in page
    assert "has been removed from the library" in page


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y=1", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        (" JAVASCRIPT:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//a.example", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_pages_are_linked_to(url: str | None, kept: bool) -> None:
    assert bool(safe_url(url)) == kept


def test_no_template_lets_a_value_through_unescaped() -> None:
    templates = list(TEMPLATES.glob("*.html"))
    assert templates
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert "safe }}" not in text
        assert "| safe" not in text.replace("| safe_url", "")
        assert "autoescape" not in text


def test_what_turns_letters_around_is_shown_as_a_mark() -> None:
    page = conversation_html(Talk().put(Turn("a\u202eb\x07c")))
    assert "a\ufffdb\ufffdc" in page


def test_the_timeline_places_each_passage_at_its_day_by_outlet(samples: Assistant) -> None:
    made = samples.ask(GENOA).to_dict()
    found = timeline(made)
    assert found is not None
    points = [point for _, row in found.rows for point in row]
    assert {point.at for point in points if point.day == found.first} == {0.0}
    assert {point.at for point in points if point.day == found.last} == {100.0}
    assert {point.key for point in points if point.cited} <= {str(citation["n"]) for citation in made["citations"]}
    assert any(point.cited for point in points)
    assert timeline(made | {"evidence": made["evidence"][:1]}) is None


def test_the_timeline_leaves_out_what_is_about_something_else_and_counts_quotes_without_a_day() -> None:
    def passage(rank: int, day: str | None, text: str, article_id: str) -> dict[str, Any]:
        return {"rank": rank, "published": day, "text": text, "article_id": article_id, "title": None,
                "outlet": "Alpha", "start": 0, "end": 90}  # fmt: skip

    made = answer(citations=(cited(1, "x", published=None, article_id="c"),)).to_dict() | {
        "standalone_question": "Who opened the Velm dam?",
        "evidence": [
            passage(1, "2020-03-02", "The Velm dam was opened.", "a"),
            passage(2, "2020-03-04", "The dam at Velm was closed.", "b"),
            passage(3, None, "At Velm, the dam.", "c"),
            passage(4, "2020-03-09", "A cat was found in Bern.", "d"),
        ],
    }
    found = timeline(made)
    assert found is not None
    assert (found.count, found.last, found.undated) == (2, date(2020, 3, 4), 1)


def test_examples_name_what_several_articles_share(samples: Assistant) -> None:
    questions = candidates(samples.index)
    assert "What was reported about the Suez Canal in March 2021?" in questions
    assert len(questions) == len(set(questions))
    text = " ".join(questions)
    assert "the Morandi in" not in text, "part of a name: the Morandi bridge"
    assert "Deir in" not in text, "part of a name: Deir ez-Zor"


# --- what is handed in --------------------------------------------------------------------------------


def test_an_upload_is_named_by_what_it_holds_not_by_where_it_lay(tmp_path: Path) -> None:
    keys = []
    for folder, text in (("a", "The dam burst."), ("b", "The dam burst."), ("c", "The dam held.")):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "dam.txt"
        file.write_text(text)
        (found,) = articles_of(file)
        keys.append(found.key)  # type: ignore[union-attr]
    assert keys[0] == keys[1] != keys[2]
    assert str(tmp_path) not in "".join(keys)


def test_uploads_are_bounded_and_cannot_leave_their_folder(tmp_path: Path) -> None:
    inside = tmp_path / "uploads"
    inside.mkdir()
    (inside / "link.txt").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match=f"{MOST_FILES + 1} files at once, the most is {MOST_FILES}"):
        check_files([str(inside / "a.txt")] * (MOST_FILES + 1), inside)
    for path in (inside / ".." / "secret.txt", inside / "link.txt", Path("/etc/passwd")):
        with pytest.raises(InputError, match="was not uploaded here"):
            check_files([str(path)], inside)
    with pytest.raises(InputError, match=r"a\.txt was deleted after an hour of waiting; choose it again"):
        check_files([str(inside / "a.txt")], inside)
    with pytest.raises(InputError, match="the text is blank"):
        pasted(" \n", "")
    with pytest.raises(InputError, match="the text has 600000 characters, the most is 500000"):
        pasted("x" * 600_000, "")


# --- doors --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def door(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(sample_library, tmp_path_factory.mktemp("door"), "--mcp") as served:
        yield served


CLIENT = """
import json, sys
from gradio_client import Client
client = Client(sys.argv[1], verbose=False)
answer = client.predict("How many people died when the bridge in Genoa collapsed?", "2018-08-14", api_name="/ask")
found = client.predict("Palmyra theatre", most=3, api_name="/search")
article = client.predict(found[0]["article_id"], api_name="/article")
try:
    client.predict("Who?", "the other day", api_name="/ask")
except Exception as exc:
    fault = str(exc)
print(json.dumps([answer, found, article, fault]))
"""


def test_other_programs_ask_by_named_endpoints(door: Served, samples: Assistant) -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", CLIENT, door.url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer, found, text, fault = json.loads(done.stdout)
    told = samples.ask(GENOA, as_of="2018-08-14").to_dict()
    for name in ("schema", "text", "statements", "citations", "excluded", "as_of"):
        assert answer[name] == told[name]
    assert len(found) == 3
    assert text["text"][found[0]["start"] : found[0]["end"]] == found[0]["text"]
    assert "'the other day' is not a date" in fault


def test_an_mcp_client_gets_the_contract_as_json(door: Served, samples: Assistant) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def asked() -> tuple[list[str], str, str]:
        async with (
            streamable_http_client(f"{door.url}gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            good = await session.call_tool("ask", {"question": GENOA, "as_of": "2018-08-14"})
            bad = await session.call_tool("ask", {"question": GENOA, "as_of": "the other day"})
            assert not good.isError
            assert bad.isError
            return names, good.content[0].text, bad.content[0].text  # type: ignore[union-attr]

    names, good, bad = asyncio.run(asked())
    assert names == ["ask", "search", "article"]
    assert json.loads(good)["statements"] == samples.ask(GENOA, as_of="2018-08-14").to_dict()["statements"]
    assert "'the other day' is not a date" in bad


EIGHT = """
import json, sys, threading
from gradio_client import Client
questions = ["Who held Palmyra?", "How many people died in Genoa?", "When was the Ever Given refloated?"]
told = []
def session():
    client = Client(sys.argv[1], verbose=False)
    ready.wait()
    for question in questions:
        try:
            told.append(client.predict(question, api_name="/ask")["status"])
        except Exception as exc:
            told.append(repr(exc))
ready = threading.Barrier(8)
threads = [threading.Thread(target=session) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(told))
"""


def test_eight_who_ask_at_once_are_all_answered(door: Served) -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", EIGHT, door.url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 24
    assert set(told) <= {"answered", "abstained"}


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as reply:
            return reply.status, dict(reply.headers), reply.read().decode()
    except urllib.error.HTTPError as exc:
        return exc.code, dict(exc.headers), exc.read().decode()


def test_the_browser_is_told_to_load_nothing_from_elsewhere(door: Served) -> None:
    status, headers, text = fetch(door.url)
    assert status == 200
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "fonts.googleapis.com" not in text
    assert "cdn" not in text.lower()


def test_a_page_elsewhere_that_takes_this_name_is_turned_away(door: Served) -> None:
    assert fetch(door.url, Host="evil.example:7860")[0] == 403
    assert fetch(door.url, Host="localhost:7860")[0] == 200
    assert fetch(f"{door.url}gradio_api/info", Host="[::1]:7860")[0] == 200


def test_without_the_password_nothing_is_told(sample_library: Path, tmp_path: Path) -> None:
    with serving(sample_library, tmp_path, "--auth", "ann:one", "--mcp") as served:
        assert "Genoa" not in fetch(served.url)[2]
        for path in ("config", "gradio_api/info", "gradio_api/call/ask", "gradio_api/queue/data?session_hash=x"):
            assert fetch(served.url + path)[0] in (401, 405), path
        for path in ("gradio_api/mcp/", "gradio_api/mcp/sse", "gradio_api/mcp/schema", "gradio_api//mcp/schema"):
            for word in ("", "Basic !", f"Basic {base64.b64encode(b'ann:two').decode()}"):
                assert fetch(served.url + path, Authorization=word)[0] in (401, 404), path
        known = base64.b64encode(b"ann:one").decode()
        assert "question" in fetch(f"{served.url}gradio_api/mcp/schema", Authorization=f"Basic {known}")[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0 would show the library to others; give --auth USER:PASS as well"),
        (["--auth", "ann"], "--auth needs a name and a password; write them like USER:PASS"),
        (["--auth", ":x"], "--auth needs a name and a password"),
        (["--port", "99999"], "--port is 99999; give a number from 1 to 65535"),
    ],
)
def test_a_door_that_cannot_be_opened_says_why(options: list[str], said: str, tmp_path: Path) -> None:
    done = dateline("ui", *options, cwd=tmp_path, library=tmp_path / "library")
    assert done.returncode == 2
    assert said in done.stderr


def test_a_taken_port_is_named(door: Served, sample_library: Path, tmp_path: Path) -> None:
    port = door.url.rsplit(":", 1)[1].strip("/")
    done = dateline("ui", "--port", port, cwd=tmp_path, library=sample_library)
    assert done.returncode == 2
    assert f"--port {port} is taken by another program" in done.stderr


def test_others_are_let_in_by_password_or_by_force() -> None:
    Door("0.0.0.0", users=(("ann", "one"),)).check()
    Door("0.0.0.0", force=True).check()
    assert users_of(["ann:a:b", "ben:two"]) == (("ann", "a:b"), ("ben", "two"))
    with pytest.raises(InputError, match="--auth names 'ann' twice"):
        users_of(["ann:one", "ann:two"])


# --- waiting ------------------------------------------------------------------------------------------


def test_who_waits_for_a_slow_answer_can_leave() -> None:
    gate, ended = threading.Event(), threading.Event()

    def slow() -> Iterator[str]:
        try:
            yield "first"
            gate.wait(20)
            yield "second"
            yield "third"
        finally:
            ended.set()

    events = patiently(slow(), pause=0.01)
    assert next(events) == "first"
    assert next(events) is None
    events.close()  # type: ignore[attr-defined]  # a generator
    gate.set()
    assert ended.wait(20), "what is not waited for any more must come to its end"


def test_what_goes_wrong_in_the_background_is_raised_where_it_is_waited_for() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise InputError("the question is blank; ask one")

    events = patiently(failing(), pause=5)
    assert next(events) == 1
    with pytest.raises(InputError, match="the question is blank"):
        next(events)
    assert [event for event in patiently(iter(range(3)), pause=5) if event is not None] == [0, 1, 2]
