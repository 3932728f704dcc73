from decimal import Decimal

import pytest

from streaming.watch.market_groups import Direction, market_groups, price_in


@pytest.mark.parametrize(
    ("before", "now", "direction"),
    [
        (None, Decimal(1), Direction.FIRST),
        (Decimal(1), None, Direction.FIRST),
        (Decimal("1.0"), Decimal("1.00"), Direction.SAME),
        (Decimal("1.00000001"), Decimal("1.00000002"), Direction.UP),
        (Decimal(2), Decimal(1), Direction.DOWN),
    ],
)
def test_it_knows_where_a_price_went(before: Decimal | None, now: Decimal | None, direction: Direction) -> None:
    assert Direction.between(before, now) is direction


@pytest.mark.parametrize(
    ("name", "data", "price"),
    [
        ("price", {"price": Decimal("1.5")}, Decimal("1.5")),
        ("trade", {"price": 2}, Decimal(2)),
        ("kline", {"close": Decimal("1.5"), "price": 3}, Decimal("1.5")),
        ("depth", {"bids": []}, None),
        ("price", {"price": "2"}, None),
        ("price", {"price": True}, None),
    ],
)
def test_it_finds_the_price_in_data(name: str, data: dict[str, object], price: Decimal | None) -> None:
    assert price_in(name, data) == price


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        (
            [
                {"name": "kraken", "used": True},
                {"name": "binance", "used": True},
                {"name": "x", "used": False, "reason": "old"},
            ],
            ["of kraken, binance", "without x old"],
        ),
        ([{"name": "\x1b[2J", "used": False}], ["without \\x1b[2J None"]),
        ("nonsense", []),
        (7, []),
        (["nonsense", None], []),
    ],
)
def test_it_shows_of_which_sources_a_price_is_made(sources: object, told: list[str]) -> None:
    groups = market_groups("price", {"price": Decimal(1), "sources": sources}, Direction.FIRST)
    assert [text for group in groups[1:] for text, _ in group] == told
