"""The user: known by a user name and by an email address, each unique whatever its case."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

MAXIMUM_USERNAME_LENGTH = 150
MAXIMUM_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets

_USERNAME_TAKEN = "username_taken"
_EMAIL_TAKEN = "email_taken"
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
