"""What a management command says where the database can't be used."""

from django.core.management.base import CommandError

from streaming.program import management_command


def unusable_database(error: Exception) -> CommandError:
    """Return the refusal of a command, given what the database has raised."""
    return CommandError(f"The database can't be used (did `{management_command('migrate')}` run?): {error}")
