"""What a request's parameters say, read as geth does, and refused in its words."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from wallets.simulator.chain.chain import SimulatedChain
from wallets.simulator.chain.transactions import MinedBlock
from wallets.simulator.rpc.errors import RpcError, invalid_parameters, refused

_QUANTITY = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,63})", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(r"0x[0-9a-f]{40}", re.ASCII | re.IGNORECASE)
_HASH = re.compile(r"0x[0-9a-f]{64}", re.ASCII | re.IGNORECASE)
_DATA = re.compile(r"0x(?:[0-9a-f]{2})*", re.ASCII | re.IGNORECASE)
SAFE_DEPTH, FINAL_DEPTH = 32, 64
"""So far below the head are the blocks `safe` and `finalized`."""
_MOST_TOPICS = 4
_MOST_ALTERNATIVES = 1000


class LogFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which logs are wanted: of these blocks and addresses (none: all), and of these topics by their place."""

    blocks: tuple[MinedBlock, ...]
    addresses: frozenset[str]
    topics: tuple[frozenset[str], ...]

    def wants(self, address: str, topics: Sequence[str]) -> bool:
        """Return whether a log is wanted."""
        if self.addresses and address not in self.addresses:
            return False
        if len(self.topics) > len(topics):
            return False
        return all(not wanted or topic in wanted for wanted, topic in zip(self.topics, topics, strict=False))


class Parameters:
    """The parameters of one request, by their place."""

    def __init__(self, given: Sequence[Any], most: int) -> None:
        if len(given) > most:
            raise invalid_parameters(f"too many arguments, want at most {most}")
        self._given = given

    def at(self, place: int) -> Any:
        """Return what was given; raise where nothing was."""
        if place >= len(self._given) or self._given[place] is None:
            raise invalid_parameters(f"missing value for required argument {place}")
        return self._given[place]

    def flag(self, place: int) -> bool:
        """Return true or false."""
        if not isinstance(value := self.at(place), bool):
            raise _invalid(place, "json: cannot unmarshal non-boolean into Go value of type bool")
        return value

    def address(self, place: int) -> str:
        """Return an address in lower case."""
        return _text(self.at(place), _ADDRESS, place, "want 40 hex digits for common.Address")

    def hash(self, place: int) -> str:
        """Return a hash in lower case."""
        return _text(self.at(place), _HASH, place, "want 64 hex digits for common.Hash")

    def call(self, place: int) -> dict[str, Any]:
        """Return an object."""
        if not isinstance(value := self.at(place), dict):
            raise _invalid(place, "json: cannot unmarshal non-object")
        return value

    def block(self, place: int, chain: SimulatedChain) -> MinedBlock | None:
        """Return the block of a number or name, None where there is none; a name is `latest` where nothing is said."""
        given = self._given[place] if place < len(self._given) else "latest"
        return _block(given, place, chain)

    def state_block(self, place: int, chain: SimulatedChain) -> MinedBlock:
        """Return the block of a number, name or hash, as text or object (EIP-1898); raise where there is none."""
        given = self._given[place] if place < len(self._given) else "latest"
        if isinstance(given, str) and _HASH.fullmatch(given):
            given = {"blockHash": given}
        if isinstance(given, dict):
            if "blockHash" not in given:
                return _found(_block(given.get("blockNumber"), place, chain), "header not found")
            return _found(
                _block_of_hash(given["blockHash"], place, chain, canonical=bool(given.get("requireCanonical"))),
                "header for hash not found",
            )
        return _found(_block(given, place, chain), "header not found")

    def log_filter(self, place: int, chain: SimulatedChain) -> LogFilter:
        """Return which logs are wanted."""
        given = self.call(place)
        return LogFilter(
            blocks=_filtered_blocks(given, place, chain),
            addresses=_alternatives(given.get("address"), _ADDRESS, place, "common.Address"),
            topics=_topics(given.get("topics"), place),
        )


def number(value: object, place: int = 0) -> int:
    """Return the number that a quantity says."""
    if isinstance(value, str) and _QUANTITY.fullmatch(value):
        return int(value, 16)
    if isinstance(value, str) and value.startswith("0x0"):
        raise _invalid(place, "hex number with leading zero digits")
    raise _invalid(place, "hex string without 0x prefix" if isinstance(value, str) else "json: cannot unmarshal")


def data_of(value: object, place: int = 0) -> str:
    """Return bytes, as lower-case text."""
    return _text(value, _DATA, place, "invalid hex string")


def _text(value: object, pattern: re.Pattern[str], place: int, expected: str) -> str:
    if not isinstance(value, str):
        raise _invalid(place, "json: cannot unmarshal non-string")
    if not value.startswith("0x"):
        raise _invalid(place, "json: cannot unmarshal hex string without 0x prefix")
    if not pattern.fullmatch(value):
        raise _invalid(place, f"hex string of a wrong form, {expected}")
    return value.lower()


def _invalid(place: int, why: str) -> RpcError:
    return invalid_parameters(f"invalid argument {place}: {why}")


def _found(block: MinedBlock | None, otherwise: str) -> MinedBlock:
    if block is None:
        raise refused(otherwise)
    return block


def _block(given: object, place: int, chain: SimulatedChain) -> MinedBlock | None:
    head, first = chain.head.number, chain.blocks[0].number
    named = {
        "latest": head,
        "pending": head,
        "earliest": first,
        "safe": max(head - SAFE_DEPTH, first),
        "finalized": max(head - FINAL_DEPTH, first),
    }
    wanted = named[given] if isinstance(given, str) and given in named else number(given, place)
    return chain.at(wanted)


def _block_of_hash(given: object, place: int, chain: SimulatedChain, *, canonical: bool = False) -> MinedBlock | None:
    block = chain.by_hash(_text(given, _HASH, place, "want 64 hex digits for common.Hash"))
    if block and canonical and chain.at(block.number) != block:
        raise refused("hash is not currently canonical")
    return block


def _filtered_blocks(given: dict[str, Any], place: int, chain: SimulatedChain) -> tuple[MinedBlock, ...]:
    if "blockHash" in given:
        if "fromBlock" in given or "toBlock" in given:
            raise invalid_parameters("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other")
        return (_found(_block_of_hash(given["blockHash"], place, chain), "unknown block"),)
    first = _block(given.get("fromBlock", "latest"), place, chain)
    last = _block(given.get("toBlock", "latest"), place, chain) or chain.head
    if first is None:
        return ()
    if first.number > last.number:
        raise invalid_parameters("invalid block range params")
    begin = chain.blocks[0].number
    return tuple(chain.blocks[first.number - begin : last.number - begin + 1])


def _topics(given: object, place: int) -> tuple[frozenset[str], ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > _MOST_TOPICS:
        raise invalid_parameters("exceed max topics")
    return tuple(_alternatives(each, _HASH, place, "common.Hash") for each in given)


def _alternatives(given: object, pattern: re.Pattern[str], place: int, kind: str) -> frozenset[str]:
    if given is None:
        return frozenset()
    several = given if isinstance(given, list) else [given]
    if len(several) > _MOST_ALTERNATIVES:
        raise invalid_parameters("exceed max addresses or topics per search position")
    return frozenset(_text(each, pattern, place, f"want {kind}") for each in several)
