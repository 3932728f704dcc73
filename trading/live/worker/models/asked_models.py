"""The models that live strategies ask: each loaded once, told the closed candles, and silenced where it says so itself.

What learns is loaded in a thread of the database, with the first model that is asked.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import structlog

from streaming.clock import Clock
from streaming.commands.errors import CommandRefusedError
from streaming.database.errors import AnyDatabaseError
from streaming.events import Source
from streaming.events.system import LogLevel
from streaming.fan_out.hub import Hub
from streaming.system_log import log_publish
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from trading.audit.services import Actor
from trading.learning.errors import LearningError
from trading.learning.kinds import learning_is_installed
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.models.book_imbalance_collector import BookImbalanceCollector
from trading.live.worker.models.model_feed import ModelFeed
from trading.live.worker.models.model_state_reports import LOG_SOURCE, ModelStateReports
from trading.models import ActorSource, ModelVersion
from trading.price_models.book_imbalances import imbalances_known
from trading.price_models.checks import model_asked_by
from trading.price_models.selectors import CurrentVersion, ModelName, current_versions, stored_model_of, version_of
from trading.price_models.services import model_labels_note, model_version_silence
from trading.price_models.states import SilencedFor

if TYPE_CHECKING:
    from trading.price_models.inference import AskedModel

_WORKER = Actor(user_id=None, name="trading worker", source=ActorSource.WORKER)
logger = structlog.get_logger(__name__)


class AskedModels:
    """The models that strategies of one worker ask; `look` once a second follows what is published and silenced."""

    def __init__(self, hub: Hub, database: DatabaseThread, clock: Clock, books: BookImbalanceCollector) -> None:
        self._hub = hub
        self._books = books
        self._database = database
        self._clock = clock
        self._feeds: dict[ModelName, ModelFeed] = {}
        self._reports = ModelStateReports(hub, database, clock)

    def attach(self, loaded: LoadedSubAccount) -> None:
        """Let a strategy that was just loaded have its model's predictions, where it asks one that may drive it."""
        name = None if loaded.strategy_row is None else model_asked_by(loaded.strategy_row)
        if name is not None and loaded.strategy is not None and _may_drive(name, loaded):
            loaded.model = self._feeds.setdefault(name, ModelFeed(name))
            loaded.strategy.take_predictions(loaded.model)

    async def look(self, held: Iterable[LoadedSubAccount]) -> None:
        """Let each model that is asked be the version in use; store and tell which have fallen silent."""
        asking = [one for one in held if one.model is not None]
        names = {one.model.name for one in asking if one.model is not None}
        self._feeds = {name: feed for name, feed in self._feeds.items() if name in names}
        if names and learning_is_installed():
            await self._look(names)
        await self._reports.report(self._feeds, asking)

    async def _look(self, names: Collection[ModelName]) -> None:
        current = await self._database.run(current_versions, names)
        for name, feed in self._feeds.items():
            await self._follow(feed, current.get(name))
            silence = feed.lasting_silence()
            if silence is not None and silence.after is not None:
                await self._silence(feed.version_id, SilencedFor(silence.after.value), silence.explanation)
            if feed.fault:
                await self._silence(feed.version_id, SilencedFor.UNUSABLE, feed.fault)
        await self._note_learnt()

    async def _note_learnt(self) -> None:
        """Store how much those that learn live have learnt, for their cards: in one statement, where there is any."""
        learnt = {feed: labels for feed in self._feeds.values() if (labels := feed.learnt) is not None}
        if learnt:
            await self._database.run(model_labels_note, {feed.version_id: labels for feed, labels in learnt.items()})
        for feed, labels in learnt.items():
            feed.note_learnt(labels)

    async def _follow(self, feed: ModelFeed, current: CurrentVersion | None) -> None:
        if current is None or not current.is_active:
            unused_for = "no version of it is in use" if current is None else current.reason
            feed.use("", None, now=self._clock.now_ms(), unused_for=unused_for)
        elif current.id != feed.version_id:
            await self._load(feed, current.id)

    async def _load(self, feed: ModelFeed, version_id: str) -> None:
        """Let a version be asked; silence one that can't be, for whatever reason: nothing else suffers by it."""
        try:
            model = await self._database.run(_loaded_model, version_id, feed.name, self._books)
            feed.use(version_id, model, now=self._clock.now_ms())
        except AnyDatabaseError:
            raise
        except MemoryError:  # another thread may have taken all, for a moment
            logger.exception("a version of a model can't be loaded yet; it is tried again", version=version_id)
        except Exception as error:
            if not isinstance(error, LearningError):
                logger.exception("a version of a model can't be loaded by a fault", version=version_id)
            feed.use("", None, now=self._clock.now_ms(), unused_for=_reason_of(error))
            await self._silence(version_id, SilencedFor.UNUSABLE, _reason_of(error))

    async def _silence(self, version_id: str, silenced_for: SilencedFor, reason: str) -> None:
        """Store that a version says nothing any more, and tell staff; one that is gone or silent by now stays so."""
        try:
            version = await self._database.run(self._silenced, version_id, silenced_for, reason)
        except CommandRefusedError as error:
            logger.info("a model fell silent that says nothing any more", version=version_id, reason=error.message)
        else:
            message = f"{version} is silent until another version is trained: {reason}"
            await log_publish(self._hub, level=LogLevel.WARN, source=LOG_SOURCE, message=message, clock=self._clock)

    def _silenced(self, version_id: str, silenced_for: SilencedFor, reason: str) -> ModelVersion:
        now = moment(self._clock.now_ms())
        return model_version_silence(
            actor=_WORKER, version=version_of(version_id), silenced_for=silenced_for, reason=reason, now=now
        )


def _reason_of(error: Exception) -> str:
    """Return why a version can't be asked: by itself, or by a fault of what it is loaded with."""
    return str(error) if isinstance(error, LearningError) else f"it can't be loaded: {error!r}"


def _may_drive(name: ModelName, loaded: LoadedSubAccount) -> bool:
    """Return whether a model counts for an account: what learnt from simulated data does for demo accounts alone."""
    return name.source is not Source.SIMULATOR or loaded.account.is_demo


def _loaded_model(version_id: str, name: ModelName, books: BookImbalanceCollector) -> "AskedModel | None":
    """Return a version, to be asked; None where it is gone. Raise `LearningError` for one that can't be."""
    import river.drift  # noqa: F401, PLC0415 - here, in a thread, and not where the first direction has come true

    from trading.price_models.inference import AskedModel  # noqa: PLC0415 - the extra, which only those need who ask

    stored, known = stored_model_of(version_id), dict[int, float]()
    if stored is None:
        return None

    def book_at(close_time: int) -> float | None:
        return known.get(close_time, books.at(name.source, name.symbol, close_time))

    model = AskedModel(stored, book_at)
    if (first := model.books_needed_from) is not None:
        known.update(imbalances_known(source=name.source, symbol=name.symbol, start=first))
    return model
