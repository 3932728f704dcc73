"""What the platform writes into the heads of its mails."""

USER_HEADER = "X-Tidewire-User"
"""The id of the user whom a mail is for; where mails go into a folder, only that user is shown it."""
