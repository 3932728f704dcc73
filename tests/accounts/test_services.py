"""What a login gives, what a log-out ends, and who may register."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.errors import LoginRefusedError
from accounts.models import User
from accounts.services import (
    token_pair_issue,
    user_log_out_everywhere,
    user_register,
)
from accounts.tokens.json_web_tokens import TokenKind, token_read
from streaming.connections.closing import LOGGED_OUT, ClosingOrder
from streaming.identity.identity import AuthenticationFailure
from tests.accounts.closings import Closings
from tests.accounts.conftest import PASSWORD

_FAILED, _INVALID = AuthenticationFailure.FAILED, AuthenticationFailure.INVALID
_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _request() -> HttpRequest:
    return RequestFactory().post("/api/v1/auth/token/")


@time_machine.travel(_NOW, tick=False)
def test_it_gives_tokens_and_notes_the_login(user: User) -> None:
    pair = token_pair_issue(login="ada@example.com", password=PASSWORD, request=_request())
    assert token_read(pair.access, TokenKind.ACCESS).user_id == str(user.pk)
    user.refresh_from_db()
    assert user.last_login == _NOW


def test_it_notes_nothing_of_a_refused_login(user: User) -> None:
    with pytest.raises(LoginRefusedError):
        token_pair_issue(login="Ada", password="wrong", request=_request())
    user.refresh_from_db()
    assert user.last_login is None


def test_it_registers_a_trader(db: None) -> None:
    user = user_register(username="Ada", email="Ada@EXAMPLE.com", password=PASSWORD)
    stored = User.objects.get()
    assert stored == user
    assert (stored.username, stored.email, stored.check_password(PASSWORD)) == ("Ada", "Ada@example.com", True)
    assert (stored.is_active, stored.is_staff, stored.is_superuser) == (True, False, False)
    assert [group.name for group in stored.groups.all()] == ["traders"]


class Rival:
    """A password validator, for it is asked between the check of a name and its being stored: it takes the name."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Register before the other one is stored."""
        User.objects.create_user("Ada", "ada@example.com", None)

    def get_help_text(self) -> str:
        """Return nothing: nobody reads it."""
        return ""


def test_it_names_the_field_when_somebody_was_quicker(db: None, settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": f"{__name__}.Rival"}]
    with pytest.raises(ValidationError) as refusal:
        user_register(username="ADA", email="other@example.com", password=PASSWORD)
    assert set(refusal.value.message_dict) == {"username"}
    assert isinstance(refusal.value.__context__, IntegrityError)


def test_it_closes_the_connections_of_earlier_generations_after_the_commit(
    user: User,
    closings: Closings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        user_log_out_everywhere(user=user)
        assert closings.heard() == []
    assert closings.heard() == [ClosingOrder(user_id=str(user.pk), reason=LOGGED_OUT, before_generation=1)]


def test_it_counts_every_log_out_though_the_user_was_read_before(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    user_log_out_everywhere(user=user)
    user_log_out_everywhere(user=stale)
    assert stale.token_generation == 2
    assert User.objects.get(pk=user.pk).token_generation == 2
