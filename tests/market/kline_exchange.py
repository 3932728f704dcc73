"""An exchange on a real socket that has the candles a test gives it, and answers `klines` as the real one does."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from streaming.market.sources.answers import KlineRow
from tests.market.scripted_exchange import ScriptedExchange

KLINES = "/api/v3/klines"


class KlineExchange(ScriptedExchange):
    """Answers `klines` by the same candles for every symbol and interval, unless `answer_klines` says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.candles: dict[int, KlineRow] = {}
        self.answer_klines: tuple[int, str, dict[str, str]] | None = None
        self.when_asked: Callable[[], object] = lambda: None

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of each request, in order."""
        return [dict(parse_qsl(request.partition("?")[2])) for request in self.rest_requests]

    def has(self, *rows: KlineRow) -> None:
        """Have these candles, beside those of before."""
        self.candles.update({row.open_time: row for row in rows})

    def _process(self, connection: ServerConnection, request: Request) -> Response | None:
        self.when_asked()
        given = dict(parse_qsl(request.path.partition("?")[2]))
        self.rest[KLINES] = self.answer_klines or (200, json.dumps(self._rows(given)), {})
        return super()._process(connection, request)

    def _rows(self, given: dict[str, str]) -> list[list[str | int]]:
        start, end, limit = int(given.get("startTime", 0)), int(given.get("endTime", 10**15)), int(given["limit"])
        times = sorted(time for time in self.candles if start <= time <= end)
        chosen = times[:limit] if "startTime" in given else times[-limit:]
        return [_columns(self.candles[time]) for time in chosen]


def _columns(row: KlineRow) -> list[str | int]:
    numbers = (row.open, row.high, row.low, row.close, row.volume)
    texts = [format(number, "f") for number in numbers]
    return [row.open_time, *texts, row.close_time, format(row.quote_volume, "f"), row.trades, "0", "0", "0"]
