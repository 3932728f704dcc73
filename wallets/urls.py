"""The paths below `/api/v1/`: `wallets/…`."""

from django.urls import URLPattern, URLResolver, path

from streaming.rest.views import StructView
from wallets.watching import use_cases as wallets

app_name = "wallets"
urlpatterns: list[URLPattern | URLResolver] = [
    path("wallets/", StructView.of(GET=wallets.LIST_WALLETS, POST=wallets.ADD_WALLET).as_view(), name="wallets"),
    path("wallets/chains/", StructView.of(GET=wallets.LIST_CHAINS).as_view(), name="chains"),
    path("wallets/chains/<str:chain>/blocks/", StructView.of(GET=wallets.LIST_BLOCKS).as_view(), name="blocks"),
    path(
        "wallets/transactions/",
        StructView.of(GET=wallets.LIST_TRANSACTIONS, POST=wallets.WATCH_TRANSACTION).as_view(),
        name="transactions",
    ),
    path(
        "wallets/transactions/<str:chain>/<str:hash>/",
        StructView.of(GET=wallets.TRANSACTION_STATUS, DELETE=wallets.UNWATCH_TRANSACTION).as_view(),
        name="transaction",
    ),
    path(
        "wallets/<str:id>/",
        StructView.of(GET=wallets.GET_WALLET, PATCH=wallets.RENAME_WALLET, DELETE=wallets.REMOVE_WALLET).as_view(),
        name="wallet",
    ),
    path("wallets/<str:id>/tokens/", StructView.of(POST=wallets.ADD_TOKEN).as_view(), name="wallet-tokens"),
    path(
        "wallets/<str:id>/tokens/<str:token>/",
        StructView.of(DELETE=wallets.REMOVE_TOKEN).as_view(),
        name="wallet-token",
    ),
    path("wallets/<str:id>/history/", StructView.of(GET=wallets.WALLET_HISTORY).as_view(), name="wallet-history"),
]
