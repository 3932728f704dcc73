"""Ending mails by the link that each carries, without a login."""
