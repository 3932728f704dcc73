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


async def test_hashes_that_were_taken_in_vain_are_taken_again_three_times_at_most_and_of_too_many_the_newest() -> None:
    hints = Hints(lambda: None)
    hashes = [f"0x{number:064x}" for number in range(501)]
    hints.note_hash(hashes[0])
    assert hints.take_hashes() == hashes[:1]
    for each in hashes[1:]:
        hints.note_hash(each)
    hints.put_back()
    for _ in range(3):
        assert hints.take_hashes() == hashes[1:]
        hints.put_back()
    assert hints.take_hashes() == []
    for _ in range(2):
        hints.note_hash(hashes[0])
        assert hints.take_hashes() == hashes[:1]
        hints.asked()
    hints.put_back()
    assert hints.take_hashes() == []
