"""Answers as LlamaIndex knows them: a query engine whose source nodes are quotes. Importing this imports LlamaIndex."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from index.retriever import span_node
from qa.answer import Answer, Citation


class AnswerEngine(BaseQueryEngine):
    """Answers the queries of a LlamaIndex pipeline; made by `Assistant.as_query_engine`."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        super().__init__(CallbackManager([]))
        self._ask = ask

    def _query(self, query_bundle: QueryBundle) -> Response:
        return response_of(self._ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def response_of(answer: Answer) -> Response:
    """Return an answer as a response: the text, a source node for each citation, the answer's JSON as metadata.

    An abstention has no source nodes; its metadata says `abstained`, and the reason.
    """
    nodes = [_node_of(citation, answer) for citation in answer.citations]
    return Response(answer.text, nodes, {"dateline": answer.to_dict()})


def _node_of(citation: Citation, answer: Answer) -> NodeWithScore:
    """Return a citation as a node: its text is the quote, `start` and `end` its span in the article's text.

    The score is that of the best supported statement which cites it.
    """
    facts = {
        "citation": citation.n,
        "title": citation.title,
        "outlet": citation.outlet or citation.file,
        "author": citation.author,
        "published": citation.published.isoformat() if citation.published else None,
        "url": citation.url,
        "file": citation.file,
        "article_id": citation.article_id,
        "version": citation.version,
        "start": citation.start,
        "end": citation.end,
        "article_sha256": citation.article_sha256,
    }
    scores = [statement.support.score for statement in answer.statements if citation.n in statement.citations]
    return span_node(f"{citation.start}-{citation.end}", citation.quote, facts, max(scores, default=0.0))
