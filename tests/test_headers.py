"""Header lines: what natural articles open with becomes fields, and prose stays in the body."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index import Article, read_paths
from index.headers import Headers, read_headers, without_site

BODY = "The Karst dam burst on Monday. Rescuers found 12 bodies in the town of Velm."
DAY = date(2016, 5, 3)


def read(text: str) -> tuple[Headers, str, date | None]:
    headers = read_headers(text)
    return headers, headers.text_of(text), headers.published.day if headers.published else None


@pytest.mark.parametrize(
    "byline",
    [
        "By Nora Lind",
        "BY NORA LIND",
        "by Nora Lind",
        "By: Nora Lind and Tom Ash",
        "By Nora Lind, Tom Ash & Eva Berg",
        "By Nora Lind, political editor",
        "By Nora Lind in Velm and Tom Ash in Karst",
        "By Margo de la Cruz and Tim van der Berg",
        "By N. K. Lind Jr.",
        "By our correspondent in Velm",
        "By Reuters",
        "Words by Nora Lind",
        "By Nora Lind nora@alpha.example",
        "By Melissa Pérez-Carrillo",
        "**By Nora Lind**",
    ],
)
def test_a_byline_is_the_author_and_not_text(byline: str) -> None:
    headers, text, published = read(f"Dam bursts above Velm\n\n{byline}\n\n3 May 2016\n\n{BODY}")
    assert text == BODY
    assert headers.fields["title"] == "Dam bursts above Velm"
    assert headers.fields["author"] == byline.strip("*").split(":" if ":" in byline else " ", 1)[
        1
    ].strip().removeprefix("by ")
    assert published == DAY


@pytest.mark.parametrize(
    "opening",
    [
        "By the time rescuers came, 12 people had died.",
        "By Monday evening all roads were closed",
        "By November, Judge Berg will have ruled on it",
        "By definition, a dam holds water",
        "By 2020 the dam was old",
        "By Thursday France had sent 12 planes.",
        "By Nora Lind's account the gates were rusted.",
    ],
)
def test_prose_that_begins_with_by_stays_in_the_body(opening: str) -> None:
    headers, text, _ = read(f"Dam bursts above Velm\n\n{opening}\n\n{BODY}")
    assert text == f"{opening}\n\n{BODY}"
    assert "author" not in headers.fields


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ("Published: 3 May 2016", {}),
        ("First published on Tue 3 May 2016 10.30 BST", {}),
        ("Posted on May 3, 2016 at 10:30 a.m. EDT", {}),
        ("May 3, 2016 / 10:30 AM EDT / Alpha News", {"outlet": "Alpha News"}),
        ("Reuters | 3 May 2016", {"outlet": "Reuters"}),
        ("Alpha Post, 3 May 2016", {"outlet": "Alpha Post"}),
        ("Nora Lind, 3 May 2016", {"author": "Nora Lind"}),
        ("By Nora Lind | Alpha Post | 3 May 2016", {"author": "Nora Lind", "outlet": "Alpha Post"}),
        ("Nora Lind\n3 May 2016", {"author": "Nora Lind"}),
        ("3 May 2016\nBy Nora Lind\nPosted 3 hours ago", {"author": "Nora Lind"}),
        ("Source: Alpha Post\nAuthor: Nora Lind\nDate: 3 May 2016", {"outlet": "Alpha Post", "author": "Nora Lind"}),
        ("Published Tuesday, 3 May 2016 | By Nora Lind", {"author": "Nora Lind"}),
    ],
)
def test_date_lines_and_what_stands_beside_the_date(lines: str, fields: dict[str, str]) -> None:
    headers, text, published = read(f"Dam bursts above Velm\n\n{lines}\n\n{BODY}")
    assert text == BODY
    assert published == DAY
    assert headers.fields == {"title": "Dam bursts above Velm", **fields}


@pytest.mark.parametrize(
    "line", ["Source: Biden to visit Kyiv", "Link: vaccine and fatigue", "Author: unknown to police", "Title: none yet"]
)
def test_a_labelled_line_without_another_header_line_beside_it_is_a_headline(line: str) -> None:
    headers, text, _ = read(f"{line}\n\n{BODY}")
    assert headers.fields == {"title": line}
    assert text == BODY


@pytest.mark.parametrize("line", ["Source: Biden to visit Kyiv", "Link: vaccine and fatigue"])
def test_a_label_whose_value_is_not_what_it_says_is_text(line: str) -> None:
    headers, text, _ = read(f"Dam bursts above Velm\n\n{line}\n\n{BODY}")
    assert headers.fields == {"title": "Dam bursts above Velm"}
    assert text == f"{line}\n\n{BODY}"
    headers, _, _ = read(f"Dam bursts above Velm\n\nSource: Alpha Post\nLink: https://alpha.example/1\n\n{BODY}")
    assert (headers.fields["outlet"], headers.fields["url"]) == ("Alpha Post", "https://alpha.example/1")


@pytest.mark.parametrize("line", ["Damascus, 3 May 2016", "Syria | 3 May 2016", "By Nora Lind\nDamascus, 3 May 2016"])
def test_a_bare_word_beside_a_date_is_not_taken_for_an_outlet(line: str) -> None:
    headers, text, published = read(f"Dam bursts above Velm\n\n{line}\n\n{BODY}")
    assert "outlet" not in headers.fields
    assert (text, published) == (BODY, DAY)


def test_an_update_line_is_when_it_was_changed() -> None:
    headers, text, published = read(f"Dam bursts\n\nPublished 3 May 2016 · Updated 5 May 2016\n\n{BODY}")
    assert (text, published) == (BODY, DAY)
    assert headers.modified is not None
    assert headers.modified.day == date(2016, 5, 5)


def test_where_only_the_update_is_printed_that_day_is_the_day_of_publication(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"Dam bursts above Velm\nUpdated 5:05 PM ET, Tue May 3, 2016\n\n{BODY}")
    (article,) = read_paths([path])
    assert isinstance(article, Article)
    assert (article.published, article.modified, article.text) == (DAY, DAY, BODY)


def test_a_standfirst_between_headline_and_byline_stays_in_the_body() -> None:
    standfirst = "Twelve people are dead and forty missing after a wall gave way in the night."
    headers, text, published = read(f"Dam bursts above Velm\n\n{standfirst}\n\nBy Nora Lind\n3 May 2016\n\n{BODY}")
    assert text == f"{standfirst}\n\n{BODY}"
    assert (headers.fields["author"], published) == ("Nora Lind", DAY)


def test_a_headline_that_asks_is_one_where_a_byline_follows() -> None:
    headers, text, _ = read(f"Who let the dam burst?\n\nBy Nora Lind\n\n{BODY}")
    assert (headers.fields["title"], text) == ("Who let the dam burst?", BODY)
    assert read(f"Who let the dam burst?\n\n{BODY}")[1].startswith("Who let")


@pytest.mark.parametrize(
    ("dateline", "outlet", "day"),
    [
        ("VELM, May 3, 2016 (Alpha Agency) — ", "Alpha Agency", DAY),
        ("VELM, May 3 (Alpha Agency) — ", "Alpha Agency", None),
        ("VELM, Karst, 3 May 2016 (AA) - ", "AA", DAY),
        ("PORT VELM (AA) -- ", "AA", None),
        ("VELM — ", None, None),
        ("(AA) — ", None, None),
    ],
)
def test_a_dateline_names_agency_and_day_and_stays_in_the_text(
    dateline: str, outlet: str | None, day: date | None
) -> None:
    headers, text, published = read(f"Dam bursts above Velm\n\n{dateline}{BODY}")
    assert text == dateline + BODY
    assert (headers.fields.get("outlet"), published) == (outlet, day)
    assert headers.origins.get("published") == ("dateline" if day else None)


def page(tmp_path: Path, head: str, body: str) -> Article:
    path = tmp_path / "a.html"
    path.write_text(f"<html><head>{head}</head><body><article>{body}</article></body></html>")
    (article,) = read_paths([path])
    assert isinstance(article, Article)
    return article


def test_headline_and_byline_that_open_a_page_are_not_its_text(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{BODY} It was the {number}th report of the day.</p>" for number in range(4, 9))
    head = '<title>Dam bursts above Velm | Alpha Post</title><meta name="author" content="Nora Lind">'
    article = page(tmp_path, head, f"<h1>Dam bursts above Velm</h1><p>Nora Lind</p><p>3 May 2016</p>{paragraphs}")
    assert article.text.startswith("The Karst dam burst on Monday.")
    assert (article.title, article.author, article.published) == ("Dam bursts above Velm", "Nora Lind", DAY)


def test_a_first_sentence_that_is_no_headline_stays(tmp_path: Path) -> None:
    paragraphs = f"<p>Nobody has slept in Velm</p><p>{BODY} {BODY}</p><p>{BODY} The search goes on.</p>"
    article = page(tmp_path, "<title>Dam bursts above Velm</title>", paragraphs)
    assert article.text.startswith("Nobody has slept in Velm")


def test_the_sample_page_begins_with_its_first_paragraph() -> None:
    folder = Path(__file__).parent.parent / "qa" / "samples"
    for item in read_paths(sorted(folder.glob("*.html"))):
        assert isinstance(item, Article)
        assert item.title
        assert not item.text.startswith(item.title)
        assert "\nBy " not in item.text


def test_a_sites_name_is_not_part_of_a_title() -> None:
    assert without_site("Dam bursts above Velm | Alpha Post") == "Dam bursts above Velm"
    assert without_site("Velm - Karst") == "Velm - Karst"


@pytest.mark.parametrize(
    ("line", "author", "outlet"),
    [
        ("By Nora Lind, Alpha Post — 3 May 2016", "Nora Lind", "Alpha Post"),
        ("By Nora Lind and Tom Ash, the Velm Courier | May 3, 2016", "Nora Lind and Tom Ash", "Velm Courier"),
        ("By Nora Lind for the Alpha Post - 3 May 2016", "Nora Lind", "Alpha Post"),
        ("By Nora Lind, Alpha Post, May 3, 2016", "Nora Lind", "Alpha Post"),
        ("By Nora Lind, Tom Ash and Eva Berg — 3 May 2016", "Nora Lind, Tom Ash and Eva Berg", None),
        ("By Nora Lind, News Editor — 3 May 2016", "Nora Lind, News Editor", None),
        ("By Nora Lind, Velm — 3 May 2016", "Nora Lind, Velm", None),
    ],
)
def test_a_byline_with_its_outlet_and_its_date_on_one_line_gives_all_three(
    line: str, author: str, outlet: str | None
) -> None:
    headers, text, published = read(f"Dam bursts above Velm\n\n{line}\n\n{BODY}")
    assert (headers.fields["author"], headers.fields.get("outlet"), published) == (author, outlet, DAY)
    assert text == BODY
