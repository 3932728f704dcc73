"""What a node tells by itself is noted where it can be asked for."""

import pytest

from tests.waiting import until
from wallets.nodes.node import Hints


async def test_hashes_are_noted_in_lower_case_and_whoever_listens_is_called_once_for_all_that_come_together() -> None:
    heard: list[None] = []
    hints = Hints(lambda: heard.append(None))
    for letter in "ABC":
        hints.note_hash(f"0x{letter * 64}")
    assert not heard
    await until(lambda: bool(heard))
    assert (hints.take_hashes(), len(heard)) == ([f"0x{letter * 64}" for letter in "abc"], 1)
    assert hints.take_hashes() == []


@pytest.mark.parametrize("given", [None, 7, {}, "", "0x", "ab" * 32, f"0x{'a' * 63}", f"0x{'a' * 65}", f"0x{'g' * 64}"])
async def test_what_is_no_hash_is_passed_over(given: object) -> None:
    heard: list[None] = []
    hints = Hints(lambda: heard.append(None))
    hints.note_hash(given)
    assert (hints.take_hashes(), heard) == ([], [])
