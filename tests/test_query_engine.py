"""The assistant inside a LlamaIndex pipeline of someone else's: responses whose source nodes are quotes."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from chat_server import ChatServer, Say
from llama_index.core.base.llms.types import CompletionResponse
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine, RouterQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.selectors import LLMSingleSelector
from llama_index.core.tools import QueryEngineTool
from llama_index.llms.openai_like import OpenAILike

from index import InputError
from qa import Assistant

QUESTION = "Who retook Palmyra in March 2016?"


def test_the_source_nodes_are_the_citations_with_their_spans(samples: Assistant) -> None:
    response = samples.as_query_engine(as_of="2016-04-30").query(QUESTION)
    answer = samples.ask(QUESTION, as_of="2016-04-30")
    assert str(response) == answer.text
    assert len(response.source_nodes) == len(answer.citations) > 0
    for found, citation in zip(response.source_nodes, answer.citations, strict=True):
        facts = found.node.metadata
        text = samples.index.get(facts["article_id"], facts["version"]).text
        assert text[facts["start"] : facts["end"]] == found.node.text == citation.quote
        assert (found.node.start_char_idx, found.node.end_char_idx) == (citation.start, citation.end)
        assert found.score == 1.0
        assert date.fromisoformat(facts["published"]) <= date(2016, 4, 30)
    assert response.metadata["dateline"]["statements"][0]["support"]["verdict"] == "supported"


def test_an_abstention_has_no_sources_and_says_why(samples: Assistant) -> None:
    response = samples.as_query_engine().query("Which composer wrote the anthem of Uruguay?")
    assert response.source_nodes == []
    assert response.metadata["dateline"]["status"] == "abstained"


def test_a_scope_that_is_none_is_refused_when_the_engine_is_made(samples: Assistant) -> None:
    with pytest.raises(InputError, match="2016-13-40"):
        samples.as_query_engine(as_of="2016-13-40")


def test_it_can_be_awaited(samples: Assistant) -> None:
    response = asyncio.run(samples.as_query_engine().aquery(QUESTION))
    assert response.source_nodes


def test_a_router_of_someone_else_chooses_it_and_passes_its_sources_on(samples: Assistant) -> None:
    """A pipeline as it is built elsewhere: a model routes the query to one of two engines; Dateline is the second."""

    class Parrot(MockLLM):
        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            raise AssertionError("the other engine was asked")

    with ChatServer(Say('[{"choice": 2, "reason": "it is about the news"}]')) as server, httpx.Client() as client:
        llm = OpenAILike(
            model="router", api_base=server.address, api_key="x", is_chat_model=True, http_client=client, max_retries=0
        )
        other = RetrieverQueryEngine(
            samples.index.as_retriever(k=2), get_response_synthesizer(llm=Parrot(), response_mode="compact")
        )
        router = RouterQueryEngine(
            selector=LLMSingleSelector.from_defaults(llm=llm),
            query_engine_tools=[
                QueryEngineTool.from_defaults(other, name="manual", description="The manual of a pump."),
                QueryEngineTool.from_defaults(
                    samples.as_query_engine(as_of="2016-04-30"), name="news", description="News, with quotes."
                ),
            ],
            llm=llm,
        )
        response = router.query(QUESTION)
    assert "News, with quotes." in server.prompts[0]
    assert len(server.requests) == 1
    assert response.source_nodes
    assert all(
        node.node.text in samples.index.get(node.node.metadata["article_id"]).text for node in response.source_nodes
    )
    assert response.metadata["selector_result"].ind == 1
