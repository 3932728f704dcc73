"""What a login gives, and what it leaves behind."""

import datetime as dt

import pytest
import time_machine

from accounts.errors import LoginRefusedError
from accounts.models import User
from accounts.services import token_pair_issue
from accounts.tokens import access_verify
from tests.accounts.conftest import PASSWORD

_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@time_machine.travel(_NOW, tick=False)
def test_it_gives_tokens_and_notes_the_login(user: User) -> None:
    pair = token_pair_issue(login="ada@example.com", password=PASSWORD)
    assert access_verify(pair.access).user_id == str(user.pk)
    user.refresh_from_db()
    assert user.last_login == _NOW


def test_it_notes_nothing_of_a_refused_login(user: User) -> None:
    with pytest.raises(LoginRefusedError):
        token_pair_issue(login="Ada", password="wrong")
    user.refresh_from_db()
    assert user.last_login is None
