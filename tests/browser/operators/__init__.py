"""The operators' page and the admin."""
