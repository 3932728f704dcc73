"""Backups: one file with all that the database holds and a manifest of it, and the way back into an empty database.

`creating` and `restoring` say what is done in which order; `backup_file` is the file, with its `manifest`; what the
two kinds of databases do differently stands in `sqlite_database` and `postgres_database`, behind `stored_database`.
"""
