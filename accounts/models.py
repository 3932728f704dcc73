"""The user, known by a user name and by a confirmed email address, each unique in any case; what logs in."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from accounts.api_keys.models import MAXIMUM_KEY_NAME_LENGTH, ApiKey
from accounts.chart_layouts.models import ChartLayoutRow
from accounts.drawings.models import SymbolDrawings
from accounts.logins.models import MAXIMUM_LOGIN_ID_LENGTH, Login
from accounts.two_factor.models import RecoveryCode, TwoFactorSecret
from accounts.watch_lists.models import WatchList
from streaming.database.caused_rows import CausedRow

__all__ = [
    "MAXIMUM_EMAIL_LENGTH",
    "MAXIMUM_KEY_NAME_LENGTH",
    "MAXIMUM_LOGIN_ID_LENGTH",
    "MAXIMUM_USERNAME_LENGTH",
    "ApiKey",
    "ChartLayoutRow",
    "Login",
    "RecoveryCode",
    "SymbolDrawings",
    "Ticket",
    "TwoFactorSecret",
    "User",
    "WatchList",
]

MAXIMUM_USERNAME_LENGTH = 150
MAXIMUM_TIME_ZONE_LENGTH = 64
MAXIMUM_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets

_USERNAME_TAKEN = "username_taken"
_EMAIL_TAKEN = "email_taken"
_LOG_OUT_FIELDS = frozenset({"token_generation", "logged_out_at"})
_OWN_UPDATES = _LOG_OUT_FIELDS | {"two_factor_since", "time_zone", "device_time_zone"}
_STAFF_RIGHTS = frozenset({"is_staff", "is_superuser"})
_FIELD_OF_CODE = {_USERNAME_TAKEN: "username", _EMAIL_TAKEN: "email"}

# ASCII, because only there do all databases agree on what differs by case alone, and look-alike letters can't pose as
# another's name; no "@", because a name must never read like somebody else's email address.
validate_username = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._+-]*\Z",
    "A user name starts with a letter or digit and holds only letters, digits and . _ + - (no @)",
)


class User(AbstractUser):
    """Somebody who can log in, with the user name or the email address."""

    username = models.CharField(
        "user name",
        max_length=MAXIMUM_USERNAME_LENGTH,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": "This user name is taken"},
        help_text="Letters, digits and . _ + - only; two names may not differ by case alone.",
    )
    email = models.EmailField(
        "email address",
        max_length=MAXIMUM_EMAIL_LENGTH,
        help_text="Anybody may claim an address; one user alone has it confirmed.",
    )
    email_confirmed_at = models.DateTimeField(
        "address confirmed",
        null=True,
        blank=True,
        help_text="Mail goes only to a confirmed address.",
    )
    token_generation = models.PositiveIntegerField(
        "log-outs", default=0, editable=False, help_text="A token of an earlier generation is refused."
    )
    logged_out_at = models.DateTimeField("last log-out", null=True, editable=False)
    two_factor_since = models.DateTimeField("two-factor since", null=True, editable=False)
    time_zone = models.CharField(
        "time zone",
        max_length=MAXIMUM_TIME_ZONE_LENGTH,
        blank=True,
        default="",
        db_default="",
        help_text="In which times are shown; empty for that of the device.",
    )
    device_time_zone = models.CharField(
        "time zone of the device",
        max_length=MAXIMUM_TIME_ZONE_LENGTH,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    staff_rights_withheld = False  # as `two_factor.staff_rights` finds it, for whoever acts; it is not stored
    acts_by_key = False
    stored_before: Mapping[str, Any] | None = None  # what a save overwrites, for `receivers`

    class Meta(AbstractUser.Meta):
        ordering = ["username"]
        permissions = [("turn_off_two_factor", "Can turn off two-factor of other users")]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_any_case",
                violation_error_code=_USERNAME_TAKEN,
                violation_error_message="This user name is taken",
            ),
            # Of claims nobody is told, or registering would tell which addresses exist.
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(email_confirmed_at__isnull=False),
                name="accounts_user_confirmed_email_any_case",
                violation_error_code=_EMAIL_TAKEN,
                violation_error_message="This email address is taken",
            ),
            models.CheckConstraint(
                condition=~models.Q(username__contains="@"),
                name="accounts_user_username_is_no_email",
                violation_error_message="A user name holds no @",
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="accounts_user_email_given",
                violation_error_message="An email address is required",
            ),
        ]
        indexes = [models.Index(Lower("email"), name="accounts_user_email")]

    def save(self, **options: Any) -> None:
        """Save as Django does, but leave alone what others write: log-outs, two-factor, zones, withheld rights.

        Else whoever saves a user read before a log-out would make the tokens good again that it refused. With an
        address goes whether it is confirmed.
        """
        if "email" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "email_confirmed_at"}
        if options.get("update_fields") is None and not self._state.adding:
            unread = self.get_deferred_fields()
            fields = [field.attname for field in self._meta.concrete_fields if not field.primary_key]
            options["update_fields"] = [name for name in fields if name not in _OWN_UPDATES and name not in unread]
        if self.staff_rights_withheld:
            options["update_fields"] = [name for name in options["update_fields"] if name not in _STAFF_RIGHTS]
        super().save(**options)

    def withhold_staff_rights(self) -> None:
        """Let this instance, as an API key brought it, have a trader's rights; what is stored stays."""
        self.acts_by_key = self.staff_rights_withheld = True
        self.is_staff = self.is_superuser = False

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether it is the password; a hash that isn't the first hasher's is made anew with it.

        Unless another password was stored meanwhile: Django would overwrite that by the one that was checked. It is no
        change of the password, and ends nothing.
        """
        checked = self.password

        def hash_anew(raw: str) -> None:
            anew = make_password(raw)
            if User.objects.filter(pk=self.pk, password=checked).update(password=anew):
                self.password = anew

        return check_password(raw_password, checked, hash_anew)

    async def acheck_password(self, raw_password: str | None) -> bool:
        """Do the same for asynchronous callers."""
        return await sync_to_async(self.check_password)(raw_password)

    def get_session_auth_hash(self) -> str:
        """Return what a session of the admin must hold to be good: a log-out ends it, as a new password does."""
        return f"{super().get_session_auth_hash()}.{self.token_generation}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same with the keys that signed before."""
        for earlier in super().get_session_auth_fallback_hash():
            yield f"{earlier}.{self.token_generation}"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check the constraints as Django does, and name the field of a name or address that is taken."""
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as refusal:
            raise ValidationError(_by_field(refusal)) from None


def _by_field(refusal: ValidationError) -> dict[str, list[ValidationError]]:
    errors: dict[str, list[ValidationError]] = {}
    for field, of_field in refusal.error_dict.items():
        for error in of_field:
            own = _FIELD_OF_CODE.get(error.code or "", field) if field == NON_FIELD_ERRORS else field
            errors.setdefault(own, []).append(error)
    return errors


class Ticket(models.Model):
    """A one-time ticket for a socket. Only its digest is stored: who reads the table can't use what stands there.

    It inherits from its access token when that ends, its login and the generation.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # The database's default is for processes of the version before, which write no login while the new ones start.
    login_id = models.CharField(max_length=MAXIMUM_LOGIN_ID_LENGTH, default="", db_default="")
    key = models.ForeignKey("ApiKey", on_delete=models.CASCADE, null=True, related_name="+")
    generation = models.PositiveIntegerField()
    token_expires_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Ticket of {self.user_id}, good until {self.expires_at}"


class EndedLogin(models.Model):
    """A login that was ended by itself: its tokens and tickets are refused, until the last of them has expired.

    What ends is asked, not what goes on: there are as many rows as log-outs in the time of a refresh token. `Login`
    is what users are shown.
    """

    login_id = models.CharField(max_length=MAXIMUM_LOGIN_ID_LENGTH, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ended_logins")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Ended login of {self.user_id}, forgotten after {self.expires_at}"


class LinkPurpose(models.TextChoices):
    """What a one-time link is for."""

    CONFIRM_EMAIL = "confirm_email"
    CHANGE_EMAIL = "change_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose


class OneTimeLink(models.Model):
    """A link that was mailed to `email`, and works once. Of its secret only the digest is stored, as of a ticket's."""

    digest = models.CharField(max_length=64, primary_key=True)
    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=MAXIMUM_EMAIL_LENGTH)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}, good until {self.expires_at}"


class MailKind(models.TextChoices):
    """What a mail about an account is for; what it says, its writing decides when it is sent."""

    WELCOME = "welcome"  # registered: confirm the address
    CONFIRM_EMAIL = "confirm_email"  # the same, asked for again
    CHANGE_EMAIL = "change_email"  # to the new address: confirm it
    EMAIL_CHANGED = "email_changed"  # to the old one
    RESET_PASSWORD = "reset_password"  # noqa: S105 - to an address that somebody says is theirs


class AccountMail(CausedRow):
    """A mail about an account that is to be sent, or was in the last day: what was sent counts for the caps.

    It holds no secret: a link is made when its mail is written. `not_before` is also the end of a sender's claim.
    """

    kind = models.CharField(max_length=20, choices=MailKind)
    email = models.EmailField(max_length=MAXIMUM_EMAIL_LENGTH)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    not_before = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(Lower("email"), "created_at", name="accounts_mail_to"),
            models.Index(fields=["not_before"], condition=models.Q(done_at=None), name="accounts_mail_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.email}"
