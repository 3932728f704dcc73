"""A simulated Coinbase Exchange: the public feed at `/`, REST below `/products` and `/time`, over another's market."""

from collections.abc import Mapping
from urllib.parse import SplitResult

from websockets.http11 import Response

from streaming.simulator.coinbase.connection import CoinbaseConnection
from streaming.simulator.coinbase.feeds import STATUS, StatusFeed, open_product_feed
from streaming.simulator.coinbase.rest import RATE, CoinbaseRest
from streaming.simulator.coinbase.settings import CoinbaseSettings
from streaming.simulator.faults.faults import BINANCE_ONLY, KRAKEN_ONLY
from streaming.simulator.following.connection import FollowingConnection
from streaming.simulator.following.exchange import FollowingExchange, response
from streaming.simulator.following.fan_out import Feed, FeedKey
from streaming.simulator.following.listing import pairs_of
from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.randomness import generator
from streaming.simulator.server import SimulatedExchange


class SimulatedCoinbase(FollowingExchange):
    """Coinbase's wire over the market of `exchange`, which has started."""

    name = "Coinbase"
    feed_path = "/"
    rest_path = "/products"
    _compression = "deflate"

    def __init__(
        self,
        exchange: SimulatedExchange,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: CoinbaseSettings | None = None,
    ) -> None:
        self._own_settings = settings or CoinbaseSettings()
        super().__init__(
            exchange, host=host, port=port, settings=self._own_settings, without=BINANCE_ONLY | KRAKEN_ONLY
        )
        self.chance = generator(exchange.seed, "coinbase")
        self._rest = CoinbaseRest(self, self.settings.rest_rate or RATE)

    def _pairs(self) -> Mapping[str, Pair]:
        instruments = (symbol.instrument for symbol in self.followed.market.symbols.values())
        return pairs_of(instruments, self.settings, separator="-")

    def _connection_class(self) -> type[FollowingConnection]:
        return CoinbaseConnection

    def _open_feed(self, key: FeedKey) -> Feed:
        if key.channel == STATUS:
            return StatusFeed([market.pair for market in self.market.pairs.values()])
        market = self.market.pairs[key.symbol]
        return open_product_feed(key, market, self.market.time, self._own_settings.deep_levels, self.chance)

    async def _rest_response(self, target: SplitResult) -> Response:
        answer = await self._rest.answer(target.path, target.query)
        return response(answer.body, answer.headers, answer.status)
