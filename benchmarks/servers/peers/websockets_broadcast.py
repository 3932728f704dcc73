"""`broadcast` of the `websockets` library, as its documentation's page on broadcasting ends up with; on uvloop."""

import argparse

import redis.asyncio as redis
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

CONNECTIONS: set[ServerConnection] = set()


async def handle(connection: ServerConnection) -> None:
    """Keep a connection until its client leaves."""
    CONNECTIONS.add(connection)
    try:
        await connection.wait_closed()
    finally:
        CONNECTIONS.remove(connection)


async def run(port: int, redis_url: str, channel: str) -> None:
    """Serve, and tell everybody what is published."""
    async with (
        serve(handle, "127.0.0.1", port, compression=None),
        redis.Redis.from_url(redis_url, decode_responses=True) as client,
        client.pubsub() as published,
    ):
        await published.subscribe(channel)
        print(f"Listening on 127.0.0.1:{port}", flush=True)
        async for message in published.listen():
            if message["type"] == "message":
                broadcast(CONNECTIONS, message["data"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve what is published on a channel of Redis.")
    parser.add_argument("port", type=int)
    parser.add_argument("redis_url")
    parser.add_argument("channel")
    options = parser.parse_args()
    uvloop.run(run(options.port, options.redis_url, options.channel))
