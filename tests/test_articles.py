"""Reading articles: every format, every field with its origin, and bad input said in one sentence."""

from __future__ import annotations

import gzip
import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from index import Article, Index, ReadError, read_paths
from index.fields import canonical_url

BOMB = "---\na0: &a0 [x, x, x]\n{}\ntitle: *a30\n---\nText.\n".format(
    "\n".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 31))
).encode()
PAGE = """<html><head><title>Dam bursts</title><meta property="og:site_name" content="Alpha Post">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Dam bursts above Velm",
"datePublished": "2020-03-02T09:00:00+01:00", "author": {"name": "Nora Lind"}}</script></head>
<body><nav>Home Sport Weather</nav><article><p>%s</p></article></body></html>""" % (
    "The Karst dam burst on Monday and water reached the town of Velm within the hour, rescuers said. " * 6
)


def read(*paths: Path) -> tuple[list[Article], list[str]]:
    found = list(read_paths(paths))
    return [a for a in found if isinstance(a, Article)], [str(e) for e in found if isinstance(e, ReadError)]


def one(path: Path) -> Article:
    articles, errors = read(path)
    assert errors == []
    (article,) = articles
    return article


def test_heading_byline_and_date_line_become_fields_with_their_origins(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# Dam bursts above Velm\n\nNora Lind  \n28 March 2016\n\nThe dam burst.\n\nNobody died.\n")
    article = one(path)
    assert (article.title, article.author, article.published) == (
        "Dam bursts above Velm",
        "Nora Lind",
        date(2016, 3, 28),
    )
    assert article.text == "The dam burst.\n\nNobody died."
    assert dict(article.origins) == {"title": "heading", "author": "byline", "published": "byline"}


def test_a_text_without_header_lines_keeps_every_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Syria\nA soldier stands in the ruins, Syria April 1 AGENCY/Name\n\nThe war goes on.\n")
    article = one(path)
    assert article.text.startswith("Syria\nA soldier")
    assert (article.title, article.published, article.name) == (None, None, "a.txt")


def test_front_matter_is_read_and_wins_over_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: Given\nsource: Alpha Post\ndate: 2020-03-02\n---\n# Heading\n\nThe dam burst.\n")
    article = one(path)
    assert (article.title, article.outlet, article.published) == ("Given", "Alpha Post", date(2020, 3, 2))
    assert article.origins["published"] == "front matter"
    assert article.text.endswith("The dam burst.")


def test_a_page_gives_its_text_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE)
    article = one(path)
    assert (article.title, article.outlet, article.author) == ("Dam bursts above Velm", "Alpha Post", "Nora Lind")
    assert article.published == date(2020, 3, 2)
    assert article.origins["published"] == "JSON-LD"
    assert "Sport" not in article.text


def test_json_lines_give_an_article_each_packed_or_not(tmp_path: Path) -> None:
    rows = [{"title": "One", "publisher": "Alpha Post", "body": "First text."}, {"id": 7, "text": "Second text."}]
    lines = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "a.jsonl").write_text(lines)
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as stream:
        stream.write(lines)
    (tmp_path / "c.json").write_text(json.dumps(rows))
    articles, errors = read(tmp_path)
    assert errors == []
    assert [a.text for a in articles] == ["First text.", "Second text."] * 3
    assert len({a.id for a in articles}) == 6
    assert articles[0].outlet == "Alpha Post"


def test_the_url_is_the_identity_and_may_give_date_and_outlet(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"url": "http://www.Alpha.example/2020/03/02/dam/?utm_source=x#top", "text": "Text."}))
    article = one(path)
    assert article.key == "https://www.alpha.example/2020/03/02/dam"
    assert (article.published, article.outlet) == (date(2020, 3, 2), "alpha.example")
    assert dict(article.origins) == {"url": "JSON", "published": "URL", "outlet": "URL"}


def test_an_ambiguous_date_is_unknown_and_a_wrong_one_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"text": "A.", "date": "03/04/2016"}')
    (tmp_path / "b.json").write_text('{"text": "B.", "date": "soonish"}')
    articles, errors = read(tmp_path)
    assert [a.published for a in articles] == [None]
    assert len(errors) == 1
    assert "b.json: published 'soonish' is not a date" in errors[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty.txt: empty"),
        ("blank.md", b" \n ", "blank.md: empty"),
        ("binary.txt", b"\x00\x01PNG", "binary.txt: binary data"),
        ("latin.txt", "first line\nZürich".encode("latin-1"), "latin.txt:2: not UTF-8 (byte 0xfc)"),
        ("only-header.md", b"# Heading\n\nBy Nora Lind\n\n3 May 2020\n", "only-header.md: no text"),
        ("broken.json", b'{"text": ', "broken.json:1: not valid JSON"),
        ("deep.json", b"[" * 100_000, "deep.json:1: not valid JSON"),
        ("list.json", b"[]", "list.json: an empty list"),
        ("scalar.jsonl", b"12\n", "scalar.jsonl:1: not a JSON object"),
        ("odd.jsonl", b'{"text": {"a": 1}}\n', "odd.jsonl:1: the field text is not text"),
        ("bad.md", b"---\ntitle: [\n---\nText.\n", "bad.md:3: the front matter is not valid YAML"),
        ("cut.jsonl.gz", gzip.compress(b'{"text": "A."}\n' * 500, mtime=0)[:-20], "the gzip data is broken"),
        ("not.jsonl.gz", b"plain", "the gzip data is broken"),
        ("page.html", b"<html><body></body></html>", "page.html: no article text"),
        ("empty.html", b"", "empty.html: the file is empty"),
        (
            "deep.md",
            b"---\ntitle: " + b"[" * 3000 + b"]" * 3000 + b"\n---\nText.\n",
            "the front matter is not valid YAML",
        ),
        ("bomb.md", BOMB, "bomb.md:2: the front matter is not valid YAML"),
        ("thing.odt", b"PK", "cannot read .odt files; give one of .txt"),
    ],
)
def test_bad_input_is_said_in_one_sentence_with_its_place(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    _, errors = read(path)
    assert len(errors) == 1
    assert message in errors[0]
    assert "\n" not in errors[0]


def test_a_broken_line_is_skipped_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "One."}\n{"text": \n{"text": "\xff"}\n{"text": "Four."}\n')
    articles, errors = read(path)
    assert [a.text for a in articles] == ["One.", "Four."]
    assert [e.split(": ")[0].rsplit(":", 1)[1] for e in errors] == ["2", "3"]


def test_paths_that_lead_nowhere_are_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.xyz").write_text("x")
    paths = [tmp_path / "nope", tmp_path / "folder", "https://a.example/x"]
    errors = [str(error) for error in read_paths(paths)]
    assert "no such file or folder" in errors[0]
    assert "nothing readable in this folder" in errors[1]
    assert "a URL cannot be added" in errors[2]


def test_a_page_that_is_too_large_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<p>" + b"x" * 2_000_001)
    _, errors = read(path)
    assert "larger than 2 MB" in errors[0]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Not for you, said nobody.")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("For you, they said.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    articles, _ = read(folder)
    assert [a.text for a in articles] == ["For you, they said."]


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    os.symlink("loop.txt", tmp_path / "loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "odd.md").write_text("---\ntitle: 0b_\noutlet: NO\nauthor: null\n---\nAn odd body.\n")
    (tmp_path / "half.jsonl").write_text('{"id": "\\ud800x", "text": "A half body."}')
    with open(os.path.join(os.fsencode(tmp_path), b"name\xff.txt"), "w") as stream:
        stream.write("A named body.")
    with Index.open(tmp_path / "library", create=True) as index:
        added = index.add(read_paths([tmp_path]))
        articles = {item.text: item for item in index.articles()}
    assert set(articles) == {"An odd body.", "A half body.", "A named body."}
    assert (articles["An odd body."].title, articles["An odd body."].outlet) == ("0b_", "NO")
    assert articles["An odd body."].author is None
    assert articles["A named body."].file == "name\\udcff.txt"
    loop, pipe = map(str, added.skipped)
    assert "loop.txt: cannot be opened" in loop
    assert "pipe.txt: a pipe or a device, not a file" in pipe


def test_newlines_are_unified_and_half_characters_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"text": "One.\\r\\nTwo\\ud800.\\u0000"}')
    assert one(path).text == "One.\nTwo?."


def test_urls_of_one_article_are_one_identity() -> None:
    assert canonical_url("http://A.example:80/x/?b=1&utm_medium=mail#part") == "https://a.example/x?b=1"


def test_urls_that_differ_where_the_article_is_named_are_several_identities() -> None:
    ends = ["story.php?1001", "story.php?1002", "?id=1&p=", "?id=1", "#!/story/1", "#!/story/2", "#/story/1", ""]
    assert len({canonical_url(f"https://a.example/{end}") for end in ends}) == len(ends)


def test_an_article_made_in_python_is_cleaned_or_refused(index: Index) -> None:
    odd = "The dam\r\nburst\x00 above \ud800Velm."
    good = Article(key="a\ud800", text=odd, title="Dam\x00", published=datetime(2020, 3, 2, 8, tzinfo=UTC))
    bad: list[Any] = [
        Article(key="b", text=" \n"), Article(key=" ", text="Text."), Article(key="c", text=None),  # type: ignore[arg-type]
        Article(key="d", text="Text.", outlet=5), Article(key="e", text="Text.", published="soon"), "Text.",  # type: ignore[arg-type]
    ]  # fmt: skip
    added = index.add([good, *bad, Article(key="f", text="Fine.", published="2020-03")])  # type: ignore[arg-type]
    assert added.new == 2
    assert [str(error) for error in added.skipped] == [
        "article 'b': the text is blank; give one",
        "article ' ': the key is blank; give one",
        "article 'c': the text is not text; give it as a string",
        "article 'd': the outlet is not text; give it as a string",
        "article 'e': published 'soon' is not a date; write it like 2016-03-28, 28 March 2016 or March 2016",
        "'Text.' is not an article; give index.Article(key=..., text=...)",
    ]
    (found,) = index.search("Where did the dam burst?", as_of="2020-03-02")
    assert found.article.text == "The dam\nburst above ?Velm."
    assert found.article.text[found.passage.start : found.passage.end] == found.passage.text
    assert index.verify().ok


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    attributes = " ".join(f"a{number}=" for number in range(200_000))
    path.write_text(f"<html><body><article><p {attributes}>The dam burst above Velm.</p></article></body></html>")
    began = time.monotonic()
    _, errors = read(path)
    assert time.monotonic() - began < 30  # where nobody looks at the clock, it takes more than a minute
    assert "a.html: the page could not be read: it took longer than 10 s; save the article as text" in errors[0]


def test_a_saved_answer_is_no_article(tmp_path: Path) -> None:
    """It lies beside the articles that it quotes; added, it would be quoted as one of them."""
    answer = {"schema": 1, "question": "Who won?", "text": "Alpha: “We won.” [1]", "statements": [], "citations": []}
    (tmp_path / "a.json").write_text(json.dumps(answer))
    (found,) = read_paths([tmp_path])
    assert isinstance(found, ReadError)
    assert "a.json: an answer of Dateline's, not an article; check it with: dateline verify" in str(found)
