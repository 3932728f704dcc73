"""Quotes around the price: a buy order below it and a sell order above it, placed anew once it has moved.

TIDEWIRE_TOKEN=… python quoting_bot.py ws://127.0.0.1:8000/ws BTCUSDT 0.001
"""

import asyncio
import os
import sys
from decimal import Decimal

from tidewire_client import TidewireClient
from tidewire_client.errors import CommandRefusedError
from tidewire_client.events import Ticker
from tidewire_client.trading import Trading

SPREAD = Decimal("0.001")  # how far from the price each quote is, as a part of it


async def quote(url: str, symbol: str, quantity: Decimal) -> None:
    async with TidewireClient(url, dialect="zigquant-v2", token=os.environ["TIDEWIRE_TOKEN"]) as client:
        trading, quoted = Trading(client), Decimal(0)
        found = (await client.command("market.symbols", {"query": symbol}))["items"]
        tick = next(Decimal(item["tickSize"]) for item in found if item["symbol"] == symbol)
        client.subscribe(f"ticker:{symbol}", throttle_ms=1000)
        async for ticker in client.events(f"ticker:{symbol}"):
            await trading.cancel_all_after(60)  # a bot that dies leaves no orders behind
            if not isinstance(ticker, Ticker) or abs(ticker.price - quoted) <= quoted * SPREAD / 2:
                continue
            quoted = ticker.price
            await trading.cancel_orders(symbol)
            for side, away in (("buy", -SPREAD), ("sell", SPREAD)):
                price = round(quoted * (1 + away) / tick) * tick
                try:
                    order = await trading.place_order(symbol, side, "limit_maker", quantity=quantity, price=price)
                    print(order.side, order.quantity, "at", order.price, flush=True)
                except CommandRefusedError as refused:  # such as a sell order of what one hasn't bought yet
                    print(side, "was refused:", refused, flush=True)


asyncio.run(quote(sys.argv[1], sys.argv[2], Decimal(sys.argv[3])))
