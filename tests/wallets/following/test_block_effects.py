"""What a block means for watched addresses."""

from tests.wallets.simple_chain import address, hash_of
from wallets.chain import Block, Log, Transaction
from wallets.following.block_effects import Direction, Movement, effects_of
from wallets.following.token_transfers import TRANSFER_TOPIC

ALICE, BOB, CAROL, TOKEN = map(address, (0xA, 0xB, 0xC, 0xD))


def sent(number: int, sender: str, recipient: str | None, value: int = 0) -> Transaction:
    return Transaction(hash=hash_of(number), sender=sender, nonce=number, recipient=recipient, value=value)


def token_log(number: int, sender: str, recipient: str, amount: int, index: int = 0) -> Log:
    topics = (TRANSFER_TOPIC, hash_of(int(sender, 16)), hash_of(int(recipient, 16)))
    return Log(address=TOKEN, topics=topics, data=hash_of(amount), transaction_hash=hash_of(number), index=index)


def block_of(*transactions: Transaction) -> Block:
    return Block(number=5, hash=hash_of(5), parent_hash=hash_of(4), time=60, transactions=transactions)


def test_it_tells_both_sides_of_what_moves_between_watched_addresses() -> None:
    effects = effects_of(block_of(sent(1, ALICE, BOB, 10**30)), (), {ALICE, BOB})
    told = [(each.address, each.direction, each.counterparty, each.amount) for each in effects.movements]
    assert told == [(ALICE, Direction.OUTGOING, BOB, 10**30), (BOB, Direction.INCOMING, ALICE, 10**30)]


def test_it_tells_tokens_beside_the_coins_that_their_sender_paid_with() -> None:
    effects = effects_of(block_of(sent(1, ALICE, TOKEN)), [token_log(1, ALICE, BOB, 7, index=3)], {ALICE, BOB})
    assert effects.movements[1:] == (
        Movement(
            address=ALICE,
            direction=Direction.OUTGOING,
            counterparty=BOB,
            amount=7,
            transaction_hash=hash_of(1),
            token=TOKEN,
            log_index=3,
        ),
        Movement(
            address=BOB,
            direction=Direction.INCOMING,
            counterparty=ALICE,
            amount=7,
            transaction_hash=hash_of(1),
            token=TOKEN,
            log_index=3,
        ),
    )
    assert effects.balances == {(ALICE, None), (ALICE, TOKEN), (BOB, TOKEN)}
    assert effects.transactions == {hash_of(1)}


def test_it_leaves_out_whom_nobody_watches() -> None:
    block = block_of(sent(1, ALICE, BOB, 1), sent(2, ALICE, None, 1), sent(3, CAROL, None, 1))
    effects = effects_of(block, [token_log(1, ALICE, BOB, 1)], {CAROL})
    assert [(each.address, each.counterparty, each.direction) for each in effects.movements] == [
        (CAROL, None, Direction.OUTGOING)
    ]


def test_who_sends_to_itself_gives_and_gets() -> None:
    effects = effects_of(block_of(sent(1, ALICE, ALICE, 1)), [token_log(1, ALICE, ALICE, 2)], {ALICE})
    assert [(each.direction, each.amount) for each in effects.movements] == [
        (Direction.OUTGOING, 1),
        (Direction.INCOMING, 1),
        (Direction.OUTGOING, 2),
        (Direction.INCOMING, 2),
    ]


def test_a_transfer_of_no_tokens_moves_nothing() -> None:
    assert effects_of(block_of(sent(1, CAROL, TOKEN)), [token_log(1, ALICE, BOB, 0)], {ALICE, BOB}).movements == ()


def test_whom_a_block_credits_has_another_balance_and_no_movement() -> None:
    block = Block(number=5, hash=hash_of(5), parent_hash=hash_of(4), time=60, credited=frozenset({ALICE, CAROL}))
    effects = effects_of(block, (), {ALICE, BOB})
    assert effects.movements == ()
    assert effects.balances == {(ALICE, None)}
