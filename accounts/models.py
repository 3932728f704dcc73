"""The user, known by a user name and by an email address, each unique whatever its case; and one-time tickets."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

MAXIMUM_USERNAME_LENGTH = 150
MAXIMUM_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets

_USERNAME_TAKEN = "username_taken"
_EMAIL_TAKEN = "email_taken"
_LOG_OUT_FIELDS = frozenset({"token_generation", "logged_out_at"})
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
        unique=True,
        error_messages={"unique": "This email address is taken"},
    )
    token_generation = models.PositiveIntegerField(
        "log-outs", default=0, editable=False, help_text="A token of an earlier generation is refused."
    )
    logged_out_at = models.DateTimeField("last log-out", null=True, editable=False)
    stored_before: Mapping[str, Any] | None = None  # what a save overwrites, for `receivers`

    class Meta(AbstractUser.Meta):
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_any_case",
                violation_error_code=_USERNAME_TAKEN,
                violation_error_message="This user name is taken",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_any_case",
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

    def save(self, **options: Any) -> None:
        """Save as Django does, but leave the log-outs alone, which only a log-out writes.

        Else whoever saves a user read before a log-out would make the tokens good again that it refused.
        """
        if options.get("update_fields") is None and not self._state.adding:
            unread = self.get_deferred_fields()
            fields = [field.attname for field in self._meta.concrete_fields if not field.primary_key]
            options["update_fields"] = [name for name in fields if name not in _LOG_OUT_FIELDS and name not in unread]
        super().save(**options)

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

    It inherits from its access token when the login ends, and the generation.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField()
    token_expires_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Ticket of {self.user_id}, good until {self.expires_at}"
