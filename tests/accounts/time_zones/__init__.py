"""Tests of the zones in which users are shown times."""
