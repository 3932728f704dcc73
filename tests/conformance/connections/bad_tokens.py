"""Tokens that log nobody in."""

from tests.conformance.people import OWNER, People


def bad_tokens(people: People) -> dict[str, str]:
    """Return tokens that log nobody in, whose fault is in themselves."""
    good = people.token(OWNER)
    head, body, signature = good.split(".")
    return {
        "empty": "",
        "no token": "nonsense",
        "unsigned": "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + body + ".",
        "another signature": people.altered(OWNER, key="another-key-that-is-long-enough-for-the-algorithm"),
        "a changed body": f"{head}.{body[:-2]}AA.{signature}",
        "expired": people.ending_in(OWNER, -60),
        "without an end": people.altered(OWNER, exp=None),
        "a refresh token": people.pair(OWNER)["refresh"],
        "not ASCII": "ключ",
        "long": "x" * 6000,
    }


def tokens_of_nobody(people: People) -> dict[str, str]:
    """Return tokens that are well signed, but are of no active user."""
    return {
        "without userId": people.altered(OWNER, userId=None),
        "userId is no text": people.altered(OWNER, userId=5),
        "of no user": people.altered(OWNER, userId="999999"),
        "of no number": people.altered(OWNER, userId="nobody"),
    }
