"""The library inside pipelines of LlamaIndex that are not ours."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from conftest import ROOT

from index import Index, InputError


def test_a_query_engine_answers_from_our_passages_with_their_facts(dam: Index) -> None:
    from llama_index.core.llms import MockLLM  # repeats its prompt: what it was shown is what it answers
    from llama_index.core.query_engine import RetrieverQueryEngine

    retriever = dam.as_retriever(k=3, as_of="2020-12-31")
    response = RetrieverQueryEngine.from_args(retriever, llm=MockLLM()).query("How many bodies did rescuers find?")
    assert "Rescuers found 12 bodies in the town of Velm." in str(response)
    assert "published: 2020-03-02" in str(response)
    assert "outlet: Alpha Post" in str(response)
    assert "article_id" not in str(response)
    evidence = dam.search("How many bodies did rescuers find?", k=3, as_of="2020-12-31")
    assert [node.text for node in response.source_nodes] == [item.passage.text for item in evidence]
    assert [node.score for node in response.source_nodes] == [item.score for item in evidence]
    for node in response.source_nodes:
        article = dam.get(node.metadata["article_id"], node.metadata["version"])
        assert article.text[node.metadata["start"] : node.metadata["end"]] == node.text
        assert (node.node.start_char_idx, node.node.end_char_idx) == (node.metadata["start"], node.metadata["end"])
        assert node.metadata["published"] <= "2020-12-31"


def test_nodes_of_one_passage_are_one_where_retrievers_are_fused(dam: Index) -> None:
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever

    ours = [dam.as_retriever(k=4), dam.as_retriever(k=2, outlets=["Beta News"])]
    fused = QueryFusionRetriever(
        ours, llm=MockLLM(), num_queries=1, mode="reciprocal_rerank", similarity_top_k=10, use_async=False
    )
    nodes = fused.retrieve("toll of the dam disaster")
    assert len(nodes) == 4
    assert nodes[0].metadata["outlet"] == "Beta News"


def test_it_retrieves_where_an_event_loop_runs(dam: Index) -> None:
    nodes = asyncio.run(dam.as_retriever(k=1).aretrieve("Who was fined 9 million crowns?"))
    assert [node.metadata["title"] for node in nodes] == ["Operator fined"]


def test_an_impossible_scope_is_refused_when_the_retriever_is_made(dam: Index) -> None:
    with pytest.raises(InputError, match="k is 0; ask for at least one passage"):
        dam.as_retriever(k=0)
    with pytest.raises(InputError, match="as_of 'soon' is not a date"):
        dam.as_retriever(as_of="soon")


def test_llama_index_is_imported_only_for_those_who_use_it() -> None:
    code = "import sys, index.library, index.embedders, qa.assistant; print('llama_index.core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
