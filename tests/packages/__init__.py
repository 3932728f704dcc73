"""The packages that are published: built as for a release, installed into an empty environment, and used."""
