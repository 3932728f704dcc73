"""How our commands tell people what they do: a line with a subject in one word, and a text."""

from django.core.management.base import BaseCommand


class ConsoleOutputCommand(BaseCommand):
    """A command that says what it does."""

    def say(self, subject: str, text: str) -> None:
        """Print a line at once."""
        self.stdout.write(f"{self.style.MIGRATE_HEADING(subject.rjust(10))}  {text}")
        self.stdout.flush()
