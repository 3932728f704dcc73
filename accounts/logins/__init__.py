"""Logins as their user is shown them: where each began, when it was last used; ending one, or all others.

Whether a token is good they don't say: `EndedLogin` and the user's generation do, as before. So one that could not be
remembered logs in all the same, and is shown once it is used again.
"""
