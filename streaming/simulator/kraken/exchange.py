"""A simulated Kraken: the feed's version 2 at `/v2`, public REST below `/0/public/`, over another exchange's market."""

import http
from collections.abc import Mapping
from urllib.parse import SplitResult

from websockets.http11 import Response

from streaming.simulator.faults.faults import BINANCE_ONLY, FaultKind
from streaming.simulator.following.connection import FollowingConnection
from streaming.simulator.following.exchange import JSON, FollowingExchange, page, response
from streaming.simulator.following.fan_out import Feed, FeedKey
from streaming.simulator.following.listing import pairs_of
from streaming.simulator.following.market import FollowedStep
from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.kraken.connection import KrakenConnection
from streaming.simulator.kraken.feeds import InstrumentFeed, open_pair_feed
from streaming.simulator.kraken.listing import LEAST_TICKS
from streaming.simulator.kraken.rest import RATE, KrakenRest
from streaming.simulator.market.market import Step
from streaming.simulator.market.randomness import generator
from streaming.simulator.server import SimulatedExchange

_ONLINE, _MAINTENANCE = "online", "maintenance"


class SimulatedKraken(FollowingExchange):
    """Kraken's wire over the market of `exchange`, which has started."""

    name = "Kraken"
    feed_path = "/v2"
    rest_path = "/0/public/"

    def __init__(
        self,
        exchange: SimulatedExchange,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        settings: FollowingSettings | None = None,
    ) -> None:
        super().__init__(exchange, host=host, port=port, settings=settings or FollowingSettings(), without=BINANCE_ONLY)
        self.chance = generator(exchange.seed, "kraken")
        self._told_system = _ONLINE
        self._rest = KrakenRest(self, self.settings.rest_rate or RATE)

    @property
    def time(self) -> int:
        """The time of the followed market."""
        return self.followed.market.time

    @property
    def system(self) -> str:
        """How the exchange says that it is."""
        return _ONLINE if self.faults.get(FaultKind.MAINTENANCE) is None else _MAINTENANCE

    def _pairs(self) -> Mapping[str, Pair]:
        instruments = (symbol.instrument for symbol in self.followed.market.symbols.values())
        return pairs_of(instruments, self.settings, separator="/", least_ticks=LEAST_TICKS)

    def _connection_class(self) -> type[FollowingConnection]:
        return KrakenConnection

    def _open_feed(self, key: FeedKey) -> Feed:
        if key.channel == "instrument":
            return InstrumentFeed(self.market.pairs.values(), lambda: self.system)
        return open_pair_feed(
            key,
            self.market.pairs[key.symbol],
            self.chance,
            self.market.time,
            lambda: self.faults.concern(FaultKind.WRONG_CHECKSUM, key.stream),
        )

    def _take(self, step: Step) -> None:
        if self.system != self._told_system:
            self._told_system = self.system
            for connection in self.connections:
                if isinstance(connection, KrakenConnection):
                    connection.tell_status(self.system)
        super()._take(step)

    def _publish(self, step: FollowedStep) -> None:
        """Send what a step brought; in maintenance nothing of any pair's market."""
        self.fan_out.publish(step, None if self.system == _ONLINE else "instrument")

    async def _rest_response(self, target: SplitResult) -> Response:
        if not target.path.startswith(self.rest_path):
            return page(http.HTTPStatus.NOT_FOUND)
        return response(await self._rest.answer(target.path.removeprefix(self.rest_path), target.query), JSON)
