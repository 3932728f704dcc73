"""Turns at the database: who has one never waits for another, and lets others have it while nothing is asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction

from streaming.database.fair_queries import AT_A_TIME, asking, database_turn, in_turn, turn_set_aside
from streaming.fair_queue import NoTurnError
from streaming.requesters import address_requester, claimed_requester, password_requester, user_requester
from tests.held_turns import turns_held

ADA, BOB = "user:ada", "user:bob"


def turns_of_others(count: int) -> AbstractContextManager[None]:
    """Let so many others have a turn."""
    return turns_held(*(f"user:{number}" for number in range(count)))


def asked(requester: str) -> str:
    """Ask in a turn of its own."""
    with database_turn(requester, seconds=0):
        return "answer"


def asked_elsewhere(requester: str) -> str:
    """Ask in a turn of its own, from another thread."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asked, requester).result()


def asked_while(requester: str, work: Callable[[], object]) -> None:
    """Ask, and set the turn aside while something else is done."""
    with database_turn(requester, seconds=0), turn_set_aside():
        work()


def test_it_gives_so_many_turns_and_no_more() -> None:
    with turns_of_others(AT_A_TIME), pytest.raises(NoTurnError):
        asked(ADA)
    with turns_of_others(AT_A_TIME - 1):
        assert asked(ADA) == "answer"


@pytest.mark.django_db
def test_whoever_has_a_turn_asks_within_it_in_every_way() -> None:
    with turns_of_others(AT_A_TIME - 1), database_turn(ADA, seconds=0), asking(ADA):
        assert asked(ADA) == asked(BOB) == "answer"
        assert async_to_sync(in_turn(asked))(ADA) == "answer"
        with pytest.raises(NoTurnError):
            asked_elsewhere(BOB)
    with turns_of_others(AT_A_TIME - 1), asking(ADA):
        assert async_to_sync(in_turn(asked))(BOB) == "answer"
        assert asked(BOB) == "answer"


def test_it_lets_others_have_a_turn_that_is_set_aside() -> None:
    with turns_of_others(AT_A_TIME - 1), database_turn(ADA, seconds=0):
        with turn_set_aside():
            assert asked_elsewhere(BOB) == "answer"
            with turn_set_aside():  # there is none any more
                assert asked_elsewhere(BOB) == "answer"
        with pytest.raises(NoTurnError):
            asked_elsewhere(BOB)
    assert asked(BOB) == "answer"


def test_it_says_so_where_a_turn_that_was_set_aside_does_not_come_back() -> None:
    with turns_of_others(AT_A_TIME - 1), ExitStack() as another:
        with pytest.raises(NoTurnError):
            asked_while(ADA, lambda: another.enter_context(turns_of_others(1)))
        another.close()
        assert asked(ADA) == "answer"


@pytest.mark.django_db(transaction=True)
def test_it_keeps_its_turn_within_a_transaction() -> None:
    with turns_of_others(AT_A_TIME - 1), database_turn(ADA, seconds=0), transaction.atomic():
        with turn_set_aside(), pytest.raises(NoTurnError):
            asked_elsewhere(BOB)
        assert asked(ADA) == "answer"


def test_one_who_asks_under_several_names_leaves_a_turn_of_each_kind() -> None:
    own, others = (
        [user_requester(number), claimed_requester(number), address_requester(f"192.0.2.{number}")] for number in (1, 2)
    )
    own, others = ([*names, *map(password_requester, names)] for names in (own, others))
    with turns_held(*own * (AT_A_TIME - 1)):
        assert [asked(name) for name in others] == ["answer"] * len(others)
        for name in own:
            with pytest.raises(NoTurnError):
                asked(name)
