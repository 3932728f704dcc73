"""Clients that keep coming back, and resume; and what is judged of the numbers that they are told."""
