"""Notifications: storing, reading, acknowledging and broadcasting them."""
