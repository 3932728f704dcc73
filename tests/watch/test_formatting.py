"""Every line exactly: its text, and where colours mean something, its styles."""

import pytest
from rich.text import Text

from streaming.watch.formatting import line_of
from streaming.watch.interruption import Back, Lost
from streaming.watch.market_groups import Direction
from tests.watch.lines import START, line_of_frame
from tidewire_client.errors import UnreadableFrameError
from tidewire_client.events import NotRecovered

_TIME = "2024-12-06T12:00:00.000Z"


def _style_of(line: Text, part: str) -> str:
    """Return the style of the first place where `part` stands."""
    at = line.plain.index(part)
    styles = [str(span.style) for span in line.spans if span.start <= at < span.end and span.style]
    return styles[-1] if styles else ""


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (
            f'{{"type":"connected","data":{{"clientId":"ws_1","authenticated":false}},"timestamp":"{_TIME}"}}',
            f"connected      ws_1  not logged in  {_TIME}",
        ),
        (
            '{"type":"connected","clientId":"client_1","timestamp":0}',
            "connected      client_1  logged in  1970-01-01T00:00:00.000Z",
        ),
        ('{"type":"subscribed","channel":"price:BTCUSDT"}', "subscribed     price:BTCUSDT"),
        (
            '{"type":"subscribed","channel":"trades:BTCUSDT","recovered":true,"epoch":"e","seq":7}',
            "subscribed     trades:BTCUSDT and what was missed",
        ),
        (
            '{"type":"subscribed","channel":"trades:BTCUSDT","recovered":false,"reason":"too_old","epoch":"e","seq":7}',
            "subscribed     trades:BTCUSDT",
        ),
        ('{"type":"unsubscribed","channel":"price:BTCUSDT"}', "unsubscribed   price:BTCUSDT"),
        ('{"type":"subscribed","data":{"channels":["grid.*","system.log"]}}', "subscribed     grid.*  system.log"),
        (
            '{"type":"auth_result","success":true,"data":{"user_id":"7","expires_at":0}}',
            "logged in      user 7  until 1970-01-01T00:00:00.000Z",
        ),
        (
            '{"type":"auth_result","success":false,"error":{"code":"forbidden","message":"No"}}',
            "refused        No (forbidden)",
        ),
        (
            '{"type":"error","channel":"price:X","data":{"message":"No quote for X","code":"unknown_symbol"}}',
            "refused        price:X: No quote for X (unknown_symbol)",
        ),
        ('{"type":"error","message":"Invalid message format"}', "refused        Invalid message format"),
        ('{"type":"ping"}', "ping         "),
        ('{"type":"gone", "a":[1.50, null]}', 'other          {"type":"gone","a":[1.50,null]}'),
    ],
)
def test_it_tells_what_is_no_news(frame: str, line: str) -> None:
    assert line_of_frame(frame).plain == START + line


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (UnreadableFrameError("a frame that is no JSON", "hello\x1b[2J"), r"unreadable     hello\x1b[2J"),
        (UnreadableFrameError("a binary frame of 2 bytes"), "unreadable     a binary frame of 2 bytes"),
        (
            Lost("The connection was closed: 1012. The server restarts.", 1.25),
            "lost           The connection was closed: 1012. The server restarts. Trying again in 1.2 s.",
        ),
        (Back(2.0), "back           connected again after 2.0 s"),
        (
            NotRecovered(channel="trades:A", time=9, start=0, end=9, complete=False, reason="too_old"),
            (
                "trades:A       missed what was told from 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:00.009Z can't "
                "be brought: some of it is kept no longer"
            ),
        ),
    ],
)
def test_it_tells_what_the_client_says(told: UnreadableFrameError | Lost | Back | NotRecovered, line: str) -> None:
    assert line_of(told, {}, seconds=1.5, width=13).plain == START + line


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (
            (
                '{"type":"price","channel":"price:BTCUSDT","data":{"symbol":"BTCUSDT","price":97523.45000000,"change24h":1.5,'
                '"changePercent24h":2.450,"high24h":98000,"low24h":95000.10,"volume24h":12345.678,"timestamp":1}}'
            ),
            "price:BTCUSDT  97523.45000000  +2.450 %  high 98000  low 95000.10  volume 12345.678",
        ),
        (
            (
                '{"type":"ticker","channel":"ticker:ABC","data":{"price":0.00000100,"bid":0.0000009,"ask":0.00000110,"volume":1,'
                '"changePercent":-0.5,"high":2,"low":1,"source":"simulator","simulated":true}}'
            ),
            "ticker:ABC     0.00000100  -0.5 %  bid 0.0000009  ask 0.00000110  high 2  low 1  volume 1  (simulated)",
        ),
        (
            '{"type":"data","channel":"ticker:ABC","data":{"type":"ticker","data":{"price":1.0,"priceChangePercent":0.00}}}',
            "ticker:ABC     1.0  0.00 %",
        ),
        (
            (
                '{"type":"kline","channel":"klines:A:1m","data":{"time":1733486400000,"open":1.0,"high":3.0,"low":0.5,'
                '"close":2.0,"volume":10.25,"isFinal":false}}'
            ),
            f"klines:A:1m    {_TIME}  O 1.0  H 3.0  L 0.5  C 2.0  V 10.25",
        ),
        (
            (
                '{"type":"data","channel":"kline:A:1m","data":{"type":"kline","data":{"startTime":1733486400000,"open":1,'
                '"high":3,"low":0.5,"close":0.75,"volume":10,"closed":true}}}'
            ),
            f"kline:A:1m     {_TIME}  O 1  H 3  L 0.5  C 0.75  V 10  ● final",
        ),
        (
            '{"type":"trade","channel":"trades:A","data":{"price":1.10,"quantity":0.00500000,"side":"buy","stale":true}}',
            "trades:A       buy  0.00500000 at 1.10  (stale)",
        ),
        (
            '{"type":"depth","channel":"depth:A","data":{"bids":[[1.10,5.0],[1.0,6]],"asks":[[1.25,7.00]]}}',
            "depth:A        bid 1.10 x 5.0  ask 1.25 x 7.00  spread 0.15",
        ),
        (
            '{"type":"depth","channel":"depth:A","data":{"bids":[],"asks":[[2,7]]}}',
            "depth:A        bid none  ask 2 x 7",
        ),
        (
            (
                '{"type":"overview","channel":"market:overview","data":{"symbols":[{},{}],"gainers":["A","B","C","D"],"losers":["E"],'
                '"volumes":[]}}'
            ),
            "market:overview  2 symbols  gainers A B C  losers E",
        ),
        (
            (
                '{"type":"signal","channel":"signals:A","data":{"action":"sell","confidence":0.80,"reason":"it fell",'
                '"model":"m","version":"2","horizon":"1h","price":2,"trackRecord":{"right":3,"wrong":1}}}'
            ),
            "signals:A      sell  price 2  confidence 0.80  model m  version 2  horizon 1h  right 3  wrong 1  it fell",
        ),
        (
            '{"type":"resync","channel":"trades:A","data":{"from":"x","to":"y","complete":true}}',
            "trades:A       resync from x to y, all of it was repaired",
        ),
        (
            '{"type":"event","channel":"trades:A","event":"resync","data":{"from":1,"to":2,"complete":false}}',
            "trades:A       resync from 1 to 2, not all of it could be repaired",
        ),
        (
            (
                '{"type":"event","channel":"system.log","event":"info","data":{"level":"info","source":"grid.a",'
                '"message":"[FILL] BUY @ 94000.00 | Position: 0.001000"}}'
            ),
            "system.log     info  grid.a  [FILL] BUY @ 94000.00 | Position: 0.001000",
        ),
        (
            '{"type":"event","channel":"grid.a.price","event":"price","data":{"price":94000.00}}',
            'grid.a.price   price {"price":94000.00}',
        ),
        (
            '{"type":"notification","channel":"notifications","data":{"title":"Filled"}}',
            'notifications  notification {"title":"Filled"}',
        ),
        ('{"type":"news","channel":"news:A","data":{"a":1E-7}}', 'news:A         news {"a":0.0000001}'),
        ('{"type":"price","channel":"price:A","data":{"cost":1}}', 'price:A        price {"cost":1}'),
        ('{"type":"trade","channel":"trades:A","data":{"side":{"a":1},"price":[2]}}', "trades:A       [2]"),
    ],
)
def test_it_tells_news(frame: str, line: str) -> None:
    assert line_of_frame(frame).plain == START + line


def test_it_tells_an_apps_channel_as_it_comes_where_the_app_declares_no_writer() -> None:
    frame = '{"type":"event","channel":"grid.a.order","event":"filled","data":{"side":"buy","amount":0.001}}'
    told = 'grid.a.order   filled {"side":"buy","amount":0.001}'
    assert line_of_frame(frame).plain == START + told


@pytest.mark.parametrize(
    ("direction", "told", "style"),
    [
        (Direction.FIRST, "2.50  (simulated)", "bold"),
        (Direction.SAME, "2.50 =  (simulated)", "bold"),
        (Direction.UP, "2.50 ▲  (simulated)", "bold green"),
        (Direction.DOWN, "2.50 ▼  (simulated)", "bold red"),
    ],
)
def test_it_shows_where_the_price_went(direction: Direction, told: str, style: str) -> None:
    line = line_of_frame('{"type":"price","channel":"price:A","data":{"price":2.50,"simulated":true}}', direction)
    assert line.plain.endswith(told)
    assert _style_of(line, "2.50") == style


@pytest.mark.parametrize(
    ("frame", "part", "style"),
    [
        ('{"type":"error","message":"No"}', "refused", "bold red"),
        ('{"type":"error","message":"No"}', "No", "red"),
        ('{"type":"subscribed","channel":"a:b"}', "subscribed", "green"),
        ('{"type":"trade","channel":"a:b","data":{"side":"buy","price":1}}', "buy", "green"),
        ('{"type":"trade","channel":"a:b","data":{"side":"sell","price":1}}', "sell", "red"),
        ('{"type":"kline","channel":"a:b","data":{"open":1,"close":2,"isFinal":true}}', "2", "green"),
        ('{"type":"kline","channel":"a:b","data":{"open":3,"close":2,"isFinal":true}}', "2", "red"),
        ('{"type":"kline","channel":"a:b","data":{"open":3,"close":2,"isFinal":true}}', "● final", "bold cyan"),
        ('{"type":"price","channel":"a:b","data":{"price":1,"changePercent24h":-2}}', "-2 %", "red"),
        ('{"type":"price","channel":"a:b","data":{"price":1,"changePercent24h":2}}', "+2 %", "green"),
    ],
)
def test_it_colours_what_matters(frame: str, part: str, style: str) -> None:
    assert _style_of(line_of_frame(frame), part) == style
