"""What a node answers counts whole or not at all."""

import json
from typing import Any

import pytest

from wallets.errors import InconsistentNodeError
from wallets.nodes.errors import NodeRefusedError
from wallets.nodes.json_rpc import Call, Notification, outcomes_of, read_message, request_text

CALLS = [Call("eth_chainId"), Call("eth_getBalance", ("0x1", "latest"))]


def answered(*messages: Any) -> list[Any]:
    """Return the outcomes of `CALLS`, numbered from 5, where the node sends these messages as a batch."""
    responses = read_message(json.dumps(messages))
    assert not isinstance(responses, Notification)
    return outcomes_of(CALLS, 5, responses)


def test_one_call_is_asked_by_itself_and_several_as_a_batch() -> None:
    assert json.loads(request_text(CALLS[:1], 1)) == {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    assert [each["id"] for each in json.loads(request_text(CALLS, 5))] == [5, 6]


def test_answers_are_sorted_to_their_calls_and_an_error_of_one_is_its_own() -> None:
    refused = {"id": 6, "error": {"code": -32000, "message": "missing trie node"}}
    chain, balance = answered(refused, {"id": 5, "result": "0x1"})
    assert chain == "0x1"
    assert isinstance(balance, NodeRefusedError)
    assert str(balance) == "the node answers eth_getBalance with error -32000: missing trie node"


@pytest.mark.parametrize(
    "messages",
    [
        [{"id": 5, "result": "0x1"}],
        [{"id": 5, "result": "0x1"}, {"id": 5, "result": "0x1"}],
        [{"id": 5, "result": "0x1"}, {"id": 7, "result": "0x1"}],
        [{"id": 5, "result": "0x1"}, {"id": 6, "result": "0x1"}, {"id": 7, "result": "0x1"}],
        [{"id": 5, "result": "0x1"}, {"id": 6}],
        [{"id": 5, "result": "0x1"}, {"result": "0x1"}],
    ],
)
def test_half_an_answer_or_another_ones_is_none(messages: list[Any]) -> None:
    with pytest.raises(InconsistentNodeError):
        answered(*messages)


def test_a_batch_that_is_refused_whole_is_refused() -> None:
    with pytest.raises(NodeRefusedError, match="batch too large"):
        answered({"id": None, "error": {"code": -32600, "message": "batch too large"}})


@pytest.mark.parametrize("text", ["", "<html>", "[", "[1]", '"0x1"', "null", "{}", '{"id": 1, "error": 5}', "[" * 9000])
def test_what_is_no_json_rpc_is_refused(text: str) -> None:
    with pytest.raises(InconsistentNodeError, match="no JSON-RPC"):
        read_message(text)


def test_what_a_subscription_tells_is_read() -> None:
    told = {
        "jsonrpc": "2.0",
        "method": "eth_subscription",
        "params": {"subscription": "0x9", "result": {"number": "0x1"}},
    }
    assert read_message(json.dumps(told)) == Notification("0x9", {"number": "0x1"})
    with pytest.raises(InconsistentNodeError):
        read_message(json.dumps({**told, "params": {"result": 1}}))
