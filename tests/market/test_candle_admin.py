"""Stored candles in the admin: found by symbol, interval, source and day, however many there are."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from streaming.events import Interval, Source
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_store
from streaming.market.candles.storage import candles_store
from streaming.market.models import Candle, CandleGap
from streaming.market.sources.answers import KlineRow

pytestmark = pytest.mark.django_db

LIST = "/admin/market/candle/"
GAPS = "/admin/market/candlegap/"
MINUTE = 60_000
NOON = 1_733_486_400_000  # 2024-12-06 12:00 UTC
DAY = 86_400_000


def _row(open_time: int, close: str) -> KlineRow:
    price = Decimal(close)
    return KlineRow(
        open_time=open_time,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=Decimal(1),
        close_time=open_time + MINUTE - 1,
        quote_volume=Decimal(1),
        trades=1,
    )


@pytest.fixture
def staff(client: Client) -> Client:
    """Return the client of a superuser, with candles of two symbols, two days and two sources."""
    minute = Interval.MINUTE_1
    rows = [_row(NOON - DAY, "10.5"), _row(NOON, "11.25"), _row(NOON + DAY, "12.125")]
    candles_store(source=Source.BINANCE, symbol="BTCUSDT", interval=minute, rows=rows)
    candles_store(source=Source.BINANCE, symbol="BTCUSDC", interval=minute, rows=[_row(NOON, "21.5")], repaired=True)
    candles_store(source=Source.SIMULATOR, symbol="BTCUSDT", interval=minute, rows=[_row(NOON, "31.5")])
    candles_store(source=Source.BINANCE, symbol="BTCUSDT", interval=Interval.MINUTE_3, rows=[_row(NOON, "41.5")])
    gap = CandleRange(NOON + MINUTE, NOON + 5 * MINUTE)
    gaps_store(source=Source.BINANCE, symbol="BTCUSDT", interval=minute, gaps=[gap])
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.com", "secret"))
    return client


def _closes(client: Client, **filters: str) -> list[str]:
    page = client.get(LIST, filters)
    assert page.status_code == 200
    return [format(candle.close.normalize(), "f") for candle in page.context["cl"].result_list]


@pytest.mark.parametrize(
    ("filters", "closes"),
    [
        ({"symbol_is": " btcusdc"}, ["21.5"]),
        ({"symbol_is": "BTCUSD"}, []),
        ({"interval__exact": "3m"}, ["41.5"]),
        ({"source__exact": "simulator"}, ["31.5"]),
        ({"opened_from": "2024-12-07"}, ["12.125"]),
        ({"opened_to": "2024-12-05"}, ["10.5"]),
        (
            {"symbol_is": "BTCUSDT", "interval__exact": "1m", "source__exact": "binance", "opened_to": "2024-12-06"},
            ["11.25", "10.5"],
        ),
        ({"opened_from": "the day after"}, []),
    ],
)
def test_it_filters(staff: Client, filters: dict[str, str], closes: list[str]) -> None:
    assert _closes(staff, **filters) == closes


def test_it_says_that_a_day_cannot_be_read(staff: Client) -> None:
    assert b"Enter a valid date" in staff.get(LIST, {"opened_from": "the day after"}).content


@pytest.mark.parametrize("name", ["symbol_is", "interval__exact"])
def test_it_shows_the_list_without_filters_where_one_can_be_no_text(staff: Client, name: str) -> None:
    for address in (LIST, GAPS):
        assert staff.get(address, {name: "\0"}).headers["Location"] == f"{address}?e=1"
        assert staff.get(f"{address}?e=1").status_code == 200


def test_it_shows_when_candles_open_and_pages_on(staff: Client) -> None:
    first = staff.get(LIST, {"symbol_is": "BTCUSDC"}).content
    assert b"2024-12-06 12:00:00" in first
    assert _closes(staff, p="7") == []


def test_it_never_counts_nor_sorts_the_table(staff: Client) -> None:
    staff.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        staff.get(LIST, {"symbol_is": "BTCUSDT", "o": "2"})
    asked = [query["sql"] for query in queries if '"market_candle"' in query["sql"]]
    assert asked
    assert not [sql for sql in asked if "COUNT(" in sql.upper() or "DISTINCT" in sql.upper()]
    assert all(_plan(sql).count("USE TEMP B-TREE") == 0 for sql in asked)


def _plan(sql: str) -> str:
    """Return how SQLite goes about a query; elsewhere the question is not asked."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize(
    "act",
    [
        lambda client, pk: client.get(f"{LIST}add/"),
        lambda client, pk: client.post(f"{LIST}{pk}/delete/", {"post": "yes"}),
        lambda client, pk: client.post(f"{LIST}{pk}/change/", {"close": "1"}),
    ],
)
def test_it_lets_nobody_change_candles(staff: Client, act: Callable[[Client, int], object]) -> None:
    candle = Candle.objects.get(symbol="BTCUSDC")
    assert staff.get(f"{LIST}{candle.pk}/change/").status_code == 200
    act(staff, candle.pk)
    assert Candle.objects.count() == 6
    assert Candle.objects.get(symbol="BTCUSDC").close == candle.close


def test_it_lets_a_gap_be_looked_at_and_forgotten(staff: Client) -> None:
    assert b"2024-12-06 12:05:00" in staff.get(GAPS).content
    gap = CandleGap.objects.get()
    assert staff.post(f"{GAPS}{gap.pk}/change/", {"end": "1"}).status_code == 403
    assert staff.post(f"{GAPS}{gap.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not CandleGap.objects.exists()


@pytest.mark.parametrize(("address", "permission"), [(LIST, "view_candle"), (GAPS, "view_candlegap")])
def test_it_is_for_staff_who_may(client: Client, address: str, permission: str) -> None:
    assert client.get(address).status_code == 302
    somebody = get_user_model().objects.create_user("somebody", "somebody@example.com", "secret", is_staff=True)
    client.force_login(somebody)
    assert client.get(address).status_code == 403
    somebody.user_permissions.add(Permission.objects.get(codename=permission))
    assert client.get(address).status_code == 200
