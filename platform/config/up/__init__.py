"""`make up`: the processes of production on this machine, each twice, on its own PostgreSQL database and Redis names.

`procfile` knows what runs, `local` with which settings, `services` what it needs; `supervision` keeps it running.
"""
