"""The chat page in a real browser, against a real `dateline ui`: what a reader sees, clicks, types and hears."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from chat_server import ChatServer, Hang, Say
from conftest import Served, article, serving
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from test_durability import read_only

from eval.cases import read_cases
from index import Index
from qa.answer import escape
from qa.question import MAX_CHARACTERS

MUST_BROWSE = "DATELINE_MUST_BROWSE"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run"
).split()
expect.set_options(timeout=20_000)
GENOA = "How many people died when the bridge in Genoa collapsed?"
PHONE = (390, 844)


def chromium() -> str | None:
    """Return the machine's own Chromium, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the machine's own Chromium; where there is none, leave the test out, or fail if it must not be."""
    path = chromium()
    if path is None:
        if os.environ.get(MUST_BROWSE):
            pytest.fail("no Chromium here; install it with: apt-get install chromium")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def samples_page(browser: Browser, sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a page over a copy of the samples, which a test leaves as it found it, conversations aside."""
    library = tmp_path_factory.mktemp("page") / "library"
    shutil.copytree(sample_library, library)
    with serving(library, library.parent) as served:
        yield served


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Return what opens a page in a browser of its own; nothing may leave the machine, no script may fail."""
    contexts, strangers, broken = [], [], []

    def opened(served: Served, size: tuple[int, int] = (1280, 860), dark: bool = False, path: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        context.on("request", lambda request: strangers.append(request.url) if leaves(request.url) else None)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
        page.goto(served.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not strangers
    assert not broken


def leaves(url: str) -> bool:
    """Tell whether a request for this address would leave the machine."""
    return urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).hostname != "127.0.0.1"


def ask(page: Page, question: str) -> Locator:
    """Ask a question as a reader does; return its turn once the answer is whole."""
    page.get_by_label("Question").fill(question)
    page.get_by_label("Question").press("Enter")
    turn = page.locator(".dl-turn").last
    expect(turn.locator(".dl-question")).to_have_text(question)
    expect(turn).to_have_attribute("aria-busy", "false")
    return turn


def sentences(turn: Locator) -> list[str]:
    """Return the sentences of an answer, without what stands beside their words."""
    return list(
        turn.locator(".dl-statement").evaluate_all(
            """all => all.map(one => {
                const bare = one.cloneNode(true);
                bare.querySelectorAll('.dl-tail, .dl-day').forEach(part => part.remove());
                return bare.textContent.trim();
            })"""
        )
    )


def limit(page: Page, name: str, value: str) -> None:
    """Set one of the limits of date: `as-of` or `since`."""
    field = page.locator(f"#{name} :is(input, textarea)")
    if not field.is_visible():
        page.get_by_role("button", name="Dates and outlets").click()
    field.fill(value)
    field.press("Tab")


def seen_in(mark: Locator, box: Locator) -> bool:
    """Tell whether the first line of a mark stands inside a scrolled box."""
    inner, outer = mark.bounding_box(), box.bounding_box()
    assert inner
    assert outer
    return outer["y"] - 1 <= inner["y"] <= outer["y"] + outer["height"] - 10


def test_a_citation_leads_to_its_quote_in_its_place(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    expect(page).to_have_title("Dateline")
    turn = ask(page, "What was the wave that followed the Tonga eruption, and how were the cables restored?")
    for chip in turn.locator(".dl-chip").all():
        chip.click()
        card = page.locator(".dl-card.dl-active")
        expect(card.locator(".dl-number")).to_have_text(chip.inner_text())
        quote = card.locator("mark").inner_text()
        assert any(" ".join(quote.split()) in " ".join(sentence.split()) for sentence in sentences(turn))
        assert len(card.locator(".dl-text").inner_text()) > len(quote) + 200
        assert seen_in(card.locator("mark"), card.locator(".dl-text"))
        assert seen_in(card.locator("mark"), page.locator("#side"))


def test_sentences_are_shown_as_they_come(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    seen = watched(page)
    ask(page, GENOA)
    states = seen()
    assert ["true", 0] in states
    assert ["true", 1] in states
    assert states[-1][0] == "false"
    assert states[-1][1] > 1


def watched(page: Page) -> Callable[[], list[Any]]:
    """Return what tells, of each change of the conversation so far, whether it is busy, and its sentences."""
    page.get_by_label("Question").wait_for()
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
            const turn = document.querySelector('.dl-turn');
            if (turn) window.seen.push([turn.getAttribute('aria-busy'), turn.querySelectorAll('.dl-statement').length]);
        }).observe(document.getElementById('conversation'), {subtree: true, childList: true, attributes: true}); }"""
    )
    return lambda: list(page.evaluate("window.seen"))


def test_the_as_of_date_changes_the_answer_and_is_carried_on(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    later = ask(page, "Who held Palmyra?").inner_text()
    limit(page, "as-of", "June 2015")
    expect(page.locator("#scope")).to_contain_text("as of 30 June 2015")
    turn = ask(page, "Who held Palmyra?")
    expect(turn.locator(".dl-scope")).to_contain_text("As of 30 June 2015")
    expect(turn.locator(".dl-scope")).to_contain_text("later")
    assert turn.locator(".dl-said").inner_text() not in later
    followed = ask(page, "And what of its temples?")
    expect(followed.locator(".dl-scope")).to_contain_text("As of 30 June 2015")
    page.get_by_role("button", name="Ask of everything").click()
    expect(page.locator("#scope")).not_to_contain_text("as of")
    expect(ask(page, "Who held Palmyra?").locator(".dl-scope")).to_have_count(0)


def test_what_is_wrong_is_said_and_the_page_goes_on(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    limit(page, "as-of", "the other day")
    expect(page.locator("#scope")).to_contain_text("'the other day'")
    turn = ask(page, GENOA)
    expect(turn.locator(".dl-fault")).to_contain_text("the as-of date 'the other day'")
    limit(page, "as-of", "2018-08-14")
    page.get_by_label("Question").fill("x" * (MAX_CHARACTERS + 1))
    page.get_by_label("Question").press("Enter")
    expect(page.locator(".dl-turn").last.locator(".dl-fault")).to_contain_text("shorten it")
    turn = ask(page, GENOA)
    expect(turn.locator(".dl-statement").first).to_contain_text("14 August 2018")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".dl-turn")).to_have_count(3)
    expect(page.locator(".dl-turn").last).to_have_attribute("aria-busy", "false")


def test_an_abstention_says_why_and_shows_what_came_nearest(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    limit(page, "as-of", "2015-01-31")
    turn = ask(page, GENOA)
    expect(turn.locator(".dl-abstained")).to_contain_text("published after 31 January 2015")
    nearest = turn.locator(".dl-nearest li")
    expect(nearest.first.locator(".dl-facts")).to_contain_text(re.compile(r"\d{4}"))
    nearest.first.locator(".dl-open").click()
    expect(page.locator(".dl-card.dl-active mark")).to_be_visible()


def test_the_reason_of_a_support_mark_shows_on_hover_and_on_focus(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    turn = ask(page, GENOA)
    sign, why = turn.locator(".dl-sign").first, turn.locator(".dl-why").first
    expect(why).to_be_hidden()
    sign.hover()
    expect(why).to_be_visible()
    expect(why).to_contain_text("Supported")
    page.mouse.move(0, 0)
    expect(why).to_be_hidden()
    sign.focus()
    expect(why).to_be_visible()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, (1000, 600), (1280, 860)])
def test_the_reason_of_a_support_mark_stands_inside_the_window(
    samples_page: Served, visit: Visit, size: tuple[int, int]
) -> None:
    page = visit(samples_page, size=size)
    turn = ask(page, GENOA)
    for sign, why in zip(turn.locator(".dl-sign").all(), turn.locator(".dl-why").all(), strict=True):
        sign.scroll_into_view_if_needed()
        sign.focus()
        box = why.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] >= 0
    page.mouse.move(0, 0)
    sign = turn.locator(".dl-sign").first
    sign.evaluate("sign => window.scrollBy(0, sign.getBoundingClientRect().top - 20)")  # no room above it
    sign.focus()
    box = turn.locator(".dl-why").first.bounding_box()
    assert box
    assert box["y"] >= 0


def test_a_further_answer_is_brought_into_view_with_its_sources_from_the_top(
    samples_page: Served, visit: Visit
) -> None:
    page = visit(samples_page, size=(1280, 700))
    ask(page, GENOA).locator(".dl-chip").nth(2).click()
    assert page.locator("#side").evaluate("side => side.scrollTop") > 0
    turn = ask(page, "Who played in the theatre of Palmyra?")
    said, composer = turn.locator(".dl-statement").first.bounding_box(), page.locator("#composer").bounding_box()
    assert said
    assert composer
    assert 0 <= said["y"] < said["y"] + said["height"] <= composer["y"]
    expect(page.locator(".dl-for")).to_have_text("Who played in the theatre of Palmyra?")
    assert page.locator("#side").evaluate("side => side.scrollTop") == 0


def test_a_phone_leaves_the_limits_to_make_room_for_the_answer(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page, size=(375, 812))
    limit(page, "as-of", "2018-08-14")
    ask(page, GENOA)
    expect(page.locator("#as-of")).to_be_hidden()
    expect(page.locator("#scope")).to_contain_text("as of 14 August 2018")
    page.get_by_role("tab", name="Library").click()
    for label in ("Find", "Outlet", "Undated only"):
        box = page.locator("#filters").get_by_label(label).bounding_box()
        assert box
        assert box["x"] + box["width"] <= 375
    chosen = page.locator("#articles .dl-open").nth(2)
    chosen.click()
    expect(page.locator("#reader h2")).to_be_in_viewport()
    page.get_by_role("button", name="Back to the list").click()
    expect(chosen).to_be_focused()


def test_everything_can_be_reached_by_keyboard(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    page.get_by_label("Question").focus()
    page.keyboard.type(GENOA)
    page.keyboard.press("Enter")
    expect(page.locator(".dl-turn")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_label("Question")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.classList.contains('dl-chip')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".dl-card.dl-active")).to_be_focused()
    page.keyboard.press("Tab")  # the text, which scrolls by arrow keys, or a link to the original before it
    assert page.evaluate("document.activeElement.closest('.dl-card') !== null")


def test_a_phone_shows_the_sources_over_the_answer_and_leads_back(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page, size=PHONE)
    turn = ask(page, GENOA)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.locator(".dl-card").first).not_to_be_in_viewport()
    chip = turn.locator(".dl-chip").first
    chip.click()
    expect(page.locator(".dl-card.dl-active mark")).to_be_in_viewport()
    page.get_by_role("button", name="Back to the answer").click()
    expect(page.locator(".dl-card").first).not_to_be_in_viewport()
    expect(chip).to_be_focused()


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground_in_light_and_dark(samples_page: Served, visit: Visit, dark: bool) -> None:
    page = visit(samples_page, dark=dark)
    ask(page, GENOA)
    ground = brightness(page, "body", "backgroundColor")
    assert (ground < 0.2) == dark
    for part in (".dl-question", ".dl-statement", ".dl-chip", ".dl-facts", ".dl-foot", ".dl-text"):
        assert abs(brightness(page, part, "color") - ground) > 0.35, part


def brightness(page: Page, selector: str, name: str) -> float:
    """Return how bright a colour on the page is, from 0 to 1."""
    colour = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{name}")
    red, green, blue = map(float, re.findall(r"[\d.]+", colour)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


HOSTILE = (
    "The dam <img src=x onerror='window.hit=1'> burst above Velm and killed 12 people, <script>window.hit=2</script>"
    " said <a href='javascript:window.hit=3'>the mayor</a> ![x](http://tracker.example/p.png) $\\href{x}{y}$"
    " ${window.hit=4} {{constructor.constructor('window.hit=5')()}} &lt;b onclick=x&gt; \u202eedis thgir."
)


@pytest.fixture(scope="module")
def odd_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a page over a hostile article, and a long one."""
    library = tmp_path_factory.mktemp("odd") / "library"
    title = '"><script>window.hit=6</script><img src=http://tracker.example/t.png onerror=window.hit=7>'
    gauges = [f"The gauge at weir {n} read {n * 3} centimetres in the morning." for n in range(400)]
    gauges[300] = "Nobody was drowned when the ferry Ottoline sank off Brack."
    with Index.open(library, create=True) as index:
        index.add([
            article("a", HOSTILE, title=title, outlet="</button><svg onload=window.hit=8>", author="<b>A</b>",
                    published=date(2020, 3, 2), url="javascript:window.hit=9"),
            article("b", "Another report said the dam above Velm killed 14 people.", title="${window.hit=10}",
                    outlet="Beta", published=date(2020, 3, 9)),
            article("c", "\n\n".join(gauges), title="Gauges", outlet="Gamma" * 60, author="A" * 300,
                    published=date(2021, 3, 9)),
        ])  # fmt: skip
    with serving(library, library.parent) as served:
        yield served


def test_a_hostile_article_is_only_text(odd_page: Served, visit: Visit) -> None:
    page = visit(odd_page)
    turn = ask(page, "How many did the dam kill in Velm? <img src=x onerror=window.hit=11> ${window.hit=12}")
    hostile = turn.locator(".dl-statement").filter(has_text="<script>window.hit=2</script>")
    expect(hostile).to_have_count(1)
    hostile.locator(".dl-chip").first.click()
    page.locator(".dl-point").first.click()
    expect(page.locator(".dl-card.dl-active mark")).to_be_visible()
    page.get_by_role("tab", name="Library").click()
    page.locator("#articles .dl-open").nth(2).click()
    expect(page.locator("#reader h2")).to_contain_text("<script>")
    assert page.evaluate("window.hit") is None
    ours = page.locator("#welcome, #conversation, #sources, #header, #scope, #articles, #reader")
    live = "img, script, iframe, svg, [onerror], [onload], [onclick], a[href^=javascript]"
    assert ours.locator(live).count() == 0


def test_a_quote_deep_in_a_long_article_is_scrolled_to(odd_page: Served, visit: Visit) -> None:
    page = visit(odd_page)
    turn = ask(page, "Was anybody drowned when the ferry Ottoline sank?")
    card = page.locator(".dl-card").first
    assert card.locator(".dl-facts").first.evaluate("facts => facts.scrollWidth <= facts.clientWidth")
    expect(card.locator("mark")).to_have_text("Nobody was drowned when the ferry Ottoline sank off Brack.")
    expect(card.locator(".dl-text")).to_contain_text("The gauge at weir 299 read 897 centimetres in the morning.")
    assert seen_in(card.locator("mark"), card.locator(".dl-text"))
    card.locator(".dl-text").evaluate("box => { box.scrollTop = 0; }")
    assert not seen_in(card.locator("mark"), card.locator(".dl-text"))
    turn.locator(".dl-chip").first.click()
    assert seen_in(card.locator("mark"), card.locator(".dl-text"))


def test_what_is_typed_while_a_question_is_asked_stays(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    field = page.get_by_label("Question")
    field.fill(GENOA)
    field.press("Enter")
    page.keyboard.type("What did Repsol say?", delay=30)
    expect(page.locator(".dl-turn").last).to_have_attribute("aria-busy", "false")
    expect(page.locator(".dl-question")).to_have_text([GENOA])
    expect(field).to_have_value("What did Repsol say?")
    field.press("Enter")
    expect(page.locator(".dl-question")).to_have_text([GENOA, "What did Repsol say?"])
    expect(field).to_have_value("")


def test_a_conversation_survives_a_reload_and_can_be_reopened(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    first = "How many people were found dead under the bridge at Genoa?"
    ask(page, first)
    ask(page, "And when was the funeral?")
    page.reload()
    expect(page.locator(".dl-turn")).to_have_count(2)
    page.locator(".dl-turn").first.locator(".dl-chip").first.click()
    expect(page.locator(".dl-card.dl-active mark")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".dl-turn")).to_have_count(0)
    page.reload()
    expect(page.locator("#welcome .dl-lead")).to_be_visible()
    page.get_by_role("tab", name="Saved").click()
    page.get_by_role("button", name=first, exact=True).click()
    expect(page.locator(".dl-turn")).to_have_count(2)
    said = sentences(page.locator(".dl-turn").last)
    page.get_by_role("tab", name="Saved").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Markdown: {first}").click()
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert exported.startswith(f"**{first}**")
    assert exported.index("And when was the funeral?") < exported.index(escape(said[0]))
    page.get_by_role("button", name=f"Forget: {first}").click()
    page.get_by_role("button", name="Yes, forget it").click()
    expect(page.get_by_role("button", name=f"Forget: {first}")).to_have_count(0)


def test_a_conversation_comes_back_with_the_limits_of_its_last_answer(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    limit(page, "as-of", "June 2015")
    question = "Who held Palmyra, and since when?"
    ask(page, question)
    page.reload()
    expect(page.locator("#scope")).to_contain_text("as of 30 June 2015")
    expect(ask(page, "And what of its temples?").locator(".dl-scope")).to_contain_text("As of 30 June 2015")
    page.get_by_role("button", name="Ask of everything").click()
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("tab", name="Saved").click()
    page.get_by_role("button", name=question, exact=True).click()
    expect(page.locator("#scope")).to_contain_text("as of 30 June 2015")


def test_what_a_reader_thinks_is_kept_and_exported_as_a_case(
    samples_page: Served, visit: Visit, tmp_path: Path
) -> None:
    page = visit(samples_page)
    turn = ask(page, "Who played in the theatre of Palmyra?")
    turn.get_by_role("button", name="Helpful", exact=True).click()
    expect(turn.get_by_label("What was good about it?")).to_be_focused()
    field, composer = turn.locator(".dl-judged input").bounding_box(), page.locator("#composer").bounding_box()
    assert field
    assert composer
    assert field["y"] + field["height"] <= composer["y"]
    turn.get_by_label("What was good about it?").fill('it names the "orchestra" <b>')
    turn.get_by_role("button", name="Keep").click()
    expect(turn.get_by_role("button", name="Kept")).to_be_visible()
    page.reload()
    expect(page.get_by_label("What was good about it?")).to_have_value('it names the "orchestra" <b>')
    page.get_by_role("tab", name="Saved").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as eval cases").click()
    download.value.save_as(tmp_path / "cases.jsonl")
    (case,) = read_cases(tmp_path / "cases.jsonl")
    assert case.question == "Who played in the theatre of Palmyra?"
    page.get_by_role("tab", name="Ask").click()
    assert " ".join(case.answers[0].split()) in page.locator(".dl-said").inner_text()


def test_an_answer_is_exported_as_markdown_and_as_the_contract(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page)
    turn = ask(page, GENOA)
    files = {}
    for form in ("Markdown", "JSON"):
        with page.expect_download() as download:
            turn.get_by_role("button", name=form).click()
        files[form] = Path(download.value.path()).read_text(encoding="utf-8")
    answer = json.loads(files["JSON"])
    assert answer["schema"] == 1
    assert [s["text"] for s in answer["statements"]] == sentences(turn)
    assert files["Markdown"].startswith(f"**{GENOA}**")
    assert "Sources:" in files["Markdown"]


def test_articles_are_added_read_and_removed(samples_page: Served, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "velm.txt").write_text(
        "Dam bursts above Velm\nBy Ann Bee\n3 March 2020\n\nThe Karst dam burst above Velm and killed twelve people,"
        " the ministry said on Tuesday. Rescuers worked through the night.\n"
    )
    (tmp_path / "broken.json").write_text('{"title": ')
    page = visit(samples_page)
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#articles tbody tr")).to_have_count(26)
    page.get_by_role("button", name="Add articles").click()
    page.locator("#files input[type=file]").set_input_files([tmp_path / "velm.txt", tmp_path / "broken.json"])
    page.get_by_label("Or paste an article").fill(
        "Toll rises at Velm\n5 March 2020\n\nThe toll of the Karst dam disaster rose to 48, the ministry said."
    )
    expect(page.locator("#files")).to_contain_text("broken")
    page.get_by_role("button", name="Add", exact=True).click()
    result = page.locator("#result")
    expect(result).to_contain_text("velm.txt: 1 added")
    expect(result).to_contain_text("broken.json: ")
    expect(result).to_contain_text("Pasted text: 1 added")
    assert str(tmp_path) not in result.inner_text()
    assert "dateline-page-" not in result.inner_text()
    expect(page.locator("#header")).to_contain_text("28 articles")
    page.get_by_label("Find").fill("velm")
    expect(page.locator("#articles tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Dam bursts above Velm").click()
    expect(page.locator("#reader")).to_contain_text("Ann Bee")
    page.get_by_role("tab", name="Ask").click()
    turn = ask(page, "How many people did the Karst dam kill above Velm?")
    expect(turn).to_contain_text("twelve people")
    page.get_by_role("tab", name="Library").click()
    for title in ("Dam bursts above Velm", "Toll rises at Velm"):
        page.get_by_role("button", name=title).click()
        expect(page.locator("#reader h2")).to_have_text(title)
        page.get_by_role("button", name="Remove …").click()
        page.get_by_role("button", name="Yes, remove it for good").click()
        expect(page.get_by_role("button", name=title)).to_have_count(0)
    expect(page.locator("#header")).to_contain_text("26 articles")


def test_pasted_text_that_is_too_long_is_said_and_what_came_with_it_is_added(
    samples_page: Served, visit: Visit, tmp_path: Path
) -> None:
    (tmp_path / "brack.txt").write_text("Ferry sinks off Brack\n3 March 2020\n\nThe ferry Ottoline sank off Brack.\n")
    page = visit(samples_page)
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name="Add articles").click()
    page.locator("#files input[type=file]").set_input_files([tmp_path / "brack.txt"])
    expect(page.locator("#files")).to_contain_text("brack")
    page.get_by_label("Or paste an article").fill("word " * 120_000)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#result")).to_contain_text("Pasted text: the text has 600000 characters, the most is 500000")
    expect(page.locator("#result")).to_contain_text("brack.txt: 1 added")
    expect(page.locator("#result .dl-coming")).to_have_count(0)
    page.get_by_role("button", name="Ferry sinks off Brack").click()
    expect(page.locator("#reader h2")).to_have_text("Ferry sinks off Brack")
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Yes, remove it for good").click()
    expect(page.locator("#header")).to_contain_text("26 articles")


def test_the_second_question_before_a_removal_is_in_view_and_harmless_by_keyboard(
    samples_page: Served, visit: Visit
) -> None:
    page = visit(samples_page, size=(1280, 720))
    page.get_by_role("tab", name="Library").click()
    page.locator("#articles .dl-open").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader .dl-card")).to_be_focused()
    page.get_by_role("button", name="Remove …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    expect(page.get_by_role("button", name="Yes, remove it for good")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("#removing")).to_be_hidden()
    expect(page.locator("#header")).to_contain_text("26 articles")


def test_where_there_is_no_library_an_empty_one_explains_how_to_begin(tmp_path: Path, visit: Visit) -> None:
    with serving(tmp_path / "library", tmp_path) as served:
        page = visit(served)
        expect(page.locator("#welcome")).to_contain_text("The library is empty")
        expect(ask(page, GENOA)).to_contain_text("the library is empty; add some in the tab “Library”")
        page.get_by_role("button", name="New conversation").click()
        page.get_by_role("button", name="Open the library").click()
        page.get_by_role("button", name="Add the sample articles").click()
        expect(page.locator("#result")).to_contain_text("26 added")
        page.get_by_role("tab", name="Ask").click()
        expect(page.locator(".dl-example").first).to_be_visible()
        expect(ask(page, GENOA).locator(".dl-statement").first).to_contain_text("14 August 2018")


def test_a_wide_window_has_as_much_room_on_one_side_as_on_the_other(samples_page: Served, visit: Visit) -> None:
    page = visit(samples_page, size=(1920, 1000))
    box = page.locator("#tabs").bounding_box()
    assert box is not None
    assert abs(box["x"] - (1920 - box["x"] - box["width"])) < 20  # a scroll bar


def test_a_conversation_is_seen_by_its_user_alone(sample_library: Path, tmp_path: Path, visit: Visit) -> None:
    shutil.copytree(sample_library, tmp_path / "library")
    with serving(tmp_path / "library", tmp_path, "--auth", "ann:one", "--auth", "ben:two") as served:
        ann = visit(served)
        expect(ann.get_by_text("questions over a library of news articles")).to_be_visible()
        expect(ann).to_have_title("Dateline")
        assert hindrances(ann) == []
        log_in(ann, "ann", "two", works=False)
        log_in(ann, "ann", "one")
        ask(ann, GENOA)
        address = ann.url.removeprefix(served.url)
        assert "talk=" in address
        ben = visit(served, path=address)
        log_in(ben, "ben", "two")
        expect(ben.locator("#welcome .dl-lead")).to_be_visible()
        expect(ben.locator(".dl-turn")).to_have_count(0)
        ben.get_by_role("tab", name="Saved").click()
        expect(ben.locator("#conversations")).to_contain_text("Conversations are kept here")
        ben.get_by_role("tab", name="Ask").click()
        expect(ask(ben, "Who held Palmyra?").locator(".dl-note")).to_have_count(0)
        assert ben.url != ann.url
        ann.reload()
        expect(ann.locator(".dl-turn")).to_have_count(1)
        expect(ann.locator("#header")).to_contain_text("ann")


def log_in(page: Page, name: str, password: str, works: bool = True) -> None:
    page.get_by_label("username").fill(name)
    page.get_by_label("password").fill(password)
    page.get_by_role("button", name="Login").click()
    if works:
        page.get_by_label("Question").wait_for()
    else:
        expect(page.get_by_text("Incorrect Credentials")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_stands_in_the_way_of_assistive_technology(samples_page: Served, visit: Visit, dark: bool) -> None:
    page = visit(samples_page, dark=dark)
    page.get_by_label("Question").wait_for()
    expect(page).to_have_title("Dateline")
    assert hindrances(page) == []
    ask(page, GENOA)
    limit(page, "as-of", "2015-01-31")
    ask(page, GENOA)
    assert hindrances(page) == []
    page.get_by_role("tab", name="Library").click()
    page.locator("#articles .dl-open").first.click()
    page.get_by_role("button", name="Add articles").click()
    expect(page.locator("#reader h2")).to_be_visible()
    assert hindrances(page) == []
    page.get_by_role("tab", name="Saved").click()
    expect(page.locator("#conversations table")).to_be_visible()
    assert hindrances(page) == []


def hindrances(page: Page) -> list[str]:
    """Return what axe-core finds to be serious or critical, ours and Gradio's."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def test_a_library_that_cannot_be_written_is_asked_all_the_same(
    sample_library: Path, tmp_path: Path, visit: Visit
) -> None:
    library = tmp_path / "fixed" / "library"
    shutil.copytree(sample_library, library)
    with read_only(library.parent), serving(library, tmp_path) as served:
        page = visit(served)
        turn = ask(page, GENOA)
        expect(turn.locator(".dl-statement").first).to_be_visible()
        expect(turn).to_contain_text("This answer was not kept: ")
        expect(turn).to_contain_text("read-only")
        ask(page, "And when was the funeral?")
        expect(page.locator(".dl-turn")).to_have_count(2)


def test_what_goes_wrong_in_the_library_is_a_notice_and_nothing_more(
    samples_page: Served, visit: Visit, tmp_path: Path
) -> None:
    pages = [visit(samples_page), visit(samples_page)]
    pages[0].get_by_role("tab", name="Library").click()
    pages[0].get_by_role("button", name="Add articles").click()
    pages[0].get_by_label("Or paste an article").fill("A short lived report about nothing much at all in Velm.")
    pages[0].get_by_label("Title").fill("Gone <b>tomorrow</b>")
    pages[0].get_by_role("button", name="Add", exact=True).click()
    expect(pages[0].locator("#result")).to_contain_text("1 added")
    pages[1].get_by_role("tab", name="Library").click()
    for page in pages:
        expect(page.get_by_role("button", name="Gone <b>tomorrow</b>")).to_be_visible()
    pages[0].get_by_role("button", name="Gone <b>tomorrow</b>").click()
    pages[0].get_by_role("button", name="Remove …").click()
    pages[0].get_by_role("button", name="Yes, remove it for good").click()
    expect(pages[0].get_by_role("button", name="Gone <b>tomorrow</b>")).to_have_count(0)
    pages[1].get_by_role("button", name="Gone <b>tomorrow</b>").click()
    expect(pages[1].get_by_text(re.compile("no article '[0-9a-f]{12}' in this library"))).to_be_visible()
    pages[1].locator("#articles .dl-open").first.click()
    expect(pages[1].locator("#reader h2")).to_be_visible()


# --- with a language model ----------------------------------------------------------------------------

PALMYRA = "Who retook Palmyra in March 2016?"
TWO = Say("The Syrian army retook Palmyra {retake}. It was helped by Russian air strikes {Russian}.", pause=0.05)


def test_a_models_sentences_are_shown_as_they_are_written(samples_page: Served, tmp_path: Path, visit: Visit) -> None:
    with ChatServer(TWO) as server, serving(samples_page.library, tmp_path, "--llm", model(server)) as served:
        page = visit(served)
        seen = watched(page)
        turn = ask(page, PALMYRA)
        assert ["true", 1] in seen()
        expect(turn.locator(".dl-statement")).to_have_count(2)
        expect(turn.locator(".dl-foot")).to_contain_text("1200 + 34 tokens")


def test_an_answer_is_stopped_and_one_slow_call_holds_nobody_up(
    samples_page: Served, tmp_path: Path, visit: Visit
) -> None:
    with (
        ChatServer(Hang(), TWO, TWO) as server,
        serving(samples_page.library, tmp_path, "--llm", model(server)) as served,
    ):
        slow, quick = visit(served), visit(served)
        slow.get_by_label("Question").fill(PALMYRA)
        slow.get_by_label("Question").press("Enter")
        expect(slow.get_by_role("button", name="Stop")).to_be_visible()
        assert server.asked(1)
        ask(quick, PALMYRA)
        expect(quick.locator(".dl-statement")).to_have_count(2)
        expect(slow.locator(".dl-coming")).to_be_visible()
        with slow.expect_request("**/gradio_api/reset"):  # it is over on the server as well
            slow.get_by_role("button", name="Stop").click()
        expect(slow.locator(".dl-turn")).to_contain_text("Stopped.")
        expect(slow.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        ask(slow, PALMYRA)
        expect(slow.locator(".dl-turn").last.locator(".dl-statement")).to_have_count(2)


def test_a_question_is_not_lost_when_the_page_is_left_in_the_middle(
    samples_page: Served, tmp_path: Path, visit: Visit
) -> None:
    with (
        ChatServer(TWO, Hang()) as server,
        serving(samples_page.library, tmp_path, "--llm", model(server)) as served,
    ):
        page = visit(served)
        ask(page, PALMYRA)
        page.get_by_label("Question").fill("Who helped the army?")
        page.get_by_label("Question").press("Enter")
        expect(page.locator(".dl-turn").last).to_have_attribute("aria-busy", "true")
        page.reload()
        expect(page.locator(".dl-turn")).to_have_count(1)
        expect(page.get_by_label("Question")).to_have_value("Who helped the army?")
        page.reload()
        expect(page.locator(".dl-turn")).to_have_count(1)
        expect(page.get_by_label("Question")).to_have_value("")


def model(server: ChatServer) -> str:
    return f"openai-like:m@{server.address}"
