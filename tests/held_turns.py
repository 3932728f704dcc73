"""Turns at the database that somebody has: for tests of who waits for whom."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from streaming.database.fair_queries import database_turn


@contextmanager
def turns_held(*requesters: str) -> Iterator[None]:
    """Let each of `requesters` have a turn, in a thread of its own; one who stands there twice has two."""
    have_all, let_go = threading.Barrier(len(requesters) + 1), threading.Event()

    def hold(requester: str) -> None:
        with database_turn(requester, seconds=0):
            have_all.wait(20)
            let_go.wait(20)

    with ThreadPoolExecutor(max_workers=len(requesters)) as threads:
        holding = [threads.submit(hold, requester) for requester in requesters]
        have_all.wait(20)
        try:
            yield
        finally:
            let_go.set()
    for one in holding:
        one.result()
