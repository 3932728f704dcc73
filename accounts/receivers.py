"""What follows from a change of a user, however it was made: through REST, the admin, a shell, a deletion of several.

Only an UPDATE in bulk sends no signal: tokens of a user deactivated by one are refused all the same, and open
connections end with their tokens. A log-in that hashes the same password anew is such an UPDATE: nothing follows.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.db.models.signals import post_delete, post_migrate, post_save, pre_save
from django.dispatch import receiver

from accounts.api_keys.services import api_key_end
from accounts.groups import traders_ensure
from accounts.mails.requests import mails_withdraw
from accounts.models import ApiKey, LinkPurpose, MailKind, User
from accounts.one_time_links.services import links_withdraw
from accounts.services import user_end_deactivated, user_end_deleted, user_log_out_everywhere

_WATCHED = frozenset({"is_active", "password", "email", "email_confirmed_at"})


@receiver(pre_save, sender=User)
def remember_what_was(instance: User, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Read what is about to be overwritten of what matters here; what isn't saved changes nothing."""
    overwritten = _WATCHED if update_fields is None else _WATCHED & update_fields
    is_change = overwritten and not instance._state.adding  # noqa: SLF001 - Django's
    instance.stored_before = User.objects.filter(pk=instance.pk).values(*overwritten).first() if is_change else None


@receiver(pre_save, sender=User)
def take_a_changed_address_for_unconfirmed(instance: User, **_: Any) -> None:
    """Confirm no address by what was confirmed of another; whoever sets both says so."""
    before = instance.stored_before or {}
    if (
        "email" in before
        and before["email"].lower() != instance.email.lower()
        and before["email_confirmed_at"] == instance.email_confirmed_at
    ):
        instance.email_confirmed_at = None


@receiver(post_save, sender=User)
def log_out_whom_it_concerns(instance: User, **_: Any) -> None:
    """End the tokens and connections of a user who was deactivated, or whose password was changed.

    With the old password ends what was begun by it: a change of the address, which would take over the account.
    """
    before, instance.stored_before = instance.stored_before or {}, None
    changed = {name for name, value in before.items() if getattr(instance, name) != value}
    if "is_active" in changed and not instance.is_active:
        user_end_deactivated(user=instance)
    elif "password" in changed:
        user_log_out_everywhere(user=instance)
        links_withdraw(user=instance, purposes=(LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL))
        mails_withdraw(user=instance, kinds=(MailKind.CHANGE_EMAIL,))


@receiver(post_delete, sender=User)
def end_the_deleted(instance: User, **_: Any) -> None:
    """End the connections of a user who is gone."""
    user_end_deleted(user=instance)


@receiver(post_delete, sender=ApiKey)
def end_the_revoked(instance: ApiKey, **_: Any) -> None:
    """End the connections of a key that is no more."""
    api_key_end(key=instance)


@receiver(post_migrate)
def make_the_group(sender: AppConfig, apps: Apps = all_apps, **_: Any) -> None:
    """Make the group `traders` in a new database, once it has the tables: `migrate <app>` makes those of one app."""
    if sender.name == "accounts" and "group" in apps.all_models["auth"]:
        traders_ensure()
