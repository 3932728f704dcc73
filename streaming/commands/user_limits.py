"""How much one user may ask for, over all connections of a process: commands a second, and at a time.

REST requests below `/api/v1/` count as commands.

Whoever isn't logged in is counted by address (of IPv6 by /64). In one process the limits are exact. Of what the other
gateways do for the same user each learns a moment later (`streaming.gateway.deployment.shared_limits`), and leaves room
for it: together they stay within the limits but for what begins in that moment. A gateway that hears nothing keeps its
own.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from threading import Lock

import msgspec
from django.conf import settings

from streaming.clock import Clock
from streaming.commands.errors import TooMuchError
from streaming.configuration.setting_fields import setting
from streaming.fair_queue import FairQueue
from streaming.identity.addresses import network_of
from streaming.identity.identity import Identity
from streaming.requesters import address_requester, is_user, user_requester

USER_LIMITS = "tidewire.user_limits"
"""Under which a request's ASGI scope holds the limits of its process."""
_WINDOW_SECONDS = 1.0
_LOAD_SECONDS = 1.5
"""How long it counts what another gateway told."""
_NOTABLE = 8
"""Others are told of users who have an eighth of a limit, or more."""
_MOST_TOLD = 1000


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """How many commands a second, and at a time."""

    per_second: int
    at_a_time: int


class UserLimitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may have, what an address may whose users aren't logged in, and how many of one may wait besides."""

    user: Allowance = msgspec.field(
        default_factory=lambda: Allowance(
            per_second=settings.WS_COMMANDS_PER_SECOND_PER_USER, at_a_time=settings.WS_COMMANDS_AT_A_TIME_PER_USER
        )
    )
    address: Allowance = msgspec.field(
        default_factory=lambda: Allowance(
            per_second=settings.WS_COMMANDS_PER_SECOND_PER_ADDRESS, at_a_time=settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS
        )
    )
    waiting: int = setting("WS_COMMANDS_WAITING_PER_USER")


class Load(msgspec.Struct, frozen=True, array_like=True):
    """What one user has at one gateway: commands of the last second, and those that are being done."""

    per_second: int
    at_a_time: int


def requester_of(identity: Identity | None, address: str) -> str:
    """Return whose limits count: the user's, or the address's of somebody without login."""
    return address_requester(network_of(address)) if identity is None else user_requester(identity.user_id)


class UserLimits:
    """Counts what users ask for, and says whether they may.

    Safe to use from several threads. Holds what it knows of a requester for two seconds at most.
    """

    def __init__(self, settings: UserLimitSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._recent: dict[str, deque[float]] = {}
        self._older: dict[str, deque[float]] = {}
        """When commands were admitted within the last second, by requester: of this second, and of that before."""
        self._began_at = clock.monotonic()
        self._unfinished: dict[str, int] = {}
        self._elsewhere: dict[str, tuple[float, Mapping[str, Load]]] = {}
        self._turns = FairQueue(at_a_time=None, most_of=self._most_at_a_time)

    def admit(self, requester: str) -> None:
        """Count a command, whose end `ended` tells; raise `TooMuchError` where it is one too many."""
        now = self._clock.monotonic()
        allowance = self._allowance(requester)
        with self._lock:
            times = self._times(requester, now)
            most = self._room(requester, allowance.per_second, now, "per_second")
            if len(times) >= most:
                raise TooMuchError(f"At most {allowance.per_second} commands a second of {_kind_of(requester)}")
            if self._unfinished.get(requester, 0) >= allowance.at_a_time + self._settings.waiting:
                raise TooMuchError("Too many commands are waiting")
            times.append(now)
            self._unfinished[requester] = self._unfinished.get(requester, 0) + 1

    def ended(self, requester: str) -> None:
        """Note that a command that was admitted is answered, or given up."""
        with self._lock:
            left = self._unfinished[requester] - 1
            if left:
                self._unfinished[requester] = left
            else:
                del self._unfinished[requester]

    @property
    def at_work(self) -> FairQueue:
        """The turns of those commands that are being done."""
        return self._turns

    @contextmanager
    def request(self, requester: str, *, seconds: float) -> Iterator[None]:
        """Admit and do a request, in a thread; raise `TooMuchError`, or `NoTurnError` after `seconds` of waiting."""
        self.admit(requester)
        try:
            with self._turns.turn_in_thread(requester, seconds=seconds):
                yield
        finally:
            self.ended(requester)

    @asynccontextmanager
    async def request_in_loop(self, requester: str) -> AsyncIterator[None]:
        """Admit and do a request, in the event loop; raise `TooMuchError`. Cancelled while it waits, it isn't done."""
        self.admit(requester)
        try:
            async with self._turns.turn(requester):
                yield
        finally:
            self.ended(requester)

    def loads(self) -> dict[str, Load]:
        """Return what the other gateways should know: the loads of those who have much, at most a thousand."""
        now = self._clock.monotonic()
        taken = self._turns.takers()
        with self._lock:
            requesters = {*self._recent, *self._older, *taken}
            loads = {
                requester: Load(self._last_second(requester, now), taken.get(requester, 0)) for requester in requesters
            }
        notable = {requester: load for requester, load in loads.items() if self._is_notable(requester, load)}
        return dict(sorted(notable.items(), key=lambda each: -each[1].per_second)[:_MOST_TOLD])

    def hear(self, gateway: str, loads: Mapping[str, Load]) -> None:
        """Take what another gateway told; it counts for a second and a half."""
        now = self._clock.monotonic()
        with self._lock:
            fresh = {name: told for name, told in self._elsewhere.items() if told[0] > now - _LOAD_SECONDS}
            self._elsewhere = {**fresh, gateway: (now, loads)}

    def _times(self, requester: str, now: float) -> deque[float]:
        if now - self._began_at >= _WINDOW_SECONDS:
            self._older = self._recent if now - self._began_at < 2 * _WINDOW_SECONDS else {}
            self._recent = {}
            self._began_at = now
        times = self._recent.get(requester)
        if times is None:
            times = self._recent[requester] = self._older.pop(requester, deque())
        while times and now - times[0] >= _WINDOW_SECONDS:
            times.popleft()
        return times

    def _last_second(self, requester: str, now: float) -> int:
        times = self._recent.get(requester) or self._older.get(requester) or ()
        return sum(now - time < _WINDOW_SECONDS for time in times)

    def _most_at_a_time(self, requester: str) -> int:
        now = self._clock.monotonic()
        with self._lock:
            return self._room(requester, self._allowance(requester).at_a_time, now, "at_a_time")

    def _room(self, requester: str, most: int, now: float, what: str) -> int:
        """Return how many of `most` are left for this gateway: what the others leave, or an equal share of it."""
        others = [
            getattr(loads[requester], what)
            for told_at, loads in self._elsewhere.values()
            if requester in loads and told_at > now - _LOAD_SECONDS
        ]
        return max(1, most - sum(others), most // (len(others) + 1)) if others else most

    def _allowance(self, requester: str) -> Allowance:
        return self._settings.user if is_user(requester) else self._settings.address

    def _is_notable(self, requester: str, load: Load) -> bool:
        most = self._allowance(requester)
        return load.per_second * _NOTABLE >= most.per_second or load.at_a_time * _NOTABLE >= most.at_a_time


def _kind_of(requester: str) -> str:
    return "a user" if is_user(requester) else "an address"
