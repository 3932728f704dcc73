"""The pages of this app, from the root of the site."""

from django.urls import path, re_path

from wallets.pages import wallets

urlpatterns = [
    path("wallets/", wallets, name="wallets-page"),
    re_path(r"^wallets/(?P<wallet_id>[\w-]{1,64})/$", wallets, name="wallet-page"),
]
