"""LlamaIndex's documented recipe over Chroma, for comparison: its splitter, its vector store, its query engine.

It embeds with Dateline's model and answers with a stand-in for a language model, so that the pipelines are compared.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from eval.bench import Sizes, peak_memory, size_of, some_articles, some_questions
from index.embed import default_embedder


def add(library: str, step: int, target: str) -> tuple[Sizes, int]:
    """Make an index of every `step`th article of a library, as `eval.bench.add` does."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex

    documents = [
        Document(text=article.text, metadata={"title": article.title or "", "outlet": article.name})
        for article in some_articles(library, step)
    ]
    begun = time.perf_counter()
    Path(target).mkdir(parents=True)
    store, collection = _store(target)
    VectorStoreIndex.from_documents(
        documents, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=_embedding()
    )
    seconds = time.perf_counter() - begun
    return Sizes(len(documents), collection.count(), size_of(Path(target)), seconds), peak_memory()


def ask(target: str, source: str, step: int) -> dict[str, Any]:
    """Return the times of retrieving and querying, as `eval.bench.ask` does; nothing is checked."""
    questions = some_questions(source, step)
    index = _opened(target)
    retriever, engine = index.as_retriever(similarity_top_k=20), _engine(index)
    engine.query(questions[0])  # what is loaded once belongs to the cold start
    search: list[float] = []
    asked: list[float] = []
    for call, times in ((retriever.retrieve, search), (engine.query, asked)):
        for question in questions:
            begun = time.perf_counter()
            call(question)
            times.append((time.perf_counter() - begun) * 1000)
    return {"search": search, "ask": asked, "check": None, "peak": peak_memory()}


def main() -> None:
    """Answer one question from the command line: `ask QUESTION --library DIR`, for the cold start."""
    _, _, question, _, target = sys.argv
    sys.stdout.write(str(_engine(_opened(target)).query(question)))


def _store(target: str) -> tuple[Any, Any]:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(path=target).get_or_create_collection("articles")
    return ChromaVectorStore(chroma_collection=collection), collection


def _opened(target: str) -> Any:
    from llama_index.core import VectorStoreIndex

    return VectorStoreIndex.from_vector_store(_store(target)[0], embed_model=_embedding())


def _engine(index: Any) -> Any:
    from llama_index.core.llms import MockLLM

    return index.as_query_engine(llm=MockLLM(max_tokens=100), similarity_top_k=20)


def _embedding() -> Any:
    """Return Dateline's model as LlamaIndex wants it."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Static(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = default_embedder().embed(texts).tolist()
            return found

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return Static(embed_batch_size=256)
