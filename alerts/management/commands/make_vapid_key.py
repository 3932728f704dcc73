"""Make the key that signs web pushes."""

from typing import Any

from django.core.management.base import BaseCommand

from alerts.deliveries.channels.web_push.vapid import VapidKey, new_private_key


class Command(BaseCommand):
    """`manage.py make_vapid_key`."""

    help = (
        "Print a new key for web push as lines for the environment. "
        "Browsers that have subscribed under another key must subscribe again."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the private key, and the public one as a comment."""
        private_key = new_private_key()
        self.stdout.write(f"# public key: {VapidKey(private_key).public_key}")
        self.stdout.write(f"VAPID_PRIVATE_KEY={private_key}")
        self.stdout.write("VAPID_SUBJECT=mailto:ops@example.com")
