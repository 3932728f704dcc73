"""What an app brings to the platform, declared in one place.

An app has a `declaration.py`, and its AppConfig names what stands there; nothing else registers anything:

    DECLARATION = AppDeclaration(commands=COMMANDS, retention=(RetentionRule("failed logins", failures_forget),))

    class AccountsConfig(AppConfig):
        declaration = "accounts.declaration.DECLARATION"

It is loaded when a process first asks for what the installed apps declare (see `streaming.installed`), so that a
command line which needs none of it loads none of it.
"""

import msgspec

from streaming.admin.navigation import AdminSection
from streaming.commands.registry import CommandKind
from streaming.database.backup_rules import AfterRestore
from streaming.database.own_data import KeptBack, OwnData
from streaming.metrics.counting import Meter
from streaming.metrics.declared import Metric
from streaming.page_link import PageLink
from streaming.rest.urls import UrlPrefix
from streaming.topics.registry import AnyTopicKind
from streaming.workers.retention import RetentionRule
from streaming.workers.worker import Worker


class AppDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """What one app brings; each kind of thing is described beside its type, and may be left out.

    `topics` are what can be subscribed, with their events; `commands` are what clients may ask for by name, or the
    dotted path of a tuple of them, where they need what only a process with commands is to load; `retention` is what is
    deleted when it is too old.
    `workers` run by `manage.py run_worker`, in the demo and beside the developer's server; `urls` are REST's addresses
    and pages', and `pages` are those to which every page's top bar leads.
    `notices` is the dotted path of what stores notifications (`streaming.notices.StoreNotices`), which one app has for
    all. `admin_sections` are links of the admin's side bar, and `admin_figures` is the dotted path of the
    `CountFigures` of what the app shows on the admin's first page. `signal_source` is the dotted path of
    a `SignalSource`, what alert rules know of strategies, and `wallet_source` that of a `WalletSource`, what they know
    of wallets, each of which one app has for all. `watch_writers` is that of the
    `GroupWriters` by which `manage.py watch` prints what the app's channels tell; what has none is printed as JSON.
    `left_out_of_backups` are models, as `app.Model`, whose rows belong in no backup, and `after_restore` is what is set
    right once one is restored (`streaming.database.backup_rules`).
    `own_data` says of each model of users' rows whether these users are handed them (`streaming.database.own_data`).
    `user_deletion` is the dotted path of the `UserDeletion` that says what else follows from deleting a user
    (`streaming.identity.user_deletion`).
    `metrics` are what Prometheus may read of the app's processes: what they count as it happens, and what a worker says
    of itself by its `WorkerContext`.
    """

    topics: tuple[AnyTopicKind, ...] = ()
    commands: tuple[CommandKind, ...] | str = ()
    retention: tuple[RetentionRule, ...] = ()
    workers: tuple[Worker, ...] = ()
    urls: tuple[UrlPrefix, ...] = ()
    pages: tuple[PageLink, ...] = ()
    admin_sections: tuple[AdminSection, ...] = ()
    admin_figures: str = ""
    left_out_of_backups: tuple[str, ...] = ()
    after_restore: tuple[AfterRestore, ...] = ()
    own_data: tuple[OwnData | KeptBack, ...] = ()
    user_deletion: str = ""
    metrics: tuple[Metric | Meter, ...] = ()
    watch_writers: str = ""
    notices: str = ""
    signal_source: str = ""
    wallet_source: str = ""
