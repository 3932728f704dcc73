"""Users for clients that log in; runs below Django's `shell`."""

from pathlib import Path

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue


def tokens_write(users: int, tokens: int, path: str) -> None:
    """Make so many users, and write so many access tokens of theirs to a file, one a line."""
    made = [
        User.objects.create(username=f"bench{number}", email=f"bench{number}@bench.invalid") for number in range(users)
    ]
    lines = [access_issue(user=made[number % users]) for number in range(tokens)]
    Path(path).write_text("\n".join(lines), encoding="ascii")
