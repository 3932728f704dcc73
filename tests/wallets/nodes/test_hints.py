"""What a node tells by itself is noted where it can be asked for."""

import pytest

from wallets.nodes.node import Hints


def test_a_hash_is_noted_in_lower_case_and_whoever_listens_is_called() -> None:
    heard: list[None] = []
    hints = Hints(lambda: heard.append(None))
    hints.note_hash(f"0x{'AB' * 32}")
    assert (hints.take_hashes(), len(heard)) == ([f"0x{'ab' * 32}"], 1)
    assert hints.take_hashes() == []


@pytest.mark.parametrize("given", [None, 7, {}, "", "0x", "ab" * 32, f"0x{'a' * 63}", f"0x{'a' * 65}", f"0x{'g' * 64}"])
def test_what_is_no_hash_is_passed_over(given: object) -> None:
    heard: list[None] = []
    hints = Hints(lambda: heard.append(None))
    hints.note_hash(given)
    assert (hints.take_hashes(), heard) == ([], [])
