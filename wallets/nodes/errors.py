"""What can go wrong with a node; the texts are for operators.

NodeError
├── NodeUnavailableError   it can't be reached, doesn't answer in time, or closes the connection
├── NodeRefusedError       it answers an error
├── WrongChainError        it is one of another chain
├── LaggingNodeError       its head is far below ours
│   └── SilentNodeError    its head doesn't move though blocks are due
└── DisagreeingNodeError   it takes back blocks that another node still has

What isn't JSON-RPC, or is half an answer, is a `wallets.errors.InconsistentNodeError`.
"""


class NodeError(Exception):
    """The base of all of them: another node may do better, or the same one later."""


class NodeUnavailableError(NodeError):
    """The node can't be reached, doesn't answer in time, or has closed the connection."""


class NodeRefusedError(NodeError):
    """The node answers an error; `code` is JSON-RPC's."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"the node answers {method} with error {code}: {message}")
        self.code = code


class WrongChainError(NodeError):
    """The node is one of another chain."""

    def __init__(self, expected: int, answered: int) -> None:
        super().__init__(f"the node is of chain {answered}, not of chain {expected}")
        self.expected = expected
        self.answered = answered


class LaggingNodeError(NodeError):
    """The node's head is far below ours."""


class SilentNodeError(LaggingNodeError):
    """The node's head doesn't move though blocks are due."""


class DisagreeingNodeError(NodeError):
    """The node takes back blocks that another node still has."""
