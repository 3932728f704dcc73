"""What `manage.py watch` prints of orders, grids, strategies, accounts and the kill switch: every line exactly."""

import pytest

from streaming.installed import installed_watch_writers
from tests.watch.lines import START, line_of_frame


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (
            (
                '{"type":"order","channel":"orders:me","data":{"id":"ord_1","symbol":"BTCUSDT","side":"buy","type":"limit","price":94000.10,'
                '"quantity":0.0020,"filled":0.0010,"status":"new","reason":null,"instance":"grid_a"}}'
            ),
            "orders:me      BTCUSDT  buy 0.002 at 94000.10  filled 0.001  limit  new  by grid_a  id ord_1",
        ),
        (
            (
                '{"type":"order","channel":"orders:me","data":{"symbol":"A","side":"sell","type":"market","price":null,"quantity":1,'
                '"filled":0,"status":"rejected","reason":"too little"}}'
            ),
            "orders:me      A  sell 1  market  rejected  (too little)",
        ),
        (
            (
                '{"type":"event","channel":"grid.a.order","event":"filled","data":{"side":"buy","amount":0.001,"filled":0.001,'
                '"price":94000.00,"level":3,"position_after":0.002}}'
            ),
            "grid.a.order   filled  buy 0.001 at 94000.00  level 3  position 0.002",
        ),
        (
            (
                '{"type":"event","channel":"grid.a.trade","event":"executed","data":{"side":"sell","amount":0.001,"price":94000.10,'
                '"level":4,"fee":0.094,"fee_asset":"USDT"}}'
            ),
            "grid.a.trade   executed  sell 0.001 at 94000.10  level 4  fee 0.094 USDT",
        ),
        (
            (
                '{"type":"event","channel":"grid.a.status","event":"update","data":{"state":"running","reason":null,"current_price":95,'
                '"position":1.5,"active_buy_orders":5,"active_sell_orders":4,"realized_pnl":2.50,"unrealized_pnl":-1}}'
            ),
            "grid.a.status  update  running  price 95  position 1.5  5 buy 4 sell  realized +2.5  unrealized -1",
        ),
        (
            (
                '{"type":"event","channel":"grid.a.pnl","event":"updated","data":{"realized_pnl":0,"unrealized_pnl":1,"equity":9,"fees":0.1,'
                '"cycles":7}}'
            ),
            "grid.a.pnl     updated  realized 0  unrealized +1  equity 9  fees 0.1  cycles 7",
        ),
        (
            '{"type":"event","channel":"grid.a.risk","event":"rejected","data":{"code":"SIZE","message":"too large"}}',
            "grid.a.risk    rejected  SIZE  (too large)",
        ),
        (
            (
                '{"type":"event","channel":"account.acc_1.risk","event":"rejected","data":{"code":"ORDER_SIZE",'
                '"message":"too large","symbol":"BTCUSDT","side":"buy","type":"limit"}}'
            ),
            "account.acc_1.risk  rejected  buy BTCUSDT limit  ORDER_SIZE  (too large)",
        ),
        (
            '{"type":"event","channel":"strategy.a.risk","event":"rejected","data":{"code":"SIZE","message":"late"}}',
            "strategy.a.risk  rejected  SIZE  (late)",
        ),
        (
            (
                '{"type":"event","channel":"strategy.a.signal","event":"generated","data":{"symbol":"BTCUSDT","action":"buy",'
                '"price":94000.10,"confidence":0.70,"reason":"RSI 28.1 is below 30","number":4}}'
            ),
            "strategy.a.signal  generated  buy BTCUSDT  at 94000.10  confidence 0.7  (RSI 28.1 is below 30)",
        ),
        (
            (
                '{"type":"event","channel":"strategy.a.order","event":"placed","data":{"side":"buy","amount":0.001,"filled":0,'
                '"price":null,"client_order_id":"a-1"}}'
            ),
            "strategy.a.order  placed  buy 0.001",
        ),
        (
            '{"type":"event","channel":"strategy.a.lifecycle","event":"error","data":{"state":"error","reason":"hung"}}',
            "strategy.a.lifecycle  error  error  (hung)",
        ),
        (
            '{"type":"event","channel":"grid.a.lifecycle","event":"paused","data":{"state":"paused","reason":"exchange_down","lines":11}}',
            "grid.a.lifecycle  paused  paused  (exchange_down)  lines 11",
        ),
        (
            (
                '{"type":"portfolio","channel":"portfolio:me","data":{"equity":1012.5,"balance":900,"realizedPnl":-2,"unrealizedPnl":12.5,'
                '"positions":[{"symbol":"BTCUSDT","quantity":0.001,"unrealizedPnl":12.5}]}}'
            ),
            "portfolio:me   equity 1012.5  balance 900  realized -2  unrealized +12.5  BTCUSDT 0.001 +12.5",
        ),
        (
            (
                '{"type":"account","channel":"account:me","data":{"account":"acc_1","trading":"halted",'
                '"balances":[{"asset":"USDT","free":900.50,"locked":99.5}]}}'
            ),
            "account:me     acc_1  USDT 900.5 free 99.5 locked  halted",
        ),
        (
            (
                '{"type":"event","channel":"system.kill_switch","event":"activated","data":{"scope":"user","id":"7","reason":"enough",'
                '"by":"ada","affected":{"grids_stopped":2,"orders_cancelled":9}}}'
            ),
            "system.kill_switch  activated  scope user  of 7  by ada  (enough)  2 grids stopped  9 orders cancelled",
        ),
        (
            '{"type":"event","channel":"grid.a.order","event":"filled","data":{"price":94000.00}}',
            'grid.a.order   filled {"price":94000.00}',
        ),
    ],
)
def test_it_prints_what_is_told(frame: str, line: str) -> None:
    assert line_of_frame(frame, writers=installed_watch_writers()).plain == START + line
