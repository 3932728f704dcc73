"""`manage.py delete_user`: delete a user with all that is theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import ApplicationError
from accounts.models import User
from accounts.own_data.deleting import DeletionPreview, DeletionRefusedError, deletion_preview, user_delete
from accounts.selectors import user_by_login
from streaming.identity.user_deletion import DeletionSource


class Command(BaseCommand):
    """Says what goes and what stays, and deletes once it is told that it is meant."""

    help = (
        "Say what deleting a user would take with it, what stays and why, and what has to be ended first; with --yes "
        "delete the user, and all that is theirs. Every session and connection of the user ends. "
        "Exit code 0: done, or said; 1: there is no such user, or something has to be ended first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whom, and whether it is meant."""
        parser.add_argument("user", metavar="USER", help="the user name, or the confirmed email address")
        parser.add_argument("--yes", action="store_true", help="delete; nothing brings back what is deleted")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say it, or do it."""
        user = user_by_login(options["user"])
        if user is None:
            raise CommandError(f"There is no user {options['user']}")
        if not options["yes"]:
            self._say(user, deletion_preview(user))
            return
        self._delete(user)

    def _say(self, user: User, preview: DeletionPreview) -> None:
        self.stdout.write(f"Of {user.username} would go, with the user:")
        for name, count in preview.goes.items():
            self.stdout.write(f"  {count:,} {name}")
        for name, why in preview.stays.items():
            self.stdout.write(f"There would stay, {name}: {why}.")
        for obstacle in preview.obstacles:
            self.stdout.write(f"First: {obstacle}")
        self.stdout.write("Nothing is deleted without --yes.")

    def _delete(self, user: User) -> None:
        name = user.username
        try:
            user_delete(user=user, source=DeletionSource.COMMAND_LINE)
        except DeletionRefusedError as refusal:
            raise CommandError(f"{name} is not deleted. {refusal.message}") from None
        except ApplicationError as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{name} is deleted.")
