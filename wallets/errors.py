"""What can be wrong with what people give, and with what a node answers: a code for programs, a sentence for people."""

from enum import StrEnum
from typing import ClassVar


class WalletErrorCode(StrEnum):
    """What is wrong, for programs."""

    INVALID_ADDRESS = "invalid_address"
    WRONG_CHECKSUM = "wrong_checksum"
    INVALID_TRANSACTION_HASH = "invalid_transaction_hash"
    INVALID_AMOUNT = "invalid_amount"
    NO_TOKEN = "no_token"  # noqa: S105 - a token of a chain, and no secret
    INCONSISTENT_NODE = "inconsistent_node"
    REORGANISATION_TOO_DEEP = "reorganisation_too_deep"


class WalletError(ValueError):
    """The base of all of them; its text is for people."""

    code: ClassVar[WalletErrorCode]


class InvalidAddressError(WalletError):
    """What was given is no address of this kind of chain."""

    code = WalletErrorCode.INVALID_ADDRESS


class WrongChecksumError(WalletError):
    """An address in which the case of some letters isn't that of its checksum; `expected` is how it is spelt right."""

    code = WalletErrorCode.WRONG_CHECKSUM

    def __init__(self, expected: str) -> None:
        super().__init__(f"the address has a wrong checksum: a character may be mistyped; its spelling is {expected}")
        self.expected = expected


class InvalidTransactionHashError(WalletError):
    """What was given is no hash of a transaction."""

    code = WalletErrorCode.INVALID_TRANSACTION_HASH


class InvalidAmountError(WalletError):
    """An amount that its asset can't have."""

    code = WalletErrorCode.INVALID_AMOUNT


class NoTokenError(WalletError):
    """A contract that is no token: it doesn't answer as one."""

    code = WalletErrorCode.NO_TOKEN


class InconsistentNodeError(WalletError):
    """A node's answers contradict each other, as where it reorganises between two questions: ask it all again."""

    code = WalletErrorCode.INCONSISTENT_NODE


class ReorganisationTooDeepError(WalletError):
    """A node's chain isn't ours as far down as blocks may be taken back: it isn't followed without an operator.

    `number` is the lowest block of ours that was compared, `depth` how far it is below our tip.
    """

    code = WalletErrorCode.REORGANISATION_TOO_DEEP

    def __init__(self, number: int, depth: int) -> None:
        super().__init__(
            f"the node's chain isn't ours even at block {number}, {depth} below our tip, and no more may be taken "
            "back: it is another chain, or it has to be followed anew from a block that an operator names"
        )
        self.number = number
        self.depth = depth
