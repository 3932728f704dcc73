"""What the wallets app brings to the platform."""

from streaming.admin.navigation import AdminLink, AdminSection
from streaming.app_declaration import AppDeclaration
from streaming.database.own_data import KeptBack, OwnData
from streaming.page_link import PageLink
from streaming.rest.urls import UrlPrefix
from wallets.commands import COMMAND_KINDS
from wallets.declared_workers import WORKERS
from wallets.follower.chain_metrics import METRICS
from wallets.retention import RETENTION
from wallets.topics import TOPICS


def _link(title: str, icon: str, model: str) -> AdminLink:
    return AdminLink(
        title=title,
        icon=icon,
        url_name=f"admin:wallets_{model}_changelist",
        permission=f"wallets.view_{model}",
    )


_SECTION = AdminSection(
    title="Wallets",
    links=(
        _link("Chains", "link", "chain"),
        _link("Tokens", "token", "token"),
        _link("Wallets", "wallet", "wallet"),
        _link("Transactions", "swap_horiz", "chaintransaction"),
        _link("Movements", "sync_alt", "movement"),
    ),
)

_OWN_DATA = (
    OwnData("wallets.Wallet", "owner"),
    OwnData("wallets.TokenWatch", "wallet__owner"),
    OwnData("wallets.TransactionWatch", "owner"),
    KeptBack("wallets.OutboxEvent", "what is yet to be told of wallets", "owner_id"),
)
"""Chains, blocks and movements are everybody's."""

DECLARATION = AppDeclaration(
    own_data=_OWN_DATA,
    user_deletion="wallets.watching.user_deletion.USER_DELETION",
    topics=TOPICS,
    commands=COMMAND_KINDS,
    workers=WORKERS,
    retention=RETENTION,
    urls=(UrlPrefix("api/v1/", "wallets.urls"), UrlPrefix("", "wallets.page_urls")),
    pages=(PageLink(title="Wallets", url_name="wallets-page"),),
    admin_sections=(_SECTION,),
    metrics=METRICS,
    wallet_source="wallets.watching.alert_source.WALLET_SOURCE",
    watch_writers="wallets.events.watch.WALLET_WRITERS",
)
