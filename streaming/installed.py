"""What the installed apps declare, put together for this process.

Each of these is built when it is first asked for, in the order of INSTALLED_APPS, and raises `RegistrationError` where
two apps declare the same thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.apps import AppConfig, apps
from django.utils.module_loading import import_string

from streaming.admin.figures import CountFigures
from streaming.admin.navigation import AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.commands.registry import CommandKind, CommandRegistry
from streaming.database.backup_rules import AfterRestore
from streaming.database.own_data import KeptBack, OwnData
from streaming.errors import RegistrationError
from streaming.identity.user_deletion import UserDeletion
from streaming.metrics.collecting import SOURCE_UP, Collector
from streaming.metrics.counting import Meter
from streaming.metrics.declared import Metric, checked
from streaming.metrics.sources import MetricSources
from streaming.notices import Notice, StoreNotices
from streaming.page_link import PageLink
from streaming.rest.urls import UrlPrefix
from streaming.rule_sources.signal_source import SignalSource
from streaming.rule_sources.wallet_source import WalletSource
from streaming.topics.registry import TopicRegistry
from streaming.watch.groups import GroupWriter, GroupWriters
from streaming.workers.declared_figures import Figure
from streaming.workers.retention import RetentionRule, checked_rules
from streaming.workers.worker import Worker
from streaming.workers.worker_metrics import metrics_of_workers

_ATTRIBUTE = "declaration"


@cache
def installed_declarations() -> tuple[AppDeclaration, ...]:
    """Return the declarations of the installed apps; those that name none have none."""
    return declarations_of(apps.get_app_configs())


def declarations_of(configs: Iterable[AppConfig]) -> tuple[AppDeclaration, ...]:
    """Return what these apps declare; raise `RegistrationError` where one names what is no declaration."""
    named = ((config, getattr(config, _ATTRIBUTE, "")) for config in configs)
    return tuple(_loaded(config, path) for config, path in named if path)


@cache
def topic_registry() -> TopicRegistry:
    """Return the topics of this process."""
    return TopicRegistry(kind for declared in installed_declarations() for kind in declared.topics)


@cache
def command_registry() -> CommandRegistry:
    """Return the commands of this process."""
    return CommandRegistry(kind for declared in installed_declarations() for kind in commands_of(declared))


def commands_of(declared: AppDeclaration) -> tuple[CommandKind, ...]:
    """Return the commands of an app, which are loaded now where it names their path."""
    if isinstance(declared.commands, str):
        loaded: tuple[CommandKind, ...] = import_string(declared.commands)
        return loaded
    return declared.commands


@cache
def retention_rules(worker: str = "") -> tuple[RetentionRule, ...]:
    """Return what the processes of a worker delete, or the gateways, where none is named."""
    rules = checked_rules(
        (rule for declared in installed_declarations() for rule in declared.retention), workers=installed_workers()
    )
    return tuple(rule for rule in rules if rule.worker == worker)


@cache
def own_data() -> tuple[OwnData, ...]:
    """Return whose rows are handed to the users that they belong to."""
    return tuple(one for declared in installed_declarations() for one in declared.own_data if isinstance(one, OwnData))


@cache
def data_kept_back() -> tuple[KeptBack, ...]:
    """Return which models of users' rows are handed to nobody, and why."""
    return tuple(one for declared in installed_declarations() for one in declared.own_data if isinstance(one, KeptBack))


def data_of_users() -> tuple[OwnData | KeptBack, ...]:
    """Return what is said of each model of users' rows."""
    return (*own_data(), *data_kept_back())


@cache
def user_deletions() -> tuple[UserDeletion, ...]:
    """Return what the apps do where a user is deleted."""
    return tuple(
        import_string(declared.user_deletion) for declared in installed_declarations() if declared.user_deletion
    )


@cache
def left_out_of_backups() -> tuple[str, ...]:
    """Return the models, as `app.Model`, whose rows belong in no backup."""
    return tuple(model for declared in installed_declarations() for model in declared.left_out_of_backups)


@cache
def after_restore() -> tuple[AfterRestore, ...]:
    """Return what is set right once a backup is restored."""
    return tuple(rule for declared in installed_declarations() for rule in declared.after_restore)


@cache
def installed_workers() -> Mapping[str, Worker]:
    """Return the workers by their names."""
    workers: dict[str, Worker] = {}
    for worker in (worker for declared in installed_declarations() for worker in declared.workers):
        if worker.name in workers:
            raise RegistrationError(f"there is a worker {worker.name} already")
        workers[worker.name] = worker
    return workers


@cache
def installed_worker_figures() -> Mapping[str, tuple[Figure, ...]]:
    """Return the figures of the workers that tell any, by the workers' names."""
    return {name: worker.figures for name, worker in installed_workers().items() if worker.figures}


@cache
def installed_metrics() -> tuple[Metric, ...]:
    """Return what Prometheus may read, in the order in which it is told."""
    declared = (one if isinstance(one, Metric) else one.metric for one in _declared_metrics())
    return checked((SOURCE_UP, *declared, *metrics_of_workers(installed_workers().values())))


def metrics_collector(sources: MetricSources) -> Collector:
    """Return what collects the metrics of a process with these sources."""
    counted = [one for one in _declared_metrics() if not isinstance(one, Metric)]
    return Collector(installed_metrics(), counted, sources)


def _declared_metrics() -> Iterable[Metric | Meter]:
    return (one for declared in installed_declarations() for one in declared.metrics)


@cache
def installed_urls() -> tuple[UrlPrefix, ...]:
    """Return the addresses below the site's own."""
    return tuple(url for declared in installed_declarations() for url in declared.urls)


@cache
def installed_page_links() -> tuple[PageLink, ...]:
    """Return the links by which the top bar leads to the apps' pages, in the order in which they stand there."""
    return tuple(link for declared in installed_declarations() for link in declared.pages)


@cache
def installed_sections() -> tuple[AdminSection, ...]:
    """Return the sections of the admin's side bar, in the order in which they stand there."""
    sections = (section for declared in installed_declarations() for section in declared.admin_sections)
    return tuple(sorted(sections, key=lambda section: section.rank))


@cache
def installed_figures() -> tuple[CountFigures, ...]:
    """Return what counts the figures of the admin's first page."""
    return tuple(
        import_string(declared.admin_figures) for declared in installed_declarations() if declared.admin_figures
    )


@cache
def installed_watch_writers() -> GroupWriters:
    """Return what `manage.py watch` prints of the apps' channels."""
    writers: dict[str, GroupWriter] = {}
    for path in (declared.watch_writers for declared in installed_declarations() if declared.watch_writers):
        loaded: GroupWriters = import_string(path)
        if doubles := writers.keys() & loaded.keys():
            raise RegistrationError(f"{path} writes of what another app does: {', '.join(sorted(doubles))}")
        writers |= loaded
    return writers


def notices_store(notices: Sequence[Notice], *, now: datetime) -> None:
    """Store what users are to be told, within the caller's transaction; where no app keeps notifications, nothing."""
    store = _store_of_notices()
    if store is not None:
        store(notices, now=now)


@cache
def _store_of_notices() -> StoreNotices | None:
    paths = [declared.notices for declared in installed_declarations() if declared.notices]
    if len(paths) > 1:
        raise RegistrationError(f"several apps keep notifications: {', '.join(paths)}")
    if not paths:
        return None
    loaded: StoreNotices = import_string(paths[0])
    return loaded


@cache
def signal_source() -> SignalSource | None:
    """Return what alert rules know of strategies; None where no app has any."""
    paths = [declared.signal_source for declared in installed_declarations() if declared.signal_source]
    if len(paths) > 1:
        raise RegistrationError(f"several apps have strategies: {', '.join(paths)}")
    if not paths:
        return None
    loaded: SignalSource = import_string(paths[0])
    return loaded


@cache
def wallet_source() -> WalletSource | None:
    """Return what alert rules know of wallets; None where no app has any."""
    paths = [declared.wallet_source for declared in installed_declarations() if declared.wallet_source]
    if len(paths) > 1:
        raise RegistrationError(f"several apps have wallets: {', '.join(paths)}")
    if not paths:
        return None
    loaded: WalletSource = import_string(paths[0])
    return loaded


def _loaded(config: AppConfig, path: str) -> AppDeclaration:
    declared = import_string(path)
    if not isinstance(declared, AppDeclaration):
        raise RegistrationError(f"{path}, which {config.name} names, is no AppDeclaration")
    return declared
