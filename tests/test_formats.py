"""PDF, .docx, CSV and standard input: what a reader sees becomes the text, and what cannot be read is said."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import time
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from index import Article, ReadError, read_paths
from index.readers import read_stream

HEADING = ParagraphStyle("heading", fontSize=20, leading=24)
BODY = ParagraphStyle("body", fontSize=10, leading=12, spaceAfter=6)
SUBJECTS = "river bridge school market tower mill harbour church library station garden tunnel quarry lake".split()
PARAGRAPHS = [
    f"The {name} of Velm was flooded on Monday, and rescuers said that {number + 2} people were brought to safety "
    f"from the {name} before the water reached the upper windows of the houses around the {name}."
    for number, name in enumerate(SUBJECTS)
]


def read(path: Path) -> Article:
    (found,) = read_paths([path])
    assert isinstance(found, Article), found
    return found


def error_of(path: Path) -> str:
    (found,) = read_paths([path])
    assert isinstance(found, ReadError)
    assert "\n" not in str(found)
    return str(found)


def pdf(path: Path, story: list[Flowable], columns: int = 1, **properties: str) -> Path:
    """Write a PDF whose pages carry a running head and a page number."""
    document = BaseDocTemplate(str(path), pagesize=(595, 300), **properties)
    width = 515 / columns
    frames = [Frame(40 + number * width, 40, width - 12, 220) for number in range(columns)]

    def decorate(canvas: Canvas, page: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(40, 280, "Alpha Post   World news")
        canvas.drawCentredString(300, 20, f"Page {page.page} of 4")

    document.addPageTemplates(PageTemplate(frames=frames, onPage=decorate))
    document.build(story)
    return path


@pytest.mark.parametrize("columns", [1, 2])
def test_a_pdf_is_read_in_order_without_running_heads_and_page_numbers(tmp_path: Path, columns: int) -> None:
    story = [Paragraph("Dam bursts above the town of Velm", HEADING), Paragraph("By Nora Lind", BODY)]
    story += [Paragraph("28 March 2016", BODY), *(Paragraph(text, BODY) for text in PARAGRAPHS)]
    article = read(pdf(tmp_path / "a.pdf", story, columns, title="Microsoft Word - dam.doc", author="Tom Ash"))
    assert article.text.split("\n\n") == PARAGRAPHS
    assert (article.title, article.author) == ("Dam bursts above the town of Velm", "Nora Lind")
    assert article.published == date(2016, 3, 28)
    assert dict(article.origins) == {"title": "heading", "author": "byline", "published": "byline"}


def test_words_split_at_line_ends_of_a_pdf_are_joined_as_the_text_writes_them(tmp_path: Path) -> None:
    lines = [
        "The recon-", "struction of the well-", "known spillway had begun in 2015-", "16, and the Velm-",
        "Karst line was shut. The well-known operator paid.",
    ]  # fmt: skip
    article = read(pdf(tmp_path / "a.pdf", [Paragraph("<br/>".join(lines), BODY)]))
    assert article.text == (
        "The reconstruction of the well-known spillway had begun in 2015-16, and the Velm-Karst line was shut. "
        "The well-known operator paid."
    )


def test_properties_of_a_pdf_count_where_nothing_is_printed(tmp_path: Path) -> None:
    story = [Paragraph(PARAGRAPHS[0], BODY)]
    article = read(pdf(tmp_path / "a.pdf", story, title="Dam bursts above Velm", author="Tom Ash"))
    assert (article.title, article.author, article.published) == ("Dam bursts above Velm", "Tom Ash", None)
    assert dict(article.origins) == {"title": "meta", "author": "meta"}


def canvas_pdf(path: Path, text: str | None, **options: object) -> Path:
    canvas = Canvas(str(path), **options)
    if text:
        canvas.drawString(100, 700, text)
    else:
        canvas.rect(100, 600, 200, 100, fill=1)  # ink, as a scan has, and no letters
    canvas.save()
    return path


def test_a_pdf_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    locked = canvas_pdf(tmp_path / "locked.pdf", "The dam burst.", encrypt="secret")
    assert "locked.pdf: the PDF is encrypted; save a copy without a password" in error_of(locked)
    scanned = canvas_pdf(tmp_path / "scan.pdf", None)
    assert "scan.pdf: no text in this PDF (1 page, perhaps scanned)" in error_of(scanned)
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(scanned.read_bytes()[:300])
    assert "cut.pdf: the PDF is broken" in error_of(cut)
    other = tmp_path / "other.pdf"
    other.write_bytes(b"plain text")
    assert "other.pdf: the PDF is broken" in error_of(other)
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    assert "empty.pdf: the file is empty" in error_of(empty)
    long = tmp_path / "long.pdf"
    canvas = Canvas(str(long))
    for number in range(101):
        canvas.drawString(100, 700, f"page {number}")
        canvas.showPage()
    canvas.save()
    assert "long.pdf: longer than 100 pages" in error_of(long)


def write_docx(path: Path, *paragraphs: tuple[str, str | None], **properties: str) -> Path:
    document = docx.Document()
    for text, style in paragraphs:
        document.add_paragraph(text, style=style)
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    document.save(str(path))
    return path


def test_a_word_file_gives_heading_byline_date_and_text(tmp_path: Path) -> None:
    path = write_docx(
        tmp_path / "a.docx", ("Dam bursts above Velm", "Title"), ("By Nora Lind", None), ("28 March 2016", None),
        ("The Karst dam burst on Monday.", None), ("Nobody died.", None), author="python-docx", title="Draft",
    )  # fmt: skip
    article = read(path)
    assert article.text == "The Karst dam burst on Monday.\n\nNobody died."
    assert (article.title, article.author, article.published) == (
        "Dam bursts above Velm",
        "Nora Lind",
        date(2016, 3, 28),
    )
    assert dict(article.origins) == {"title": "heading", "author": "byline", "published": "byline"}


def test_a_word_file_keeps_tables_in_place_and_tracked_insertions_without_deletions(tmp_path: Path) -> None:
    document = docx.Document()
    changed = document.add_paragraph("The toll rose to ")
    for tag, text, value in (("del", "delText", "26"), ("ins", "t", "48.")):
        mark = docx.oxml.parse_xml(
            f'<w:{tag} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1" w:author="x">'
            f"<w:r><w:{text}>{value}</w:{text}></w:r></w:{tag}>"
        )
        changed._p.append(mark)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Town", "Dead", "Velm", "48"), strict=True):
        cell.text = text
    document.add_paragraph("The count goes on.")
    document.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text == "The toll rose to 48.\n\nTown | Dead\n\nVelm | 48\n\nThe count goes on."


def test_a_word_file_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    good = write_docx(tmp_path / "good.docx", ("The dam burst.", None))
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "word/document.xml":
                content = content.replace(b"The dam burst.", b"The dam burst. " * 3_000_000)
            new.writestr(part.filename, content)
    assert bomb.stat().st_size < 1_000_000
    started = time.monotonic()
    assert "bomb.docx: unpacks to more than 30 MB of text" in error_of(bomb)
    assert time.monotonic() - started < 10
    for name, data, message in (
        ("cut.docx", good.read_bytes()[:2000], "not a readable .docx file"),
        ("other.docx", b"plain text", "not a readable .docx file"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the file is encrypted, or an old .doc"),
        ("empty.docx", b"", "the file is empty"),
    ):
        (tmp_path / name).write_bytes(data)
        assert message in error_of(tmp_path / name)
    parts = tmp_path / "parts.docx"
    shutil.copy(good, parts)
    with zipfile.ZipFile(parts, "a") as archive:
        for number in range(5_001):
            archive.writestr(f"word/media/{number}", b"")
    assert "parts.docx: unpacks to more than" in error_of(parts)
    assert "no text in this file" in error_of(write_docx(tmp_path / "blank.docx", ("", None)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_gives_an_article_a_row_whatever_its_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Headline", "Publisher", "Date", "Body", "clicks"],
        ["One", "Alpha Post", "2016-03-28", f'"The dam{delimiter} they said,\n""burst""; so | be it."', "7"],
        ["", "", "", "", ""],
        ["Two", "Beta News", "3 May 2016", "Second text.", ""],
    ]
    path = tmp_path / "a.csv"
    path.write_text("\ufeff" + "\r\n".join(delimiter.join(row) for row in rows), encoding="utf-8", newline="")
    first, second = read_paths([path])
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.outlet, first.published) == ("One", "Alpha Post", date(2016, 3, 28))
    assert first.text == f'The dam{delimiter} they said,\n"burst"; so | be it.'
    assert first.origins["published"] == "CSV"
    assert (second.title, second.published, second.file) == ("Two", date(2016, 5, 3), "a.csv#3")
    assert first.id != second.id


def test_a_tables_errors_name_file_and_line_and_the_other_rows_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        'title,text,date\nOne,"First\ntext.",2016-03-28\nTwo,Second,soonish\nThree,a,b,c\nFour,,\nFive,Fifth.\n'
    )
    found = list(read_paths([path]))
    assert [item.text for item in found if isinstance(item, Article)] == ["First\ntext.", "Fifth."]
    errors = [str(item).removeprefix(f"{tmp_path}/") for item in found if isinstance(item, ReadError)]
    assert errors == [
        "a.csv:4: published 'soonish' is not a date; write it like 2016-03-28",
        "a.csv:5: 4 cells under 3 columns; quote cells that hold the delimiter",
        "a.csv:6: no text; give it in one of the fields text, body, content",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title,day\nOne,2016\n", "a.csv:1: no column of text; name one of the columns text, body, content"),
        ('title,text\nOne,"never closed\n', "a.csv:2: not valid CSV (unexpected end of data)"),
        ("title,text\nOne," + "x" * 10_000_001, "a.csv:2: a cell has more than 10 MB; split the article"),
        ("title,text\n", "a.csv: only the names of the columns are in it; give an article a row below them"),
        ("", "a.csv: empty"),
    ],
)
def test_a_table_that_is_none_is_said_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    assert message in error_of(path)


def test_a_badly_quoted_row_of_a_table_is_left_out_alone_or_the_rest_is_said_to_be_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\n"A","One body."\n"B" x,"Two body."\n"C","Three\nbody, long."\nD,Four body.\n')
    found = list(read_paths([path]))
    assert [item.text for item in found if isinstance(item, Article)] == [
        "One body.",
        "Three\nbody, long.",
        "Four body.",
    ]
    (error,) = [str(item) for item in found if isinstance(item, ReadError)]
    assert f"{path}:3: not valid CSV" in error
    assert "this row was not read: mend its quotation marks" in error
    path.write_text('title,text\nA,One body.\n"B" x,"Two\nof it, he said."\nC,Three body.\n')
    kept, error = read_paths([path])
    assert isinstance(kept, Article)
    assert f"{path}:3: not valid CSV" in str(error)
    assert "this row and the 2 lines below it were not read" in str(error)


def test_a_row_without_an_id_is_not_the_row_whose_id_is_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "First body."}\n{"id": "1", "text": "Second body."}\n')
    assert len({item.id for item in read_paths([path]) if isinstance(item, Article)}) == 2


def test_a_packed_file_is_read_up_to_a_limit_and_its_errors_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.rows.MAX_UNPACKED", 100_000)
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(b'{"text": "One body."}\n' + b"x\n" * 100_000)
    kept, *errors = read_paths([path])
    assert isinstance(kept, Article)
    assert len(errors) == 1001
    assert str(errors[-1]) == f"{path}: 48,990 more like these; mend them and add the file again"


def test_a_large_cell_is_read(tmp_path: Path) -> None:
    text = "The dam burst. " * 20_000  # beyond the csv module's own limit
    (tmp_path / "a.csv").write_text(f"text;title\n{text};Dam\n")
    assert len(read(tmp_path / "a.csv").text) == len(text.strip())


def test_an_excel_hint_names_the_delimiter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=;\r\ntitle;text\r\nDam;It burst.\r\nBad;It burst.;x\r\n")
    article, error = read_paths([tmp_path / "a.csv"])
    assert isinstance(article, Article)
    assert article.text == "It burst."
    assert "a.csv:4: 3 cells under 2 columns" in str(error)


def stream_of(path: Path) -> Article:
    with path.open("rb") as stream:
        return read_stream(stream)


def test_standard_input_is_told_by_what_it_holds(tmp_path: Path) -> None:
    markdown = read_stream(io.BytesIO(b"# Dam bursts\n\nBy Nora Lind\n\n28 March 2016\n\nThe dam burst.\n"))
    assert (markdown.title, markdown.published, markdown.text) == ("Dam bursts", date(2016, 3, 28), "The dam burst.")
    page = b"<!-- saved --><!DOCTYPE html><html><body><article><h1>Dam bursts</h1>%s</article></body></html>" % (
        b"<p>The Karst dam burst on Monday and water reached the town of Velm within the hour.</p>" * 5
    )
    assert read_stream(io.BytesIO(page)).text.startswith("The Karst dam burst on Monday")
    row = {"title": "Dam", "date": "2016-03-28", "text": "It burst.", "url": "https://a.example/dam?utm_source=x"}
    assert read_stream(io.BytesIO(json.dumps([row]).encode())).key == "https://a.example/dam"
    assert stream_of(canvas_pdf(tmp_path / "a.pdf", "The dam burst.")).text == "The dam burst."
    assert stream_of(write_docx(tmp_path / "a.docx", ("The dam burst.", None))).text == "The dam burst."
    assert read_stream(io.BytesIO(b"[Correction] The dam burst.")).text == "[Correction] The dam burst."


def test_standard_input_without_a_url_is_identified_by_its_text() -> None:
    first, again, other = (read_stream(io.BytesIO(text)) for text in (b"The dam burst.", b"The dam burst.\n", b"Not."))
    assert first.id == again.id != other.id
    assert first.name == "standard input"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "standard input: empty"),
        (b"\x00\x01", "standard input: binary data"),
        (b'{"text": ', "standard input:1: not valid JSON"),
        (b'[{"text": "a"}, {"text": "b"}]', "standard input: 2 articles; give one"),
        (b"x" * 10_000_001, "standard input: larger than 10 MB"),
        (b"<html>" + b"x" * 2_000_001, "standard input: a page larger than 2 MB"),
        (b"x" * 20_000_001, "standard input: larger than 20 MB"),
        (b"%PDF-1.7 nothing", "standard input: the PDF is broken"),
    ],
)
def test_standard_input_that_is_no_article_is_said(data: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_stream(io.BytesIO(data))
