"""Alerts and notifications on the page, and in the browser beside it."""
