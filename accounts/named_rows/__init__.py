"""What users keep by name: the one shape of watch lists, chart layouts and drawings, whose name is their symbol."""
