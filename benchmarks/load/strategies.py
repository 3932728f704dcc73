"""Strategies that run live, and models for those that ask one, made in bulk; runs below Django's `shell`."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from msgspec.structs import replace

from accounts.models import User
from benchmarks.load.random_candles import MINUTE, random_candles
from streaming.events import Interval, Source
from trading.accounts.services import default_account_ensure
from trading.audit.services import Actor
from trading.learning.definitions import CANDLE_FEATURES
from trading.learning.kinds import ModelKind
from trading.learning.settings import LearningSettings
from trading.learning.stored_model import StoredModel, encode
from trading.learning.training import TrainingData, train
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import ActorSource
from trading.price_models.services import model_version_publish
from trading.strategies.parameters import StrategyTerms
from trading.strategies.services import strategy_start

_KINDS: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("ma_cross", {"fast": 5, "slow": 20}),
    ("rsi_reversion", {"period": 7, "oversold": 40, "overbought": 60}),
    ("bollinger_breakout", {"period": 20}),
    ("donchian_breakout", {"entry": 10, "exit": 5}),
    ("dca", {"every": 10, "amount": 20}),
    ("learned_direction", {"algorithm": "boosting"}),
    ("learned_direction", {"algorithm": "online"}),
)
_EACH = 50
"""How many strategies a user has, which is as many as may be."""
_LEARNT_CANDLES = 5 * 1440


def strategies_start(count: int, symbols: Sequence[str]) -> None:
    """Start so many, spread over the symbols and over all kinds, as users that are made for them."""
    _publish_models(symbols)
    markets = [_market(symbol) for symbol in symbols]
    for first in range(0, count, _EACH):
        _start(first, min(_EACH, count - first), markets)


def _publish_models(symbols: Sequence[str]) -> None:
    """Publish a model of each kind for each symbol, as if it had learnt from candles up to now."""
    now = datetime.now(UTC)
    end = time.time_ns() // 1_000_000 // MINUTE * MINUTE
    candles = random_candles(_LEARNT_CANDLES, first=end - _LEARNT_CANDLES * MINUTE)
    settings = LearningSettings()
    data = TrainingData.of("", candles, CANDLE_FEATURES, horizon=settings.horizon)
    for kind in ModelKind:
        stored = train(kind, data, settings, version=1, trained_at=end)
        for symbol in symbols:
            model_version_publish(trained=encode(_of_symbol(stored, symbol)), source=Source.SIMULATOR, now=now)


def _of_symbol(stored: StoredModel, symbol: str) -> StoredModel:
    return replace(stored, card=replace(stored.card, symbol=symbol))


def _market(symbol: str) -> TradedMarket:
    now = time.time_ns() // 1_000_000
    quote = MarketQuote(symbol=symbol, last=Decimal(3400), bid=None, ask=None, simulated=True, stale=False, time=now)
    return TradedMarket(instrument=traded_instrument("symbol", symbol), quote=quote)


@transaction.atomic
def _start(first: int, count: int, markets: Sequence[TradedMarket]) -> None:
    name = f"bench{first}"
    user = User.objects.create(username=name, email=f"{name}@bench.invalid")
    actor = Actor(user_id=user.pk, name=name, source=ActorSource.COMMAND_LINE)
    default_account_ensure(owner_id=user.pk, now=datetime.now(UTC))
    for number in range(first, first + count):
        market = markets[number % len(markets)]
        kind, parameters = _KINDS[number // len(markets) % len(_KINDS)]
        given = StrategyTerms(
            strategy=kind,
            symbol_name=market.quote.symbol,
            interval=Interval.MINUTE_1,
            strategy_parameters=parameters,
            investment=Decimal(1000),
        )
        strategy_start(actor=actor, owner_id=user.pk, given=given, market=market, now=datetime.now(UTC))
