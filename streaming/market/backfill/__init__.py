"""Filling the stored history: what is missing is planned, fetched from archive files or by REST, and stored.

request and symbols check what was asked for; plan decides what comes from where; archive (with archive_files and
archive_rows) and rest_source fetch; backfill puts them together, series by series.
"""
