"""REST: `/api/v1/auth/own-data/…`, all that one owns. No key reaches it, whatever its scopes."""

from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.http.fields import Code, Password
from accounts.http.file_response import file_response
from accounts.http.throttles import OwnDataThrottle, PasswordThrottle
from accounts.http.views import AccountCase, Asked
from accounts.own_data.deleting import DeletionPreview, deletion_preview, user_delete
from accounts.own_data.exporting import Export, data_export
from accounts.passwords.checking import code_check, password_check
from streaming.commands.parameters import NoParameters, Parameters
from streaming.identity.user_deletion import DeletionSource
from streaming.times import iso_time, milliseconds


class PasswordAndPerhapsCode(Parameters, frozen=True):
    """The password of who asks; with two-factor a code, too."""

    password: Password
    code: Code = ""


def _export(asked: Asked, given: PasswordAndPerhapsCode) -> HttpResponseBase:
    """Get all that one owns, in one file."""
    password_check(user=asked.user, password=given.password, field="password", request=asked.request)
    code_check(user=asked.user, code=given.code, request=asked.request)
    export = data_export(user=asked.user, exported_at=iso_time(milliseconds(timezone.now())))
    return file_response(asked.request, export, content_type="application/json")


def _preview(asked: Asked, _: NoParameters) -> DeletionPreview:
    """What deleting oneself would do: what goes, what stays and why, and what has to be ended first."""
    return deletion_preview(asked.user)


def _delete(asked: Asked, given: PasswordAndPerhapsCode) -> None:
    """Delete oneself, with all that is one's own; every session, key and connection ends."""
    password_check(user=asked.user, password=given.password, field="password", request=asked.request)
    code_check(user=asked.user, code=given.code, request=asked.request)
    user_delete(user=asked.user, source=DeletionSource.REST)


EXPORT = AccountCase(parameters=PasswordAndPerhapsCode, act=_export, answer=Export, throttle=OwnDataThrottle)
DELETION = AccountCase(act=_preview, answer=DeletionPreview, refusals=(429,))
DELETE = AccountCase(
    parameters=PasswordAndPerhapsCode,
    act=_delete,
    answer=None,
    status=204,
    throttle=PasswordThrottle,
    refusals=(400, 409, 429),
)
