"""The symbols in the admin: to be looked at by staff."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from streaming.events import Source
from streaming.market.models import Symbol
from streaming.market.services import symbols_store
from streaming.market.sources.answers import ExchangeInfo
from tests.market.listed_symbols import symbol

pytestmark = pytest.mark.django_db

LIST = "/admin/market/symbol/"


@pytest.fixture
def staff(client: Client) -> Client:
    """Return the client of a superuser, with two symbols stored."""
    info = ExchangeInfo(symbols=(symbol("BTCUSDT"), symbol("ETHUSDT", status="HALT")), unreadable=0)
    symbols_store(info=info, source=Source.BINANCE, now=datetime.now(tz=UTC))
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.com", "secret"))
    return client


def test_it_lists_searches_and_filters(staff: Client) -> None:
    assert b"BTCUSDT" in staff.get(LIST).content
    found = staff.get(LIST, {"q": "eth"}).content
    assert b"ETHUSDT" in found
    assert b"BTCUSDT" not in found
    assert b"ETHUSDT" not in staff.get(LIST, {"status__exact": "TRADING"}).content


def test_it_shows_a_symbol_with_the_digits_of_its_sizes(staff: Client) -> None:
    page = staff.get(f"{LIST}{Symbol.objects.get(name='BTCUSDT').pk}/change/")
    assert page.status_code == 200
    assert b"0.00000001" in page.content


@pytest.mark.parametrize("act", [lambda c: c.get(f"{LIST}add/"), lambda c: c.post(f"{LIST}1/delete/", {"post": "yes"})])
def test_it_lets_nobody_change_them(staff: Client, act: Callable[[Client], object]) -> None:
    act(staff)
    assert Symbol.objects.count() == 2
    pk = Symbol.objects.get(name="BTCUSDT").pk
    assert staff.post(f"{LIST}{pk}/change/", {"name": "X"}).status_code == 403


def test_it_is_for_staff(client: Client) -> None:
    assert client.get(LIST).status_code == 302
