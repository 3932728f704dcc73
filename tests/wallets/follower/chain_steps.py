"""What happens by chance on a chain that is followed, to its connection, or to one of its nodes."""

from random import Random
from typing import Any

from tests.wallets.follower.conftest import FollowingRig
from tests.wallets.follower.faulty_node import FaultyNode, Lie


def one_step(rig: FollowingRig, random: Random) -> None:
    """Let something happen on the chain, or to the connection."""
    sent = rig.send(random.randrange(3), random.randrange(3), random.randint(1, 10**6), random.choice([None, 0, 1]))
    match random.choice(["mine", "mine", "mine", "reorganise", "replace", "drop", "cut"]):
        case "mine":
            rig.control("mine", blocks=random.randint(1, 3))
        case "reorganise":
            depth = random.choice([1, 2, 5, 64])
            rig.control("mine", blocks=random.choice([0, depth]))  # the block that it began at is taken back, too
            rig.control("reorganise", depth=depth, length=depth + 1, drop=random.choice(["true", "false"]))
        case "replace":
            rig.control("replace", hash=sent, kind=random.choice(["speed_up", "cancel"]))
        case "drop":
            rig.control("drop", hash=sent)
        case "cut":
            rig.control("cut")


def one_fault(rig: FollowingRig, faulty: FaultyNode, random: Random) -> None:
    """Let a node begin to lag, to repeat an old head or to lie about old blocks, or be well again."""
    head = rig.node.chain.head.number
    match random.choice(["none", "none", "lag", "repeat", "lie"]):
        case "none":
            faulty.lie = None
        case "lag":
            faulty.lie = lagging(random.randint(1, 70))
        case "repeat":
            faulty.lie = _repeating(head - random.randint(0, 70))
        case "lie":
            faulty.lie = _lying_from(head - random.randint(-1, 70))


def lagging(blocks: int) -> Lie:
    def lie(method: str, result: Any) -> Any:
        return hex(int(result, 16) - blocks) if method == "eth_blockNumber" else result

    return lie


def _repeating(head: int) -> Lie:
    return lambda method, result: hex(head) if method == "eth_blockNumber" else result


def _lying_from(number: int) -> Lie:
    """Return what shows another branch from a block on, of which nothing else is known to the node."""

    def lie(method: str, result: Any) -> Any:
        if method != "eth_getBlockByNumber" or result is None or (place := int(result["number"], 16)) < number:
            return result
        parent = result["parentHash"]
        return {
            **result,
            "hash": _another(result["hash"]),
            "parentHash": parent if place == number else _another(parent),
        }

    return lie


def _another(block_hash: str) -> str:
    return f"0x{block_hash[:1:-1]}"
