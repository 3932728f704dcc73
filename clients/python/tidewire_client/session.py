"""What one connection's frames lead to, and what is said on it: welcome, login, subscriptions, commands, events."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Never

from tidewire_client.channels.resuming import JUMPED, FrameStatus, Loss, Position
from tidewire_client.channels.subscriptions import unsubscribe_frames
from tidewire_client.command_rate import CommandRate
from tidewire_client.components import Components
from tidewire_client.connection.heartbeat import Heartbeat
from tidewire_client.errors import MessageRefusedError, SubscriptionRefusedError, UnreadableFrameError
from tidewire_client.events import LoggedIn, NotRecovered, PongMissed, QualityReport, Resync
from tidewire_client.logging_in.login import LoginByFrame
from tidewire_client.reading.event_reading import event_of
from tidewire_client.reading.frames import Frame, answered_id, frames_in, text_of
from tidewire_client.reading.messages import (
    Answer,
    Failure,
    LoginAccepted,
    LoginRefused,
    Message,
    News,
    Ping,
    Pong,
    Refusal,
    Subscribed,
    Welcome,
)
from tidewire_client.reading.times import now_ms

_ASKED_AGAIN = "unavailable"
_NO_RESUMING = ("invalid_message", "since ")
"""How a server refuses a message for the positions in it: then nothing of the message was done."""
_GATHERING_SECONDS = 0.05
"""So long channels are gathered that are to be asked for again: alone each took two of the 100 messages a second that
the server takes, and it drops the others."""
_LONGEST_RETRY_SECONDS = 300.0
"""A channel may be of a part that isn't there at all: it is asked for ever more seldom."""


class Session:
    """One connection as the protocol sees it; what outlasts it (subscriptions, commands, handlers) is given."""

    def __init__(self, components: Components, send: Callable[[str], None]) -> None:
        """`send` takes a message's text."""
        loop = asyncio.get_running_loop()
        options = components.options
        self._clock = loop.time
        self._spelling = components.spelling
        self._options = options
        self._subscriptions = components.subscriptions
        self._resuming = components.resuming
        self._resuming.opened()
        self._resumed = components.resumed
        self._commands = components.commands
        self._emitter = components.emitter
        self._tokens = components.tokens
        self._counters = components.counters
        self._send_text = send
        self._command_rate = CommandRate(options.commands_per_second)
        self._recovery_timer: asyncio.TimerHandle | None = None
        self._later: dict[str, asyncio.TimerHandle] = {}
        self._retry_seconds: dict[str, float] = {}
        """Of each channel that isn't available, how long it was waited for the last time."""
        self._wanted = asyncio.Event()
        self.welcome: asyncio.Future[Welcome] = loop.create_future()
        self.login = LoginByFrame(self.send, options.open_timeout)
        self.answered = asyncio.Event()
        self.heartbeat = Heartbeat(options.ping_interval, options.pong_timeout, loop.time(), components.round_trips)

    def send(self, message: Frame) -> None:
        """Send a message."""
        self._send_text(text_of(self._spelling.stamped(message)))
        self._counters.sent()

    def receive(self, payload: str | bytes) -> None:
        """Do what a message asks for; one that can't be read is told as an error."""
        try:
            frames = frames_in(payload)
        except UnreadableFrameError as error:
            self._emitter.error(error)
            self._fail(payload, error)
            return
        for frame in frames:
            self._counters.received()
            if self._is_new(frame):
                self._emitter.frame(frame)
                self._act(self._spelling.read(frame))
        self._resumed.release(None)

    def subscribe(self, channels: Sequence[str]) -> None:
        """Ask for `channels`, which are wanted, from where the program stands on them."""
        for frame in self._subscriptions.frames(channels, self._resuming.asks):
            self.send(frame)

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Ask for `channels` no more."""
        self._forget_later(channels)
        for frame in unsubscribe_frames(channels):
            self.send(frame)

    def send_commands(self) -> None:
        """Send the commands that wait, as many as may go now; `dispatch` sends the others."""
        while not self._command_rate.wait(self._clock()) and (command := self._commands.next()):
            self._command_rate.sent(command.id, self._clock())
            self.send(command.frame())
        self._wanted.set()

    async def dispatch(self) -> Never:
        """Send commands as fast as the server takes them, until cancelled."""
        while True:
            self._wanted.clear()
            if self._commands.queued:
                await asyncio.sleep(self._command_rate.wait(self._clock()))
                self.send_commands()
            else:
                await self._wanted.wait()

    def ping(self) -> None:
        """Ask the server whether it is there."""
        self.send({"type": "ping"})

    def missed_pong(self) -> None:
        """Tell that it did not answer in time."""
        trips = self.heartbeat.round_trips
        self._emitter.connection("missed", PongMissed(trips.missed, trips.missed_in_a_row))
        self._emitter.connection("quality", self.quality())

    def quality(self) -> QualityReport:
        """Return what is known of the connection."""
        return self.heartbeat.round_trips.report(self._counters.disconnections)

    def close(self) -> None:
        """Wait for nothing any more: the connection has ended."""
        self._forget_later(tuple(self._later))
        if self._recovery_timer:
            self._recovery_timer.cancel()
        self.welcome.cancel()
        self.login.close()

    def _fail(self, payload: str | bytes, error: UnreadableFrameError) -> None:
        """Let the command fail whose answer is unreadable: no other comes."""
        if answered := answered_id(payload):
            self._command_rate.answered(answered, self._clock())
            self._commands.fail(answered, error)

    def _act(self, message: Message) -> None:
        match message:
            case News():
                self._emitter.event(event_of(message, self._spelling.renames))
            case Answer() | Failure():
                self._command_rate.answered(message.id, self._clock())
                self._commands.settle(message)
            case Refusal():
                self._refused(message)
            case Subscribed():
                self._subscribed(message)
            case Ping() | Pong():
                self._beat(message)
            case Welcome() | LoginAccepted() | LoginRefused():
                self._let_in(message)

    def _beat(self, message: Ping | Pong) -> None:
        if isinstance(message, Ping):
            self.send({"type": "pong"})
            return
        if self.heartbeat.answered(self._clock()):
            self._tokens.told_time(message.time, self.quality().latency or 0.0)
            self.answered.set()
            self._emitter.connection("quality", self.quality())

    def _let_in(self, message: Welcome | LoginAccepted | LoginRefused) -> None:
        if isinstance(message, Welcome):
            if not self.welcome.done():
                self.welcome.set_result(message)
            return
        if isinstance(message, LoginAccepted):
            self._emitter.connection("logged_in", LoggedIn(message.user_id, message.expires_at))
        self.login.answered(message)

    def _is_new(self, frame: Frame) -> bool:
        """Return whether the program is to be handed a frame: it hears nothing twice, and nothing before its turn."""
        status = self._resuming.take(frame, now_ms())
        if status is FrameStatus.GAP:
            return not self._recover(frame["channel"], Position(frame["epoch"], frame["seq"]))
        return status is FrameStatus.NEW and not self._comes_again(frame)

    def _comes_again(self, frame: Frame) -> bool:
        """Return whether a frame without a number is of a snapshot of a channel that is asked for again.

        What was missed is older than that, and comes in its place; or else another snapshot does.
        """
        channel = frame.get("channel")
        if not isinstance(channel, str) or channel not in self._resuming.recovering:
            return False
        message = self._spelling.read(frame)
        return isinstance(message, News) and message.kind != Resync.kind

    def _recover(self, channel: str, given: Position) -> bool:
        """Ask again from the last number; where that doesn't help, say what is missing, and return False."""
        if self._subscriptions.that_hear(channel) and self._resuming.recover(channel, given.epoch, self._clock()):
            self._recovery_timer = self._recovery_timer or asyncio.get_running_loop().call_later(
                _GATHERING_SECONDS, self._ask_for_missing
            )
            return True
        self._tell_loss(self._resuming.lost(channel, JUMPED, now_ms()))
        self._resuming.accept(channel, given, now_ms())
        return False

    def _ask_for_missing(self) -> None:
        """Ask again by all that hears the channels: were one left, the server would resume nothing for the others."""
        self._recovery_timer = None
        hearing = map(self._subscriptions.that_hear, self._resuming.to_ask())
        channels = list(dict.fromkeys(chain.from_iterable(hearing)))
        for frame in unsubscribe_frames(channels):
            self.send(frame)
        self.subscribe(channels)

    def _subscribed(self, subscribed: Subscribed) -> None:
        for left_out in self._resuming.left_out(subscribed.standing, now_ms()):
            self._tell_loss(left_out)
        for channel, told in subscribed.standing.items():
            if missed := self._resuming.began(channel, told):
                self._recover(channel, missed)
            elif loss := self._resuming.answered(channel, told, now_ms()):
                self._tell_loss(loss)

    def _tell_loss(self, loss: Loss) -> None:
        now = now_ms()
        span = {"time": now, "start": min(loss.since, now), "end": now}
        self._emitter.event(NotRecovered(channel=loss.channel, complete=False, reason=loss.reason, **span))

    def _resume_without_positions(self) -> None:
        losses = self._resuming.refused(now_ms())
        self.subscribe([loss.channel for loss in losses if loss.channel in self._subscriptions])
        for loss in losses:
            self._tell_loss(loss)

    def _refused(self, refusal: Refusal) -> None:
        if refusal.channel is None:
            if (refusal.code, refusal.message[: len(_NO_RESUMING[1])]) == _NO_RESUMING:
                self._resume_without_positions()
            self._emitter.error(MessageRefusedError(refusal.message, code=refusal.code))
            return
        if refusal.code == _ASKED_AGAIN and refusal.channel in self._subscriptions:
            self._ask_later(refusal.channel)
        else:
            self._subscriptions.remove([refusal.channel])
            self._resuming.forget([refusal.channel])
        self._emitter.error(SubscriptionRefusedError(refusal.channel, refusal.message, code=refusal.code))

    def _ask_later(self, channel: str) -> None:
        if channel in self._subscriptions and channel not in self._later:
            last = self._retry_seconds.get(channel)
            first = self._options.retry_unavailable_after
            seconds = self._retry_seconds[channel] = first if last is None else min(2 * last, _LONGEST_RETRY_SECONDS)
            self._later[channel] = asyncio.get_running_loop().call_later(seconds, self._ask_again, channel)

    def _ask_again(self, channel: str) -> None:
        del self._later[channel]
        if channel in self._subscriptions:
            self.subscribe([channel])

    def _forget_later(self, channels: Iterable[str]) -> None:
        for channel in channels:
            self._retry_seconds.pop(channel, None)
            if timer := self._later.pop(channel, None):
                timer.cancel()
