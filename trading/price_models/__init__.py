"""Versions of models that learn: published, silenced, rolled back, found; by commands, REST, admin and worker alike."""
