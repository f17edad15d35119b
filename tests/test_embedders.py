"""Other embedders: LlamaIndex's in the place of the shipped one, their faults, and re-embedding that can be killed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, article, assert_in_step, dateline
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.embeddings.openai import OpenAIEmbedding

from index import Index, InputError
from index.embedders import LlamaIndexEmbedder, embedder_named
from index.errors import EmbedderError
from index.lock import write_lock
from index.reembed import reembed

KEY = "sk-not-to-be-shown-0123456789"
QUESTION = "How many bodies did rescuers find in Velm?"


def hashed(text: str, size: int = 64) -> list[float]:
    """Embed a text as counts of its words, hashed: enough to be found by."""
    vector = np.zeros(size)
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(word.encode()) % size] += 1
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).tolist()


class WordEmbedding(BaseEmbedding):
    """An embedding of LlamaIndex that needs no network; it counts what it is asked for."""

    asked: dict[str, int] = {"text": 0, "query": 0}  # noqa: RUF012  # a field of pydantic, copied for each

    def _get_text_embedding(self, text: str) -> list[float]:
        self.asked["text"] += 1
        return hashed(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        self.asked["query"] += 1
        return hashed(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class Service(ThreadingHTTPServer):
    """A service that embeds as OpenAI and Ollama do over HTTP; `status`, `delay` and `gate` make it fail."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.requests: list[list[str]] = []
        self.keys: set[str] = set()
        self.statuses: list[int] = []
        self.rows = 0
        self.delay = 0.0
        self.gate_at = 0
        self.reached, self.opened = threading.Event(), threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        self.server.requests.append(texts)
        self.server.keys.add(self.headers.get("Authorization", ""))
        if len(self.server.requests) == self.server.gate_at:
            self.server.reached.set()
            self.server.opened.wait(60)
        time.sleep(self.server.delay)
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        rows = [hashed(text) for text in texts][: len(texts) - self.server.rows]
        if status != 200:
            answer: dict[str, Any] = {"error": {"message": f"refused {self.headers.get('Authorization')}"}}
        elif self.path == "/v1/embeddings":
            data = [{"object": "embedding", "index": n, "embedding": row} for n, row in enumerate(rows)]
            answer = {"object": "list", "model": body["model"], "data": data, "usage": {}}
            answer["usage"] = {"prompt_tokens": 1, "total_tokens": 1}
        else:
            assert self.path == "/api/embed"
            answer = {"model": body["model"], "embeddings": rows}
        message = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(message)))
        self.end_headers()
        self.wfile.write(message)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Return a running service on the loopback; the environment leads to it."""
    with Service() as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.05,))
        thread.start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.lower(), raising=False)
        monkeypatch.setenv("OPENAI_API_BASE", f"{served.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OLLAMA_HOST", served.url)
        yield served
        served.opened.set()
        served.shutdown()
        thread.join()


# --- in the place of the shipped one --------------------------------------------------------------------


def test_an_embedding_of_llama_index_takes_the_place_of_the_shipped_one(dam: Index, tmp_path: Path) -> None:
    ours = WordEmbedding(model_name="words")
    articles = list(dam.articles())
    with Index.open(tmp_path / "words", create=True, embedder=ours) as index:
        index.add(articles, jobs=2)
        assert ours.asked == {"text": 4, "query": 0}
        assert index.catalog.vectors()[1].shape == (4, 64)
        assert index.search(QUESTION)[0].passage.text == articles[0].text
        assert ours.asked == {"text": 4, "query": 1}
        assert_in_step(index)
        assert index.verify().ok
    with pytest.raises(EmbedderError, match=r"was embedded with llama-index:WordEmbedding:words, not static:[0-9a-f]"):
        Index.open(tmp_path / "words", embedder="default")
    with Index.open(tmp_path / "words") as index:
        assert len(list(index.articles())) == 4
        with pytest.raises(EmbedderError, match=r"use that one, or re-embed .* dateline reembed default --library"):
            index.search(QUESTION)
    with Index.open(tmp_path / "words", embedder=WordEmbedding(model_name="words")) as index:
        assert index.add(articles).unchanged == 4


@pytest.mark.parametrize("spec", ["openai:text-tiny", "ollama:tiny"])
def test_a_library_remembers_the_service_that_embeds_it(
    dam: Index, tmp_path: Path, service: Service, spec: str
) -> None:
    articles = list(dam.articles())
    with Index.open(tmp_path / "other", create=True, embedder=spec) as index:
        index.add(articles)
    assert [len(texts) for texts in service.requests] == [4]
    with Index.open(tmp_path / "other") as index:
        assert index.catalog.meta("embedder") == spec
        assert index.search(QUESTION)[0].passage.text == articles[0].text
    assert service.requests[1:] == [[QUESTION]]


def test_a_library_without_articles_may_have_another_embedder(index: Index) -> None:
    with Index.open(index.folder, create=True, embedder=WordEmbedding(model_name="words")) as other:
        other.add([article("first", "Rescuers found 12 bodies in Velm.")])
        assert other.catalog.dimensions == 64
    with pytest.raises(EmbedderError, match=r"was embedded with llama-index:WordEmbedding:words, not static:"):
        Index.open(index.folder, create=True, embedder="default")


def test_the_command_line_chooses_an_embedder_for_a_new_library_and_says_its_faults_in_one_line(
    tmp_path: Path, service: Service
) -> None:
    (tmp_path / "a.txt").write_text("2 March 2020\n\nRescuers found 12 bodies in the town of Velm.\n")
    library = tmp_path / "library"
    service.statuses = [401]
    refused = dateline("add", "a.txt", cwd=tmp_path, library=library, DATELINE_EMBED="openai:text-tiny")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.fullmatch(r"dateline: openai:text-tiny refused the key \(401\); [^\n]*\n", refused.stderr)
    added = dateline("add", "a.txt", cwd=tmp_path, library=library, DATELINE_EMBED="ollama:tiny")
    assert (added.returncode, added.stderr) == (0, "")
    assert service.requests == [["Rescuers found 12 bodies in the town of Velm."]] * 2
    assert service.keys == {f"Bearer {KEY}"}
    assert KEY not in refused.stderr


# --- faults ----------------------------------------------------------------------------------------------


def openai(service: Service, **more: Any) -> LlamaIndexEmbedder:
    """Return an embedder that asks the service once, and not for long."""
    model = OpenAIEmbedding(model_name="text-tiny", api_key=KEY, api_base=f"{service.url}/v1", max_retries=0, **more)
    return LlamaIndexEmbedder("openai:text-tiny", lambda: model, waits=())


FAULTS = {
    401: r"openai:text-tiny refused the key \(401\); set a valid one in the environment and run this again",
    403: r"openai:text-tiny refused the key \(403\); set a valid one",
    404: r"openai:text-tiny is not a model that the service knows \(404\); name another, or load it there",
    429: r"openai:text-tiny allows no more requests for now, or the account is used up \(429\); .* kept: run",
    500: r"openai:text-tiny failed with status 500; what was embedded so far is kept: run the same command again later",
}


@pytest.mark.parametrize("status", FAULTS)
def test_a_refusal_is_one_sentence_without_the_key(service: Service, status: int) -> None:
    service.statuses = [status]
    with pytest.raises(EmbedderError, match=f"^{FAULTS[status]}") as caught:
        openai(service).embed(["dam"])
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None, "what the service says may hold the key"
    assert caught.value.__suppress_context__
    assert len(service.requests) == 1


def test_a_service_that_does_not_answer_in_time_is_said_so(service: Service) -> None:
    service.delay = 1.0
    with pytest.raises(EmbedderError, match=r"^openai:text-tiny did not answer in time; "):
        openai(service, timeout=0.1).embed(["dam"])


def test_a_service_that_is_not_there_is_said_so(monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    service.shutdown()
    service.server_close()
    with pytest.raises(EmbedderError, match=r"^openai:text-tiny cannot be reached; check its name and address"):
        openai(service).embed(["dam"])
    ollama = LlamaIndexEmbedder("ollama:tiny", lambda: embedder_named("ollama:tiny")._make(), waits=())  # type: ignore[attr-defined]
    with pytest.raises(EmbedderError, match=r"^ollama:tiny cannot be reached; check its name and address"):
        ollama.embed(["dam"])


def test_an_answer_that_lacks_rows_is_refused(service: Service) -> None:
    service.rows = 1
    with pytest.raises(EmbedderError, match=r"openai:text-tiny returned \(1, 64\) numbers for 2 texts, not a row each"):
        openai(service).embed(["dam", "weir"])


def test_a_passing_fault_is_waited_for_and_a_lasting_one_is_not(service: Service) -> None:
    service.statuses = [429, 503, 200]
    patient = LlamaIndexEmbedder("openai:text-tiny", openai(service)._make, waits=(0.01, 0.01))
    assert patient.embed(["dam"]).shape == (1, 64)
    service.statuses = [401, 200]
    with pytest.raises(EmbedderError, match="refused the key"):
        patient.embed(["dam"])


def test_a_missing_key_or_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EmbedderError, match=r"^openai:text-tiny needs a key; set OPENAI_API_KEY$"):
        embedder_named("openai:text-tiny").embed(["dam"])
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not\nto-be-shown")
    with pytest.raises(EmbedderError, match=r"^OPENAI_API_KEY holds a space, a line break or a letter") as caught:
        embedder_named("openai:text-tiny").embed(["dam"])
    assert "sk-not" not in str(caught.value)
    if importlib.util.find_spec("llama_index.embeddings.huggingface") is None:
        with pytest.raises(EmbedderError, match=r"not installed; install it with: pip install 'dateline-qa\[huggingf"):
            embedder_named("huggingface:some/model").embed(["dam"])


@pytest.mark.parametrize("spec", ["", "openai", "openai:", "cohere:large", "static:0000"])
def test_an_unknown_name_is_refused_with_those_that_are_known(tmp_path: Path, spec: str) -> None:
    with pytest.raises(InputError, match=r"^no embedder '.*'; give default, openai:MODEL, ollama:MODEL, huggingface:"):
        Index.open(tmp_path / "library", create=True, embedder=spec)
    assert not (tmp_path / "library").exists()


def test_a_model_that_became_another_is_said_so_and_nothing_is_mixed(dam: Index, tmp_path: Path) -> None:
    class Wider(WordEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return hashed(text, 128)

        _get_query_embedding = _get_text_embedding

    Wider.__name__ = "WordEmbedding"
    with Index.open(tmp_path / "words", create=True, embedder=WordEmbedding(model_name="words")) as index:
        index.add(list(dam.articles()))
    with Index.open(tmp_path / "words", embedder=Wider(model_name="words")) as index:
        refusal = (
            r"embedded .*words in 64 dimensions and now gives 128: it is another model; .*dateline reembed default"
        )
        with pytest.raises(EmbedderError, match=refusal):
            index.search(QUESTION)
        with pytest.raises(EmbedderError, match=refusal):
            index.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
        assert index.catalog.counts()["articles"] == 4


# --- re-embedding ------------------------------------------------------------------------------------------


def test_reembedding_is_one_command_and_leads_back(dam: Index, tmp_path: Path, service: Service) -> None:
    before = [item.passage.text for item in dam.search(QUESTION)]
    dam.close()
    done = dateline("reembed", "openai:text-tiny", cwd=tmp_path, library=dam.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "4 passages embedded; the library now uses openai:text-tiny\n"
    assert dam.catalog.dimensions == 64
    assert dam.search(QUESTION)[0].passage.text == before[0]  # open all the while: it follows
    assert_in_step(dam)
    assert dam.reembed("default") == 4
    assert [item.passage.text for item in dam.search(QUESTION)] == before
    assert_in_step(dam)


def test_reembedding_goes_on_where_it_was_killed_and_readers_keep_their_answers(
    dam: Index, tmp_path: Path, service: Service
) -> None:
    dam.add([article(f"w{n}", f"The gauge at weir {n} read {n * 7 % 113} centimetres.") for n in range(500)])
    before = [item.passage.text for item in dam.search(QUESTION)]
    old = dam.catalog.meta("embedder")
    service.gate_at = 5  # 100 texts a request, 256 passages a batch: within the second batch
    command = [sys.executable, "-m", "qa", "reembed", "openai:text-tiny", "--library", str(dam.folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE) as process:
        assert service.reached.wait(60)
        assert [item.passage.text for item in dam.search(QUESTION)] == before
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    service.opened.set()
    assert dam.catalog.meta("embedder") == old
    assert [item.passage.text for item in dam.search(QUESTION)] == before
    dam.remove([article("w3", "").id])
    dam.add([article("late", "Meanwhile the weir at Olt was opened for 9 boats.")])
    service.requests.clear()
    progress: list[tuple[int, int]] = []
    assert dam.reembed("openai:text-tiny", lambda *counts: progress.append(counts)) == 504 - 255
    assert sum(map(len, service.requests)) == 504 - 255  # of the first batch, one was of the article that is gone
    assert progress[-1] == (504, 504)
    assert dam.catalog.meta("embedder") == "openai:text-tiny"
    assert not (dam.folder / "reembed.sqlite").exists()
    assert dam.search(QUESTION)[0].passage.text == before[0]
    assert_in_step(dam)
    assert dam.verify().ok


def test_a_writer_that_dies_between_switch_and_chroma_leaves_the_new_vectors_in_use(dam: Index) -> None:
    embedder = LlamaIndexEmbedder("llama-index:WordEmbedding:words", lambda: WordEmbedding(model_name="words"))

    def die() -> None:
        raise KeyboardInterrupt

    with write_lock(dam.folder), pytest.raises(KeyboardInterrupt):
        reembed(dam.catalog, embedder, die)
    dam.close()
    with Index.open(dam.folder, embedder=WordEmbedding(model_name="words")) as index:
        assert index.search(QUESTION)[0].passage.text.startswith("The Karst dam burst on Monday.")
        assert not index.nearest.uses_chroma
        index.add([article("fifth", "A new dam is to be built above Velm by 2026.")])
        assert index.nearest.uses_chroma
        assert_in_step(index)
        assert index.reembed(WordEmbedding(model_name="words")) == 1, "the others were paid for"
        assert not (index.folder / "reembed.sqlite").exists()
        assert_in_step(index)


def test_what_another_embedder_had_begun_is_not_mixed_in(dam: Index) -> None:
    class Tired(WordEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            raise ValueError("enough")

    with pytest.raises(EmbedderError, match=r"llama-index:Tired:tired failed \(ValueError\)"):
        dam.reembed(Tired(model_name="tired"))
    (dam.folder / "reembed.sqlite").write_bytes(b"noise" * 2000)
    assert dam.reembed(WordEmbedding(model_name="words")) == 4
    assert_in_step(dam)
