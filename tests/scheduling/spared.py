"""Fixtures of pytest-django that each test would pay for, and none needs."""

SPARED = {
    "_django_clear_site_cache": "contrib.sites",
    "_django_isolate_apps": "mark.django_isolate_apps",
    "_django_setup_unittest": "(TestCase",
    "_live_server_helper": "live_server",
    "_template_string_if_invalid_marker": "mark.ignore_template_errors",
}
"""What a source would have in it, by the fixture that it would need."""
