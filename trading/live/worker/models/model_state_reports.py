"""Whether the models that are asked speak: stored for their cards, and told to staff and to who asks them."""

from collections.abc import Mapping, Sequence

from streaming.clock import Clock
from streaming.events.system import LogLevel
from streaming.fan_out.hub import Hub
from streaming.system_log import log_publish
from streaming.workers.database_thread import DatabaseThread
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.models.model_feed import ModelFeed
from trading.price_models.selectors import ModelName
from trading.price_models.services import LiveStateChange, model_live_states_note
from trading.price_models.states import LIVE_SILENCES, LiveState

LOG_SOURCE = "models"
_MOST_AT_ONCE = 100
"""So many owners are told at a time; the others by the next look."""


class ModelStateReports:
    """Tells by lines of `system.log`: to staff once a version changes, to owners of each of their strategies.

    What owners were told isn't stored: after a start of the worker they are told again of a silence that goes on.
    """

    def __init__(self, hub: Hub, database: DatabaseThread, clock: Clock) -> None:
        self._hub = hub
        self._database = database
        self._clock = clock
        self._stored: Mapping[str, LiveState | None] | None = None
        self._told: dict[str, str] = {}

    async def report(self, feeds: Mapping[ModelName, ModelFeed], asking: Sequence[LoadedSubAccount]) -> None:
        """Store and tell what has changed of these models, which strategies ask; raise what the database does."""
        now = self._clock.now_ms()
        await self._store({feed.version_id: feed.live_state(now) for feed in feeds.values() if feed.version_id})
        await self._tell_owners({name: feed.silence(now) for name, feed in feeds.items()}, asking)

    async def _store(self, states: Mapping[str, LiveState | None]) -> None:
        if states == self._stored:
            return
        changes = await self._database.run(model_live_states_note, states)
        self._stored = states
        for change in changes:
            await self._tell_staff(change)

    async def _tell_staff(self, change: LiveStateChange) -> None:
        if change.after is not LiveState.SPEAKING:
            await self._log(LogLevel.WARN, f"{change.version} says nothing for now: {LIVE_SILENCES[change.after]}")
        elif change.before is not None:
            await self._log(LogLevel.INFO, f"{change.version} speaks again")

    async def _tell_owners(self, silences: Mapping[ModelName, str | None], asking: Sequence[LoadedSubAccount]) -> None:
        """Tell owners why the model of a strategy says nothing, and that it speaks again; each once."""
        known = {
            loaded.strategy_row.pk: (loaded, name, silence)
            for loaded in asking
            if loaded.strategy_row is not None
            and loaded.model is not None
            and (silence := silences.get(name := loaded.model.name)) is not None
        }
        held = {loaded.strategy_row.pk for loaded in asking if loaded.strategy_row is not None}
        self._told = {pk: silence for pk, silence in self._told.items() if pk in held}
        changed = [pk for pk, (_, _, silence) in known.items() if silence != self._told.get(pk, "")]
        for pk in changed[:_MOST_AT_ONCE]:
            loaded, name, silence = known[pk]
            said = f"says nothing: {silence}" if silence else "speaks again"
            await self._log(
                LogLevel.WARN if silence else LogLevel.INFO,
                f"[MODEL] {name.algorithm.value} on {name.symbol} {name.interval.value} {said}",
                source=f"strategy.{pk}",
                owner=str(loaded.owner_id),
            )
            self._told[pk] = silence

    async def _log(self, level: LogLevel, message: str, *, source: str = LOG_SOURCE, owner: str = "") -> None:
        await log_publish(self._hub, level=level, source=source, message=message, owner=owner, clock=self._clock)
