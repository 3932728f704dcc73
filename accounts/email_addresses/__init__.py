"""Confirming and changing a user's email address."""
