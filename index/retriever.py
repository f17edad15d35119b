"""Search as LlamaIndex knows it: a retriever whose nodes are passages. Importing this imports LlamaIndex."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from index.records import Evidence

_SHOWN = ("citation", "title", "outlet", "author", "published")
"""What a language model or an embedder is shown of a node's facts; the rest is for programs."""


class PassageRetriever(BaseRetriever):
    """Retrieves a library's passages, best first; made by `Index.as_retriever`."""

    def __init__(self, search: Callable[[str], list[Evidence]]) -> None:
        super().__init__()
        self._search = search

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [node_of(item) for item in self._search(query_bundle.query_str)]


def node_of(evidence: Evidence) -> NodeWithScore:
    """Return a passage as a node: `start` and `end` are its span in the text of that version of the article.

    Its id is the article's, the version and the number of the passage: the same passage, the same id.
    `published` is an ISO day; what is unknown is None.
    """
    passage, article = evidence.passage, evidence.article
    facts = {
        "title": article.title,
        "outlet": article.name,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "file": article.file,
        "article_id": passage.article_id,
        "version": passage.version,
        "start": passage.start,
        "end": passage.end,
    }
    return span_node(str(passage.number), passage.text, facts, evidence.score)


def span_node(name: str, text: str, facts: dict[str, Any], score: float) -> NodeWithScore:
    """Return a span of an article's version as a node; `facts` has `article_id`, `version`, `start` and `end`.

    `name` tells it from the other spans of that version. Models and embedders are shown a few of the facts only.
    """
    source = f"{facts['article_id']}-{facts['version']}"
    hidden = [fact for fact, value in facts.items() if fact not in _SHOWN or value is None]
    node = TextNode(
        id_=f"{source}-{name}",
        text=text,
        start_char_idx=facts["start"],
        end_char_idx=facts["end"],
        metadata=facts,
        excluded_llm_metadata_keys=hidden,
        excluded_embed_metadata_keys=hidden,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=source)},
    )
    return NodeWithScore(node=node, score=score)
