"""The kill switch: what may be ordered by all, by a user, by a grid; activating it stops what runs."""
