"""The pages of this app, from the root of the site."""

from django.urls import path, re_path

from accounts.one_time_links.pages import confirm_email, reset_password
from accounts.pages import account

urlpatterns = [
    path("account/", account, name="account"),
    re_path(r"^account/confirm-email/([\w-]{43})$", confirm_email, name="confirm-email"),
    re_path(r"^account/reset-password/([\w-]{43})$", reset_password, name="reset-password"),
]
