"""What settings are read from, and what takes their values: an app names each once, in its `settings.py`."""
