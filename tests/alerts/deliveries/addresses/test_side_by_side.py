"""Browsers that a user subscribes at the same time, on PostgreSQL."""

import msgspec
import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.addresses.services import MOST_BROWSERS, NewPushSubscription, push_subscription_put
from alerts.deliveries.channels.web_push.vapid import new_private_key
from streaming.commands.errors import CommandRefusedError
from tests.alerts.deliveries.browsers import Browser
from tests.databases.held_queries import held_queries
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.waiting import until_now


def _put(user_id: int, number: int) -> None:
    given = Browser(f"https://push.example.com/{number}").subscription()
    push_subscription_put(user_id=user_id, given=msgspec.convert(given, NewPushSubscription))


def _one_place_left() -> int:
    user = User.objects.create_user("Vera", "vera@example.com")
    for number in range(1, MOST_BROWSERS):
        _put(user.pk, number)
    return user.pk


@pytest.mark.postgres
def test_one_alone_of_two_takes_the_last_place(postgres: PostgresDatabase, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    [user_id] = postgres.run(_one_place_left)

    def put_another() -> None:
        until_now(lambda: held.inside)
        with pytest.raises(CommandRefusedError):
            _put(user_id, MOST_BROWSERS + 1)

    def let_go() -> None:
        until_now(lambda: held.inside > 1 or somebody_waits())
        held.let_go()

    with held_queries(lambda sql, _: sql.startswith('INSERT INTO "alerts_pushsubscription"')) as held:
        postgres.run(lambda: _put(user_id, MOST_BROWSERS), put_another, let_go)
    assert postgres.query("SELECT count(*) FROM alerts_pushsubscription") == [(MOST_BROWSERS,)]
